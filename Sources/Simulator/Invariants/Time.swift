import Control
import ProcessImage
import Quantities
import Scan

/// 19. A run is as long as it was planned by true time, whatever the wall clock does.
struct MonotonicDurations: Invariant {
    let number = 19
    let rule = "no step of the wall clock changes the length of a run"

    private struct Open {
        let run: RunID
        let planned: Amount
        var onFor = Duration.zero
        var stalledBefore: Duration
    }

    /// By zone: runs begun and not ended; those behind the first wait.
    private var open: [[Open]]
    private var lookedAt = Instant.start
    private var life = 0
    /// By zone: a zone that hands over goes on getting water until the next is open.
    private let handover: [Duration]

    init(_ plan: ScanPlan) {
        open = plan.control.zones.map { _ in [] }
        handover = plan.control.zones.map { zone in
            let travels = plan.control.zones.filter { $0.source == zone.source }.map(\.travel)
            return plan.control.sources[zone.source.offset].overlap + (travels.max() ?? .zero) * 2 + .seconds(2)
        }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        let passed = evidence.now - lookedAt
        lookedAt = evidence.now
        if evidence.life != life {
            life = evidence.life
            for zone in open.indices { open[zone] = [] }
        }
        for (index, zone) in evidence.plan.control.zones.enumerated()
        where evidence.isAway(zone.valve.offset, in: evidence.committed) && !open[index].isEmpty {
            for place in open[index].indices { open[index][place].onFor += passed }
        }
        for record in evidence.records { look(record, evidence, &violations) }
    }

    private mutating func look(_ record: Record, _ evidence: Evidence, _ violations: inout ViolationLog) {
        switch record.body {
        case .ledger(.runStarted(let run, let zone, _, let planned), _):
            open[zone.offset].append(Open(run: run, planned: planned, stalledBefore: evidence.stalled))
        case .ledger(.runEnded(let run, let outcome, let watered, _, _, _), _):
            for zone in open.indices {
                guard let place = open[zone].firstIndex(where: { $0.run == run }) else { continue }
                check(open[zone].remove(at: place), zone, outcome, watered, evidence, &violations)
            }
        default: break
        }
    }

    private func check(_ run: Open, _ zone: Int, _ outcome: RunOutcome, _ watered: Duration, _ evidence: Evidence,
                       _ violations: inout ViolationLog) {
        let scans = evidence.plan.period * 3
        let stalled = evidence.stalled - run.stalledBefore
        if watered > run.onFor + scans {
            violations.report(number, evidence, "a run of \(run.onFor.seconds) s counts as \(watered.seconds) s")
        }
        guard outcome == .completed, let planned = run.planned.time else { return }
        if run.onFor + scans < planned {
            violations.report(number, evidence, "a run of \(planned.seconds) s was over after \(run.onFor.seconds) s")
        }
        if watered > planned + handover[zone] + scans + stalled {
            violations.report(number, evidence, "a run of \(planned.seconds) s watered for \(watered.seconds) s")
        }
    }
}

/// 20. No program starts by a wall clock that nobody may believe.
struct TrustedTimeOnly: Invariant {
    let number = 20
    let rule = "no program starts by an untrusted clock"

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard !evidence.wall.isTrusted else { return }
        for record in evidence.records {
            guard case .ledger(.occurrence(_, let decision), _) = record.body, decision != .missed else { continue }
            violations.report(number, evidence, "a program started while the clock was not set")
        }
    }
}
