import Control
import Interlocks
import ProcessImage
import Quantities
import Scan

/// 10. Before the first stock goes towards a zone it is on the disk that its lines are owed clear water; that is paid only by clear
/// water that has passed, and while none comes it is alarmed, over restarts too.
struct FlushOwed: Invariant {
    let number = 10
    let rule = "what is dosed is flushed out, or owed on the disk and alarmed"

    private struct Lines {
        /// On the disk: the water that is owed.
        var owed: Double?
        /// Stock has gone in since it was owed, and clear water, m3, since the last of it.
        var isDosed = false
        var clear = 0.0
        /// Since when the zone has been owed and shut.
        var shutSince: Instant?
        var isReported = false
    }

    private var lines: [Lines]
    private var alarms: [AlarmState]
    private var water: [MeteredWater]
    private let control: ControlPlan
    private let interlocks: InterlockPlan

    /// The alarm comes when no water is on its way any more: valves close first, and a life begins by looking around.
    private static let toldWithin: Duration = .seconds(90)
    /// Of what is owed; the rest lies between two steps of the meter, and in the valve that closes.
    private static let paid = 0.85

    init(_ plan: ScanPlan) {
        control = plan.control
        interlocks = plan.interlocks
        lines = plan.control.zones.map { _ in Lines() }
        alarms = plan.control.zones.map { _ in .normal }
        water = plan.interlocks.dosing.units.map { _ in MeteredWater() }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for row in evidence.durableRows { note(row) }
        guard evidence.isScan else { return }
        // A meter's word of this scan may be what pays.
        for unit in interlocks.dosing.units.indices { lookAt(unit, evidence, &violations) }
        for record in evidence.records { note(record, evidence, &violations) }
        for zone in lines.indices { lookForAlarm(zone, evidence, &violations) }
    }

    private mutating func note(_ row: LedgerEntry) {
        switch row {
        case .flushOwed(let debt): lines[debt.zone.offset].owed = debt.volume.base
        case .flushPaid(let zone): lines[zone.offset] = Lines()
        default: break
        }
    }

    private mutating func note(_ record: Record, _ evidence: Evidence, _ violations: inout ViolationLog) {
        switch record.body {
        case .alarm(let id, let state):
            if id.kind == .notFlushed, case .zone(let zone) = id.subject { alarms[zone.offset] = state }
        case .ledger(.flushPaid(let zone), _):
            let line = lines[zone.offset]
            // Paid as soon as it is said: the row may wait for a disk that takes none.
            lines[zone.offset].isDosed = false
            guard line.isDosed, line.clear < (line.owed ?? 0) * Self.paid else { return }
            violations.report(number, evidence, "zone \(zone.offset) counts as flushed after \(line.clear) of \(line.owed ?? 0) m3")
        default: break
        }
    }

    private mutating func lookAt(_ unit: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let rule = interlocks.dosing.units[unit]
        let isDosing = interlocks.dosing.channels.contains { $0.unit.offset == unit && evidence.isOn($0) }
        let passed = water[unit].take(rule, evidence).passed
        let open = control.zones.indices.filter {
            control.zones[$0].source == rule.source && evidence.committed[control.zones[$0].valve.offset].isOn
        }
        let flows = open.map { control.zones[$0].nominalFlow?.base ?? 1 }
        for (place, zone) in open.enumerated() {
            if isDosing {
                if lines[zone].owed == nil { violations.report(number, evidence, "zone \(zone) is dosed and no flush is owed on the disk") }
                (lines[zone].isDosed, lines[zone].clear) = (true, 0)
            } else {
                lines[zone].clear += passed * flows[place] / flows.reduce(0, +)
            }
        }
    }

    private mutating func lookForAlarm(_ zone: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let isShut = !evidence.committed[control.zones[zone].valve.offset].isOn
        let isOwed = lines[zone].owed != nil && lines[zone].isDosed && isShut
        lines[zone].shutSince = isOwed ? lines[zone].shutSince ?? evidence.now : nil
        let isTold = alarms[zone] == .unacknowledged || alarms[zone] == .acknowledged
        let isYoung = Duration.seconds(Double(evidence.scanOfLife) * evidence.plan.period.seconds) < Self.toldWithin
        guard let since = lines[zone].shutSince, evidence.now - since > Self.toldWithin, !isTold, !isYoung else {
            lines[zone].isReported = false
            return
        }
        if !lines[zone].isReported { violations.report(number, evidence, "zone \(zone) is not flushed, and nobody is told") }
        lines[zone].isReported = true
    }
}
