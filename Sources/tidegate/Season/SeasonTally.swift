import Control
import ProcessImage
import Quantities
import Site

/// What a season did, counted from the records of control alone.
struct SeasonTally {
    /// One start's decision about one zone, and what became of it.
    struct Decision {
        let unix: Int64
        let occurrence: Occurrence
        let zone: ZoneIndex
        var findings: [Finding] = []
        var run: RunID?
        var volume = Volume.zero
        var outcome: RunOutcome?
        /// Why its run was cut short; `nil`: it was not.
        var ending: SeasonCause?

        var against: Finding? { findings.first { $0.effect == .skips } }
    }

    struct Zone {
        var starts = 0
        var runs = 0
        var volume = Volume.zero
        var days: Set<CivilDate> = []
        /// Starts without water, by what spoke against it.
        var skipped: [SeasonCause: Int] = [:]
        /// Water that was ordered and not given, and amounts that were cut before they were ordered.
        var short: [SeasonCause: Shortfall] = [:]
        var water: [WaterDay] = []
        /// By day of the season, in which the run ended.
        var byDay: [Volume]
    }

    struct Shortfall: Equatable {
        var times = 0
        /// Zero where a time was short.
        var volume = Volume.zero
    }

    /// Something that a screen would have warned of.
    struct Alert {
        let first: Event
        let unix: Int64
        var times = 0
    }

    private(set) var decisions: [Decision] = []
    private(set) var zones: [Zone]
    private(set) var waits: WaitTally
    private(set) var motors: MotorTally
    private(set) var doses: DoseTally
    private(set) var feed: FeedTally
    /// By kind and subject, in the order in which they came first.
    private(set) var alerts: [Alert] = []
    /// Tanks that were filled, by tank.
    private(set) var fillings: [Int]
    private var used: [WaterUsedOn: Volume] = [:]
    /// A run's row comes just before the findings that ordered it.
    private var ordered: [ZoneIndex: RunID] = [:]
    private var decisionOfRun: [RunID: Int] = [:]
    private var orders: [RunID: (zone: ZoneIndex, planned: Amount)] = [:]
    /// Runs that are over: the meter may have its last word later.
    private var ended: [RunID: (zone: ZoneIndex, volume: Volume, day: Int?)] = [:]
    let begin: CivilDate
    let days: Int
    private let clock: LocalClock
    /// A minute after the first midnight: what is said before it is said of a life that begins, not of a season.
    private let settled: Int64

    init(_ site: Site, from begin: CivilDate, days: Int) {
        let tables = site.tables
        self.begin = begin
        self.days = days
        clock = tables.clock
        settled = tables.clock.unixSeconds(date: begin, time: .midnight) + 60
        zones = Array(repeating: Zone(byDay: Array(repeating: .zero, count: days)), count: tables.zones.count)
        waits = WaitTally(zones: tables.zones.count)
        motors = MotorTally(tables.outputs, offset: Int64(tables.clock.offset(at: tables.clock.unixSeconds(date: begin, time: .midnight))))
        doses = DoseTally(tables, days: days)
        feed = FeedTally(cages: tables.cages.count, days: days)
        fillings = tables.tanks.map { _ in 0 }
    }

    /// Day of the season; `nil` before it and after it.
    private func day(_ unix: Int64) -> Int? {
        let number = Int(clock.local(unixSeconds: unix).date.daysSinceEpoch) - Int(begin.daysSinceEpoch)
        return (0..<days).contains(number) ? number : nil
    }

    mutating func note(_ record: Record.Body, at unix: Int64) {
        switch record {
        case .zone(let zone, let status): waits.note(zone, status, at: unix)
        case .output(let output, let level, _): motors.note(output, level, at: unix)
        case .event(let event): note(event, unix)
        case .ledger(let entry, _):
            note(entry, unix)
            doses.note(entry, day: day(unix))
            feed.note(entry, day: day(unix))
        default: break
        }
    }

    mutating func noteFilled(_ tank: TankIndex) { fillings[tank.offset] += 1 }
    mutating func close(at unix: Int64) { motors.close(at: unix) }

    private mutating func note(_ event: Event, _ unix: Int64) {
        guard unix > settled else { return }
        feed.note(event)
        guard event.kind.severity != .info else { return }
        let known = alerts.firstIndex { $0.first.kind == event.kind && $0.first.subject == event.subject }
        if known == nil { alerts.append(Alert(first: event, unix: unix)) }
        alerts[known ?? alerts.count - 1].times += 1
    }

    private mutating func note(_ entry: LedgerEntry, _ unix: Int64) {
        switch entry {
        case .runStarted(let run, let zone, _, let planned):
            ordered[zone] = run
            orders[run] = (zone, planned)
        case .finding(let occurrence, let zone, let step, let finding):
            if step == 0 { begin(Decision(unix: unix, occurrence: occurrence, zone: zone, run: ordered.removeValue(forKey: zone))) }
            note(finding, zone)
        case .runEnded(let run, let outcome, let watered, let volume, _, let cause):
            end(run, outcome, watered, volume, outcome == .interrupted ? .end : .ending(cause), unix)
        case .runProgress(let run, _, let volume, _): amend(run, volume)
        case .waterDay(let zone, let day): zones[zone.offset].water.append(day)
        case .waterUsed(let water): used[WaterUsedOn(source: water.source, date: water.date, use: water.use)] = water.volume
        default: break
        }
    }

    private mutating func begin(_ decision: Decision) {
        zones[decision.zone.offset].starts += 1
        if let run = decision.run { decisionOfRun[run] = decisions.count }
        decisions.append(decision)
    }

    private mutating func note(_ finding: Finding, _ zone: ZoneIndex) {
        guard let last = decisions.indices.last else { return }
        let cause = SeasonCause.finding(finding.matter, finding.index, hours: finding.hours)
        if finding.effect == .skips, decisions[last].against == nil { zones[zone.offset].skipped[cause, default: 0] += 1 }
        if finding.effect == .changes, finding.matter == .quota { zones[zone.offset].short[cause, default: Shortfall()].add(.zero) }
        decisions[last].findings.append(finding)
    }

    private mutating func end(_ run: RunID, _ outcome: RunOutcome, _ watered: Duration, _ volume: Volume, _ cause: SeasonCause,
                              _ unix: Int64) {
        guard let (zone, planned) = orders.removeValue(forKey: run) else { return }
        zones[zone.offset].volume += volume
        ended[run] = (zone, volume, day(unix))
        if let day = day(unix) { zones[zone.offset].byDay[day] += volume }
        if volume > .zero {
            zones[zone.offset].runs += 1
            zones[zone.offset].days.insert(clock.local(unixSeconds: unix).date)
        }
        let missing = planned.less(watered: watered, volume: volume)
        if outcome != .completed, missing.isPositive {
            zones[zone.offset].short[cause, default: Shortfall()].add(missing.volume ?? .zero)
        }
        guard let number = decisionOfRun.removeValue(forKey: run) else { return }
        decisions[number].volume = volume
        decisions[number].outcome = outcome
        decisions[number].ending = outcome == .completed ? nil : cause
    }

    private mutating func amend(_ run: RunID, _ volume: Volume) {
        guard let over = ended[run] else { return }
        let more = volume - over.volume
        zones[over.zone.offset].volume += more
        if let day = over.day { zones[over.zone.offset].byDay[day] += more }
        if let number = decisions.lastIndex(where: { $0.run == run }) { decisions[number].volume = volume }
        ended[run] = (over.zone, volume, over.day)
    }

    /// Of the whole season, where no zone got it.
    func used(_ use: WaterUse) -> Volume {
        used.filter { $0.key.use == use }.sorted { $0.key.order < $1.key.order }.reduce(.zero) { $0 + $1.value }
    }
}

/// What stood against water.
enum SeasonCause: Hashable {
    case finding(Matter, UInt16, hours: UInt16)
    case ending(Cause)
    /// The season ended in the run.
    case end
}

private struct WaterUsedOn: Hashable {
    let source: SourceIndex
    let date: CivilDate
    let use: WaterUse

    /// Sums of numbers in one order are the same to the bit.
    var order: Int { Int(date.daysSinceEpoch) * 1_000 + source.offset }
}

extension SeasonTally.Shortfall {
    fileprivate mutating func add(_ missing: Volume) {
        times += 1
        volume += missing
    }
}
