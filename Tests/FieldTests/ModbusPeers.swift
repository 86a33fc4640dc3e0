import Foundation
import Synchronization
import Testing

/// A process that plays the other side, for as long as this object lives. Ends only what it started.
final class Peer: Sendable {
    private let process: Mutex<Process>
    /// Words of its first line after "ready".
    let ready: [String]

    /// Starts a program and waits for its first line.
    init(_ path: String, _ arguments: [String], awaitsLine: Bool = true) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        if awaitsLine { process.standardOutput = output }
        process.standardError = FileHandle.nullDevice
        try process.run()
        ready = awaitsLine ? Peer.firstLine(output).split(separator: " ").dropFirst().map(String.init) : []
        self.process = Mutex(process)
    }

    deinit { stop() }

    func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    var port: UInt16 { ready.first.flatMap { UInt16($0) } ?? 0 }

    private static func firstLine(_ pipe: Pipe) -> String {
        var line = Data()
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 10 { line.append(first) }
        return String(decoding: line, as: UTF8.self)
    }

    static func python(_ script: String, _ arguments: [String]) throws -> Peer {
        let path = try #require(Bundle.module.url(forResource: script, withExtension: "py", subdirectory: "Fixtures/Modbus")).path
        return try Peer("/usr/bin/env", ["python3", path] + arguments)
    }

    /// What a test says when it cannot run here; `nil` when python3 and pymodbus are there.
    static let pymodbusIsMissing = !succeeds(["python3", "-c", "import pymodbus.server, serial"])
    static let pythonIsMissing = !succeeds(["python3", "-c", "pass"])
    static let socatIsMissing = !succeeds(["socat", "-V"])

    private static func succeeds(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

/// Two pseudo terminals joined like a cable.
final class SerialCable: Sendable {
    let near: String
    let far: String
    private let folder: String
    private let socat: Peer

    init() throws {
        folder = NSTemporaryDirectory() + "tidegate-cable-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        near = folder + "/near"
        far = folder + "/far"
        socat = try Peer("/usr/bin/env", ["socat", "pty,raw,echo=0,link=\(near)", "pty,raw,echo=0,link=\(far)"], awaitsLine: false)
        let deadline = Date().addingTimeInterval(10)
        while !(FileManager.default.fileExists(atPath: near) && FileManager.default.fileExists(atPath: far)), Date() < deadline {
            usleep(5000)
        }
    }

    /// As if the adapter had been pulled out. The names go first: the system gives a freed terminal to the next who asks.
    func pull() {
        try? FileManager.default.removeItem(atPath: folder)
        socat.stop()
    }

    deinit { pull() }
}
