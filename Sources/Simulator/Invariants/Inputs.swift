import Interlocks
import ProcessImage
import Quantities
import Scan

/// An input that a rule needs good and false before an output may be on.
private struct Needed {
    let point: DigitalPoint
    let noOlderThan: Duration
    let outputs: [Int]

    static func all(of plan: ScanPlan) -> [Needed] {
        let stop = plan.interlocks.emergencyStop.map {
            Needed(point: $0.pressed, noOlderThan: $0.noOlderThan, outputs: Array(plan.tables.outputs.indices))
        }
        let dry = plan.interlocks.sources.compactMap { source -> Needed? in
            guard let point = source.dryWhen, let pump = source.pump else { return nil }
            return Needed(point: point, noOlderThan: source.dryNoOlderThan, outputs: [pump.offset])
        }
        return [stop].compactMap { $0 } + dry
    }
}

/// 5. No output leaves its safe state on an input that is bad, stale or missing.
struct FreshInputs: Invariant {
    let number = 5
    let rule = "nothing is switched on by an input that is not good and fresh"
    private var needed: [Needed]?

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        let needed = needed ?? Needed.all(of: evidence.plan)
        self.needed = needed
        guard evidence.isScan, evidence.committed != evidence.committedBefore else { return }
        for input in needed where evidence.isOn(input.point, noOlderThan: input.noOlderThan) == nil {
            for output in input.outputs where evidence.isAway(output, in: evidence.committed)
                && !evidence.isAway(output, in: evidence.committedBefore) {
                let point = evidence.plan.tables.points[input.point.index.offset].tag
                violations.report(number, evidence, "\(evidence.tag(output)) went on while \(point) was not known")
            }
        }
    }
}

/// 6. When an input that a running output needs goes bad, the output is safe within one scan.
struct BadInputAction: Invariant {
    let number = 6
    let rule = "a needed input going bad takes its outputs to safe within a scan"
    private let needed: [Needed]
    /// By input and output: scans for which the output was on while the input was bad; `nil`: it was not good before.
    private var badFor: [[Int?]]

    init(_ plan: ScanPlan) {
        needed = Needed.all(of: plan)
        badFor = needed.map { $0.outputs.map { _ in nil } }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        for (index, input) in needed.enumerated() {
            let isKnown = evidence.isOn(input.point, noOlderThan: input.noOlderThan) != nil
            for (place, output) in input.outputs.enumerated() {
                guard evidence.isAway(output, in: evidence.committed) else {
                    badFor[index][place] = nil
                    continue
                }
                if isKnown {
                    badFor[index][place] = 0
                } else if let scans = badFor[index][place] {
                    badFor[index][place] = scans + 1
                    if scans + 1 == 2 { violations.report(number, evidence, "\(evidence.tag(output)) goes on on a bad input") }
                }
            }
        }
    }
}

/// 7. A point is good only with a value its device or line has really answered, at that moment, and not too long ago.
struct NoGhostValue: Invariant {
    let number = 7
    let rule = "a good reading is a real and recent answer"
    private var isReported: [Bool] = []

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        if isReported.isEmpty { isReported = evidence.readings.map { _ in false } }
        for (index, reading) in evidence.readings.enumerated() where reading.quality == .good {
            switch evidence.layout.supplies[index] {
            case .deviceOnline, .guardOnline, .scan: continue
            case .line, .device: break
            }
            let isReal = evidence.answers[index].map { $0.at == reading.takenAt && $0.number == reading.recorded } ?? false
            let isRecent = evidence.now - reading.takenAt <= evidence.plan.tables.points[index].uncertainAfter
            if !(isReal && isRecent), !isReported[index] {
                violations.report(number, evidence, "\(evidence.plan.tables.points[index].tag) is good, but nobody said so")
            }
            isReported[index] = !(isReal && isRecent)
        }
    }
}
