import Foundation
import Language
import Site
import Testing

/// Slips of people in documents that were in order: each is loaded or refused, and none ends the program.
@Suite struct SlipTests {
    private static let documents = ["configs/schedules/example-shouguang-12.yaml", "configs/schedules/example-liangshan-gate-3.yaml"]

    /// The same with one `key: value` of one line turned into something else.
    private static func slips(in text: String, _ other: String) -> [String] {
        let lines = text.components(separatedBy: "\n")
        return lines.indices.compactMap { number in
            guard let colon = lines[number].firstRange(of: ": "), !lines[number].hasPrefix("#") else { return nil }
            var changed = lines
            changed[number] = String(lines[number][..<colon.upperBound]) + other
            return changed.joined(separator: "\n")
        }
    }

    @Test(arguments: documents, ["x", "2.2", "[a, 1]", "{ a: 1, ec: x }", ""])
    func `whatever stands in a line of a schedule, it is loaded or refused with a line and a remedy`(file: String, other: String) throws {
        for text in Self.slips(in: try Project.text(of: file), other) {
            do throws(SiteRefused) {
                _ = try Project.load(text)
            } catch {
                #expect(!error.problems.isEmpty)
                for problem in error.problems { #expect(!problem.what.en.isEmpty && !problem.remedy.zh.isEmpty) }
            }
        }
    }

    @Test func `a recipe whose target cannot be read is refused, and its parts go by nothing`() throws {
        for (key, bad) in [("ec: 2.2 mS/cm", "ec: 2.2"), ("ph: 6.2", "ph: six")] {
            let text = try Project.text(of: Self.documents[0]).replacing(key, with: bad)
            let refused = try #require(throws: SiteRefused.self) { try Project.load(text) }
            #expect(refused.problems.contains { $0.key.hasPrefix("recipes.flowering.") }, "\(refused.problems)")
        }
    }

    @Test func `a program that starts on no day of its document is told, and refused it is not`() throws {
        let text = try Project.text(of: "configs/schedules/season-shouguang-12.yaml").replacing("2026-03-13 .. 2026-04-06", with: "2026-07-13 .. 2026-08-06")
        let notices = try Project.load(text).notices.filter { $0.key == "programs.bloom" }
        #expect(notices.map(\.what.en) == ["does not start on any day of valid:."])
        let own = try Project.load(Project.text(of: "configs/schedules/season-shouguang-12.yaml")).notices
        #expect(!own.contains { $0.what.en.contains("does not start") })
    }

    @Test func `a recipe that no program uses is told, but not where the program that was to use it is wrong`() throws {
        let text = try Project.text(of: Self.documents[0])
        func unused(_ text: String) -> [String] {
            do throws(SiteRefused) {
                return try Project.load(text).notices.filter { $0.what.en.contains("no program uses") }.map(\.key)
            } catch {
                return error.remarks.filter { $0.what.en.contains("no program uses") }.map(\.key)
            }
        }
        #expect(unused(text).isEmpty)
        #expect(unused(text.replacing("    recipe: flowering\n", with: "")) == ["recipes.flowering"])
        #expect(unused(text.replacing("    recipe: flowering\n", with: "").replacing("version: ", with: "version: x")) == ["recipes.flowering"])
        #expect(unused(text.replacing("    recipe: flowering\n", with: "    receipe: flowering\n")).isEmpty)
    }

    @Test func `a site file's own remarks are not told to whoever writes a schedule`() throws {
        let text = try Project.text(of: Self.documents[0])
        #expect(try Site.load(path: Project.site(of: text)).notices.contains { $0.file.hasSuffix("example-fertigation.yaml") })
        let refused = try #require(throws: SiteRefused.self) { try Project.load(text.replacing("version: ", with: "version: x")) }
        #expect(refused.remarks.allSatisfy { $0.file == "schedule.yaml" })
    }

    @Test func `where a text is no YAML nothing is said of keys that seem to be given twice`() throws {
        let text = try Project.text(of: "configs/schedules/refused/first-draft.yaml")
        let refused = try #require(throws: SiteRefused.self) { try Project.load(text) }
        #expect(refused.problems.map(\.line) == [17])
    }
}
