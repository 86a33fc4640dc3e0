import Control
import ProcessImage
import Quantities
import Scan

/// 8. A submersible cage is driven one way at a time, only with a position that can be read, and hangs within its limits.
struct WinchKept: Invariant {
    let number = 8
    let rule = "a cage is driven one way at a time, with a position that can be read, within its limits"

    private struct Winch {
        /// Scans in a row.
        var blindFor = 0
        var isBoth = false
        var isBeyond = false
    }

    private var winches: [Winch]

    /// m that a winch needs to stop, and that its position may be wrong.
    private static let slack = 0.5

    init(_ plan: ScanPlan) { winches = plan.control.feeding.depths.map { _ in Winch() } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for (number, plan) in evidence.plan.control.feeding.depths.enumerated() {
            let sinks = evidence.physical[plan.sink.offset].isOn, rises = evidence.physical[plan.rise.offset].isOn
            let depth = evidence.cages[plan.cage.offset].depth
            let isBeyond = (sinks && depth > plan.deepest.meters + Self.slack || rises && depth < plan.shallowest.meters - Self.slack)
                && !evidence.isLying[plan.position.index.offset]
            report(&winches[number].isBoth, sinks && rises, "is driven both ways", plan, evidence, &violations)
            report(&winches[number].isBeyond, isBeyond, "is driven beyond its limits, at \(depth) m", plan, evidence, &violations)
            guard evidence.isScan else { continue }
            let isBlind = evidence.base(plan.position.index, noOlderThan: plan.noOlderThan) == nil
            winches[number].blindFor = isBlind && (sinks || rises) ? winches[number].blindFor + 1 : 0
            if winches[number].blindFor == 3 { tell("is driven, and nobody knows where it is", plan, evidence, &violations) }
        }
    }

    /// Once for each time it begins to be so.
    private func report(_ was: inout Bool, _ isSo: Bool, _ what: String, _ plan: DepthPlan, _ evidence: Evidence,
                        _ violations: inout ViolationLog) {
        if isSo, !was { tell(what, plan, evidence, &violations) }
        was = isSo
    }

    private func tell(_ what: String, _ plan: DepthPlan, _ evidence: Evidence, _ violations: inout ViolationLog) {
        violations.report(number, evidence, "cage \(plan.cage.offset) \(what)")
    }
}
