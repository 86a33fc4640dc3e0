import Foundation
import Testing
@testable import Site

/// Files nobody would write by accident. Each must end in a refusal within a second and bounded memory.
@Suite(.serialized) struct HostileFilesTests {
    static let head = """
        site: hostile
        place: { latitude: 36.88, longitude: 118.74, time-zone: Asia/Shanghai }
        board: simulated
        emergency-stop: none

        """

    @Test("a hostile text is refused within a second and 64 MB", arguments: HostileText.all)
    func textIsRefused(_ hostile: HostileText) throws {
        let path = try scratchFile(hostile.bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let said = measured { refusal(of: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles")) }
        #expect(said.contains(hostile.says), "\(said.prefix(600))")
        #expect(said.utf8.count < 100_000)
    }

    @Test func `a file of 100 MB is refused without being read`() throws {
        let path = try scratchFile([])
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(truncate(path, 100_000_000) == 0)
        let said = measured { refusal(of: path) }
        #expect(said.contains("larger than 1 MiB"))
    }

    @Test func `a pipe, a device and a folder are no site files`() throws {
        let pipe = scratchPath()
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        for path in [pipe, "/dev/zero", "/dev/tty", "/tmp"] {
            let said = measured { refusal(of: path) }
            #expect(said.contains("not a regular file") || said.contains("cannot be read"), "\(path): \(said)")
        }
        #expect(refusal(of: "/proc/self/environ").contains("0 problems") == false)
        #expect(refusal(of: "/nowhere/site.yaml").contains("there is no such file"))
    }

    @Test func `a profile or board that is a link out of its folder is refused`() throws {
        let folder = scratchPath()
        try FileManager.default.createDirectory(atPath: "\(folder)/configs/profiles", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(folder)/boards", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(symlink("/etc/passwd", "\(folder)/configs/profiles/stolen.yaml") == 0)
        #expect(symlink(Project.path("boards/simulated.yaml"), "\(folder)/boards/simulated.yaml") == 0)
        let site = HostileFilesTests.head + "buses:\n  b: { modbus: tcp, host: h }\ndevices:\n  d: { profile: stolen, bus: b }\n"
        try site.write(toFile: "\(folder)/configs/site.yaml", atomically: true, encoding: .utf8)
        let said = refusal(of: "\(folder)/configs/site.yaml")
        #expect(said.contains("stolen.yaml is a link out of"))
        #expect(said.contains("simulated.yaml is a link out of"))
        #expect(!said.contains("root:"))
    }

    @Test("no file of random bytes is loaded or ends the process", arguments: 0..<100)
    func randomBytes(_ seed: Int) throws {
        var random = Noise(seed: UInt64(seed))
        let alphabet = Array("{}[]:,-&*!|>'\"%@`#?<=. \n\t\\abc019e~".utf8)
        let bytes = (0..<400).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
        let path = try scratchFile(Array(HostileFilesTests.head.utf8) + (seed % 2 == 0 ? Array("name: ".utf8) : []) + bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(!refusal(of: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles")).isEmpty)
    }

    @Test("the greenhouse with one byte changed loads or is refused, and never ends the process", arguments: 0..<60)
    func changedByte(_ seed: Int) throws {
        var random = Noise(seed: UInt64(seed) &+ 7_000)
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Project.path("configs/example-drip-greenhouse.yaml"))))
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        let path = try scratchFile(bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let said = refusal(of: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
        #expect(said.isEmpty || said.contains("problem"))
    }

    /// The bound of the requirement is one second; three leave room for a debug build on a loaded machine.
    private func measured(_ body: () -> String) -> String {
        let memoryBefore = peakMemory()
        let begun = processorTime()
        let said = body()
        #expect(processorTime() - begun < 3)
        #expect(peakMemory() - memoryBefore < 64_000)
        return said
    }

    /// Seconds of the processor this thread has had: waiting for others does not count.
    private func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// kB, the most this process ever held.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    }
}

/// A file's bytes and what its refusal must say.
struct HostileText: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let says: String

    init(_ name: String, says: String, _ text: String) {
        self.init(name, says: says, bytes: Array(text.utf8))
    }

    init(_ name: String, says: String, bytes: [UInt8]) {
        testDescription = name
        self.says = says
        self.bytes = bytes
    }

    private static let bomb = (1..<30).map { number in
        "a\(number): &a\(number) [" + [String](repeating: "*a\(number - 1)", count: 9).joined(separator: ",") + "]"
    }.joined(separator: "\n")

    static let all: [HostileText] = [
        HostileText("alias bomb", says: "& begins an anchor", HostileFilesTests.head + bomb),
        HostileText("alias bomb in quotes' clothing", says: "begins an anchor", HostileFilesTests.head + "name: \"x\" \nzones: [ 'a', &b c, *b ]"),
        HostileText("flow nesting", says: "deeper than 16", HostileFilesTests.head + "name: " + String(repeating: "[", count: 900)),
        HostileText("flow nesting over lines", says: "deeper than 16", HostileFilesTests.head + String(repeating: "[\n", count: 10_000)),
        HostileText("block nesting", says: "deeper than 16", HostileFilesTests.head + (0..<40).map { String(repeating: " ", count: $0) + "k:" }.joined(separator: "\n")),
        HostileText("list nesting", says: "deeper than 16", HostileFilesTests.head + "name:\n" + String(repeating: "- ", count: 400) + "x"),
        HostileText("one long line", says: "longer than 1000 bytes", HostileFilesTests.head + "name: " + String(repeating: "x", count: 900_000)),
        HostileText("very many lines", says: "20000 lines", String(repeating: "a:\n", count: 300_000)),
        HostileText("very many words", says: "50000 words", String(repeating: "[" + String(repeating: "a,", count: 300) + "]\n", count: 1_000)),
        HostileText("very many keys", says: "there is no such key", HostileFilesTests.head + (0..<19_000).map { "k\($0): 1" }.joined(separator: "\n")),
        HostileText("very many equal keys", says: "already given", HostileFilesTests.head + String(repeating: "zones: 1\n", count: 15_000)),
        HostileText("very many devices", says: "at most 1000", HostileFilesTests.head + "devices:\n" + (0..<5_000).map { "  d\($0): { }" }.joined(separator: "\n")),
        HostileText("not UTF-8", says: "not UTF-8", bytes: Array(HostileFilesTests.head.utf8) + [0x6E, 0x3A, 0x20, 0xC4, 0xE3, 0xBA, 0xC3, 0x0A]),
        HostileText("UTF-16", says: "not UTF-8", bytes: [0xFF, 0xFE] + "site: x\n".utf8.flatMap { [$0, 0] }),
        HostileText("byte order mark", says: "U+FEFF", bytes: [0xEF, 0xBB, 0xBF] + Array(HostileFilesTests.head.utf8)),
        HostileText("zero bytes", says: "U+0000", bytes: Array(HostileFilesTests.head.utf8) + [UInt8](repeating: 0, count: 5_000)),
        HostileText("many points and many mistakes", says: "nobody defines a point", HostileFilesTests.head + """
            buses:
              b: { modbus: tcp, host: h }
            devices:

            """ + (0..<240).map { "  dev\($0): { profile: cwt-weather, bus: b, unit: \($0) }\n" }.joined()
            + "outputs:\n" + (0..<16).map { "  V-\($0): { line: R\($0 + 1), is: valve, safe: closed, at-most: 2 h }\n" }.joined()
            + "water:\n  well: { }\nzones:\n" + (0..<250).map { "  z\($0): { valve: V-1, soil: dev1.humidty }\n" }.joined()),
        HostileText("escape sequence", says: "U+001B", HostileFilesTests.head + "name: \u{1B}[2J"),
        HostileText("direction override", says: "U+202E", HostileFilesTests.head + "name: a\u{202E}b"),
        HostileText("language tag characters", says: "U+E0041", HostileFilesTests.head + "name: a\u{E0041}b"),
        HostileText("private use mark", says: "U+E000", HostileFilesTests.head + "\u{E000}name: x"),
        HostileText("escaped override", says: "invisible control characters", HostileFilesTests.head + #"name: "a\u202eb""#),
        HostileText("escaped key", says: "no such key", HostileFilesTests.head + #""na\u202eme": x"#),
        HostileText("NaN", says: "is not a number", HostileFilesTests.head + "scan: nan ms"),
        HostileText("huge number", says: "is not a number", HostileFilesTests.head + "scan: " + String(repeating: "9", count: 300) + " ms"),
        HostileText("largest number", says: "outside", HostileFilesTests.head + "scan: 999999999999999 day"),
        HostileText("empty", says: "no keys and values", ""),
        HostileText("short", says: "no keys and values", "x"),
        HostileText("comment only", says: "no keys and values", "# nothing\n"),
        HostileText("a list", says: "no keys and values", "- a\n- b\n"),
        HostileText("null values", says: "one value is due", "site:\nplace:\nboard:\nzones:\n"),
        HostileText("complex key", says: "? begins", HostileFilesTests.head + "? [a, b]\n: c"),
        HostileText("directive", says: "cannot begin with %", "%YAML 1.2\n---\nsite: x"),
        HostileText("path as board", says: "is not the name of a file", HostileFilesTests.head.replacing("simulated", with: "../../etc/passwd")),
    ]
}

/// A small generator, so that a failing seed can be run again.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state >> 11
    }
}

func scratchPath() -> String {
    NSTemporaryDirectory() + "tidegate-site-" + UUID().uuidString
}

func scratchFile(_ bytes: [UInt8]) throws -> String {
    let path = scratchPath() + ".yaml"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
}
