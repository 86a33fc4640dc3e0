import Foundation
import Sparkplug
import Testing

@Suite("pysparkplug as the host")
struct IndependentDecodeTests {
    private static let messages: [(kind: String, payload: Payload)] = [
        ("NDEATH", SampleFarm.nodeDeath), ("NBIRTH", SampleFarm.nodeBirth), ("DBIRTH", SampleFarm.deviceBirth),
        ("DDATA", SampleFarm.deviceData),
    ]

    @Test(.enabled(if: Python.hasPysparkplug, "skipped: python3 has no pysparkplug"))
    func `what a node sends is read by a host that shares no code with it`() throws {
        let input = Self.messages.map { "\($0.kind) \(hexadecimal($0.payload.encoded()))\n" }.joined()
        let output = try Python.decode(input)
        #expect(output.contains(Self.read), "\(output)")
    }

    @Test(.enabled(if: Python.hasPysparkplug, "skipped: python3 has no pysparkplug"))
    func `a rebirth command of that host is read here`() throws {
        let line = try #require(try Python.decode("").split(separator: "\n").first { $0.hasPrefix("NCMD ") })
        let payload = try Payload(decoding: bytes(hexadecimal: line.dropFirst(5)), within: .command)
        let rebirth = Metric(name: "Node Control/Rebirth", timestamp: SampleFarm.born, datatype: MetricType.boolean.rawValue, value: .boolean(true))
        #expect(payload == Payload(timestamp: SampleFarm.born, metrics: [rebirth]))
    }

    /// What must be found, alias and type of the data taken from the birth.
    private static let read = """
        NDEATH bdSeq=7
        NBIRTH timestamp=1764000000000 seq=0
          Node Control/Rebirth type=11 alias=None at=1764000000000 historical=False value=False quality=None unit=None
          bdSeq type=4 alias=1 at=1764000000000 historical=False value=7 quality=192 unit=None
          alarms type=3 alias=2 at=1764000000000 historical=False value=-3 quality=192 unit=None
          site type=12 alias=3 at=1764000000000 historical=False value=寿光七号棚 quality=192 unit=None
        DBIRTH timestamp=1764000000000 seq=1
          flow type=10 alias=4 at=1763999999960 historical=False value=4028b0fcd324d5a2 quality=192 unit=m³/h
          pressure type=10 alias=5 at=1764000000000 historical=False value=null quality=0 unit=bar
          total type=4 alias=6 at=1764000000000 historical=False value=-9000000000 quality=None unit=L
          started type=13 alias=7 at=1764000000000 historical=False value=1763996400000 quality=None unit=None
        DDATA timestamp=1764000001001 seq=255
          flow type=10 alias=4 at=1764000001000 historical=False value=8000000000000000 quality=500 unit=None
          flow type=10 alias=4 at=1763999940000 historical=True value=0000000000000001 quality=None unit=None

        """
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

func bytes(hexadecimal text: some StringProtocol) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

enum Python {
    static let hasPysparkplug = (try? run(["-c", "import pysparkplug"], "").status) == 0

    static func decode(_ input: String) throws -> String {
        let script = try #require(Bundle.module.url(forResource: "decode", withExtension: "py", subdirectory: "Fixtures"))
        let result = try run([script.path], input)
        #expect(result.status == 0, "\(result.output)")
        return result.output
    }

    private static func run(_ arguments: [String], _ input: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let (inward, outward) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONIOENCODING": "utf-8"]) { $1 }
        process.standardInput = inward
        process.standardOutput = outward
        process.standardError = outward
        try process.run()
        inward.fileHandleForWriting.write(Data(input.utf8))
        try inward.fileHandleForWriting.close()
        let data = outward.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
