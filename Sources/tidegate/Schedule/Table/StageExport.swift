import Agronomy
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// The programs of a site as an extension service prints a plan: a row for each, with how often, how much water, what nutrients.
struct StageExport {
    struct Row {
        let name: Phrase
        let dates: ClosedRange<CivilDate>
        /// `nil`: a sensor starts it.
        let times: Int?
        /// m3/mu each time, of all its zones; `nil`: it is computed when the program starts.
        let quota: Double?
        /// kg/mu each time; `nil`: a probe steers it, or nobody said what the stock holds.
        let nutrients: [Double]?
        let remarks: Phrase
    }

    let rows: [Row]

    /// - Parameter valid: the days that are looked at.
    init(_ site: Site, valid: ClosedRange<CivilDate>) {
        let plan = site.scan.control, clock = site.tables.clock
        let from = clock.unixSeconds(date: valid.lowerBound, time: .midnight)
        let until = clock.unixSeconds(date: valid.upperBound.adding(days: 1), time: .midnight)
        let starts = plan.upcoming(from: from, until: until, limit: 100_000)
        rows = plan.programs.enumerated().map { number, program in
            let own = starts.filter { $0.program.offset == number }
            let days = own.map { clock.local(unixSeconds: $0.unixSeconds).date }
            let isTimed = if case .times = program.starts { true } else { false }
            return Row(name: site.tables.programs[number].name, dates: (days.first ?? valid.lowerBound)...(days.last ?? valid.upperBound),
                       times: isTimed ? own.count : nil, quota: Self.quota(program, plan), nutrients: Self.nutrients(program, site),
                       remarks: Self.remarks(program, site))
        }
    }

    private static func area(_ program: ProgramPlan, _ plan: ControlPlan) -> Double {
        Set(program.steps.map(\.zone)).compactMap { plan.zones[$0.offset].area }.reduce(0) { $0 + $1.mu }
    }

    /// m3 of a step.
    private static func water(_ step: ProgramPlan.Step, _ plan: ControlPlan) -> Double? {
        guard let amount = plan.amount(of: step) else { return nil }
        if let volume = amount.volume { return volume.cubicMeters }
        return amount.time.flatMap { time in plan.zones[step.zone.offset].nominalFlow.map { $0.volume(over: time).cubicMeters } }
    }

    private static func quota(_ program: ProgramPlan, _ plan: ControlPlan) -> Double? {
        let waters = program.steps.map { water($0, plan) }, mu = area(program, plan)
        guard mu > 0, !waters.contains(nil) else { return nil }
        return rounded(waters.compactMap(\.self).reduce(0, +) / mu)
    }

    /// As it is printed, so that what is printed adds up.
    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private static func nutrients(_ program: ProgramPlan, _ site: Site) -> [Double]? {
        guard let recipe = program.recipe?.recipe else { return [0, 0, 0] }
        let plan = site.scan.control, mu = area(program, plan)
        guard mu > 0 else { return nil }
        var sum = [0.0, 0, 0]
        for step in program.steps {
            for part in plan.fertigation.recipes[recipe.offset].parts where part.mode != .ph {
                let stock = site.tables.stocks.indices.contains(part.channel.offset) ? site.tables.stocks[part.channel.offset] : .unknown
                let recipe = plan.fertigation.recipes[recipe.offset]
                guard stock.product > .zero, let liters = liters(part, recipe, step, plan) else { return nil }
                let holds = [stock.nitrogen, stock.phosphate, stock.potash].map { $0.gramsPerLiter / 1000 * liters }
                sum = zip(sum, holds).map(+)
            }
        }
        return sum.map { Self.rounded($0 / mu) }
    }

    private static func liters(_ part: RecipePlan.Part, _ recipe: RecipePlan, _ step: ProgramPlan.Step, _ plan: ControlPlan) -> Double? {
        switch part.mode {
        case .quantity(let volume): volume.liters
        case .perArea(let depth): plan.zones[step.zone.offset].area.map { depth.volume(on: $0).liters }
        case .ratio(let ratio):
            water(step, plan).map { $0 * 1000 * (1 - recipe.phases.before.base - recipe.phases.after.base) * ratio.base }
        case .time, .ec, .ph: nil
        }
    }

    private static func remarks(_ program: ProgramPlan, _ site: Site) -> Phrase {
        guard let recipe = program.recipe?.recipe else { return Phrase(zh: "滴灌", en: "clear water") }
        let name = site.tables.recipes[recipe.offset].name
        guard nutrients(program, site) == nil else { return Phrase(zh: "滴灌施肥：\(name.zh)", en: "with \(name.en)") }
        let targets = site.recipes[recipe.offset].targets
        return Phrase(zh: "滴灌施肥：\(name.zh)，\(targets.zh)", en: "with \(name.en): \(targets.en)")
    }

    // MARK: Shown

    private var headings: [String] {
        [Phrase(zh: "生育时期", en: "stage"), Phrase(zh: "开始", en: "from"), Phrase(zh: "结束", en: "to"), Phrase(zh: "滴灌次数", en: "times"),
         Phrase(zh: "灌水定额 m3/亩", en: "quota m3/mu"), Phrase(zh: "N kg/亩", en: "N kg/mu"), Phrase(zh: "P2O5 kg/亩", en: "P2O5 kg/mu"),
         Phrase(zh: "K2O kg/亩", en: "K2O kg/mu"), Phrase(zh: "合计 kg/亩", en: "sum kg/mu"), Phrase(zh: "备注", en: "remarks")].map(\.said)
    }

    /// Rows and, where all of them say a number, what they come to over the season.
    var lines: [[String]] { [headings] + rows.map(line) + (totals.map { [$0] } ?? []) }

    private func line(_ row: Row) -> [String] {
        let nutrients = row.nutrients.map { $0.map(StageTable.plain) } ?? ["", "", ""]
        return [row.name.said, row.dates.lowerBound.text, row.dates.upperBound.text, row.times.map { "\($0)" } ?? "",
                row.quota.map(StageTable.plain) ?? ""]
            + nutrients + [row.nutrients.map { StageTable.plain($0.reduce(0, +)) } ?? "", row.remarks.said]
    }

    private var totals: [String]? {
        guard !rows.isEmpty, rows.allSatisfy({ $0.times != nil && $0.quota != nil && $0.nutrients != nil }) else { return nil }
        func sum(_ value: (Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) * Double($1.times ?? 0) } }
        let nutrients = (0..<3).map { nutrient in sum { $0.nutrients?[nutrient] ?? 0 } }
        return [Phrase(zh: "合计", en: "total").said, "", "", "\(rows.reduce(0) { $0 + ($1.times ?? 0) })", StageTable.plain(sum { $0.quota ?? 0 })]
            + nutrients.map(StageTable.plain) + [StageTable.plain(nutrients.reduce(0, +)), ""]
    }

    var table: Table {
        let numbers: Set<Int> = [3, 4, 5, 6, 7, 8]
        var table = Table(headings.enumerated().map { number, text in
            Table.Column(title: Phrase(verbatim: text), isNumber: numbers.contains(number))
        })
        table.rows = lines.dropFirst().map { $0.map { Table.Cell($0) } }
        return table
    }
}

