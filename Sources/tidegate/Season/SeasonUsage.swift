import Control
import Language
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Site

// What a season took besides water, and who waited for whom.
extension SeasonReport {
    struct Recipe: Encodable {
        let tag: String
        let runs: Int
        /// Litres of stock by the tag of the channel.
        let stockL: [String: Double]
        let productKg: Double
        let nutrients: DoseTally.Nutrients
        let name: Phrase

        private enum CodingKeys: CodingKey { case tag, runs, stockL, productKg, nutrients }
    }

    struct Cage: Encodable {
        let tag: String
        let meals: Int
        let plannedKg: Double
        let givenKg: Double
        let against: [Reason]
        let countFirst: Double?
        let meanFirstG: Double?
        let meanLastG: Double?
        let biomassLastKg: Double?
        let dailyKg: [Double]
        let name: Phrase

        private enum CodingKeys: CodingKey {
            case tag, meals, plannedKg, givenKg, against, countFirst, meanFirstG, meanLastG, biomassLastKg, dailyKg
        }
    }

    struct Motor: Encodable {
        let tag: String
        let kind: String
        let hours: Double
        let starts: Int
        /// `nil`: the site file does not say what it draws.
        let energyKWh: Double?
        let hoursByHourOfDay: [Double]
        let name: Phrase

        private enum CodingKeys: CodingKey { case tag, kind, hours, starts, energyKWh, hoursByHourOfDay }
    }

    struct Wait: Encodable {
        let zone: String
        let why: WireText
        let times: Int
        let seconds: Double
        let longestSeconds: Double
        /// Zones that had water meanwhile, the longest first.
        let waitedFor: [String]
        let name: Phrase
        let otherNames: [Phrase]

        private enum CodingKeys: CodingKey { case zone, why, times, seconds, longestSeconds, waitedFor }
    }

    struct Alert: Encodable {
        let first: String
        let times: Int
        let severity: String
        let text: WireText
    }

    struct Tank: Encodable {
        let tag: String
        let fillings: Int
        let name: Phrase

        private enum CodingKeys: CodingKey { case tag, fillings }
    }
}

extension SeasonReport.Recipe {
    static func list(_ tally: DoseTally, _ tables: SiteTables) -> [Self] {
        zip(tables.recipes, tally.byRecipe).filter { !$1.runs.isEmpty }.map { label, sum in
            let stock = zip(tables.channels, sum.stock).filter { $1 > .zero }.map { ($0.tag, $1.liters) }
            return Self(tag: label.tag, runs: sum.runs.count, stockL: Dictionary(uniqueKeysWithValues: stock), productKg: sum.productKg,
                        nutrients: sum.nutrients, name: label.name)
        }
    }
}

extension SeasonReport.Cage {
    static func list(_ tally: FeedTally, _ tables: SiteTables) -> [Self] {
        zip(tables.cages, tally.cages).map { label, cage in
            Self(tag: label.tag, meals: cage.meals, plannedKg: cage.plannedKg, givenKg: cage.givenKg,
                 against: SeasonReport.Reason.list(cage.against.map { (.ending($0.key), $0.value, nil) }, tables),
                 countFirst: cage.stocked?.count, meanFirstG: cage.stocked?.mean.grams, meanLastG: cage.stock?.mean.grams,
                 biomassLastKg: cage.stock?.biomass.kilograms, dailyKg: cage.byDay, name: label.name)
        }
    }
}

extension SeasonReport.Motor {
    static func list(_ tally: MotorTally, _ site: Site) -> [Self] {
        tally.motors.map { motor in
            let output = site.tables.outputs[motor.output.offset], hours = Double(motor.seconds) / 3600
            let power = site.scan.control.sources.first { $0.pump == motor.output }?.power
            return Self(tag: output.tag, kind: "\(output.kind)", hours: hours, starts: motor.starts,
                        energyKWh: power.map { $0.kilowatts * hours },
                        hoursByHourOfDay: motor.byHour.map { Double($0) / 3600 }, name: output.label.name)
        }
    }
}

extension SeasonReport.Wait {
    static func list(_ tally: WaitTally, _ tables: SiteTables) -> [Self] {
        tally.waits.map { wait in
            let why = tables.text(of: wait.cause), others = wait.others.prefix(3).map { tables.zones[$0.zone.offset] }
            return Self(zone: tables.zones[wait.zone.offset].tag, why: WireText(why), times: wait.times,
                        seconds: Double(wait.seconds), longestSeconds: Double(wait.longest), waitedFor: others.map(\.tag),
                        name: tables.zones[wait.zone.offset].name, otherNames: others.map(\.name))
        }
    }
}

extension SeasonReport.Alert {
    static func list(_ tally: SeasonTally, _ tables: SiteTables) -> [Self] {
        tally.alerts.map { alert in
            let text = tables.text(of: alert.first)
            return Self(first: tables.clock.minute(alert.unix), times: alert.times, severity: "\(alert.first.kind.severity)",
                        text: WireText(text))
        }
    }
}

extension LocalClock {
    /// `2026-06-01 06:00`, by this place's clock.
    func minute(_ unix: Int64) -> String {
        let (date, time) = local(unixSeconds: unix)
        return "\(date.text) \(time.text)"
    }
}
