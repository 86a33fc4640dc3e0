import Foundation

/// What a tool of the machine printed and how it ended.
struct ToolResult {
    let status: Int32
    let output: String
}

/// A program of ours, beside the tests.
func built(_ name: String) -> URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name)
}

/// Starts a program of ours, silent.
func startProgram(_ name: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = built(name)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
}

/// An example site in a folder, with another TCP port, so that two runs on one machine do not meet.
func siteWithFreePort(_ name: String = "example-drip-greenhouse", in folder: URL) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    for name in ["boards", "configs"] {
        try FileManager.default.copyItem(at: root.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
    let site = folder.appendingPathComponent("configs/\(name).yaml")
    let text = try String(contentsOf: site, encoding: .utf8)
    try text.replacing("port: 1502", with: "port: \(try freePort())").write(to: site, atomically: true, encoding: .utf8)
    return site.path
}

/// A program found in PATH, or `nil`.
func tool(_ name: String) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}

/// Runs a program to its end; both outputs together.
func run(_ program: URL, _ arguments: [String]) throws -> ToolResult {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return ToolResult(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
}

/// Looks again and again, for a minute at most.
func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
    let end = Date(timeIntervalSinceNow: 60)
    while Date() < end {
        if try isSo() { return true }
        Thread.sleep(forTimeInterval: 0.05)
    }
    return false
}

/// `python3` when it has pymodbus, else `nil`.
let pythonWithPymodbus: URL? = {
    guard let python = tool("python3"),
          let tried = try? run(python, ["-c", "import pymodbus, serial"]), tried.status == 0 else { return nil }
    return python
}()

let mbpoll = tool("mbpoll")
