import Language
import Quantities

/// A season on one page: figures, plots and tables in the console's language, in a single file that needs nothing else.
struct SeasonPage {
    private let report: SeasonReport
    private let title: Phrase
    private let chart: Chart

    init(_ report: SeasonReport, title: Phrase) {
        self.report = report
        self.title = title
        chart = Chart(begin: report.begin, days: report.days)
    }

    var text: String {
        HTML.page(title.said, [head, cards, water, soil, fertiliser, feed, motors, waits, left, alerts, foot])
    }

    private func said(_ zh: String, _ en: String) -> String { Phrase(zh: zh, en: en).said }
    private func number(_ value: Double?, _ decimals: Int) -> String { Format.number(value, decimals: decimals) }

    private var head: String {
        let last = report.begin.adding(days: report.days - 1).text
        let days = said("\(report.from) 至 \(last)，\(report.days) 天", "\(report.from) to \(last), \(report.days) days")
        return HTML.element("h1", title.said) + "\n" + HTML.element("p", days + said("；", "; ") + report.weatherWords.said, class: "sub")
    }

    // MARK: Figures

    private var cards: String {
        let cards = [waterCard, fertiliserCard, feedCard, motorCard, leftCard].compactMap { $0 }.map { name, figure, more in
            let body = HTML.element("span", figure, class: "big") + "<br>" + HTML.element("span", more, class: "small")
            return "<div>\(HTML.element("dt", name))<dd>\(body)</dd></div>"
        }
        return "<dl class=\"cards\">\n\(cards.joined(separator: "\n"))\n</dl>"
    }

    private typealias Card = (String, String, String)

    private var waterCard: Card? {
        guard !report.zones.isEmpty else { return nil }
        let runs = report.zones.reduce(0) { $0 + $1.runs }, mu = report.zones.compactMap(\.mu).reduce(0, +)
        let each = mu > 0 ? said("每亩 \(number(report.totalM3 / mu, 0)) m3，", "\(number(report.totalM3 / mu, 0)) m3/mu, ") : ""
        return (said("灌水", "water"), number(report.totalM3, 0) + " m3", each + said("\(runs) 次", "\(runs) runs"))
    }

    private var fertiliserCard: Card? {
        guard !report.recipes.isEmpty else { return nil }
        let mu = report.zones.filter { $0.nutrients != nil }.compactMap(\.mu).reduce(0, +)
        let sum = report.recipes.map(\.nutrients).reduce(DoseTally.Nutrients(), +)
        let each = (mu > 0 ? sum.perMu(mu) : sum.all).map { number($0, 1) }.joined(separator: "-")
        return (said("氮-磷-钾", "N-P2O5-K2O"), each, mu > 0 ? said("kg/亩，折纯", "kg/mu of N, P2O5 and K2O") : "kg")
    }

    private var feedCard: Card? {
        guard !report.cages.isEmpty else { return nil }
        let fed = report.cages.reduce(0) { $0 + $1.givenKg }, meals = report.cages.reduce(0) { $0 + $1.meals }
        return (said("投喂", "feed"), number(fed / 1000, 2) + " t", said("\(meals) 餐", "\(meals) meals"))
    }

    private var motorCard: Card? {
        let pumps = report.motors.filter { $0.kind == "pump" }
        guard !pumps.isEmpty else { return nil }
        let energy = pumps.compactMap(\.energyKWh).reduce(0, +)
        let more = energy > 0 ? said("用电 \(number(energy, 0)) kWh", "\(number(energy, 0)) kWh")
            : said("站点文件没写水泵功率", "the site file gives no power of the pump")
        return (said("水泵", "pumps"), number(pumps.reduce(0) { $0 + $1.hours }, 0) + " h", more)
    }

    private var leftCard: Card? {
        let skipped = report.zones.flatMap(\.skipped).reduce(0) { $0 + $1.times }
        let short = report.zones.flatMap(\.short).reduce(0) { $0 + $1.times }
        guard !report.zones.isEmpty else { return nil }
        return (said("没灌、少灌", "skipped, short"), "\(skipped) / \(short)", said("次，原因见后", "times; why: below"))
    }

    // MARK: Parts

    private var water: String {
        guard !report.zones.isEmpty else { return "" }
        let series = report.zones.enumerated().map { number, zone in
            let each = zone.dailyM3.map { value in zone.mu.map { value / $0 } ?? value }
            return Chart.Series(name: report.names[number].said, values: each, colour: 0)
        }
        let most = series.flatMap(\.values).max() ?? 0, unit = report.zones.allSatisfy { $0.mu != nil } ? said("m3/亩", "m3/mu") : "m3"
        let dosed = report.zones.contains { $0.dosedOn.contains(true) }
        let note = said("颜色越深灌得越多，最深 \(number(most, 1)) \(unit)", "the darker the more, at most \(number(most, 1)) \(unit)")
            + (dosed ? said("；圆点：带肥", "; a ring: with fertiliser") : "")
        let strips = chart.strips(series, marks: report.zones.map(\.dosedOn),
                                  title: said("哪天灌了哪个区", "which zone had water on which day"), note: note)
        let sums = report.zones.count <= 6 ? chart.lines(series.enumerated().map { number, one in
            Chart.Series(name: one.name, values: one.values.runningSums, colour: number)
        }, unit: unit, title: said("累计灌水", "water so far")) : ""
        return HTML.section(said("灌水", "Water"), [strips, sums, report.zoneTable.withoutEmpty.html])
    }

    /// Of zones whose water is accounted for, the driest first; of those that fared alike one.
    private var soil: String {
        var seen: Set<[Int]> = []
        let known = report.zones.enumerated().filter { !$0.element.depletionMm.isEmpty }
        let unlike = known.sorted { ($1.element.dryDays ?? 0, $0.offset) < ($0.element.dryDays ?? 0, $1.offset) }.filter {
            seen.insert([($0.element.dryDays ?? 0) / 5, Int($0.element.depth ?? 0) / 25]).inserted
        }
        let zones = unlike.prefix(4)
        return HTML.section(said("土壤水分", "Soil water"), zones.map { number, zone in
            let lacks = zone.depletionMm.suffix(report.days), readily = zone.readilyMm.suffix(report.days)
            let series = [Chart.Series(name: said("亏缺", "depletion"), values: Array(lacks), colour: 1),
                          Chart.Series(name: said("不减产的限度", "readily available"), values: Array(readily), colour: 4, isDashed: true)]
            let title = report.names[number].said + said("（柱为雨）", " (bars: rain)")
            return chart.lines(series, unit: "mm", bars: report.dailyRainMm, title: title)
        })
    }

    private var fertiliser: String {
        guard !report.recipes.isEmpty else { return "" }
        let mu = report.zones.filter { $0.nutrients != nil }.compactMap(\.mu).reduce(0, +), scale = mu > 0 ? 1 / mu : 1
        let names = ["N", "P2O5", "K2O"]
        let series = names.indices.map { nutrient in
            let daily = report.dailyNutrients.map { $0.all[nutrient] * scale }
            return Chart.Series(name: names[nutrient], values: daily.runningSums, colour: nutrient + 1)
        }
        let curve = chart.lines(series, unit: mu > 0 ? said("kg/亩", "kg/mu") : "kg", title: said("累计施肥（折纯）", "nutrients so far"))
        let short = report.doseShort.map { said("少施：\($0.text)", "dosed less: \($0.text)") }
        let tanks = report.tanks.filter { $0.fillings > 0 }.map {
            said("\($0.name.zh) 要加满 \($0.fillings) 次", "\($0.name.en) is filled \($0.fillings)×")
        }
        return HTML.section(said("施肥", "Fertiliser"), [curve, report.recipeTable.html, HTML.list(short + tanks)])
    }

    private var feed: String {
        guard !report.cages.isEmpty else { return "" }
        let series = report.cages.map { Chart.Series(name: $0.name.said, values: $0.dailyKg, colour: 3) }
        let most = series.flatMap(\.values).max() ?? 0
        let strips = chart.strips(series, title: said("哪天喂了哪个箱", "which cage was fed on which day"),
                                  note: said("颜色越深喂得越多，最深 \(number(most, 0)) kg", "the darker the more, at most \(number(most, 0)) kg"))
        let sums = report.cages.count <= 6 ? chart.lines(series.enumerated().map { number, one in
            Chart.Series(name: one.name, values: one.values.runningSums, colour: number)
        }, unit: "kg", title: said("累计投喂", "feed so far")) : ""
        return HTML.section(said("投喂", "Feed"), [strips, sums, report.cageTable.withoutEmpty.html])
    }

    private var motors: String {
        let pumps = report.motors.filter { $0.kind == "pump" && $0.starts > 0 }
        let hours = (0..<24).map { hour in pumps.reduce(0) { $0 + $1.hoursByHourOfDay[hour] } }
        let bars = pumps.isEmpty ? "" : chart.hours(hours, colour: 0, unit: "h",
                                                    title: said("水泵在一天中什么时候转", "when in the day the pumps run"))
        return HTML.section(said("电机", "Motors"), [bars, report.motorTable.withoutEmpty.html])
    }

    private var waits: String { HTML.section(said("谁等谁", "Who waits for whom"), [report.waitTable.html]) }

    private var left: String {
        let lines = report.reasonGroups.map { group in "<li>\(HTML.element("strong", group.zones))<br>\(HTML.escaped(group.text))</li>" }
        return HTML.section(said("没灌与少灌", "Skipped and short"), [lines.isEmpty ? "" : "<ul>\(lines.joined())</ul>"])
    }

    private var alerts: String {
        HTML.section(said("会报警的事", "What would have been alarmed"), [HTML.list(report.alerts.map(\.line))])
    }

    private var foot: String {
        HTML.element("footer", said("由 tidegate 推演：站点自己的控制程序跑虚拟时间，现场一切正常。数字随天气与现场而变，供比较与核对。",
                                    "Played by tidegate: the site's own control in virtual time, on a field in which all is well. "
                                        + "The figures move with weather and field; they are for comparing and checking."))
    }
}

extension [Double] {
    /// Each with all before it.
    fileprivate var runningSums: [Double] {
        var sum = 0.0
        return map { value in
            sum += value
            return sum
        }
    }
}
