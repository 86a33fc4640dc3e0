import CRealtime
import Foundation
import Glibc
import Sparkplug
import Testing
@testable import Uplink

/// What `deploy/up` starts, in a folder and on ports of its own: mosquitto, PostgreSQL and receivers.
final class Office {
    static let deploy = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("deploy")

    /// Whether Debian's parts of it are installed.
    static let isHere = RealBroker.isHere != nil
        && (try? run("/bin/sh", ["-c", "ls /usr/lib/postgresql/*/bin/initdb && /usr/bin/python3 -c 'import paho.mqtt, psycopg2, cbor2'"])) != nil

    /// Whether a disk of its own can be given to the database.
    static let canMount = geteuid() == 0 && (try? run("/bin/sh", ["-c", """
        d=$(mktemp -d) && mount -t tmpfs -o size=1m none $d && umount $d && rmdir $d
        """])) != nil

    let folder: URL
    let port: UInt16
    private let ownDisk: Bool
    private let options: [String]

    /// - Parameter diskMegabytes: of a disk that holds the database alone.
    init(gateways: [String], receivers: Int = 2, diskMegabytes: Int? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("office-\(UUID().uuidString.prefix(8))")
        port = try freePort()
        ownDisk = diskMegabytes != nil
        options = ["--port", "\(port)", "--receivers", "\(receivers)"] + gateways.flatMap { ["--gateway", $0] }
        let database = folder.appendingPathComponent("database")
        try FileManager.default.createDirectory(at: ownDisk ? database : folder, withIntermediateDirectories: true)
        if let diskMegabytes { try run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(diskMegabytes)m", "none", database.path]) }
        try up()
    }

    /// Starts what does not run.
    func up() throws { try run(Self.deploy.appendingPathComponent("up").path, [folder.path] + options) }

    /// As a power cut does. `what`: `broker`, `receiver-1` …, `database/postmaster`.
    func kill(_ what: String) {
        guard let process = process(what) else { return }
        Glibc.kill(process, SIGKILL)
        eventually("\(what) is dead") { Glibc.kill(process, 0) != 0 }
    }

    func address(of gateway: String, through port: UInt16? = nil, security: Broker.Security = .none) throws -> Broker {
        let password = try String(contentsOf: folder.appendingPathComponent("\(gateway).password"), encoding: .utf8)
        return Broker(host: "127.0.0.1", port: port ?? self.port,
                      login: .init(name: gateway, password: password.trimmingCharacters(in: .whitespacesAndNewlines)), security: security)
    }

    /// As a gateway comes in from outside.
    func secureAddress(of gateway: String) throws -> Broker {
        try address(of: gateway, through: port + 1, security: .tls(authority: folder.appendingPathComponent("ca.crt").path, own: nil))
    }

    /// What runs, by its name, with those that it has started.
    var processes: [String: [pid_t]] {
        let started = Dictionary(grouping: (try? run("/bin/ps", ["-eo", "pid=,ppid="])).map(pairs) ?? [], by: \.parent).mapValues { $0.map(\.process) }
        let files = ["broker": ["broker"], "receivers": (1...9).map { "receiver-\($0)" }, "database": ["database/postmaster"]]
        return files.mapValues { names in names.compactMap(process).flatMap { [$0] + started[$0, default: []] } }
    }

    private func pairs(_ text: String) -> [(process: pid_t, parent: pid_t)] {
        text.split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { pid_t($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }

    private func process(_ name: String) -> pid_t? {
        let text = try? String(contentsOf: folder.appendingPathComponent("\(name).pid"), encoding: .utf8)
        return text?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// Lines of fields.
    func ask(_ sql: String) throws -> [[String]] {
        let told = try run("/usr/bin/psql", ["--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--host", folder.path, "--username", "owner",
                                             "--tuples-only", "--no-align", "--field-separator", "\t", "--command", sql, "tidegate"])
        return told.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    /// What the receivers have said.
    var words: String {
        (1...9).compactMap { try? String(contentsOf: folder.appendingPathComponent("receiver-\($0).log"), encoding: .utf8) }.joined()
    }

    deinit {
        _ = try? run(Self.deploy.appendingPathComponent("down").path, [folder.path])
        if ownDisk { _ = try? run("/bin/umount", ["--lazy", folder.appendingPathComponent("database").path]) }
        try? FileManager.default.removeItem(at: folder)
    }
}

struct Failed: Error, CustomStringConvertible { let description: String }

/// Runs a program to its end and returns what it says.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> String {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failed(description: "\(program) \(arguments.joined(separator: " ")): \(told)") }
    return told
}

/// A client that only speaks.
final class Speaker {
    private let line: MosquittoLine
    private let bell = tg_bell_make()

    init(_ broker: Broker) throws {
        let line = try #require(MosquittoLine(broker, name: "speaker", will: nil))
        let bell = bell
        #expect(line.open(keepAlive: 60) == nil)
        eventually("the speaker is in") { line.turn(atMost: 20, bell: bell).contains(.connected) }
        self.line = line
    }

    deinit { close(bell) }

    func say(_ topic: String, _ payload: [UInt8]) {
        _ = line.publish(Publication(topic: topic, payload: payload, qualityOfService: 1))
        _ = line.turn(atMost: 50, bell: bell)
    }
}

/// A link that goes bad when it is told to: `Fixtures/link.py`.
final class BadLink {
    enum Mode: String { case pass, slow, swallow, cut }

    let port: UInt16
    private let process = Process()
    private let words = Pipe()

    init(to destination: UInt16) throws {
        port = try freePort()
        let script = try #require(Bundle.module.url(forResource: "link", withExtension: "py", subdirectory: "Fixtures"))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path, "\(port)", "\(destination)"]
        process.standardInput = words
        try process.run()
    }

    func be(_ mode: Mode) { try? words.fileHandleForWriting.write(contentsOf: Data("\(mode.rawValue)\n".utf8)) }

    deinit {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
