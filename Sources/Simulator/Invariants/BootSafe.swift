import Control
import ProcessImage
import Scan

/// 1. From the start of the process every output is at its safe state until a run has been begun in this life; what keeps cages, after
/// the first scan, by what it sees.
struct BootSafe: Invariant {
    let number = 1
    let rule = "after a start every output is safe until a run begins"
    private var life = 0
    private var hasBegun = false
    /// Outputs of cages and feed lines: their rules are the checkers' of feeding.
    private let ofCages: Set<Int>

    init(_ plan: ScanPlan) {
        let feeding = plan.control.feeding
        let ofLines = feeding.lines.flatMap { [$0.blower, $0.doser, $0.spreader].compactMap { $0 } } + feeding.outlets.map(\.drive)
        let ofWinches = feeding.depths.flatMap { [$0.sink, $0.rise] }
        ofCages = Set((feeding.stages.map(\.output) + feeding.cages.compactMap(\.aeration.siren) + ofLines + ofWinches).map(\.offset))
    }

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
            if evidence.scanOfLife > 1, ofCages.contains(output) { continue }
            violations.report(number, evidence, "\(evidence.tag(output)) is on in scan \(evidence.scanOfLife) of this life")
        }
    }
}
