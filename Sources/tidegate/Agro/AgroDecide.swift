import Agronomy
import ArgumentParser
import Foundation
import Language
import Quantities

/// `tidegate agro decide CASES.json`: when the rules would have irrigated, and how much.
struct AgroDecide: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "decide",
            abstract: Phrase(zh: "按规则推算一季何时灌、灌多少", en: "when rules would irrigate in a season, and how much").said,
            discussion: Phrase(
                zh: "情形文件是 JSON：meta（start, end；可有 parameters, weather_station）与 cases（name, rule_sets, options）；规则的键与 pyfao56 AutoIrrigate 相同。天气与参数也可用选项给出；都没有时，用情形文件旁边、meta.station 里点名的 season_* 文件。结果：case, year_doy, depth_mm, loss_mm。",
                en: "The cases are JSON: meta (start, end; perhaps parameters, weather_station) and cases (name, rule_sets, options), with the keys of pyfao56's AutoIrrigate. Weather and parameters may be given as options; else the season_* files beside the cases that meta.station names. Results: case, year_doy, depth_mm, loss_mm.").said)
    }

    @Argument(help: .said(zh: "情形文件（JSON）", en: "the cases (JSON)", valueName: Phrase(zh: "情形", en: "cases")))
    var cases: String

    @Option(help: .said(zh: "逐日天气（CSV）", en: "weather by days (CSV)", valueName: Phrase(zh: "文件", en: "file")))
    var weather: String?

    @Option(help: .said(zh: "作物、土壤与站点参数（JSON）", en: "crop, soil and station (JSON)", valueName: Phrase(zh: "文件", en: "file")))
    var meta: String?

    @OptionGroup var balance: BalanceOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let file = try SeasonFile.decode(DecisionFile.self, from: cases)
        let beside = file.meta.station.map { DecisionFile.filesBeside(cases, named: $0) }
        let meta = try (self.meta ?? beside?.meta).map { try SeasonFile.decode(SeasonMeta.self, from: $0) }
        guard let weather = self.weather ?? beside?.weather else {
            throw Refused(.wrongUse, code: "weather", Phrase(zh: "不知道用哪份天气", en: "there is no weather"), remedy: Phrase(zh: "用 --weather 给出", en: "Name it with --weather"))
        }
        let table = try CSVFile(path: weather)
        var rows: [[String]] = []
        for item in file.cases {
            let season = try SeasonFile(file.season(item, meta), weather: table, rules: balance.rules)
            for event in try Decisions(season, try item.rule_sets.map { try $0.rule() }).events {
                let depths = [event.depth, event.loss].map { CSVRow.shown($0.millimeters) }
                rows.append([item.name, event.date.yearAndDay] + depths)
            }
        }
        let header = ["case", "year_doy", "depth_mm", "loss_mm"]
        if common.json { return try say(json: rows.map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }) }
        Console.current.out(([header] + rows).map { CSVFile.line($0) + "\n" }.joined())
    }
}

struct DecisionFile: Decodable {
    struct Meta: Decodable {
        var station: String?
        var parameters: [String: Double]?
        var weather_station: SeasonMeta.Station?
    }

    struct Case: Decodable {
        let name: String
        let rule_sets: [RuleSet]
        var options: SeasonMeta.Options?
    }

    let meta: Meta
    let cases: [Case]

    func season(_ item: Case, _ other: SeasonMeta?) -> SeasonMeta {
        SeasonMeta(parameters: meta.parameters ?? other?.parameters,
                   weather_station: meta.weather_station ?? other?.weather_station, options: item.options)
    }

    /// The first season files in the same folder whose name begins as the sentence says: `season_cotton2018_*`.
    static func filesBeside(_ path: String, named sentence: String) -> (weather: String?, meta: String?) {
        guard let word = sentence.firstMatch(of: /season_[A-Za-z0-9]+/)?.output else { return (nil, nil) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let names = all.filter { $0.hasPrefix(word) }.sorted()
        func first(_ suffix: String) -> String? {
            names.first { $0.hasSuffix(suffix) }.map { folder.appendingPathComponent($0).path }
        }
        return (first("_weather.csv"), first("_meta.json"))
    }
}

/// One set of rules with the keys of pyfao56's AutoIrrigate; what is left out has its default there.
struct RuleSet: Decodable {
    let start, end: String
    var idow, fpact, ettyp: String?
    var fpday, dsli, dsle, ietrd: Int?
    var fpdep, mad, madDr, ksc, evnt, ifix, itdr, itfdr, iper, ieff, imin, imax, fw: Double?
    var ietri, ietre: Bool?

    func rule() throws -> IrrigationRule {
        guard let first = CivilDate(written: start), let last = CivilDate(written: end) else { throw refused("start, end", "\(start) \(end)") }
        var rule = IrrigationRule(from: first, to: last)
        if let idow { rule.weekdays = idow.compactMap(\.wholeNumberValue).reduce(0) { $0 | 1 << UInt8(($1 + 6) % 7) } }
        rule.forecastDays = min(max(fpday ?? 0, 0), 30)
        rule.forecastRain = .millimeters(fpdep ?? 25)
        rule.forecastAction = try word(fpact ?? "proceed", "fpact", ["proceed": .proceed, "cancel": .cancel, "reduce": .reduce])
        rule.replaced = try word(ettyp ?? "ETa", "ettyp", ["ETa": .actual, "ETc": .crop, "ETref": .reference])
        rule.share = mad.map { Fraction(base: $0) }
        rule.depletion = madDr.map { .millimeters($0) }
        rule.stress = ksc
        rule.daysSinceIrrigation = dsli
        rule.daysSinceWetting = dsle
        rule.wetting = .millimeters(evnt ?? 10)
        rule.amount = amount
        rule.percent = .percent(iper ?? 100)
        rule.efficiency = .percent(max(ieff ?? 100, 1))
        rule.least = .millimeters(imin ?? 0)
        rule.most = imax.map { .millimeters($0) }
        rule.wetted = min(max(fw ?? 1, 0.01), 1)
        return rule
    }

    /// The last of them that is given counts, as in pyfao56.
    private var amount: IrrigationAmount {
        if ietre == true { return .usedSinceWetting }
        if ietri == true { return .usedSinceIrrigation }
        if let ietrd { return .usedInDays(ietrd) }
        if let itfdr { return .leavingShare(Fraction(base: itfdr)) }
        if let itdr { return .leaving(.millimeters(itdr)) }
        if let ifix { return .fixed(.millimeters(ifix)) }
        return .refill
    }

    private func word<Value>(_ text: String, _ key: String, _ known: [String: Value]) throws -> Value {
        guard let value = known[text] else { throw refused(key, text) }
        return value
    }

    private func refused(_ key: String, _ value: String) -> Refused {
        Refused(.wrongUse, code: "rule", Phrase(zh: "规则的 \(key) 不能是 \(value)", en: "a rule's \(key) cannot be \(value)"), remedy: Phrase(zh: "见 docs/agronomy.zh.md", en: "See docs/agronomy.md"))
    }
}

/// A season played with rules: the first that applies on a day gives its water.
struct Decisions {
    struct Event {
        let date: CivilDate
        let depth: Depth
        let loss: Depth
    }

    private(set) var events: [Event] = []

    init(_ season: SeasonFile, _ rules: [IrrigationRule]) throws {
        var state = season.zone.start(content: season.initialContent)
        var available = season.zone.soil.totalAvailable(to: state.roots), past: [RootZoneDay] = []
        let rain = season.days.map(\.rain)
        for (number, day) in season.days.enumerated() {
            let morning = IrrigationMorning(date: day.date, state: state, available: available, et: day.et, past: past) { days in
                rain[number..<min(number + days, rain.count)].reduce(.zero, +)
            }
            var weather = RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate)
            if let (rule, depth) = rules.lazy.compactMap({ rule in rule.decide(morning).map { (rule, $0) } }).first {
                (weather.irrigation, weather.efficiency, weather.wetted) = (depth, rule.efficiency, rule.wetted)
            }
            let today = season.zone.step(&state, weather)
            if today.irrigation > .zero {
                events.append(Event(date: day.date, depth: today.irrigation, loss: today.irrigationLoss))
            }
            available = today.available
            past.append(today)
        }
    }
}
