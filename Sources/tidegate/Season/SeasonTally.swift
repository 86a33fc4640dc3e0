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
    }

    struct Shortfall: Equatable {
        var times = 0
        /// Zero where a time was short.
        var volume = Volume.zero
    }

    private(set) var decisions: [Decision] = []
    private(set) var zones: [Zone]
    private var used: [WaterUsedOn: Volume] = [:]
    /// A run's row comes just before the findings that ordered it.
    private var ordered: [ZoneIndex: RunID] = [:]
    private var decisionOfRun: [RunID: Int] = [:]
    private var orders: [RunID: (zone: ZoneIndex, planned: Amount)] = [:]
    let begin: CivilDate
    private let clock: LocalClock

    init(_ site: Site, from begin: CivilDate) {
        self.begin = begin
        clock = site.tables.clock
        zones = Array(repeating: Zone(), count: site.tables.zones.count)
    }

    mutating func note(_ record: Record.Body, at unix: Int64) {
        switch record {
        case .ledger(.runStarted(let run, let zone, _, let planned), _):
            ordered[zone] = run
            orders[run] = (zone, planned)
        case .ledger(.finding(let occurrence, let zone, let step, let finding), _):
            if step == 0 { begin(Decision(unix: unix, occurrence: occurrence, zone: zone, run: ordered.removeValue(forKey: zone))) }
            note(finding, zone)
        case .ledger(.runEnded(let run, let outcome, let watered, let volume, _, let cause), _):
            end(run, outcome, watered, volume, outcome == .interrupted ? .end : .ending(cause), unix)
        case .ledger(.waterDay(let zone, let day), _): zones[zone.offset].water.append(day)
        case .ledger(.waterUsed(let water), _): used[WaterUsedOn(source: water.source, date: water.date, use: water.use)] = water.volume
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
