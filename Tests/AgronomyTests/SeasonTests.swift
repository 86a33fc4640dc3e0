import Agronomy
import Foundation
import Quantities
import Testing

@Suite struct SeasonTests {
    private struct Irrigation {
        let depth: Depth
        let wetted: Double
        let efficiency: Fraction
    }

    private func irrigations(_ name: String) throws -> [CivilDate: Irrigation] {
        guard (try? Cases.data("season_\(name)_irrigation.csv")) != nil else { return [:] }
        return Dictionary(uniqueKeysWithValues: try Cases.rows("season_\(name)_irrigation.csv").map { row in
            (try row.date("year_doy"), Irrigation(depth: .millimeters(try row.number("depth_mm")), wetted: try row.number("fw"),
                                                  efficiency: .percent(try row.number("ieff_pct"))))
        })
    }

    /// Names of pyfao56's columns.
    private static let columns: [(String, @Sendable (RootZoneDay) -> Double)] = [
        ("ETref", { $0.et.millimeters }), ("tKcb", { $0.basal }), ("Kcb", { $0.basal }), ("Kcm", { $0.single }), ("h", { $0.height.meters }),
        ("Kcmax", { $0.limit }), ("fc", { $0.cover }), ("fw", { $0.wetted }), ("few", { $0.surface.exposed }),
        ("De", { $0.surface.depletion.millimeters }), ("Kr", { $0.surface.reduction }), ("Ke", { $0.surface.coefficient }),
        ("E", { $0.surface.evaporation.millimeters }), ("DPe", { $0.surface.percolation.millimeters }), ("Kc", { $0.coefficient }),
        ("ETc", { $0.cropET.millimeters }), ("TAW", { $0.available.millimeters }), ("Zr", { $0.roots.meters }), ("p", { $0.fraction }),
        ("RAW", { $0.readily.millimeters }), ("Ks", { $0.stress }), ("ETa", { $0.actualET.millimeters }), ("T", { $0.transpiration.millimeters }),
        ("DP", { $0.percolation.millimeters }), ("Dr", { $0.depletion.millimeters }), ("fDr", { $0.depletedShare.base }),
        ("Ksend", { $0.stressAtEnd }), ("Irrig", { $0.irrigation.millimeters }), ("IrrLoss", { $0.irrigationLoss.millimeters }),
        ("Rain", { $0.rain.millimeters }), ("Runoff", { $0.runoff.millimeters }),
    ]

    @Test(arguments: ["corn2015_roff", "cotton2018_100", "cottondry2013"])
    func `a whole season has every state of every day as pyfao56 has it`(name: String) throws {
        let season = try Season(Cases.json("season_\(name)_meta.json"), weather: Cases.rows("season_\(name)_weather.csv"))
        let given = try irrigations(name)
        var state = season.zone.start(content: season.initialContent)
        var worst = Worst("season \(name), every column")
        for (day, row) in zip(season.days, try Cases.rows("season_\(name)_expected_daily.csv")) {
            var weather = RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate)
            if let irrigation = given[day.date] {
                weather.irrigation = irrigation.depth
                weather.efficiency = irrigation.efficiency
                weather.wetted = irrigation.wetted
            }
            let today = season.zone.step(&state, weather)
            #expect(try row.date("year_doy") == day.date)
            for (column, value) in Self.columns { try worst.add(value(today), row.number(column), at: "line \(row.line) \(column)") }
        }
        worst.expect(within: 0.001)
    }

    @Test func `water is neither made nor lost in a season of either convention`() throws {
        let season = try Season(Cases.json("season_corn2015_roff_meta.json"), weather: Cases.rows("season_corn2015_roff_weather.csv"))
        for convention in [WaterConvention.lateInDay, .earlyInDay] {
            let zone = RootZone(crop: season.zone.crop, soil: season.zone.soil, rules: RootZoneRules(convention: convention))
            var state = zone.start(content: season.initialContent)
            for day in season.days {
                let before = state.depletion
                let today = zone.step(&state, RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate))
                let change = today.rain - today.runoff - today.actualET - today.percolation
                // At its limit the root zone gives no more than it holds.
                if state.depletion > .zero, today.available > state.depletion {
                    #expect(abs((before - state.depletion - change).millimeters) < 1e-9)
                }
                #expect(state.depletion >= .zero && state.depletion <= today.available)
            }
        }
    }

    @Test func `the state of an evening goes on where it stands`() throws {
        let season = try Season(Cases.json("season_cotton2018_100_meta.json"), weather: Cases.rows("season_cotton2018_100_weather.csv"))
        var whole = season.zone.start(content: season.initialContent)
        var parts = whole
        for (number, day) in season.days.enumerated() {
            let weather = RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate)
            _ = season.zone.step(&whole, weather)
            if number % 17 == 3 { parts = RootZoneState(day: parts.day, depletion: parts.depletion, surface: parts.surface, height: parts.height, roots: parts.roots, wetted: parts.wetted, coefficient: parts.coefficient, stress: parts.stress) }
            _ = season.zone.step(&parts, weather)
        }
        #expect(whole == parts)
    }
}

@Suite struct DecisionTests {
    private struct File: Decodable {
        struct Meta: Decodable {
            let start, end: String
            let parameters: [String: Double]?
            let weather_station: Season.Meta.Station?
        }

        struct Case: Decodable {
            let name: String
            let rule_sets: [RuleSet]
            let options: Season.Meta.Options
            let events: [[Event]]
        }

        let meta: Meta
        let cases: [Case]
    }

    private enum Event: Decodable {
        case day(String), number(Double)
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) { self = .day(text) } else { self = .number(try container.decode(Double.self)) }
        }
    }

    private struct RuleSet: Decodable {
        let start, end: String
        let mad, fpdep, ksc, ifix, iper, ieff, imin, imax: Double?
        let fpday, dsli, ietrd: Int?
        let fpact, idow, ettyp: String?

        func rule() throws -> IrrigationRule {
            var rule = IrrigationRule(from: try #require(CivilDate(yearAndDay: start)), to: try #require(CivilDate(yearAndDay: end)))
            if let idow { rule.weekdays = idow.compactMap(\.wholeNumberValue).reduce(0) { $0 | 1 << UInt8(($1 + 6) % 7) } }
            if let fpdep { rule.forecastRain = .millimeters(fpdep) }
            rule.forecastDays = fpday ?? 0
            rule.forecastAction = try #require(["proceed": ForecastAction.proceed, "cancel": .cancel, "reduce": .reduce][fpact ?? "proceed"])
            rule.share = mad.map { Fraction(base: $0) }
            rule.stress = ksc
            rule.daysSinceIrrigation = dsli
            if let ifix { rule.amount = .fixed(.millimeters(ifix)) }
            if let ietrd { rule.amount = .usedInDays(ietrd) }
            #expect(ettyp == nil || ettyp == "ETa")
            if let iper { rule.percent = .percent(iper) }
            if let ieff { rule.efficiency = .percent(ieff) }
            if let imin { rule.least = .millimeters(imin) }
            rule.most = imax.map { .millimeters($0) }
            return rule
        }
    }

    @Test(arguments: [("autoirrigate_decisions.json", "cotton2018_100", 10), ("autoirrigate_decisions_rainy.json", "corn2015_roff", 3)])
    func `every decision of a season falls on the same day with the same depth as pyfao56's`(name: String, weather: String, count: Int) throws {
        let file = try Cases.json(name, as: File.self)
        let rows = try Cases.rows("season_\(weather)_weather.csv")
        let meta = try Cases.json("season_\(weather)_meta.json", as: Season.Meta.self)
        #expect(file.cases.count == count)
        for item in file.cases {
            let own = Season.Meta(start: file.meta.start, end: file.meta.end, parameters: file.meta.parameters ?? meta.parameters,
                                  weather_station: file.meta.weather_station ?? meta.weather_station, options: item.options)
            let season = try Season(own, weather: rows)
            let events = try decide(season, try item.rule_sets.map { try $0.rule() })
            var worst = Worst("decisions \(item.name)")
            #expect(events.count == item.events.count, "\(item.name)")
            for (event, expected) in zip(events, item.events) {
                guard case .day(let text) = expected[0], case .number(let depth) = expected[1] else { throw CocoaError(.formatting) }
                #expect(event.date == CivilDate(yearAndDay: text), "\(item.name)")
                worst.add(event.depth.millimeters, depth, at: text)
            }
            worst.expect(within: 0.001)
        }
    }

    private func decide(_ season: Season, _ rules: [IrrigationRule]) throws -> [(date: CivilDate, depth: Depth)] {
        var state = season.zone.start(content: season.initialContent)
        var available = season.zone.soil.totalAvailable(to: state.roots)
        var past: [RootZoneDay] = [], events: [(CivilDate, Depth)] = []
        let days = season.days
        for (number, day) in days.enumerated() {
            let morning = IrrigationMorning(date: day.date, state: state, available: available, et: day.et, past: past) { span in
                days[number..<min(number + span, days.count)].reduce(.zero) { $0 + $1.rain }
            }
            var weather = RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate)
            if let (rule, depth) = rules.lazy.compactMap({ rule in rule.decide(morning).map { (rule, $0) } }).first {
                weather.irrigation = depth
                weather.efficiency = rule.efficiency
                weather.wetted = rule.wetted
                if depth > .zero { events.append((day.date, depth)) }
            }
            let today = season.zone.step(&state, weather)
            available = today.available
            past.append(today)
        }
        return events
    }
}
