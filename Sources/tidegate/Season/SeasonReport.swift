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
    /// Of the zones, as people call them.
    let names: [Phrase]

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
        let missing = volumeM3.map { volume in
            let volume = Format.number(volume, decimals: 1, unit: "m3")
            return Phrase(zh: "，少 \(volume)", en: ", \(volume) less").said
        } ?? ""
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
