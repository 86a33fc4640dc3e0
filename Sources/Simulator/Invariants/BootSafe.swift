import ProcessImage

/// 1. From the start of the process every output is at its safe state until a run has been begun in this life.
struct BootSafe: Invariant {
    let number = 1
    let rule = "after a start every output is safe until a run begins"
    private var life = 0
    private var hasBegun = false

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        if evidence.life != life {
            life = evidence.life
            hasBegun = false
        }
        hasBegun = hasBegun || evidence.records.contains { record in
            if case .ledger(.runStarted, _) = record.body { true } else { false }
        }
        guard evidence.scanOfLife == 1 || !hasBegun else { return }
        for output in evidence.committed.indices where evidence.isAway(output, in: evidence.committed) {
            violations.report(number, evidence, "\(evidence.tag(output)) is on in scan \(evidence.scanOfLife) of this life")
        }
    }
}
