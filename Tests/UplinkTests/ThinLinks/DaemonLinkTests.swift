import Foundation
import Glibc
import Testing
@testable import Uplink

/// The controller itself between a center and a terminal in Python: killed, started anew, ordered about.
@Suite(.serialized) struct DaemonLinkTests {
    @Test func `the controller tells both links, obeys neither, and goes on with both after kill -9`() throws {
        let world = try DaemonWorld()
        world.center.say("ack no")
        var daemon = try world.start()
        eventually("a flow meter that nobody reads is told as broken") { !world.center.frames("33").isEmpty }
        let report = try #require(world.center.frames("33").first)
        let due: [String: PythonPeer.Scalar] = ["45": "00000020", "27": nil]
        #expect(report.station == "3707830001" && report.category == "I" && report.elements == due)
        eventually("the alarm that the guard is gone") { world.terminal.messages.contains { $0.event == 163 && $0.raised == true } }

        kill(daemon.processIdentifier, SIGKILL)
        daemon.waitUntilExit()
        daemon = try world.start()
        world.center.say("ack yes")
        let heard = world.center.frames("33").count
        eventually("the report comes again, and then heartbeats") { world.center.frames("33").count > heard && !world.center.frames("2F").isEmpty }
        #expect(world.center.frames("33").dropFirst(heard).first?.serial == report.serial)
        #expect(Set(world.center.frames("33").filter { $0.serial == report.serial }.map(\.elements)) == [report.elements])
        world.center.say("order 4C")
        world.center.say("ask 37")
        eventually("it answers what it is asked") { !world.center.frames("37").isEmpty }
        eventually("and tells what it was ordered") { world.events.contains("4CH") }
        #expect(world.center.frames("4C").isEmpty && world.status.contains("\"refused\":1"))
        #expect(Set(world.terminal.messages.filter { $0.event == 163 }.map(\.number)) == [1], "told under one number by both lives")
        #expect(Set(world.terminal.messages.map(\.life)).count == 1)
        daemon.terminate()
        daemon.waitUntilExit()
        #expect(daemon.terminationStatus == 0)
    }
}

/// A site of one meter, and both links of it on this machine.
private final class DaemonWorld {
    let center: PythonPeer
    let terminal: PythonPeer
    private let folder: ScratchFolder
    private let site: String

    init() throws {
        (center, folder) = (try PythonPeer("center.py"), try ScratchFolder())
        terminal = try PythonPeer("terminal.py", [folder.path + "/RS485-2", "1"])
        let center = center
        eventually("the center listens") { center.told.first?.port != nil }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/boards", withDestinationPath: root.appendingPathComponent("boards").path)
        site = folder.path + "/site.yaml"
        try """
            site: one-meter
            place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }
            board: simulated
            emergency-stop: none
            meters: { FT-101: { pulses: P1, each: 10 L } }
            water-bureau:
              station: "3707830001"
              category: intake
              timed: none
              elements: { Q: FT-101.flow }
              centers:
                county: { center: 1, password: "A1B2", host: water.example, port: \(try #require(center.told.first?.port)), answer-within: 1 s, heartbeat: 1 s }
            beidou: { serial: RS485-2, baud: 115200, speaks: beidou-3, center: 4204990, bytes: 78, days: none }
            """.write(toFile: site, atomically: true, encoding: .utf8)
    }

    func start() throws -> Process {
        try launch("tidegated", [site, "--plant", "--run", folder.path, "--data", folder.path], to: FileHandle.nullDevice)
    }

    var status: String { said(["status", "--json"]).filter { !$0.isWhitespace } }
    var events: String { said(["log"]) }

    private func said(_ words: [String]) -> String {
        let output = Pipe()
        guard let process = try? launch("tidegate", words + ["--socket", folder.path + "/tidegate.sock", "--lang", "en"], to: output) else { return "" }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private func launch(_ name: String, _ arguments: [String], to output: Any) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
