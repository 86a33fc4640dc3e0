import Foundation
import Testing

/// docs/sparkplug.md against the list of what the standard asks of an edge node.
@Suite struct AssertionTests {
    private struct Line {
        let assertion: String
        let how: String
        let shownBy: String
    }

    @Test func `every assertion that binds an edge node has one line that says how it is met and what shows it, and no other has one`() throws {
        let (due, lines, notes) = (try binding(), try lines(), try notes())
        #expect(due.count == 166 && Set(lines.map(\.assertion)) == Set(due) && lines.count == due.count)
        for line in lines {
            let numbers = line.shownBy.split(separator: " ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]")) }
            #expect(!line.how.isEmpty && !numbers.isEmpty, "\(line)")
            #expect(numbers.allSatisfy { $0 == "†" || notes.contains($0) }, "\(line)")
        }
    }

    /// Templates and data sets are never sent: what is asked of them binds nobody here.
    private func binding() throws -> [String] {
        let file = try #require(Bundle.module.url(forResource: "edge-assertions", withExtension: "csv", subdirectory: "Fixtures"))
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(rows.count == 200)
        return rows.filter { !$0.contains(",N/A unless ") }.map { String($0.prefix { $0 != "," }) }
    }

    private func page() throws -> [Substring] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/sparkplug.md").standardized
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    }

    private func lines() throws -> [Line] {
        let lines = try page(), head = try #require(lines.firstIndex { $0.hasPrefix("| assertion (`tck-id-`") })
        return lines[(head + 2)...].prefix { $0.hasPrefix("| ") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return Line(assertion: cells.first ?? "", how: cells.count > 1 ? cells[1] : "", shownBy: cells.count > 2 ? cells[2] : "")
        }
    }

    /// Numbers of the notes that name a test, which others see to exist.
    private func notes() throws -> Set<String> {
        Set(try page().filter { $0.contains(". `test:") }.map { String($0.prefix { $0 != "." }) })
    }
}
