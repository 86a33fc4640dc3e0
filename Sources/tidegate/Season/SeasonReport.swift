import Control
import Language
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Site

/// What `tidegate season` tells; with `--json` the keys are stable. Nothing of it depends on the machine or the hour.
struct SeasonReport: Encodable {
    struct Reason: Encodable {
        let why: WireText
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
        let nutrients: DoseTally.Nutrients?
        /// By day of the season.
        let dailyM3: [Double]
        let dosedOn: [Bool]
        let depletionMm: [Double]
        let readilyMm: [Double]

        var mu: Double? { areaM2.map { Area.squareMeters($0).mu } }
        var depth: Double? { areaM2.map { volumeM3 / $0 * 1000 } }
    }

    struct Step: Encodable {
        let time: String
        let program: String
        let zone: String
        let volumeM3: Double
        let reasons: [WireText]
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
    let recipes: [Recipe]
    let doseShort: [Reason]
    let cages: [Cage]
    let motors: [Motor]
    let waits: [Wait]
    let alerts: [Alert]
    let tanks: [Tank]
    let plan: [Step]
    /// By day of the season, of all zones.
    let dailyNutrients: [DoseTally.Nutrients]
    let dailyRainMm: [Double]
    /// Of the zones, as people call them, and of the site.
    let names: [Phrase]
    let siteName: Phrase
    let begin: CivilDate

    private enum CodingKeys: CodingKey {
        case site, from, days, zones, totalM3, backwashM3, otherM3, weather, recipes, doseShort, cages, motors, waits, alerts, tanks, plan
    }

    init(_ play: SeasonPlay, _ tally: SeasonTally) {
        let site = play.site, tables = site.tables
        self.site = tables.site.tag
        siteName = tables.site.name
        begin = tally.begin
        days = tally.days
        from = tally.begin.text
        names = tables.zones.map(\.name)
        zones = tally.zones.enumerated().map { number, zone in
            Zone(tally: zone, tag: tables.zones[number].tag, area: site.scan.control.zones[number].area,
                 tally.doses.byZone[number], tables)
        }
        totalM3 = zones.reduce(0) { $0 + $1.volumeM3 }
        backwashM3 = tally.used(.backwash).cubicMeters
        otherM3 = tally.used(.unassigned).cubicMeters + tally.used(.leak).cubicMeters
        let known = site.scan.control.weather.map { $0.station == nil ? "forecast" : "station" } ?? "none"
        weather = play.weather == nil ? "typical" : known
        recipes = Recipe.list(tally.doses, tables)
        doseShort = Reason.list(tally.doses.short.map { (.ending($0.key), $0.value.times, $0.value.stock) }, tables)
        cages = Cage.list(tally.feed, tables)
        motors = Motor.list(tally.motors, site)
        waits = Wait.list(tally.waits, tables)
        alerts = Alert.list(tally, tables)
        tanks = zip(tables.tanks, tally.fillings).map { Tank(tag: $0.tag, fillings: $1, name: $0.name) }
        dailyNutrients = tally.doses.byDay
        dailyRainMm = play.rain
        plan = tally.decisions.map { Step($0, tables) }
    }
}

extension SeasonReport.Zone {
    fileprivate init(tally: SeasonTally.Zone, tag: String, area: Area?, _ dosed: DoseTally.Sum, _ tables: SiteTables) {
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
        nutrients = dosed.runs.isEmpty ? nil : dosed.nutrients
        dailyM3 = tally.byDay.map { ($0.cubicMeters * 1000).rounded() / 1000 }
        dosedOn = tally.byDay.indices.map { dosed.days.contains($0) }
        depletionMm = water.map { Double($0.depletionMillimeters) }
        readilyMm = water.map { Double($0.readily) }
    }
}

extension SeasonReport.Reason {
    /// The most frequent first.
    static func list(_ causes: [(SeasonCause, Int, Volume?)], _ tables: SiteTables) -> [Self] {
        causes.map { cause, times, volume in
            let text = tables.text(of: cause)
            return Self(why: WireText(text), times: times, volumeM3: volume.flatMap { $0 > .zero ? $0.cubicMeters : nil })
        }.sorted { ($1.times, $0.why.en) < ($0.times, $1.why.en) }
    }

    var text: String {
        let name = why.phrase.said
        let missing = volumeM3.map { volume in
            let volume = Format.number(volume, decimals: 1, unit: "m3")
            return Phrase(zh: "，少 \(volume)", en: ", \(volume) less").said
        } ?? ""
        return Phrase(zh: "\(name) \(times) 次\(missing)", en: "\(name) \(times)×\(missing)").said
    }
}

extension SeasonReport.Step {
    fileprivate init(_ decision: SeasonTally.Decision, _ tables: SiteTables) {
        time = tables.clock.minute(decision.unix)
        program = tables.programs[decision.occurrence.program.offset].tag
        zone = tables.zones[decision.zone.offset].tag
        volumeM3 = decision.volume.cubicMeters
        outcome = decision.outcome.map { "\($0)" }
        var texts = decision.findings.map { tables.text(of: $0) }
        if let ending = decision.ending { texts.append(tables.text(of: ending)) }
        reasons = texts.map { WireText($0) }
    }

    var text: String {
        reasons.map(\.phrase.said).joined(separator: Phrase(zh: "；", en: "; ").said)
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
