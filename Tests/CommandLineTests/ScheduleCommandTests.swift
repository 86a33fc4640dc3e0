import Foundation
import Language
import LiveFarm
import LocalAPI
import Testing
@testable import Schedule
import Site
@testable import tidegate

/// An agronomist's desk from end to end: begin, check, compare, sign, verify.
@Suite final class ScheduleCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-desk-\(UUID().uuidString)")
    private let site = shipped("configs/example-fertigation.yaml")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func shipped(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(file).path
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    private func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }

    @Test func `a key is made once, for its owner alone, and shows its public half`() async throws {
        let made = await tidegate("schedule", "key", path("li.key"))
        #expect(made.status == .ok)
        let mode = try FileManager.default.attributesOfItem(atPath: path("li.key"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = await tidegate("schedule", "key", path("li.key"))
        #expect(again.status == .wrongUse)
        let shown = await tidegate("schedule", "key", path("li.key"), "--show")
        #expect(shown.out == made.out)
        let secret = try String(contentsOfFile: path("li.key"), encoding: .utf8).split(separator: " ").last ?? ""
        #expect(!secret.isEmpty && !made.out.contains(secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path("li.key"))
        let open = await tidegate("schedule", "key", path("li.key"), "--show")
        #expect(open.status == .wrongUse)
        #expect(open.err.contains("others may read"))
    }

    @Test(arguments: Language.allCases)
    func `a schedule is begun, checked, compared, signed and verified, and one changed letter is seen`(language: Language) async throws {
        let begun = await tidegate("schedule", "new", "--site", site, "--number", "1", language: language)
        #expect(begun.status == .ok)
        let text = begun.out.replacing("west: 4 m3", with: "west: 5 m3")
        let plan = try write(text, "spring.yaml")
        #expect(await tidegate("schedule", "lint", plan, "--site", site, language: language).status == .ok)
        let changed = await tidegate("schedule", "diff", plan, "--site", site, language: language)
        #expect(changed.out.contains("4.00 m3 → 5.00 m3"))
        let keys = try await trust()
        let signed = await tidegate("schedule", "sign", plan, "--key", path("li.key"), language: language)
        #expect(signed.status == .ok)
        let verified = await tidegate("schedule", "verify", plan + ".signed", "--trust", keys, language: language)
        #expect(verified.status == .ok, "\(verified.out)\(verified.err)")
        #expect(verified.out.contains("shouguang-12"))
        #expect(verified.out.contains("li"))
        let explained = await tidegate("schedule", "explain", plan + ".signed", "--site", site, language: language)
        #expect(explained.out.contains("5.00 m3"))
        let tampered = try String(contentsOfFile: plan + ".signed", encoding: .utf8).replacing("west: 5 m3", with: "west: 6 m3")
        let refused = await tidegate("schedule", "verify", try write(tampered, "bad.signed"), "--trust", keys, language: language)
        #expect(refused.status == .failed)
        #expect(refused.out.contains("li"))
        let inJSON = await tidegate("schedule", "verify", path("bad.signed"), "--trust", keys, "--json", language: language)
        let told = try JSONDecoder().decode(ErrorReply.self, from: Data(inJSON.out.utf8))
        #expect(inJSON.status == .failed && told.error.message.zh.contains("li"))
        let older = await tidegate("schedule", "verify", plan + ".signed", "--trust", keys, "--newest", "3", language: language)
        #expect(older.status == .failed)
    }

    /// A trust file with one installer and one agronomist, signed.
    private func trust() async throws -> String {
        var publicKeys: [String] = []
        for name in ["wang", "li"] {
            _ = await tidegate("schedule", "key", path("\(name).key"))
            publicKeys.append(Data(try KeyFile.read(path("\(name).key")).publicBytes).base64EncodedString())
        }
        let text = """
            trust: shouguang-12
            version: 1
            expires: 2099-01-01
            needs: { installer: 1, agronomist: 1, operator: 1 }
            keys:
              wang: { role: installer, key: \(publicKeys[0]) }
              li: { role: agronomist, key: \(publicKeys[1]), zones: all }

            """
        let file = try write(text, "trust.yaml")
        #expect(await tidegate("schedule", "sign", file, "--key", path("wang.key")).status == .ok)
        return file + ".signed"
    }

    @Test func `what is wrong is told all at once, and nothing wrong is signed`() async throws {
        let bad = Self.shipped("configs/schedules/refused/head.yaml")
        let lint = await tidegate("schedule", "lint", bad, "--site", site)
        #expect(lint.status == .wrongUse)
        #expect(lint.out.contains("4 problems."))
        _ = await tidegate("schedule", "key", path("li.key"))
        let signed = await tidegate("schedule", "sign", bad, "--key", path("li.key"), "--out", path("out"))
        #expect(signed.status == .wrongUse)
        #expect(!FileManager.default.fileExists(atPath: path("out")))
        let json = await tidegate("schedule", "lint", bad, "--site", site, "--json")
        #expect(json.status == .wrongUse)
        #expect(json.out.contains("\"ok\" : false"))
    }

    @Test func `a second signature is added in place, and the same key signs once`() async throws {
        let plan = try write(await tidegate("schedule", "new", "--site", site).out, "spring.yaml")
        for name in ["li", "sun"] { _ = await tidegate("schedule", "key", path("\(name).key")) }
        _ = await tidegate("schedule", "sign", plan, "--key", path("li.key"))
        for _ in 0..<2 { _ = await tidegate("schedule", "sign", plan + ".signed", "--key", path("sun.key")) }
        let text = try String(contentsOfFile: plan + ".signed", encoding: .utf8)
        #expect(text.components(separatedBy: "\nsignature: ").count == 3)
    }

    @Test(arguments: Language.allCases)
    func `a gateway is enrolled, takes a schedule, refuses it the second time, and goes back`(language: Language) async throws {
        func box(_ words: String...) async -> Spoken {
            await tidegate(["schedule"] + words + ["--site", site, "--data", folder.path], language: language)
        }
        #expect(await box("state").err.contains("tidegate schedule enroll"))
        let keys = try await trust()
        #expect(await box("enroll", keys).status == .ok)
        let again = await box("enroll", keys)
        #expect(again.status == .wrongUse)
        #expect(await box("enroll", keys, "--yes").status == .ok)
        let plan = try write(await tidegate("schedule", "new", "--site", site, "--number", "7").out, "spring.yaml")
        _ = await tidegate("schedule", "sign", plan, "--key", path("li.key"))
        let taken = await box("take", plan + ".signed")
        #expect(taken.status == .ok, "\(taken.out)")
        let twice = await box("take", plan + ".signed")
        #expect(twice.status == .failed)
        #expect(twice.out.contains("7"))
        let state = await box("state")
        #expect(state.lines.count { $0.contains("7") } == 1)
        let start = InForce(folder: folder.path + "/schedules", base: try Site.load(path: site)) { ScheduleBoxOptions.now($0) }
        #expect(start.answers == [.active(7)])
        #expect(await box("rollback").status == .ok)
        let next = InForce(folder: folder.path + "/schedules", base: try Site.load(path: site)) { ScheduleBoxOptions.now($0) }
        #expect(next.answers == [])
        #expect(await box("rollback").status == .failed)
    }

    @Test(arguments: Language.allCases)
    func `where the site asks for it a schedule waits for somebody who has seen what it changes`(language: Language) async throws {
        let lines = try String(contentsOfFile: site, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("schedules:") }
        let own = try write(lines.joined(separator: "\n") + "\nschedules: { approval: required }\n", "site.yaml")
        let library = ["--boards", Self.shipped("boards"), "--profiles", Self.shipped("configs/profiles")]
        func box(_ words: String...) async -> Spoken {
            await tidegate(["schedule"] + words + ["--site", own, "--data", folder.path] + library, language: language)
        }
        #expect(await box("enroll", try await trust()).status == .ok)
        let text = await tidegate("schedule", "new", "--site", site, "--number", "7").out.replacing("west: 4 m3", with: "west: 5 m3")
        let plan = try write(text, "spring.yaml")
        _ = await tidegate("schedule", "sign", plan, "--key", path("li.key"))
        #expect(await box("take", plan + ".signed").out.contains(language == .english ? "It waits for approval" : "等现场批准"))
        #expect(await box("state").out.contains(language == .english ? "waits for approval" : "等批准"))
        #expect(await box("approve", "8", "--yes").status == .failed)
        let unasked = await box("approve", "7")
        #expect(unasked.status != .ok && unasked.out.contains("4.00 m3 → 5.00 m3"), "\(unasked)")
        #expect(await box("approve", "7", "--yes").status == .ok)
        #expect(await box("decline", "7").status == .ok)
        #expect(await box("decline", "7").status == .failed)
    }

    @Test(arguments: Language.allCases) func `each step stands in the log of the controller that runs, in words`(language: Language) async throws {
        try await withFarm { farm in
            for (step, reason) in [("waits", "none"), ("approved", "none"), ("active", "none"), ("refused", "twoUnderOneNumber")] {
                let request = CommandRequest(.scheduleNote, subject: reason, what: step, seen: "…", count: 12)
                let reply: CommandReply = try ControllerClient(path: farm.socketPath).post("commands", request)
                #expect(reply.results.first?.outcome == "done")
            }
            #expect(await eventually { await tidegate("log", "--socket", farm.socketPath, language: language).out.contains(language == .english ? "two documents were signed under one number" : "同一个版本号签了两份") })
            let log = await tidegate("log", "--socket", farm.socketPath, language: language).out
            #expect(log.contains(language == .english ? "version 12 of the schedule is in force" : "方案第 12 版启用"))
            #expect(log.contains("tidegate schedule approve 12"))
        }
    }

    @Test func `what is expected and does not come true fails the check`() async throws {
        let text = await tidegate("schedule", "new", "--site", site, "--number", "7", "--first", "2026-03-01").out
        let plan = try write(text + "expect: [ { on: 2026-03-02, then: { east: 5 m3 .. 6 m3 } } ]\n", "spring.yaml")
        let lint = await tidegate("schedule", "lint", plan, "--site", site)
        #expect(lint.status == .wrongUse && lint.out.contains("m3 found, 5.00 … 6.00 m3 expected."), "\(lint.out)")
        let right = try write(text + "expect: [ { on: 2026-03-02, then: { east: about 4 m3 } } ]\n", "right.yaml")
        #expect(await tidegate("schedule", "lint", right, "--site", site).status == .ok)
    }
}
