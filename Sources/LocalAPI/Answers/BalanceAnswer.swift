import Journal
import Language
import ProcessImage
import Quantities

extension Context {
    /// Waits for the disk.
    /// - Parameters:
    ///   - zone: `nil`: all.
    ///   - days: back from today.
    func balance(of zone: ZoneIndex?, last days: Int64) throws -> BalanceReply {
        let today = tables.clock.local(unixSeconds: journal.live.snapshot().wall.unixSeconds).date
        let rows = try journal.waterDays(zone: zone.map { tables.tag(of: .zone($0)) }, from: today.adding(days: -Int(days)))
        let byZone = Dictionary(grouping: rows, by: \.zone)
        return BalanceReply(zones: tables.zones.enumerated().compactMap { number, label in
            byZone[label.tag].map { rows in
                BalanceZone(zone: tables.label(of: .zone(ZoneIndex(number))), days: rows.map { BalanceDay($0.day) })
            }
        })
    }
}

extension BalanceDay {
    init(_ day: WaterDay) {
        func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        func round(_ value: Float) -> Double { round(Double(value)) }
        self.init(
            date: day.date.text, tier: "\(day.tier)", notes: day.notes.names, age: Int(day.age),
            depletionMm: round(day.depletion.millimeters), depletionPercent: round(day.depletedShare.percent),
            availableMm: round(day.available), readilyMm: round(day.readily), referenceEtMm: round(day.referenceET),
            cropEtMm: round(day.cropET), actualEtMm: round(day.actualET), rainMm: round(day.rain), irrigationMm: round(day.irrigation),
            lostMm: round(day.lost), etSinceIrrigationMm: round(day.etSinceIrrigation))
    }
}

extension WaterDay.Notes {
    fileprivate var names: [String] {
        let all: [(WaterDay.Notes, String)] = [
            (.caughtUp, "caughtUp"), (.probe, "probe"), (.probeRejected, "probeRejected"), (.stationFailed, "stationFailed"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
