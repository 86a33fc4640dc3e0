import Foundation
import Glibc
import Testing

/// A receiver in Python on a database of its own, which is there in a moment: for tests that look at the gateway's side. `Office` has the
/// real one.
final class PythonReceiver {
    private let script: URL
    private let database: URL
    private var process: Process?

    /// - Parameter name: `receiver`, or `thingsboard`.
    init(_ folder: URL, _ name: String = "receiver") throws {
        script = try #require(Bundle.module.url(forResource: name, withExtension: "py", subdirectory: "Fixtures"))
        database = folder.appendingPathComponent("office.db")
    }

    func start(_ broker: RealBroker) throws {
        let process = Process()
        process.executableURL = try interpreter()
        process.arguments = [script.path, "\(broker.port)", database.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Whether it has said that the broker has let it in.
    var listens: Bool { FileManager.default.fileExists(atPath: database.path + ".listens") }

    /// What is stored, a row a line.
    func list() throws -> [String] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = try interpreter()
        process.arguments = [script.path, "--list", database.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func interpreter() throws -> URL {
        let found = python
        return try #require(found)
    }

    deinit { kill() }
}
