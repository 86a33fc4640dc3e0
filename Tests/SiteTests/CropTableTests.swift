import Foundation
import Testing

/// The crop files against the tables they name: a figure that says which row it is from is that row's.
@Suite struct CropTableTests {
    private struct Line {
        let figures: [String: Double]
        let source: String
        let confidence: String
    }

    private static let crops = Project.path("configs/crops")

    private func lines(of file: String) throws -> [String: Line] {
        let text = try String(contentsOfFile: "\(Self.crops)/\(file)", encoding: .utf8)
        var lines: [String: Line] = [:]
        for match in text.matches(of: /(?m)^(\w+):\s+\{([^}]*)source: "([^"]*)" \}/) {
            let pairs = match.2.split(separator: ",").map { $0.split(separator: ":").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } }
            let words = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
            let figures = words.compactMapValues { Double($0.split(separator: " ").first ?? "") }
            lines[String(match.1)] = Line(figures: figures, source: String(match.3), confidence: words["confidence"] ?? "")
        }
        return lines
    }

    /// By the row's name, the columns behind its Chinese name.
    private func table(_ number: Int) throws -> [String: [Double?]] {
        let text = try String(contentsOfFile: "\(Self.crops)/fao56/table\(number).csv", encoding: .utf8)
        let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return Dictionary(rows.map { (String($0[0]), $0.dropFirst(2).map { Double($0) }) }) { first, _ in first }
    }

    /// The row that a source names after "FAO-56 table N, ".
    private func row(_ source: String, _ number: Int) throws -> [Double?]? {
        guard let found = source.range(of: "FAO-56 table \(number), ") else { return nil }
        let rest = source[found.upperBound...].replacing(",", with: "")
        return try table(number).filter { rest.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value
    }

    private static let files = (try? FileManager.default.contentsOfDirectory(atPath: crops))?.filter { $0.hasSuffix(".yaml") } ?? []

    @Test(arguments: files) func `coefficients and depletion are those of the rows they name`(file: String) throws {
        let lines = try lines(of: file)
        for (key, number) in [("kc", 12), ("kcb", 17)] {
            let line = try #require(lines[key]), row = try #require(try row(line.source, number), "\(file): \(line.source)")
            #expect(["initial", "middle", "end"].map { line.figures[$0] } == Array(row.prefix(3)), "\(file): \(key)")
        }
        let depletion = try #require(lines["depletion"]), row = try #require(try row(depletion.source, 22), "\(file): \(depletion.source)")
        #expect(depletion.figures["fraction"] == row[2], "\(file)")
    }

    @Test(arguments: files) func `every line names a source, and one without a printed source is no more than low`(file: String) throws {
        let lines = try lines(of: file)
        #expect(Set(lines.keys) == ["stages", "kc", "kcb", "height", "roots", "depletion", "salt"], "\(file)")
        for (key, line) in lines {
            #expect(line.source.count > 10 && ["high", "medium", "low"].contains(line.confidence), "\(file): \(key)")
            if line.source.hasPrefix("no printed source") { #expect(line.confidence == "low", "\(file): \(key)") }
            if line.confidence == "high" { #expect(line.source.contains("FAO-"), "\(file): \(key)") }
        }
    }

    @Test func `there are crops to look at`() { #expect(Self.files.count >= 8) }
}
