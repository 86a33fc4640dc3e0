import Control
import ProcessImage
import Quantities

struct LastCage: BitwiseCopyable {
    var reason: FeedReason?
    var gate: FeedReason?
    var stages: UInt8 = 0
    var isMarked = false
    var due = Instant.never
}

/// Records how each cage stands: when it changes, each second while it is fed, and every ten seconds besides.
struct CageRecorder: ~Copyable {
    private var cages: Dense<CageIndex, LastCage>

    private static let whileFed: Duration = .seconds(1)
    private static let besides: Duration = .seconds(10)

    init(cages: Int) { self.cages = Dense(repeating: LastCage(), count: cages) }

    mutating func record(_ feeding: borrowing FeedingControl, at now: Instant, _ records: inout RecordBuffer) {
        for number in 0..<cages.count {
            let status = feeding.status(of: CageIndex(number)), last = cages[number]
            let isMarked = status.oxygen.isLow || status.oxygen.isBlind || status.oxygen.isUnproven || status.oxygen.siren
            let isChanged = last.reason != status.reason || last.gate != status.gate || last.stages != status.oxygen.stages
                || last.isMarked != isMarked
            guard isChanged || now >= last.due else { continue }
            let due = now + (status.reason == .feeding ? Self.whileFed : Self.besides)
            cages[number] = LastCage(reason: status.reason, gate: status.gate, stages: status.oxygen.stages, isMarked: isMarked, due: due)
            records.append(.cage(CageIndex(number), status))
        }
    }
}
