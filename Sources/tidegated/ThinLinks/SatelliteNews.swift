import BeiDou
import Control
import Field
import Journal
import ProcessImage
import Quantities
import Scan
import Site

/// What goes through the satellite, from the records alone: alarms, and a day of each zone and cage.
struct SatelliteNews: Sendable {
    private let site: Site
    private let alarms: SatelliteSheet.Alarms
    private let journal: Journal
    private var tables: SiteTables { site.tables }
    /// Cages are numbered from here, zones from 1.
    private static let firstCage = 1001
    private let begun = SystemClock.now()
    /// A new life sees what stood before go and come again while it begins to read the field: that is not told.
    private static let settles = Duration.seconds(10)

    init(_ site: Site, _ alarms: SatelliteSheet.Alarms, _ journal: Journal) {
        (self.site, self.alarms, self.journal) = (site, alarms, journal)
    }

    // MARK: Alarms

    /// `nil` before a life has seen the field.
    @Sendable func standing() -> [AlarmNews]? {
        guard alarms != .none else { return [] }
        let live = journal.live.snapshot()
        guard live.scan > 0, SystemClock.now() - begun >= Self.settles else { return nil }
        return live.alarms.filter { $0.state.stands && (alarms == .all || $0.id.kind.severity == .critical) }.map(news)
    }

    private func news(_ alarm: LiveSnapshot.Alarm) -> AlarmNews {
        let seconds = alarm.since.isTrusted ? UInt32(clamping: alarm.since.unixSeconds) : 0
        return AlarmNews(kind: alarm.id.kind.rawValue, tag: tables.subjectTag(alarm.id.subject).tag, isRaised: true, unixSeconds: seconds,
                         value: alarm.event.map { Float($0.value) }, limit: alarm.event.map { Float($0.limit) })
    }

    // MARK: Days

    /// Waits for the disk; `nil`: it does not answer.
    @Sendable func days(_ date: CivilDate) -> [BeiDou.ZoneDay]? {
        let start = tables.clock.unixSeconds(date: date, time: .midnight)
        let end = tables.clock.unixSeconds(date: date.adding(days: 1), time: .midnight)
        do throws(QueryRefused) {
            let runs = try journal.totals(from: start, to: end)
            let given = Dictionary(runs.map { ($0.zone, Given(volume: $0.volume, watered: $0.watered)) }, uniquingKeysWith: { $1 })
            let meals = tables.cages.isEmpty ? [] : try journal.meals(from: date, to: date)
            let live = journal.live.snapshot()
            return site.scan.control.zones.indices.map { zoneDay($0, date, given, live) }
                + tables.cages.indices.map { cageDay($0, date, meals, live) }
        } catch {
            return nil
        }
    }

    private func zoneDay(_ number: Int, _ date: CivilDate, _ given: [String: Given], _ live: LiveSnapshot) -> BeiDou.ZoneDay {
        let day = given[tables.zones[number].tag] ?? Given(volume: .zero, watered: .zero)
        let soil = site.scan.control.zones[number].soil.flatMap { good($0.index, live) }
        return BeiDou.ZoneDay(zone: UInt16(clamping: number + 1), date: date, tenthsGiven: whole(day.volume.cubicMeters * 10),
                              minutes: whole(day.watered.seconds / 60), reading: soil.flatMap { whole($0 * 1000) },
                              alarms: count(.zone(ZoneIndex(number)), live), state: live.zones[number].status.phase.stateOfDay)
    }

    private func cageDay(_ number: Int, _ date: CivilDate, _ meals: [MealEntry], _ live: LiveSnapshot) -> BeiDou.ZoneDay {
        let given = meals.filter { $0.cage == tables.cages[number].tag }.reduce(0) { $0 + $1.given.kilograms }
        let status = live.cages[number]
        return BeiDou.ZoneDay(zone: UInt16(clamping: number + Self.firstCage), date: date, tenthsGiven: whole(given * 10), minutes: nil,
                              reading: whole(status.oxygen.worst * 100), alarms: count(.cage(CageIndex(number)), live),
                              state: status.planned > .zero ? 1 : status.isLocked ? 2 : 0)
    }

    /// In the base unit.
    private func good(_ point: PointIndex, _ live: LiveSnapshot) -> Double? {
        let reading = live.readings[point.offset]
        return reading.quality == .good ? tables.points[point.offset].unit.toBase(reading.recorded) : nil
    }

    private func count(_ subject: Subject, _ live: LiveSnapshot) -> UInt8 {
        UInt8(clamping: live.alarms.count { $0.state.stands && $0.id.subject == subject })
    }

    /// `nil` for what is no number, or has no room beside the mark for what is not known.
    private func whole<Number: FixedWidthInteger>(_ value: Double) -> Number? {
        Number(exactly: value.rounded()).flatMap { $0 < .max ? $0 : nil }
    }
}

/// What a zone got on a day.
private struct Given {
    let volume: Volume
    let watered: Duration
}

extension ZonePhase {
    /// As a message tells it: 0 idle, 1 running, 2 held, 3 tripped.
    fileprivate var stateOfDay: UInt8 {
        switch self {
        case .idle: 0
        case .starting, .watering, .stopping: 1
        case .queued, .resting: 2
        case .tripped: 3
        }
    }
}
