@testable import Field
@testable import Interlocks
import Foundation
import Language
import ProcessImage
import Quantities
import Testing

/// A real guard process on a simulated board in a directory of its own, with a plant at its lines.
///
/// Board: V1 and V2 (valves, safe off), A1 (aerator, safe on), V3 (valve, at most 1 s), STOP (emergency stop), D1
/// (level), P1 (meter, 1 L a pulse).
final class GuardRig {
    static let lease: Duration = .milliseconds(300)
    /// What a loaded machine may add to a bound.
    static let slack: Duration = .milliseconds(700)

    let directory: TemporaryDirectory
    let plant: SimulatedLinesClient
    private(set) var guardProcess: ChildProcess?

    init() throws {
        directory = try TemporaryDirectory()
        plant = SimulatedLinesClient(runDirectory: directory.path)
        plant.drive(input: "STOP", false)
        plant.drive(input: "D1", false)
        plant.drive(input: "P1", false)
    }

    static func plan(extraValve: Bool = false) -> LinePlan {
        func output(_ index: Int, _ name: String, _ safe: OutputLevel, _ maximumOn: Duration) -> OutputLine {
            OutputLine(output: OutputIndex(index), tag: name, address: address(name, index), safe: safe, maximumOn: maximumOn)
        }
        var outputs = [output(0, "V1", .off, .seconds(60)), output(1, "V2", .off, .seconds(60)),
                       output(2, "A1", .on, .seconds(60)), output(3, "V3", .off, .seconds(1))]
        if extraValve { outputs[1] = output(1, "V9", .off, .seconds(60)) }
        let inputs = [
            InputLine(address: address("STOP", 10), pull: .up, use: .level(PointIndex(0), debounce: .milliseconds(10)), isEmergencyStop: true),
            InputLine(address: address("D1", 11), pull: .up, use: .level(PointIndex(1), debounce: .milliseconds(10))),
            InputLine(address: address("P1", 12), pull: .none,
                      use: .pulses(total: PointIndex(2), rate: PointIndex(3), edge: .rising, each: .liters(1))),
        ]
        return LinePlan(driver: .simulated, outputs: outputs, inputs: inputs, online: PointIndex(4), lease: lease)
    }

    private static func address(_ name: String, _ offset: Int) -> LineAddress {
        LineAddress(name: name, chip: "simulated", offset: offset, activeLow: false)
    }

    static func tables() throws -> SiteTables {
        func point(_ tag: String, _ unit: String, digital: Bool = false) throws -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: try #require(Unit(symbol: unit)), uncertainAfter: .seconds(5),
                            badAfter: .seconds(10), isDigital: digital)
        }
        let points = [try point("STOP", "1", digital: true), try point("D1", "1", digital: true), try point("total", "L"),
                      try point("rate", "L/min"), try point("online", "1", digital: true)]
        let outputs = plan().outputs.map {
            OutputDefinition(label: Label(tag: $0.tag), kind: .valve, safe: $0.safe, maximumOn: $0.maximumOn)
        }
        return SiteTables(site: Label(tag: "test"), clock: LocalClock(name: "UTC", firstOffset: 0), points: points, outputs: outputs)
    }

    func startGuard() throws {
        guardProcess = try ChildProcess(try ChildProcess.built("tidegate-guard"), [directory.path])
    }

    func writeTable(extraValve: Bool = false) throws {
        #expect(try LineTable(plan: GuardRig.plan(extraValve: extraValve)).write(toDirectory: directory.path))
    }

    /// A process of its own that renews `levels` every 50 ms: another implementation of the protocol, in Python.
    func startPeer(levels: UInt64) throws -> ChildProcess {
        let fingerprint = try LineTable(plan: GuardRig.plan()).fingerprint
        return try ChildProcess("/usr/bin/python3", ["-c", peerScript, directory.path + "/guard.sock", "\(fingerprint)", "\(levels)",
                                                     "\(GuardRig.lease.nanoseconds / 1_000_000)"])
    }

    /// Turns the plant until something holds.
    /// - Returns: how long that took, or `nil` when it took too long.
    @discardableResult
    func wait(_ limit: Duration = .seconds(10), until holds: () -> Bool) -> Duration? {
        let start = SystemClock.now()
        while SystemClock.now() - start < limit {
            plant.turn()
            if holds() { return SystemClock.now() - start }
            usleep(500)
        }
        return nil
    }

    /// Levels of V1, V2, A1, V3 as the plant has them.
    var levels: [Bool?] { ["V1", "V2", "A1", "V3"].map { plant.level(output: $0) } }
}

private let peerScript = """
import socket, struct, sys, time
path, fingerprint, levels, lease = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(path)
s.send(struct.pack('<4sIQ', b'TG\\x01\\x01', 0, fingerprint))
assert s.recv(2000)[3] == 0x81
s.setblocking(False)
sequence = 0
while True:
    sequence += 1
    now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    s.send(struct.pack('<4sIQqQQQ', b'TG\\x01\\x02', lease, sequence, now, 2**64 - 1, levels, 0))
    try:
        while s.recv(2000): pass
    except BlockingIOError: pass
    time.sleep(0.05)
"""

/// The daemon's side in this process: a field with its image, turned by hand.
struct Scanning: ~Copyable {
    let field: GuardField
    var image: InputImage
    var permitted: PermittedOutputs

    init(_ rig: GuardRig, plan: LinePlan = GuardRig.plan()) throws {
        let tables = try GuardRig.tables()
        field = GuardField(plan: plan, tables: tables, runDirectory: rig.directory.path)
        image = InputImage(tables: tables)
        permitted = PermittedOutputs(safe: tables.outputs)
        field.start()
    }

    mutating func permit(_ output: Int, _ level: OutputLevel) {
        permitted[OutputIndex(output)] = Permitted(level: level, cause: .idle, isRefused: false)
    }

    mutating func scan() {
        let now = SystemClock.now()
        image.begin(now: now, wall: WallTime(unixSeconds: 0, trust: .unset))
        field.latch(into: &image)
        field.commit(permitted, at: now)
    }

    /// Scans every 20 ms, with the plant turning, until something holds; `nil` when it takes too long.
    @discardableResult
    mutating func scan(_ rig: GuardRig, for limit: Duration = .seconds(10), until holds: (borrowing InputImage) -> Bool) -> Duration? {
        let start = SystemClock.now()
        while SystemClock.now() - start < limit {
            scan()
            rig.plant.turn()
            if holds(image) { return SystemClock.now() - start }
            usleep(20_000)
        }
        return nil
    }
}

/// A process this test started; it ends with it.
final class ChildProcess {
    private let process = Process()
    private let errors: URL

    init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        errors = URL(fileURLWithPath: "/tmp/tg-\(getpid())-\(UInt32.random(in: 0 ... .max)).err")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGCONT)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: errors)
    }

    var id: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    func waitForEnd() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A program of this package, where it was built with these tests.
    static func built(_ name: String) throws -> String {
        let bundles = CommandLine.arguments.compactMap { argument in
            argument.range(of: ".xctest").map { URL(fileURLWithPath: String(argument[..<$0.upperBound])).deletingLastPathComponent() }
        }
        let path = try #require(bundles.first, "not run from a test bundle").appendingPathComponent(name).path
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built")
        return path
    }
}
