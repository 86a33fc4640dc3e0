import ProcessImage

/// What a dosing unit sees in one scan, as far as it decides whether stock may go into the water.
struct DoseInputs: OptionSet, Hashable, BitwiseCopyable {
    let rawValue: UInt16

    /// A zone of its source waters with a recipe.
    static let hasRun = DoseInputs(rawValue: 1 << 0)
    /// One of them has not had its clear water yet.
    static let anyBefore = DoseInputs(rawValue: 1 << 1)
    /// One of them is in its flush, or closes.
    static let anyAfter = DoseInputs(rawValue: 1 << 2)
    /// A zone is open that is not of this recipe.
    static let foreign = DoseInputs(rawValue: 1 << 3)
    /// Flow is proven in this scan, and has been for the time it takes to be steady.
    static let flows = DoseInputs(rawValue: 1 << 4)
    static let backwash = DoseInputs(rawValue: 1 << 5)
    /// An interlock holds one of the recipe's channels.
    static let held = DoseInputs(rawValue: 1 << 6)
    static let disagree = DoseInputs(rawValue: 1 << 7)
    static let blind = DoseInputs(rawValue: 1 << 8)
    /// The pipes hold what must not meet this recipe.
    static let oldMix = DoseInputs(rawValue: 1 << 9)
    /// The rows of what is to be given are on disk.
    static let isBooked = DoseInputs(rawValue: 1 << 10)
    /// No more in this run.
    static let isStopped = DoseInputs(rawValue: 1 << 11)
}

/// The sequence of one dosed run: water, stock, water.
///
///     idle ──run──▶ preWater ──clear water has passed──▶ dosing ⇄ pause ──▶ flushing ──run over──▶ idle
///                       └──────────stopped──────────────────┴─────────────────▲
///
/// Only in `dosing` is stock given, and only while every condition holds in this very scan. That a run which is flushed, or was
/// stopped, is not dosed again is held by `ZoneDosing`, whose stage and stop never go back.
enum DoseSequence {
    static func next(after reason: DosingReason, _ inputs: DoseInputs) -> DosingReason {
        guard inputs.contains(.hasRun) else { return .idle }
        if inputs.contains(.isStopped) || inputs.contains(.anyAfter) { return .flushing }
        if inputs.contains(.anyBefore) { return reason == .dosing || reason.isPause ? .otherZone : .preWater }
        if inputs.contains(.foreign) { return .otherZone }
        if !inputs.contains(.flows) { return .noFlow }
        if inputs.contains(.backwash) { return .backwash }
        if inputs.contains(.oldMix) { return .oldMix }
        if inputs.contains(.held) { return .held }
        if inputs.contains(.disagree) { return .probesDisagree }
        if inputs.contains(.blind) { return .blind }
        return inputs.contains(.isBooked) ? .dosing : .ledger
    }
}

extension DosingReason {
    /// A pause that must not last: something is wrong.
    var triesPatience: Bool {
        switch self {
        case .noFlow, .held, .probesDisagree, .blind, .ledger: true
        default: false
        }
    }
}
