import Control
import ProcessImage
import Quantities

/// What of a cage's standing is told at once when it changes. It costs little; the whole standing is worked out only to be recorded.
struct CageSign: Equatable, BitwiseCopyable {
    let reason: FeedReason
    let gate: FeedReason?
    let stages: UInt8
    let isMarked: Bool

    init(_ cage: CageIndex, _ feeding: borrowing FeedingControl) {
        let oxygen = feeding.oxygen(of: cage)
        reason = feeding.reason(of: cage)
        gate = feeding.gate(of: cage)
        stages = oxygen.stages
        isMarked = oxygen.isLow || oxygen.isBlind || oxygen.isUnproven || oxygen.siren
    }
}

/// Records how each cage stands: when it changes, each second while it is fed, and every ten seconds besides.
struct CageRecorder: ~Copyable {
    private var cages: Dense<CageIndex, (sign: CageSign?, due: Instant)>
    private var lines: Dense<FeedLineIndex, LineStatus?>
    private var depths: Dense<CageIndex, DepthStatus?>
    private var silos: Dense<SiloIndex, (status: SiloStatus?, due: Instant)>

    private static let whileFed: Duration = .seconds(1)
    private static let besides: Duration = .seconds(10)

    init(_ plan: FeedingPlan) {
        cages = Dense(repeating: (sign: nil, due: .never), count: plan.cages.count)
        lines = Dense(repeating: nil, count: plan.lines.count)
        depths = Dense(repeating: nil, count: plan.cages.count)
        silos = Dense(repeating: (status: nil, due: .never), count: plan.silos.count)
    }

    mutating func record(_ feeding: borrowing FeedingControl, _ wall: WallTime, at now: Instant, _ records: inout RecordBuffer) {
        for number in 0..<lines.count { record(FeedLineIndex(number), feeding, &records) }
        for number in 0..<silos.count { record(SiloIndex(number), feeding, at: now, &records) }
        for number in 0..<cages.count { recordDepth(CageIndex(number), feeding, &records) }
        for number in 0..<cages.count { record(CageIndex(number), feeding, wall, at: now, &records) }
    }

    private mutating func record(_ cage: CageIndex, _ feeding: borrowing FeedingControl, _ wall: WallTime, at now: Instant,
                                 _ records: inout RecordBuffer) {
        let sign = CageSign(cage, feeding)
        guard cages[cage].sign != sign || now >= cages[cage].due else { return }
        cages[cage] = (sign: sign, due: now + (sign.reason == .feeding ? Self.whileFed : Self.besides))
        records.append(.cage(cage, feeding.status(of: cage, wall)))
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
