import Control
import ProcessImage
import Quantities
import Scan

/// 10. What is in a pipe is on the disk as owed, is blown out before the blower is let go, and counts as gone only when it is.
struct FeedOrder: Invariant {
    let number = 10
    let rule = "feed in a pipe is booked, and blown out before the blower stops"
    /// By line, on the disk: where its pipe was loaded.
    private var loadedAt: [UInt8?]
    /// By line: its sensors lied while feed was in it; until it is empty nothing can be asked of it.
    private var wasLiedTo: [Bool]

    init(_ plan: ScanPlan) {
        loadedAt = plan.control.feeding.lines.map { _ in nil }
        wasLiedTo = plan.control.feeding.lines.map { _ in false }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for row in evidence.durableRows {
            if case .feedPipe(let line, let outlet) = row { loadedAt[line.offset] = outlet }
        }
        for line in wasLiedTo.indices {
            let truth = evidence.lines[line]
            let isFull = truth.inPipe > LineTruth.crumbs
            wasLiedTo[line] = isFull && (wasLiedTo[line] || evidence.isLying(aboutLine: line) || truth.isDoserWrong)
            guard isFull, !wasLiedTo[line] else { continue }
            lookAtFeed(line, evidence, &violations)
        }
    }

    /// There is feed in the pipe.
    private func lookAtFeed(_ line: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        if loadedAt[line] == nil { violations.report(number, evidence, "feed is in the pipe of line \(line), and not on the disk") }
        guard evidence.isScan, let blower = evidence.plan.control.feeding.lines[line].blower else { return }
        let isLetGo = !evidence.committed[blower.offset].isOn && evidence.committedBefore[blower.offset].isOn
        // A blockage or a hose that is off ends a purge.
        if isLetGo, !evidence.isRefused(blower.offset), evidence.isAirGood(line), evidence.scanOfLife > 1 {
            violations.report(number, evidence, "\(evidence.tag(blower.offset)) stops with feed in the pipe")
        }
        for record in evidence.records {
            guard case .ledger(.feedPipe(let freed, loadedAt: nil), _) = record.body, freed.offset == line else { continue }
            violations.report(number, evidence, "the pipe of line \(line) counts as empty with \(evidence.lines[line].inPipe) kg in it")
        }
    }
}
