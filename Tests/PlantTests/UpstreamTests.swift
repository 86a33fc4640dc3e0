import Foundation
import Testing

/// What waits to be told upstream, in the controller itself.
@Suite("Rows that wait to be sent", .serialized)
struct UpstreamTests {
    private static let rows = """
        import sqlite3, sys
        print(sqlite3.connect(sys.argv[1]).execute("select count(*) from outgoing").fetchone()[0])
        """

    @Test(.enabled(if: tool("python3") != nil, "skipped: there is no python3"))
    func `wait while nobody answers, whatever the password file is, and are forgotten once the site tells nobody any more`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-rows-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let site = try siteWithFreePort(in: folder)
        let text = try String(contentsOfFile: site, encoding: .utf8)
        let broker = "host: 127.0.0.1, port: \(try freePort()), tls: off, user: gw-7, password-file: /nowhere"
        try "\(text)\nuplink:\n  brokers: [ { \(broker) } ]\n".write(toFile: site, atomically: true, encoding: .utf8)
        let programs = try [startProgram("tidegate-plant", [site, folder.path]), startProgram("tidegate-guard", [folder.path])]
        defer { programs.forEach(end) }

        let order = ["run", "east-1", "--for", "10m", "--lang", "en", "--socket", folder.path + "/tidegate.sock"]
        try live(folder, site) {
            #expect(eventually { (try? run(built("tidegate"), order).status) == 0 })
            #expect(eventually { (Int(waiting(in: folder)) ?? 0) > 0 })
        }
        try text.write(toFile: site, atomically: true, encoding: .utf8)
        try live(folder, site) { #expect(eventually { waiting(in: folder) == "0" }) }
    }

    /// A life of the controller.
    private func live(_ folder: URL, _ site: String, _ body: () throws -> Void) throws {
        let controller = try startProgram("tidegated", [site, "--run", folder.path, "--data", folder.path + "/data", "--plant"])
        defer { end(controller) }
        try body()
    }

    private func waiting(in folder: URL) -> String {
        let asked = tool("python3").flatMap { try? run($0, ["-c", Self.rows, folder.path + "/data/ledger.db"]) }
        return asked.map { $0.output.trimmingCharacters(in: .newlines) } ?? ""
    }

    private func end(_ program: Process) {
        program.terminate()
        program.waitUntilExit()
    }
}
