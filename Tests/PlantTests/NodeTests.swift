import Foundation
import Testing

/// `python3` when it has pysparkplug, else `nil`.
private let pythonWithSparkplug: URL? = {
    guard let python = tool("python3"), let tried = try? run(python, ["-c", "import pysparkplug"]), tried.status == 0 else { return nil }
    return python
}()

private let mosquitto = tool("mosquitto") ?? ["/usr/sbin/mosquitto"].first { FileManager.default.isExecutableFile(atPath: $0) }
    .map { URL(fileURLWithPath: $0) }

/// The programs themselves on the simulated greenhouse, at a real broker, with a control room that shares no code with them.
@Suite("The controller at a Sparkplug host", .serialized)
struct NodeTests {
    private final class Greenhouse {
        let folder: URL
        let port: UInt16
        private var programs: [Process] = []

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-node-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            port = try freePort()
            try "listener \(port) 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\nuser root\n"
                .write(to: folder.appendingPathComponent("broker.conf"), atomically: true, encoding: .utf8)
            let site = try siteWithFreePort(in: folder)
            let uplink = """

                uplink:
                  brokers: [ { host: 127.0.0.1, port: \(port), tls: off } ]
                  sync: off
                  sparkplug: { group: shandong, node: gw-7, primary-host: scada, writable: [east-1, alarms] }

                """
            try (String(contentsOfFile: site, encoding: .utf8) + uplink).write(toFile: site, atomically: true, encoding: .utf8)
            let broker = Process()
            broker.executableURL = mosquitto
            broker.arguments = ["-c", folder.appendingPathComponent("broker.conf").path]
            try broker.run()
            let run = folder.path
            programs = [broker, try startProgram("tidegate-plant", [site, run]), try startProgram("tidegate-guard", [run]),
                        try startProgram("tidegated", [site, "--run", run, "--data", run + "/data", "--plant"])]
        }

        func endController() {
            let controller = programs.removeLast()
            controller.terminate()
            controller.waitUntilExit()
        }

        func tidegate(_ words: [String]) throws -> String {
            try run(built("tidegate"), words + ["--socket", folder.path + "/tidegate.sock"]).output
        }

        deinit {
            // A broker that was started with its signals blocked does not end by being asked.
            for program in programs.reversed() {
                kill(program.processIdentifier, SIGKILL)
                program.waitUntilExit()
            }
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/scada.py").path

    @Test(.enabled(if: pythonWithSparkplug != nil && mosquitto != nil, "skipped: python3 has no pysparkplug, or mosquitto is not installed"))
    func `a control room sees it born, alive, away and dead, opens a valve that it may, and no other`() throws {
        let farm = try Greenhouse()
        let (room, output) = (Process(), Pipe())
        room.executableURL = pythonWithSparkplug
        room.arguments = [Self.script, "\(farm.port)"]
        room.standardOutput = output
        room.standardError = output
        try room.run()
        var told = ""
        while !told.contains("the valve closes"), room.isRunning || !told.hasSuffix("]\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            told += String(decoding: more, as: UTF8.self)
        }
        let events = try farm.tidegate(["log", "--lang", "en"]), inChinese = try farm.tidegate(["log", "--lang", "zh"])
        farm.endController()
        told += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        room.waitUntilExit()
        #expect(told == Self.comesTrue, "\(told)")
        #expect(events.contains("an order from upstream for east 1 was not passed on: the site file lets nobody upstream order it"), "\(events)")
        #expect(inChinese.contains("上级对 东一区 的指令没有执行：值超出范围"), "\(inChinese)")
        let ledger = try run(try #require(pythonWithSparkplug), ["-c", Self.audit, farm.folder.path + "/data/ledger.db"]).output
        #expect(ledger == "sparkplug shandong: east-1 Run 2.0 min\nsparkplug shandong: east-1 Stop true\n", "\(ledger)")
    }

    private static let audit = """
        import sqlite3, sys
        for author, text in sqlite3.connect(sys.argv[1]).execute("select author, text from audit where author <> '' order by rowid"):
            print(f"{author}: {text}")
        """

    private static let comesTrue = """
        born with its devices
        data
        born again
        the valve opens
        the order is answered
        what may not be written is refused
        an output cannot be written
        what is out of range is refused
        water flows
        without its host it takes its leave
        born for the third time
        what was measured meanwhile is told as history
        the valve closes
        dead

        """
}
