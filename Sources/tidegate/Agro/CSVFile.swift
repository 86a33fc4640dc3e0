import Foundation
import Language

/// A table of comma-separated values as spreadsheets write it (RFC 4180; a byte order mark and CRLF are taken too), each row with
/// its line. Bounded: 64 MiB, 256 columns.
struct CSVFile {
    static let bytesMax = 64 << 20
    static let columnsMax = 256

    /// As people know it: the path, or `stdin`.
    let name: String
    let header: [String]
    let rows: [CSVRow]

    /// - Parameter path: `nil` or `-`: standard input.
    init(path: String?) throws {
        let isStandard = path == nil || path == "-"
        let name = isStandard ? "stdin" : path ?? ""
        let handle = isStandard ? FileHandle.standardInput : FileHandle(forReadingAtPath: name)
        guard let data = try? handle?.read(upToCount: Self.bytesMax + 1) else { throw Refused.file(name, Phrase(zh: "读不出来", en: "cannot be read")) }
        guard data.count <= Self.bytesMax else { throw Refused.file(name, Phrase(zh: "超过 64 MiB", en: "is larger than 64 MiB")) }
        try self.init(name: name, bytes: data)
    }

    init(name: String, bytes: Data) throws {
        self.name = name
        var text = Substring(String(decoding: bytes, as: UTF8.self))
        if text.first == "\u{FEFF}" { text = text.dropFirst() }
        var records = CSVFile.records(of: text)
        guard let first = records.first, first.cells.count <= Self.columnsMax else {
            throw Refused.file(name, Phrase(zh: "没有表头", en: "has no header of column names"))
        }
        records.removeFirst()
        header = first.cells.map { $0.trimmingCharacters(in: .whitespaces) }
        let places = Dictionary(header.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        rows = records.map { CSVRow(file: name, line: $0.line, cells: $0.cells, places: places) }
    }

    /// Cells of every line that is not empty. A quoted cell may hold commas, doubled quotes and line ends.
    private static func records(of text: Substring) -> [(line: Int, cells: [String])] {
        var records: [(Int, [String])] = [], cells: [String] = [], cell = ""
        var line = 1, first = 1, isQuoted = false, wasQuote = false
        func isEmpty() -> Bool { cells.isEmpty && cell.isEmpty }
        for character in text {
            if character.isNewline { line += 1 }
            if isQuoted {
                if character == "\"" { (isQuoted, wasQuote) = (false, true) } else { cell.append(character) }
            } else if character == "\"", wasQuote || cell.isEmpty {
                if wasQuote { cell.append("\"") }
                (isQuoted, wasQuote) = (true, false)
            } else if character == "," {
                cells.append(cell)
                (cell, wasQuote) = ("", false)
            } else if character.isNewline {
                if !isEmpty() { records.append((first, cells + [cell])) }
                (cells, cell, wasQuote, first) = ([], "", false, line)
            } else {
                cell.append(character)
                wasQuote = false
            }
        }
        return isEmpty() ? records : records + [(first, cells + [cell])]
    }

    /// A line of cells as it is written.
    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            cell.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
        }.joined(separator: ",")
    }
}

/// One row; a column is asked for by name.
struct CSVRow {
    let file: String
    let line: Int
    let cells: [String]
    fileprivate let places: [String: Int]

    /// What stands there; `nil` when the file has no such column, or nothing stands in it.
    func text(_ names: [String]) -> String? {
        guard let place = names.lazy.compactMap({ places[$0] }).first, place < cells.count else { return nil }
        let text = cells[place].trimmingCharacters(in: .whitespaces)
        return text.isEmpty ? nil : text
    }

    /// The same row with columns behind its own.
    func adding(_ columns: [String: String]) -> CSVRow {
        var cells = cells, places = places
        for (name, value) in columns where places[name] == nil {
            places[name] = cells.count
            cells.append(value)
        }
        return CSVRow(file: file, line: line, cells: cells, places: places)
    }
}

extension Refused {
    static func file(_ name: String, _ what: Phrase) -> Refused {
        Refused(.wrongUse, code: "file", Phrase(zh: "\(name) \(what.zh)", en: "\(name) \(what.en)"),
                remedy: Phrase(zh: "请给出逗号分隔的表格文件（CSV），或从标准输入送进来", en: "Give a file of comma-separated values, or send one on standard input"))
    }
}

/// A row that cannot be used: where, what, the rule, what to do.
struct RowRefused: Error {
    let row: CSVRow
    let column: String
    let what: Phrase
    let remedy: Phrase

    var text: String {
        Phrase(zh: "\(row.file):\(row.line)：\(column)：\(what.zh)\n  \(remedy.zh)", en: "\(row.file):\(row.line): \(column): \(what.en)\n  \(remedy.en)").said
    }
    /// Where a season stands or falls with each row.
    var refusingAll: Refused { Refused(.wrongUse, code: "row", Phrase(verbatim: text)) }
}
