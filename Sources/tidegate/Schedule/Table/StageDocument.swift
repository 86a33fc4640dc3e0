import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// An extension service's table as a schedule for a site: a program for each stage, a recipe where it carries nutrients.
struct StageDocument {
    private struct Stage {
        let row: StageTable.Row
        let dates: ClosedRange<CivilDate>
    }

    private let table: StageTable
    private let site: Site
    private let version: Int
    private let stages: [Stage]
    private let mix: StockMix

    /// The first start of a day.
    private static let firstStart = 360
    /// Between two starts of a day, beyond the water of the first, in minutes.
    private static let pause = 30
    private static let lastStart = 20 * 60

    /// - Parameter days: what is shared among stages without dates, by their times.
    init(_ table: StageTable, site: Site, version: Int, from first: CivilDate, days: Int) {
        self.table = table
        self.site = site
        self.version = version
        mix = StockMix(site)
        let all = max(table.rows.reduce(0) { $0 + $1.times }, 1)
        var begin = first, gone = 0
        stages = table.rows.map { row in
            gone += row.times
            let last = row.dates?.upperBound ?? max(first.adding(days: days * gone / all - 1), begin.adding(days: row.times - 1))
            let dates = row.dates ?? begin...last
            begin = dates.upperBound.adding(days: 1)
            return Stage(row: row, dates: dates)
        }
    }

    /// Zones whose area is known: a quota by the mu says nothing of others.
    private var zones: [ZoneIndex] {
        site.scan.control.zones.indices.filter { site.scan.control.zones[$0].area != nil }.map { ZoneIndex($0) }
    }

    // MARK: What is said of it

    /// Sums, ranges, rounding and what could not be taken over, line by line.
    var notes: [Phrase] {
        table.readings + table.differences + dateNotes + stages.flatMap { splitNotes($0) + recipeNotes($0.row) } + zoneNotes
    }

    private var dateNotes: [Phrase] {
        guard stages.contains(where: { $0.row.dates == nil }) else { return [] }
        return [Phrase(zh: "表里没写日期的生育时期，按次数分摊了天数；请按苗情改各程序的 dates。",
                       en: "Stages without dates were given days by their times; set the dates of each program by what you see in the field.")]
    }

    private var zoneNotes: [Phrase] {
        let without = site.scan.control.zones.indices.filter { site.scan.control.zones[$0].area == nil }.map { site.tables.zones[$0].tag }
        return without.isEmpty ? [] : [Phrase(zh: "分区 \(without.joined(separator: "、")) 没写 area，按亩给水用不上，没排进去。",
                                              en: "Zones \(without.joined(separator: ", ")) have no area:, so nothing is given to them by the mu.")]
    }

    private func splitNotes(_ stage: Stage) -> [Phrase] {
        let parts = parts(stage.row)
        guard parts > 1 else { return [] }
        let (row, each) = (stage.row, StageTable.plain(stage.row.quota / Double(parts)))
        return [Phrase(zh: "第 \(row.line) 行 \(row.stage)：\(StageTable.plain(row.quota)) m3/亩一次灌不完（阀的 at-most），分 \(parts) 次，每次 \(each) m3/亩。",
                       en: "line \(row.line), \(row.stage): \(StageTable.plain(row.quota)) m3/mu is more than a valve may give in one run (at-most), so \(parts) runs of \(each) m3/mu.")]
    }

    private func recipeNotes(_ row: StageTable.Row) -> [Phrase] {
        guard row.hasNutrients else { return [] }
        if row.isBase {
            return [Phrase(zh: "第 \(row.line) 行 \(row.stage)：基肥由人施，方案里只灌水。", en: "line \(row.line), \(row.stage): the base dressing is spread by hand; the schedule waters only.")]
        }
        let amounts = amounts(row)
        guard !amounts.isEmpty else {
            return [Phrase(zh: "第 \(row.line) 行 \(row.stage)：站点的母液配不出这些养分（桶要写 stock），方案里只灌水。",
                           en: "line \(row.line), \(row.stage): the site's tanks cannot give these nutrients (a tank needs stock:); the schedule waters only.")]
        }
        let given = mix.nutrients(of: amounts).map { $0 * Double(parts(row)) }, off = zip(given, row.nutrients).map(-)
        let shown = [row.nutrients, given].map { $0.map(StageTable.kg).joined(separator: "-") }, stock = Self.text(amounts, site, zh: true)
        if off.allSatisfy({ abs($0) <= 0.02 }) {
            return [Phrase(zh: "第 \(row.line) 行 \(row.stage)：\(stock)，养分与表一致（取整到 0.1 L/亩）。",
                           en: "line \(row.line), \(row.stage): \(Self.text(amounts, site, zh: false)) give what the table says (rounded to 0.1 L/mu).")]
        }
        let differences = zip(StageTable.names, off).filter { abs($1) > 0.02 }.map { "\($0) \(StageTable.signed($1))" }
        return [Phrase(zh: "第 \(row.line) 行 \(row.stage)：表 \(shown[0]) kg/亩，站点的母液最近能给 \(shown[1])（\(stock)，取整到 0.1 L/亩）；差 \(differences.joined(separator: "，"))。",
                       en: "line \(row.line), \(row.stage): the table has \(shown[0]) kg/mu, the site's stock comes nearest with \(shown[1]) (\(Self.text(amounts, site, zh: false)), rounded to 0.1 L/mu); off by \(differences.joined(separator: ", ")).")]
    }

    private static func text(_ amounts: [StockMix.Amount], _ site: Site, zh: Bool) -> String {
        amounts.map { amount in
            "\(site.tables.channels[amount.channel.offset].tag) \(StageTable.plain(amount.litersPerMu)) L/\(zh ? "亩" : "mu")"
        }.joined(separator: zh ? "、" : ", ")
    }

    // MARK: The document

    var text: String {
        let begins = stages.map(\.dates.lowerBound).min() ?? CivilDate(daysSinceEpoch: 0)
        let ends = stages.map(\.dates.upperBound).max() ?? begins
        let head = ["# \(Phrase(zh: "由表格", en: "From the table").said) \(URL(fileURLWithPath: table.file).lastPathComponent)"]
            + notes.map { "# " + $0.said }
            + ["schedule: season-\(begins.components.year)", "site: \(site.tables.site.tag)", "version: \(version)",
               "valid: \(begins.text) .. \(ends.text)"]
        let recipes = stages.enumerated().compactMap { recipe($0.offset, $0.element.row) }
        let written = stages.enumerated().flatMap { programs($0.offset, $0.element) }
        let parts = [head, recipes.isEmpty ? [] : ["recipes:"] + recipes, ["programs:"] + written]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func tag(_ number: Int) -> String { "stage-\(number + 1)" }

    private func recipe(_ number: Int, _ row: StageTable.Row) -> String? {
        let amounts = amounts(row)
        guard !amounts.isEmpty else { return nil }
        let nutrients = zip(StageTable.names, row.nutrients).map { "\($0): \(StageTable.plain($1 / Double(parts(row)))) kg/mu" }
        let channels = amounts.map { "\(site.tables.channels[$0.channel.offset].tag): \(StageTable.plain($0.litersPerMu)) L/mu" }
        return ["  \(tag(number))-mix:", "    name: \(Self.quoted(row.stage))", "    nutrients: { \(nutrients.joined(separator: ", ")) }",
                "    channels: { \(channels.joined(separator: ", ")) }"].joined(separator: "\n")
    }

    /// From the first day of the stage to its last, as evenly as whole days allow. The dosed times come first, then those with clear
    /// water.
    private func programs(_ number: Int, _ stage: Stage) -> [String] {
        let row = stage.row, dosed = amounts(row).isEmpty ? 0 : row.dosed
        let first = stage.dates.lowerBound, length = Int(stage.dates.upperBound.daysSinceEpoch) - Int(first.daysSinceEpoch) + 1
        let every = row.times > 1 ? max((length - 1) / (row.times - 1), 1) : 1, clear = first.adding(days: every * dosed)
        return program(tag(number), row, from: first, times: dosed, every: every, recipe: tag(number) + "-mix")
            + program(dosed > 0 ? tag(number) + "-clear" : tag(number), row, from: clear, times: row.times - dosed, every: every,
                      recipe: nil)
    }

    private func program(_ tag: String, _ row: StageTable.Row, from first: CivilDate, times: Int, every: Int, recipe: String?) -> [String] {
        guard times > 0 else { return [] }
        let parts = parts(row), last = first.adding(days: every * (times - 1))
        let starts = (0..<parts).map { "\"\(clock(row, $0, of: parts))\"" }
        let tags = zones.map { site.tables.zones[$0.offset].tag }.joined(separator: ", ")
        return [
            "  \(tag):", "    name: \(Self.quoted(row.stage))", "    zones: [\(tags)]",
            "    give: \(StageTable.plain(row.quota / Double(parts))) m3/mu",
            parts > 1 ? "    starts: [\(starts.joined(separator: ", "))]" : "    start: \(starts[0])",
            "    dates: \(first.text) .. \(last.text)", every > 1 && times > 1 ? "    days: every \(every) days from \(first.text)" : nil,
            recipe.map { "    recipe: \($0)" }, row.remarks.isEmpty ? nil : "    # \(row.remarks)",
        ].compactMap { $0 }
    }

    /// Quoted, so that no name is taken for something else.
    private static func quoted(_ text: String) -> String { "\"" + text.filter { $0 != "\"" && $0 != "\\" } + "\"" }

    private func amounts(_ row: StageTable.Row) -> [StockMix.Amount] {
        guard row.hasNutrients, row.dosed > 0, !row.isBase else { return [] }
        return mix.nearest(to: row.nutrients.map { $0 / Double(parts(row)) })
    }

    // MARK: One time, one run?

    /// Runs that a time is shared among, so that no valve is open for longer than it may.
    private func parts(_ row: StageTable.Row) -> Int { max(zones.map { Int((minutes(row, $0) / longest($0)).rounded(.up)) }.max() ?? 1, 1) }

    private func minutes(_ row: StageTable.Row, _ zone: ZoneIndex) -> Double {
        let plan = site.scan.control.zones[zone.offset]
        guard let area = plan.area, let flow = plan.nominalFlow, flow > .zero else { return 0 }
        return row.quota * area.mu / flow.cubicMetersPerHour * 60
    }

    /// Minutes that a valve gives at most, less what opening and closing take.
    private func longest(_ zone: ZoneIndex) -> Double {
        let output = site.tables.outputs[site.scan.control.zones[zone.offset].valve.offset]
        return max(output.maximumOn.seconds / 60 - 3, 1)
    }

    /// One after another, as if no two zones could water at once.
    private func clock(_ row: StageTable.Row, _ part: Int, of parts: Int) -> String {
        let length = zones.reduce(0) { $0 + minutes(row, $1) } / Double(parts) + Double(Self.pause)
        let step = parts > 1 ? min(Int(length), (Self.lastStart - Self.firstStart) / (parts - 1)) : 0
        let minute = Self.firstStart + part * step / 5 * 5
        return String(format: "%02d:%02d", minute / 60, minute % 60)
    }
}
