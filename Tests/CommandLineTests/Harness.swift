import Foundation
import Language
import LiveFarm
import Synchronization
@testable import tidegate

/// What one command line said and how it ended.
struct Spoken {
    let status: ExitStatus
    let out: String
    let err: String

    var lines: [String] { out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}

/// Runs a command line in this process, as a person with this language and terminal would.
func tidegate(_ arguments: String..., language: Language = .english, width: Int? = nil) async -> Spoken {
    await tidegate(arguments, language: language, width: width)
}

func tidegate(_ arguments: [String], language: Language = .english, width: Int? = nil) async -> Spoken {
    let said = Said()
    let console = Console(language: language, width: width, out: { said.add(out: $0) }, err: { said.add(err: $0) })
    let status = await Console.$current.withValue(console) { await Program.run(arguments) }
    return Spoken(status: status, out: said.out, err: said.err)
}

/// Speaks in a language, for a piece of the program that is no whole command.
func speaking<Value>(_ language: Language, width: Int? = nil, colour: Bool = false, _ body: () throws -> Value) rethrows -> Value {
    let console = Console(language: language, width: width, usesColour: colour, out: { _ in }, err: { _ in })
    return try Console.$current.withValue(console, operation: body)
}

private final class Said: Sendable {
    private let text = Mutex<(out: String, err: String)>(("", ""))
    func add(out: String) { text.withLock { $0.out += out } }
    func add(err: String) { text.withLock { $0.err += err } }
    var out: String { text.withLock { $0.out } }
    var err: String { text.withLock { $0.err } }
}

/// Runs a test beside a farm of its own, and ends the farm whatever happens.
func withFarm(_ test: (LiveFarm) async throws -> Void) async throws {
    let farm = try LiveFarm()
    try await farm.open()
    do {
        try await test(farm)
    } catch {
        await farm.close()
        throw error
    }
    await farm.close()
}

/// Asks until the answer is as hoped, for ten seconds at most.
func eventually(_ hoped: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if await hoped() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}

/// The program as it was built, beside this test.
enum Binary {
    /// `nil` when this test was built without it.
    static var path: String? {
        let beside = Bundle.main.bundleURL.deletingLastPathComponent().appendingPathComponent("tidegate").path
        let built = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../.build/debug/tidegate").standardizedFileURL.path
        return [beside, built].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (status: Int32, out: String, err: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let out = Pipe(), err = Pipe()
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let said = out.fileHandleForReading.readDataToEndOfFile()
        let complained = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self), String(decoding: complained, as: UTF8.self))
    }
}
