import Control
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// What `tidegate season` tells; with `--json` the keys are stable. Nothing of it depends on the machine or the hour.
struct SeasonReport: Encodable {
    struct Reason: Encodable {
        let why: [String: String]
        let times: Int
        /// Water that is missing by it, where it was ordered as a volume.
        var volumeM3: Double?
    }

    struct Zone: Encodable {
        let tag: String
        let starts: Int
        let runs: Int
        let volumeM3: Double
        let areaM2: Double?
        let days: Int
        let skipped: [Reason]
        let short: [Reason]
        /// Of the crop, and beyond the readily available water at its end; `nil` without a balance.
        let actualEtMm: Double?
        let rainMm: Double?
        let dryDays: Int?

        var depth: Double? { areaM2.map { volumeM3 / $0 * 1000 } }
    }

    struct Step: Encodable {
        let time: String
        let program: String
        let zone: String
        let volumeM3: Double
        let reasons: [[String: String]]
        let outcome: String?
    }

    let site: String
    let from: String
    let days: Int
    let zones: [Zone]
    let totalM3: Double
    let backwashM3: Double
    let otherM3: Double
    let weather: String
    let plan: [Step]
    private let names: [Phrase]

    private enum CodingKeys: CodingKey {
        case site, from, days, zones, totalM3, backwashM3, otherM3, weather, plan
    }

    init(_ site: Site, _ tally: SeasonTally, days: Int) {
        let tables = site.tables
        self.site = tables.site.tag
        self.days = days
        from = tally.begin.text
        names = tables.zones.map(\.name)
        zones = tally.zones.enumerated().map { number, zone in
            Zone(tally: zone, tag: tables.zones[number].tag, area: site.scan.control.zones[number].area, tables)
        }
        totalM3 = zones.reduce(0) { $0 + $1.volumeM3 }
        backwashM3 = tally.used(.backwash).cubicMeters
        otherM3 = tally.used(.unassigned).cubicMeters + tally.used(.leak).cubicMeters
        weather = site.scan.control.weather.map { $0.station == nil ? "forecast" : "station" } ?? "none"
        plan = tally.decisions.map { Step($0, tables) }
    }
}

extension SeasonReport.Zone {
    fileprivate init(tally: SeasonTally.Zone, tag: String, area: Area?, _ tables: SiteTables) {
        self.tag = tag
        starts = tally.starts
        runs = tally.runs
        volumeM3 = tally.volume.cubicMeters
        areaM2 = area?.base
        days = tally.days.count
        skipped = SeasonReport.Reason.list(tally.skipped.map { ($0.key, $0.value, nil) }, tables)
        short = SeasonReport.Reason.list(tally.short.map { ($0.key, $0.value.times, $0.value.volume) }, tables)
        let water = tally.water
        actualEtMm = water.isEmpty ? nil : water.reduce(0) { $0 + Double($1.actualET) }
        rainMm = water.isEmpty ? nil : water.reduce(0) { $0 + Double($1.rain) }
        dryDays = water.isEmpty ? nil : water.filter { $0.depletionMillimeters > $0.readily }.count
    }
}

extension SeasonReport.Reason {
    /// The most frequent first.
    fileprivate static func list(_ causes: [(SeasonCause, Int, Volume?)], _ tables: SiteTables) -> [Self] {
        causes.map { cause, times, volume in
            let text = tables.text(of: cause)
            return Self(why: ["zh": text.zh, "en": text.en], times: times, volumeM3: volume.flatMap { $0 > .zero ? $0.cubicMeters : nil })
        }.sorted { ($1.times, $0.why["en"] ?? "") < ($0.times, $1.why["en"] ?? "") }
    }

    var text: String {
        let name = Phrase(zh: why["zh"] ?? "", en: why["en"] ?? "").said
        let missing = volumeM3.map { Phrase(zh: "，少 \(Format.number($0, decimals: 1, unit: "m3"))", en: ", \(Format.number($0, decimals: 1, unit: "m3")) less").said } ?? ""
        return Phrase(zh: "\(name) \(times) 次\(missing)", en: "\(name) \(times)×\(missing)").said
    }
}

extension SeasonReport.Step {
    fileprivate init(_ decision: SeasonTally.Decision, _ tables: SiteTables) {
        let (date, time) = tables.clock.local(unixSeconds: decision.unix)
        self.time = date.text + " " + Format.twoDigits(time.components.hour, time.components.minute, time.components.second).dropLast(3)
        program = tables.programs[decision.occurrence.program.offset].tag
        zone = tables.zones[decision.zone.offset].tag
        volumeM3 = decision.volume.cubicMeters
        outcome = decision.outcome.map { "\($0)" }
        var texts = decision.findings.map { tables.text(of: $0) }
        if let ending = decision.ending { texts.append(tables.text(of: ending)) }
        reasons = texts.map { ["zh": $0.zh, "en": $0.en] }
    }

    var text: String {
        reasons.map { Phrase(zh: $0["zh"] ?? "", en: $0["en"] ?? "").said }.joined(separator: Phrase(zh: "；", en: "; ").said)
    }
}

extension SiteTables {
    fileprivate func text(of cause: SeasonCause) -> Phrase {
        switch cause {
        case .finding(let matter, let index, let hours): name(of: matter, index: index, hours: hours)
        case .ending(let cause): text(of: cause)
        case .end: Phrase(zh: "推演到此为止", en: "the season ends here")
        }
    }
}

// MARK: For people

extension SeasonReport {
    func show(withPlan: Bool, seconds: Double) {
        if withPlan {
            planTable.lines.forEach { say($0) }
            say()
        }
        zoneTable.lines.forEach { say($0) }
        say()
        reasonLines.forEach { say($0) }
        totals.forEach { say(" " + $0.said) }
        say(Phrase(zh: " 用时 \(Format.number(seconds, decimals: 1)) 秒", en: " took \(Format.number(seconds, decimals: 1)) s"))
    }

    private func name(_ number: Int) -> String { names[number].said }

    private var zoneTable: Table {
        var table = Table([.text(zh: "分区", en: "zone"), .number(zh: "启动", en: "starts"), .number(zh: "灌了", en: "runs"), .number(zh: "天", en: "days"),
                           .number(zh: "水量 m3", en: "water m3"), .number(zh: "m3/亩", en: "m3/mu"), .number(zh: "mm", en: "mm"),
                           .number(zh: "雨 mm", en: "rain mm"), .number(zh: "用水 mm", en: "used mm"), .number(zh: "受旱天", en: "dry days")])
        for (number, zone) in zones.enumerated() {
            table.add(.init(name(number)), .init("\(zone.starts)"), .init("\(zone.runs)"), .init("\(zone.days)"),
                      .init(Format.number(zone.volumeM3, decimals: 1)), .init(Format.perMu(zone.volumeM3, areaM2: zone.areaM2)),
                      .init(Format.number(zone.depth, decimals: 0)), .init(Format.number(zone.rainMm, decimals: 0)),
                      .init(Format.number(zone.actualEtMm, decimals: 0)),
                      .init(zone.dryDays.map { "\($0)" } ?? "–", zone.dryDays ?? 0 > 0 ? .warning : nil))
        }
        return table
    }

    /// Zones that say the same are named together.
    private var reasonLines: [String] {
        let comma = Phrase(zh: "，", en: ", ").said
        var groups: [(text: String, zones: [String])] = []
        for (number, zone) in zones.enumerated() where !zone.skipped.isEmpty || !zone.short.isEmpty {
            let skipped = zone.skipped.isEmpty ? [] : [Phrase(zh: "未灌：", en: "no water: ").said + zone.skipped.map(\.text).joined(separator: comma)]
            let short = zone.short.isEmpty ? [] : [Phrase(zh: "少灌：", en: "cut short: ").said + zone.short.map(\.text).joined(separator: comma)]
            let text = (skipped + short).joined(separator: Phrase(zh: "；", en: "; ").said)
            if let place = groups.firstIndex(where: { $0.text == text }) { groups[place].zones.append(name(number)) } else { groups.append((text, [name(number)])) }
        }
        return groups.flatMap { [painted(" " + $0.zones.joined(separator: comma), .strong), "   " + $0.text] } + (groups.isEmpty ? [] : [""])
    }

    private var totals: [Phrase] {
        let runs = zones.reduce(0) { $0 + $1.runs }, starts = zones.reduce(0) { $0 + $1.starts }
        let total = Format.number(totalM3, decimals: 1), wash = Format.number(backwashM3, decimals: 1), other = Format.number(otherM3, decimals: 1)
        let source = switch weather {
        case "station": Phrase(zh: "天气表当气象站", en: "the weather played the station")
        case "forecast": Phrase(zh: "天气表只当预报（没有气象站：蒸散不高于月均、雨不少于月均）", en: "the weather played the forecast (no station: no more ET and no less rain than the averages)")
        default: Phrase(zh: "站点不用天气", en: "the site uses no weather")
        }
        return [Phrase(zh: "从 \(from) 起 \(days) 天：\(starts) 次决定，灌 \(runs) 次，共 \(total) m3；另冲洗过滤器 \(wash) m3，其他 \(other) m3",
                       en: "\(days) days from \(from): \(starts) decisions, \(runs) runs, \(total) m3; besides, filters \(wash) m3, other \(other) m3"),
                source]
    }

    private var planTable: Table {
        var table = Table([.text(zh: "时间", en: "time"), .text(zh: "程序", en: "program"), .text(zh: "分区", en: "zone"), .number(zh: "m3", en: "m3"), .text(zh: "依据", en: "reasons")])
        for step in plan {
            table.add(.init(step.time), .init(step.program), .init(step.zone), .init(Format.number(step.volumeM3, decimals: 2)), .init(step.text))
        }
        return table
    }

    // MARK: For spreadsheets

    var zoneRows: [[String]] {
        [["zone", "starts", "runs", "days", "volume_m3", "m3_per_mu", "depth_mm", "rain_mm", "et_mm", "dry_days", "skipped", "short"]] + zones.map { zone in
            [zone.tag, "\(zone.starts)", "\(zone.runs)", "\(zone.days)", Format.number(zone.volumeM3, decimals: 3),
             Format.perMu(zone.volumeM3, areaM2: zone.areaM2), Format.number(zone.depth, decimals: 1), Format.number(zone.rainMm, decimals: 1),
             Format.number(zone.actualEtMm, decimals: 1), zone.dryDays.map { "\($0)" } ?? "",
             zone.skipped.map(\.text).joined(separator: "; "), zone.short.map(\.text).joined(separator: "; ")]
        }
    }

    var planRows: [[String]] {
        [["time", "program", "zone", "volume_m3", "outcome", "reasons"]] + plan.map {
            [$0.time, $0.program, $0.zone, Format.number($0.volumeM3, decimals: 3), $0.outcome ?? "", $0.text]
        }
    }
}
