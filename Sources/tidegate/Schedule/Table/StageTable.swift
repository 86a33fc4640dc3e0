import Foundation
import Language
import Quantities

/// A plan as extension services print it: for each stage of the crop how often, how much water, and what nutrients each time.
///
/// Columns, in Chinese or English, in any order; `m3/mu`, `kg/mu` and the like may stand behind a name: 生育时期 stage, 滴灌次数 times,
/// 灌水定额 quota (m3/mu each time), N, P2O5, K2O, 合计 sum (kg/mu each time); as far as there are 施肥次数 dosed (how many of the times
/// carry nutrients), 开始 from and 结束 to (dates), 备注 remarks. A row named 合计 or total is what the table says it adds up to.
struct StageTable {
    struct Row {
        let line: Int
        let stage: String
        /// 1 … 366.
        let times: Int
        /// How many of the times carry nutrients.
        let dosed: Int
        /// m3/mu each time.
        let quota: Double
        /// N, P2O5, K2O, kg/mu each time.
        let nutrients: [Double]
        let printedSum: Double?
        let dates: ClosedRange<CivilDate>?
        let remarks: String

        /// Its nutrients are dug in by hand before planting.
        var isBase: Bool { ["基肥", "底肥", "base dressing", "basal"].contains { remarks.lowercased().contains($0) } }
        var hasNutrients: Bool { nutrients.contains { $0 > 0 } }
        var sum: Double { nutrients.reduce(0, +) }
    }

    /// What is printed below the rows; `nil`: nothing stands there.
    struct Total {
        let line: Int
        let times: Double?
        let water: Double?
        let nutrients: [Double?]
    }

    let file: String
    let rows: [Row]
    let total: Total?
    /// What was read otherwise than it stands there, such as a range.
    let readings: [Phrase]

    static let names = ["N", "P2O5", "K2O"]
    private static let rowsMax = 40

    init(_ file: CSVFile) throws {
        let reader = try StageReader(file)
        var rows: [Row] = [], total: Total?, readings: [Phrase] = []
        for row in file.rows {
            if reader.isTotal(row) {
                total = reader.total(row)
            } else {
                let read = try reader.row(row)
                rows.append(read.row)
                readings += read.readings
            }
        }
        guard (1...Self.rowsMax).contains(rows.count) else {
            throw Refused.file(file.name, Phrase(zh: "应有 1 到 \(Self.rowsMax) 行生育时期，读到 \(rows.count) 行", en: "has to have 1 to \(Self.rowsMax) rows of stages; \(rows.count) were read"))
        }
        self.file = file.name
        self.rows = rows
        self.total = total
        self.readings = readings
    }

    // MARK: What does not add up

    /// Sums as they are printed against what the rows come to, line by line. Nothing is mended.
    var differences: [Phrase] { rows.compactMap(sumDifference) + totalDifferences }

    private func sumDifference(_ row: Row) -> Phrase? {
        guard let printed = row.printedSum, abs(printed - row.sum) > 0.005 else { return nil }
        let (shown, sum, off) = (Self.kg(printed), Self.kg(row.sum), Self.signed(printed - row.sum))
        return Phrase(zh: "第 \(row.line) 行 \(row.stage)：表上合计 \(shown) kg/亩，三项相加是 \(sum)，差 \(off)；照三项。",
                      en: "line \(row.line), \(row.stage): the sum says \(shown) kg/mu, the three add up to \(sum), \(off) off; the three count.")
    }

    private var totalDifferences: [Phrase] {
        guard let total else { return [] }
        let times = rows.reduce(0) { $0 + Double($1.times) }, water = rows.reduce(0) { $0 + Double($1.times) * $1.quota }
        let nutrients = (0..<3).map { nutrient in rows.reduce(0) { $0 + $1.nutrients[nutrient] * Double($1.isBase ? 1 : $1.dosed) } }
        let checks: [(String, String, Double?, Double, String)] = [
            ("次数", "times", total.times, times, ""), ("水量", "water", total.water, water, "m3/mu"),
        ] + (0..<3).map { (Self.names[$0], Self.names[$0], total.nutrients[$0], nutrients[$0], "kg/mu") }
        return checks.compactMap { zh, en, printed, sum, unit in
            guard let printed, abs(printed - sum) > 0.05 else { return nil }
            let (shown, own, off) = (Self.plain(printed), Self.plain(sum), Self.signed(printed - sum))
            return Phrase(zh: "第 \(total.line) 行 合计：\(zh)写 \(shown) \(unit.replacing("mu", with: "亩"))，各行合起来是 \(own)，差 \(off)；照各行。",
                          en: "line \(total.line), total: \(en) says \(shown)\(unit.isEmpty ? "" : " " + unit), the rows come to \(own), \(off) off; the rows count.")
        }
    }

    static func kg(_ value: Double) -> String { Format.number(value, decimals: 2) }
    static func signed(_ value: Double) -> String { (value < 0 ? "−" : "+") + plain(abs(value)) }
    /// At most two digits after the point, none that say nothing.
    static func plain(_ value: Double) -> String { Format.shortest(value, decimals: 2) }
}

/// Finds the columns and reads the rows.
private struct StageReader {
    private enum Column: CaseIterable { case stage, times, dosed, quota, nitrogen, phosphate, potash, sum, from, to, remarks }

    private let file: CSVFile
    private let places: [Column: Int]

    private static let headings: [Column: [String]] = [
        .stage: ["生育时期", "生育期", "生育阶段", "阶段", "stage", "growthstage"],
        .times: ["滴灌次数", "灌水次数", "灌溉次数", "次数", "times", "irrigations"],
        .dosed: ["施肥次数", "dosed", "fertilised", "fertigations"],
        .quota: ["灌水定额", "灌溉定额", "每次灌水量", "灌水量", "quota", "water"],
        .nitrogen: ["n", "氮", "纯氮"], .phosphate: ["p2o5", "p₂o₅", "五氧化二磷", "磷"], .potash: ["k2o", "k₂o", "氧化钾", "钾"],
        .sum: ["合计", "小计", "sum", "total"], .from: ["开始", "起", "开始日期", "from", "start"], .to: ["结束", "止", "结束日期", "to", "end"],
        .remarks: ["备注", "说明", "remarks", "note"],
    ]

    init(_ file: CSVFile) throws {
        self.file = file
        let given = file.header.map(Self.heading)
        var places: [Column: Int] = [:]
        for column in Column.allCases { places[column] = given.firstIndex { Self.headings[column]?.contains($0) == true } }
        self.places = places
        let due: [(Column, String)] = [(.stage, "生育时期 / stage"), (.times, "滴灌次数 / times"), (.quota, "灌水定额 m3/亩 / quota m3/mu")]
        let missing = due.filter { places[$0.0] == nil }.map(\.1)
        guard missing.isEmpty else {
            throw Refused(.wrongUse, code: "columns",
                          Phrase(zh: "\(file.name) 缺少这些列：\(missing.joined(separator: "、"))", en: "\(file.name) lacks columns: \(missing.joined(separator: ", "))"),
                          remedy: Phrase(zh: "表头写：生育时期,滴灌次数,灌水定额 m3/亩,N kg/亩,P2O5 kg/亩,K2O kg/亩,合计,备注",
                                         en: "Write a header: stage,times,quota m3/mu,N kg/mu,P2O5 kg/mu,K2O kg/mu,sum,remarks"))
        }
    }

    /// A heading without spaces, brackets and the units that may stand behind it.
    private static func heading(_ text: String) -> String {
        var name = text.lowercased().filter { !" 　()（）·．".contains($0) }
        let units = ["m3/亩次", "m³/亩次", "m3/亩", "m³/亩", "方/亩", "m3/mu", "kg/亩次", "kg/亩", "公斤/亩", "千克/亩", "kg/mu", "次"]
        for unit in units where name.hasSuffix(unit) && name.count > unit.count && !name.hasSuffix("每" + unit) {
            name.removeLast(unit.count)
            break
        }
        return name
    }

    private func text(_ row: CSVRow, _ column: Column) -> String {
        guard let place = places[column], place < row.cells.count else { return "" }
        return row.cells[place].trimmingCharacters(in: .whitespaces)
    }

    func isTotal(_ row: CSVRow) -> Bool { ["合计", "总计", "total", "sum"].contains(text(row, .stage).lowercased()) }

    func total(_ row: CSVRow) -> StageTable.Total {
        func number(_ column: Column) -> Double? { Double(text(row, column)) }
        return StageTable.Total(line: row.line, times: number(.times), water: number(.quota),
                                nutrients: [number(.nitrogen), number(.phosphate), number(.potash)])
    }

    func row(_ row: CSVRow) throws -> (row: StageTable.Row, readings: [Phrase]) {
        let stage = text(row, .stage)
        guard !stage.isEmpty, stage.count <= 40 else {
            throw refused(row, "stage", stage, Phrase(zh: "写上生育时期，最多 40 字。", en: "Name the stage, with 40 letters at most."))
        }
        let times = try whole(row, .times, "times", 1...366)
        let quota = try number(row, .quota, "quota", 0.1...500)
        let nutrients = try [Column.nitrogen, .phosphate, .potash].map { try optional(row, $0, "\($0)", 0...500) ?? 0 }
        let some = nutrients.contains { $0 > 0 }
        let dosed = text(row, .dosed).isEmpty ? (some ? times : 0) : try whole(row, .dosed, "dosed", 0...times)
        let range = quota.isRange ? [Phrase(zh: "第 \(row.line) 行 \(stage)：灌水定额 \(text(row, .quota)) 取中间 \(StageTable.plain(quota.value)) m3/亩。",
                                           en: "line \(row.line), \(stage): quota \(text(row, .quota)) is taken for \(StageTable.plain(quota.value)) m3/mu, its middle.")] : []
        let printed = try optional(row, .sum, "sum", 0...1500)
        let read = StageTable.Row(line: row.line, stage: stage, times: times, dosed: dosed, quota: quota.value, nutrients: nutrients,
                                  printedSum: printed, dates: try dates(row), remarks: text(row, .remarks))
        return (read, range)
    }

    // MARK: Cells

    private func refused(_ row: CSVRow, _ column: String, _ text: String, _ remedy: Phrase) -> Refused {
        let what = text.isEmpty ? Phrase(zh: "没有写", en: "nothing stands there")
            : Phrase(zh: "“\(text.prefix(40))”读不懂", en: "\"\(text.prefix(40))\" is not to be read")
        return RowRefused(row: row, column: column, what: what, remedy: remedy).refusingAll
    }

    private func whole(_ row: CSVRow, _ column: Column, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        let text = text(row, column)
        if let number = Int(text), range.contains(number) { return number }
        throw refused(row, name, text, Phrase(zh: "写 \(range.lowerBound) 到 \(range.upperBound) 的整数。", en: "Write a whole number, \(range.lowerBound) to \(range.upperBound)."))
    }

    /// A number, or a range such as 20-30, whose middle counts.
    private func number(_ row: CSVRow, _ column: Column, _ name: String, _ range: ClosedRange<Double>) throws
        -> (value: Double, isRange: Bool) {
        let text = text(row, column)
        let parts = text.split(whereSeparator: { "-–—~～".contains($0) }).compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        if let value = parts.first, parts.count == 1, range.contains(value) { return (value, false) }
        if parts.count == 2, parts.allSatisfy(range.contains), parts[0] <= parts[1] { return ((parts[0] + parts[1]) / 2, true) }
        throw refused(row, name, text, Phrase(zh: "写不带单位的数，\(StageTable.plain(range.lowerBound)) 到 \(StageTable.plain(range.upperBound))，或 20-30 这样的范围。",
                                              en: "Write a number without a unit, \(StageTable.plain(range.lowerBound)) to \(StageTable.plain(range.upperBound)), or a range such as 20-30."))
    }

    private func optional(_ row: CSVRow, _ column: Column, _ name: String, _ range: ClosedRange<Double>) throws -> Double? {
        ["", "-", "–", "—", "/"].contains(text(row, column)) ? nil : try number(row, column, name, range).value
    }

    private func dates(_ row: CSVRow) throws -> ClosedRange<CivilDate>? {
        let words = [text(row, .from), text(row, .to)]
        if words.allSatisfy(\.isEmpty) { return nil }
        if let first = CivilDate(written: words[0]), let last = CivilDate(written: words[1]), first <= last { return first...last }
        throw refused(row, "from, to", words.joined(separator: " .. "), Phrase(zh: "开始、结束都写，如 2026-03-01，先开始后结束。", en: "Give both dates, such as 2026-03-01, the earlier first."))
    }
}
