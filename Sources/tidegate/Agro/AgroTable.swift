import ArgumentParser
import Foundation
import Language

/// What every `tidegate agro` command on a table takes.
struct AgroOptions: ParsableArguments {
    @Argument(help: .said(zh: "CSV 文件；不写则读标准输入", en: "a CSV file; standard input when left out", valueName: Phrase(zh: "表格", en: "table")))
    var table: String?

    @OptionGroup var common: CommonOptions
}

/// Rows in, the same rows out with columns added. A bad row is told and left out; the others come out all the same.
struct AgroTable {
    let file: CSVFile
    private var refused: [RowRefused] = []
    private var lines: [[String]] = []
    private let added: [String]

    init(_ file: CSVFile, adding added: [String]) {
        self.file = file
        self.added = added
    }

    /// - Parameter compute: the values of the added columns for a row.
    mutating func add(_ row: CSVRow, _ compute: (CSVRow) throws(RowRefused) -> [String]) {
        do throws(RowRefused) {
            guard row.cells.count <= file.header.count else {
                throw row.refused(file.header.last ?? "", Phrase(zh: "一行有 \(row.cells.count) 格，表头只有 \(file.header.count) 格", en: "the row has \(row.cells.count) cells, the header \(file.header.count)"),
                                  Phrase(zh: "含逗号的文字要加双引号", en: "Put text that holds a comma into double quotes"))
            }
            lines.append(merged(row.cells, try compute(row)))
        } catch {
            refused.append(error)
        }
    }

    /// A column that is there already is written anew and not twice.
    private var header: [String] { file.header + added.filter { !file.header.contains($0) } }

    private func merged(_ cells: [String], _ values: [String]) -> [String] {
        var merged = cells + Array(repeating: "", count: header.count - cells.count)
        for (name, value) in zip(added, values) {
            if let place = header.firstIndex(of: name) { merged[place] = value }
        }
        return merged
    }

    /// Says what came out, and throws when a row was refused.
    func finish(asJSON: Bool) throws {
        if asJSON { try say(json: lines.map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }) } else {
            Console.current.out(([header] + lines).map { CSVFile.line($0) + "\n" }.joined())
        }
        guard !refused.isEmpty else { return }
        let told = refused.prefix(20).map { painted("tidegate: ", .bad) + $0.text }
        let more = refused.count > 20 ? [Phrase(zh: "……还有 \(refused.count - 20) 行", en: "… and \(refused.count - 20) more").said] : []
        let sum = Phrase(zh: "\(refused.count) 行未算，\(lines.count) 行已算", en: "\(refused.count) rows were refused, \(lines.count) computed").said
        Console.current.err((told + more + [sum]).joined(separator: "\n") + "\n")
        throw ExitCode(ExitStatus.failed.rawValue)
    }

    /// One row at a time, each for itself.
    static func run(_ options: AgroOptions, adding added: [String], _ compute: (CSVRow) throws(RowRefused) -> [String]) throws {
        var table = AgroTable(try CSVFile(path: options.table), adding: added)
        for row in table.file.rows { table.add(row, compute) }
        try table.finish(asJSON: options.common.json)
    }
}
