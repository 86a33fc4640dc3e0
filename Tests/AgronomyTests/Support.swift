import Agronomy
import Foundation
import Quantities
import Testing

/// The reference cases beside the tests.
enum Cases {
    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Cases/\(name)"))
    }

    static func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data(name))
    }

    /// The rows of a CSV file by the names of its columns. Quotes as in RFC 4180.
    static func rows(_ name: String) throws -> [CaseRow] {
        let text = String(decoding: try data(name), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { fields(of: $0) }
        let header = try #require(lines.first)
        return lines.dropFirst().enumerated().map { number, cells in
            CaseRow(line: number + 2, cells: Dictionary(zip(header, cells), uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func fields(of line: Substring) -> [String] {
        var cells = [""], isQuoted = false
        for (index, character) in zip(line.indices, line) {
            switch character {
            case "\"":
                // A doubled quote inside quotes is one of the text.
                let before = index > line.startIndex ? line[line.index(before: index)] : nil
                if !isQuoted, before == "\"" { cells[cells.count - 1].append("\"") }
                isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}

struct CaseRow {
    let line: Int
    let cells: [String: String]

    func text(_ column: String) throws -> String { try #require(cells[column], "no column \(column)") }
    func number(_ column: String) throws -> Double { try #require(Double(text(column)), "line \(line): \(column)") }
    func maybe(_ column: String) -> Double? { cells[column].flatMap { Double($0) }.flatMap { $0.isNaN ? nil : $0 } }
    func whole(_ column: String) throws -> Int { try #require(Int(text(column)), "line \(line): \(column)") }
}

/// The largest deviation of a file, told when `TIDEGATE_SHOW_DEVIATIONS` is set: `scripts` and people read it.
struct Worst {
    let what: String
    private(set) var deviation = 0.0
    private(set) var place = ""
    private(set) var count = 0

    init(_ what: String) { self.what = what }

    mutating func add(_ value: Double, _ expected: Double, at place: @autoclosure () -> String) {
        count += 1
        let off = abs(value - expected)
        guard !(off <= deviation) else { return }
        deviation = off.isNaN ? .infinity : off
        self.place = place()
    }

    /// That nothing deviates by more than a tolerance, and that anything was compared at all.
    func expect(within tolerance: Double, _ location: SourceLocation = #_sourceLocation) {
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil {
            print("deviation \(what): \(deviation) of \(tolerance) allowed, at \(place), \(count) values")
        }
        #expect(count > 0, "\(what): nothing compared", sourceLocation: location)
        #expect(deviation <= tolerance, "\(what): \(deviation) at \(place)", sourceLocation: location)
    }
}

extension CivilDate {
    /// `2015-118`, as pyfao56 writes a day.
    init?(yearAndDay text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let year = Int(parts[0]), let day = Int(parts[1]), (1...366).contains(day),
              let first = CivilDate(year: year, month: 1, day: 1) else { return nil }
        self = first.adding(days: day - 1)
    }
}
