import ArgumentParser
import Language
import LocalAPI

/// `tidegate balance [ZONE]`: the water in the soil, day by day.
struct Balance: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "balance",
            abstract: Phrase(zh: "土里的水：亏缺、作物用水、降雨与灌水", en: "the water in the soil: depletion, use, rain and irrigation").said,
            discussion: Phrase(
                zh: "每天半夜算一次。亏缺是根区离田间持水量还差多少毫米，占有效水的百分之几；超过易有效水量，作物开始受旱。来源是当天天气从哪里来。",
                en: "Stepped once a day at midnight. Depletion is what the roots' zone lacks to field capacity, and its part of the available water; beyond the readily available the crop begins to suffer. The source is where the day's weather came from.").said)
    }

    @Argument(help: .said(zh: "分区的标签或名称；不写则全部", en: "tag or name of the zone; all when left out", valueName: Phrase(zh: "分区", en: "zone")))
    var zone: String?

    @Option(help: .said(zh: "往前看几天，至多 366", en: "days back, at most 366", valueName: Phrase(zh: "天数", en: "days")))
    var days: Int = 7

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var query = ["days": "\(days)"]
        query["zone"] = zone
        let reply: BalanceReply = try controller.client.get("balance", query)
        if common.json { return try say(json: reply) }
        guard !reply.zones.isEmpty else {
            return say(Phrase(zh: "还没有水量平衡：分区要有 crop 与 soil-type，且过了第一个半夜", en: "no water balance yet: a zone needs crop and soil-type, and its first midnight"))
        }
        for (number, zone) in reply.zones.enumerated() {
            if number > 0 { say() }
            Balance.lines(zone).forEach { say($0) }
        }
    }

    static func lines(_ zone: BalanceZone) -> [String] {
        [painted(zone.zone.title, .strong)] + (zone.days.last.map { [headline($0)] } ?? []) + table(zone.days).lines
    }

    private static func headline(_ day: BalanceDay) -> String {
        let depletion = number(day.depletionMm), readily = number(day.readilyMm)
        let percent = Format.number(day.depletionPercent, decimals: 0)
        let since = number(day.etSinceIrrigationMm), age = "\(day.age)"
        return Phrase(zh: "亏缺 \(depletion) mm（有效水的 \(percent) %），易有效水量 \(readily) mm；上次灌水以来用水 \(since) mm；种后第 \(age) 天",
                      en: "depletion \(depletion) mm (\(percent) % of what is available), readily available \(readily) mm; used since irrigation \(since) mm; day \(age)").said
    }

    private static func table(_ days: [BalanceDay]) -> Table {
        var table = Table([.text(zh: "日期", en: "date"), .number(zh: "作物用水", en: "crop used"), .number(zh: "雨", en: "rain"),
                           .number(zh: "灌入根区", en: "irrigated"), .number(zh: "流失", en: "lost"), .number(zh: "亏缺 mm", en: "depletion mm"),
                           .number(zh: "占有效水", en: "of available"), .text(zh: "天气来源", en: "weather from")])
        for day in days {
            let colour: Colour? = day.depletionMm > day.readilyMm ? .warning : nil
            table.add(.init(String(day.date.dropFirst(5))), .init(number(day.actualEtMm)), .init(number(day.rainMm)),
                      .init(number(day.irrigationMm)), .init(number(day.lostMm)), .init(number(day.depletionMm), colour),
                      .init(Format.number(day.depletionPercent, decimals: 0) + " %", colour), .init(source(day)))
        }
        return table
    }

    private static func number(_ value: Double) -> String { Format.number(value, decimals: 1) }

    /// The tier, and what is to be known of the day.
    private static func source(_ day: BalanceDay) -> String {
        let tier = switch day.tier {
        case "station": Phrase(zh: "气象站", en: "station")
        case "stationPartly": Phrase(zh: "气象站（部分）", en: "station, in part")
        case "forecast": Phrase(zh: "预报", en: "forecast")
        case "averages": Phrase(zh: "月平均", en: "averages")
        default: Phrase(verbatim: day.tier)
        }
        let notes = day.notes.compactMap { note in
            switch note {
            case "caughtUp": Phrase(zh: "补算", en: "caught up")
            case "probe": Phrase(zh: "探头校正", en: "probe")
            case "probeRejected": Phrase(zh: "探头不可信", en: "probe not believed")
            case "stationFailed": Phrase(zh: "气象站有缺", en: "station failed")
            default: nil as Phrase?
            }
        }
        return ([tier] + notes).map(\.said).joined(separator: Phrase(zh: "，", en: ", ").said)
    }
}
