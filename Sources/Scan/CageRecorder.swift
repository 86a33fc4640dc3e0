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
    private var lines: Dense<FeedLineIndex, LineStatus?>
    private var depths: Dense<CageIndex, DepthStatus?>
    private var silos: Dense<SiloIndex, (status: SiloStatus?, due: Instant)>

    private static let whileFed: Duration = .seconds(1)
    private static let besides: Duration = .seconds(10)

    init(_ plan: FeedingPlan) {
        cages = Dense(repeating: LastCage(), count: plan.cages.count)
        lines = Dense(repeating: nil, count: plan.lines.count)
        depths = Dense(repeating: nil, count: plan.cages.count)
        silos = Dense(repeating: (status: nil, due: .never), count: plan.silos.count)
    }

    mutating func record(_ feeding: borrowing FeedingControl, _ wall: WallTime, at now: Instant, _ records: inout RecordBuffer) {
        for number in 0..<lines.count { record(FeedLineIndex(number), feeding, &records) }
        for number in 0..<silos.count { record(SiloIndex(number), feeding, at: now, &records) }
        for number in 0..<cages.count { recordDepth(CageIndex(number), feeding, &records) }
        for number in 0..<cages.count {
            let status = feeding.status(of: CageIndex(number), wall), last = cages[number]
            let isMarked = status.oxygen.isLow || status.oxygen.isBlind || status.oxygen.isUnproven || status.oxygen.siren
            let isChanged = last.reason != status.reason || last.gate != status.gate || last.stages != status.oxygen.stages
                || last.isMarked != isMarked
            guard isChanged || now >= last.due else { continue }
            let due = now + (status.reason == .feeding ? Self.whileFed : Self.besides)
            cages[number] = LastCage(reason: status.reason, gate: status.gate, stages: status.oxygen.stages, isMarked: isMarked, due: due)
            records.append(.cage(CageIndex(number), status))
        }
    }

    private mutating func recordDepth(_ cage: CageIndex, _ feeding: borrowing FeedingControl, _ records: inout RecordBuffer) {
        guard let status = feeding.depth(of: cage), depths[cage] != status else { return }
        depths[cage] = status
        records.append(.depth(cage, status))
    }

    private mutating func record(_ line: FeedLineIndex, _ feeding: borrowing FeedingControl, _ records: inout RecordBuffer) {
        let status = feeding.status(of: line)
        guard lines[line] != status else { return }
        lines[line] = status
        records.append(.line(line, status))
    }

    private mutating func record(_ silo: SiloIndex, _ feeding: borrowing FeedingControl, at now: Instant, _ records: inout RecordBuffer) {
        let status = feeding.status(of: silo)
        guard silos[silo].status?.isLow != status.isLow || now >= silos[silo].due else { return }
        silos[silo] = (status: status, due: now + Self.besides)
        records.append(.silo(silo, status))
    }
}
