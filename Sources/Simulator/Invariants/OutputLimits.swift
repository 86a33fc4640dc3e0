import ProcessImage
import Quantities
import Scan

/// 2. No line is away from its safe state for longer than its maximum, whatever the process does. Time in which the
/// guard itself is dead is the supervisor's: it is not counted.
struct MaximumOn: Invariant {
    let number = 2
    let rule = "no output is on for longer than its maximum"
    private var away: [Duration]
    private var lookedAt = Instant.start

    init(_ plan: ScanPlan) { away = plan.tables.outputs.map { _ in .zero } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        let passed = evidence.now - lookedAt
        lookedAt = evidence.now
        for output in away.indices where evidence.layout.holders[output] == .guardian {
            guard evidence.isAway(output, in: evidence.physical) else {
                away[output] = .zero
                continue
            }
            guard evidence.guardAliveSince != nil else { continue }
            away[output] += passed
            let most = evidence.plan.tables.outputs[output].maximumOn + evidence.plan.period * 2
            if away[output] > most, away[output] - passed <= most {
                violations.report(number, evidence, "\(evidence.tag(output)) has been on for \(away[output].seconds) s")
            }
        }
    }
}

/// 3. When the scan has been silent for the lease, the guard has driven every line to its safe state.
struct LeaseHeld: Invariant {
    let number = 3
    let rule = "without renewal an output is safe when its lease is over"
    private var isReported: [Bool]

    init(_ plan: ScanPlan) { isReported = plan.tables.outputs.map { _ in false } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard let alive = evidence.guardAliveSince else { return }
        let silent = evidence.now - max(evidence.committedAt, alive)
        let isOver = silent > evidence.layout.lease + evidence.plan.period
        for output in isReported.indices where evidence.layout.holders[output] == .guardian {
            let isWrong = isOver && evidence.isAway(output, in: evidence.physical)
            if isWrong, !isReported[output] {
                violations.report(number, evidence, "\(evidence.tag(output)) is on \(silent.seconds) s after the last renewal")
            }
            isReported[output] = isWrong
        }
    }
}

/// 4. Every level away from safe that reaches a line was decided by the scan, and the decision was recorded in that scan.
struct SingleWriter: Invariant {
    let number = 4
    let rule = "a line moves only by a recorded decision of the scan"
    private var wasMoved: [Bool] = []

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if wasMoved.isEmpty { wasMoved = evidence.physical.map { _ in false } }
        for output in evidence.physical.indices {
            let isMoved = evidence.layout.holders[output] == .guardian && evidence.guardAliveSince != nil
                && evidence.isAway(output, in: evidence.physical) && !evidence.isAway(output, in: evidence.committed)
            if isMoved, !wasMoved[output] {
                violations.report(number, evidence, "\(evidence.tag(output)) moved, and the scan had not said so")
            }
            wasMoved[output] = isMoved
            guard evidence.isScan, evidence.scanOfLife > 1, evidence.isAway(output, in: evidence.committed),
                  evidence.committed[output] != evidence.committedBefore[output],
                  !isRecorded(output, in: evidence) else { continue }
            violations.report(number, evidence, "\(evidence.tag(output)) was committed without a record")
        }
    }

    private func isRecorded(_ output: Int, in evidence: Evidence) -> Bool {
        evidence.records.contains { record in
            guard case .output(OutputIndex(output), let level, _) = record.body else { return false }
            return level == evidence.committed[output]
        }
    }
}
