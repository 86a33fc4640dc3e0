import Foundation
import Language
import Schedule
import Site
import Sparkplug
import Testing
import Uplink
@testable import tidegate

/// Documents go to the gateways of their own sites, and what is wrong with a push is told before anything is sent.
@Suite final class PushTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-push-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = folder.appendingPathComponent(name).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A signed schedule for a site.
    private func document(_ site: String, version: Int = 12, _ name: String? = nil) async throws -> String {
        let key = folder.appendingPathComponent("li.key").path
        if !FileManager.default.fileExists(atPath: key) { _ = await tidegate("schedule", "key", key) }
        let plan = try write("""
            schedule: spring
            site: \(site)
            version: \(version)
            valid: 2026-03-01 .. 2026-06-30
            programs: { morning: { zones: [east], give: 20 min, start: "06:00" } }

            """, name ?? "\(site).yaml")
        #expect(await tidegate("schedule", "sign", plan, "--key", key).status == .ok)
        return plan + ".signed"
    }

    @Test func `a document goes to the gateway of its site, by its own name or as the list has it`() async throws {
        let documents = try [PushDocument(await document("farm-1")), PushDocument(await document("farm-2"))]
        #expect(try pushTargets(documents, nil).map(\.gateway.text) == ["farm-1", "farm-2"])
        let list = try SiteList(try write("# our farms\nfarm-2 deck-2   # another name\n\nfarm-1\nfarm-2 deck-3\n", "list.txt"))
        let targets = try pushTargets(documents, list)
        #expect(targets.map(\.gateway.text) == ["deck-2", "farm-1", "deck-3"])
        #expect(targets[0].document == targets[2].document && targets[0].document != targets[1].document)
        #expect(targets[1].document?.version == 12)
    }

    @Test func `what is wrong with a push is told before anything is sent, with what to do`() async throws {
        let one = try await document("farm-1"), twin = try await document("farm-1", version: 13, "twin.yaml")
        let list = try write("farm-1\nfarm-9\n", "list.txt"), short = try write("farm-2\n", "short.txt")
        func refused(_ words: String...) async -> Spoken {
            let said = await tidegate(["push"] + words + ["--broker", "127.0.0.1:1", "--tls", "off"])
            #expect(said.status == .wrongUse)
            return said
        }
        #expect(await refused(one, twin).err.contains("both for site farm-1"))
        #expect(await refused(one, "--sites", list).err.contains("no document for farm-9"))
        #expect(await refused(one, try document("farm-2"), "--sites", short).err.contains("farm-1 is not on the list"))
        #expect(await refused(String(one.dropLast(7))).err.contains("is not signed"))
        #expect(await refused(one, "--sites", try write("a b c\n", "bad.txt")).err.contains("bad.txt:1"))
        #expect(await refused(one, "--sites", try write("a x\nb x\n", "double.txt")).err.contains("double.txt:2"))
        let open = await tidegate("push", one, "--broker", "mqtt.example.cn", "--tls", "off")
        #expect(open.status == .wrongUse && open.err.contains("password"))
        // Only looks like an address of this machine: whoever owns the name decides where it leads.
        let disguised = await tidegate("push", one, "--broker", "127.example.cn", "--tls", "off")
        #expect(disguised.status == .wrongUse && disguised.err.contains("password"))
        let nonsense = await tidegate("push", one, "--broker", "mqtt://x/y")
        #expect(nonsense.status == .wrongUse && nonsense.err.contains("no address"))
    }

    @Test(arguments: Language.allCases) func `without a broker it says so and ends with 3`(language: Language) async throws {
        let said = await tidegate(["push", try await document("farm-1"), "--broker", "127.0.0.1:1", "--tls", "off", "--wait", "1s"], language: language)
        #expect(said.status == .notReachable)
        #expect(said.err.contains(language == .chinese ? "连不上服务器" : "cannot be reached"))
        #expect(said.out.contains("farm-1"))
    }
}
