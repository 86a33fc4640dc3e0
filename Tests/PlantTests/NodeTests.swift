import Foundation
import Testing

/// `python3` when it has pysparkplug, else `nil`.
private let pythonWithSparkplug: URL? = {
    guard let python = tool("python3"), let tried = try? run(python, ["-c", "import pysparkplug"]), tried.status == 0 else { return nil }
    return python
}()

private let mosquitto = tool("mosquitto") ?? ["/usr/sbin/mosquitto"].first { FileManager.default.isExecutableFile(atPath: $0) }
    .map { URL(fileURLWithPath: $0) }

private let publisher = tool("mosquitto_pub")
private let subscriber = tool("mosquitto_sub")

/// The programs themselves on the simulated greenhouse, at a real broker, with a control room that shares no code with them.
@Suite("The controller at a Sparkplug host", .serialized)
struct NodeTests {
    private final class Greenhouse {
        let folder: URL
        let port: UInt16
        private var programs: [Process] = []

        init(primaryHost: String? = nil) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-node-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            port = try freePort()
            try "listener \(port) 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\nuser root\n"
                .write(to: folder.appendingPathComponent("broker.conf"), atomically: true, encoding: .utf8)
            let site = try siteWithFreePort(in: folder)
            let host = primaryHost.map { "primary-host: \($0), " } ?? ""
            let uplink = """

                uplink:
                  brokers: [ { host: 127.0.0.1, port: \(port), tls: off } ]
                  sync: off
                  sparkplug: { group: shandong, node: gw-7, \(host)writable: [east-1, alarms] }

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

        /// Whether data of the zone come within a few seconds.
        func hearsData() -> Bool {
            let topic = "spBv1.0/shandong/DDATA/gw-7/east-1"
            let heard = subscriber.flatMap { try? run($0, ["-p", "\(port)", "-t", topic, "-C", "1", "-W", "5", "-F", "%t"]) }
            return heard?.output.contains(topic) ?? false
        }

        /// The most memory that the controller has ever had.
        func peakKilobytes() throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(programs[programs.count - 1].processIdentifier)/status", encoding: .utf8)
            return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) })
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

    @Test(.enabled(if: publisher != nil && mosquitto != nil, "skipped: mosquitto or mosquitto_pub is not installed"))
    func `a message of 256 MB to the controller costs it no memory, is told, and control goes on`() throws {
        let farm = try Greenhouse()
        #expect(try eventually { try farm.tidegate(["run", "east-1", "--for", "10m", "--lang", "en"]).contains("east 1") })
        #expect(eventually { farm.hearsData() }, "it is born")
        let before = try farm.peakKilobytes()
        let file = farm.folder.appendingPathComponent("large")
        #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
        // A file with nothing in it but its length.
        try FileHandle(forWritingTo: file).truncate(atOffset: 268_000_000)
        _ = try run(try #require(publisher), ["-p", "\(farm.port)", "-t", "spBv1.0/shandong/DCMD/gw-7/east-1", "-f", file.path])
        #expect(try eventually { try farm.tidegate(["log", "--lang", "en"]).contains("somebody sent a message of more than 128 KiB to us") })
        #expect(eventually { farm.hearsData() }, "it is born again")
        let grown = try farm.peakKilobytes() - before
        #expect(grown < 8_192, "\(grown) kB more")
        let status = try farm.tidegate(["status", "--lang", "en"])
        #expect(status.contains("by hand (command 1)"), "\(status)")
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/scada.py").path

    @Test(.enabled(if: pythonWithSparkplug != nil && mosquitto != nil, "skipped: python3 has no pysparkplug, or mosquitto is not installed"))
    func `a control room sees it born, alive, away and dead, opens a valve that it may, and no other`() throws {
        let farm = try Greenhouse(primaryHost: "scada")
        let (room, output) = (Process(), Pipe())
        room.executableURL = pythonWithSparkplug
        room.arguments = [Self.script, "\(farm.port)"]
        room.standardOutput = output
        room.standardError = output
        try room.run()
        var told = ""
        while !told.contains("the valve closes") {
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
