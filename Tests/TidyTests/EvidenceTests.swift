import Foundation
import Testing

/// Pages that say what is safe, or what standard is met, name what shows it, in backticks: `test:` a test here or of the firmware's
/// core, `rig:` a check of `scripts/test-gpio`, `qemu:` a check of `scripts/test-firmware`, `gateway:` one of its `--gateway`. A claim whose test is gone is worse than no claim.
@Suite struct EvidenceTests {
    private static let kinds = ["test", "rig", "qemu", "gateway"]

    /// Every piece of evidence a page names, in order, such as `rig:a peer that hangs up: every output safe at once`.
    private func named(in page: String) throws -> [String] {
        let text = try #require(Tree.text(of: page))
        return text.components(separatedBy: "`").filter { piece in Self.kinds.contains { piece.hasPrefix($0 + ":") && piece != $0 + ":" } }
    }

    private func exists(_ evidence: String) -> Bool {
        let (kind, name) = (evidence.prefix { $0 != ":" }, evidence.drop { $0 != ":" }.dropFirst())
        switch kind {
        case "test": return Sources.tests.contains("func `\(name)`(")
        case "rig": return Sources.rig.contains("\"\"\"\(name)\"\"\"")
        case "gateway": return Sources.gateway.contains("\"\"\"\(name)\"\"\"")
        default:
            let check = name.split(separator: " ").joined(separator: "_")
            return Sources.qemu.contains("def \(check)()") && Sources.qemuRuns.contains(check)
        }
    }

    @Test(arguments: ["SAFETY.md", "docs/wiring.md", "docs/wiring.zh.md", "docs/sparkplug.md", "docs/sync.md"])
    func `every test that a page names exists`(page: String) throws {
        let evidence = try named(in: page)
        #expect(evidence.count > 10, "\(page) names hardly any test")
        for one in evidence { #expect(exists(one), "\(page) names a test that does not exist: \(one)") }
    }

    @Test func `what does not exist is seen`() {
        #expect(!["test:no such test", "rig:no such check", "qemu:no such check", "qemu:expect", "gateway:no such check"].contains(where: exists))
    }

    @Test func `the pages on wiring name the same tests in both languages`() throws {
        #expect(try named(in: "docs/wiring.md") == named(in: "docs/wiring.zh.md"))
    }

    /// `[3]` stands for the third line of evidence below the table, † for what wires and devices do.
    @Test(arguments: ["docs/wiring.md", "docs/wiring.zh.md"])
    func `each cell of what becomes of an output is tested or said to be the wiring's`(page: String) throws {
        let lines = try #require(Tree.text(of: page)).components(separatedBy: "\n")
        let rows = lines.filter { $0.hasPrefix("| ") && $0.contains("†") }
        let listed = Set(lines.compactMap { $0.contains(". `") ? $0.split(separator: ".").first.map(String.init) : nil })
        #expect(rows.count == 7)
        var cited: Set<String> = []
        for cell in rows.flatMap({ $0.components(separatedBy: "|").dropFirst(2).dropLast() }) {
            let numbers = cell.matches(of: /\[(\d+)\]/).map { String($0.output.1) }
            cited.formUnion(numbers)
            #expect(!numbers.isEmpty || cell.contains("†"), "\(page): nothing shows:\(cell)")
        }
        #expect(cited == listed, "\(page): cited and listed differ")
    }
}

/// What the names are looked up in.
private enum Sources {
    static let tests = (Tree.swiftFiles(below: "Tests") + Tree.swiftFiles(below: "firmware-bridge/Tests")).map(\.text).joined()
    static let rig = Tree.files(below: "Tests/rig/guest", ending: "py").map(\.text).joined()
    static let gateway = Tree.text(of: "firmware-bridge/qemu/gateway.py") ?? ""
    static let qemu = Tree.text(of: "firmware-bridge/qemu/checks.py") ?? ""
    /// The names in the list of those that run, at the end of the file.
    static let qemuRuns = Set((qemu.components(separatedBy: "ALL = [").last ?? "").split { !($0.isLetter || $0 == "_") }.map(String.init))
}
