import Quantities

/// The running total of a meter, made safe: a reset, a wrap or a wild number gives nothing instead of nonsense.
struct Totaliser: BitwiseCopyable {
    /// Where the meter's register begins again at 0. `nil`: not known, and what passed over the wrap is not counted.
    private let wrapsAt: Volume?
    /// A total that grows faster is not believed.
    private let mostFlow: Flow
    /// What the meter counts in one step at most.
    private let largestStep: Volume

    /// Everything that was believed since this began to look.
    private(set) var total = Volume.zero
    private var last: Volume?
    private var changed = Instant.never

    /// - Parameter mostFlow: no source of ours gives more.
    init(wrapsAt: Volume? = nil, mostFlow: Flow = .cubicMetersPerHour(2000), largestStep: Volume = .cubicMeters(1)) {
        self.wrapsAt = wrapsAt
        self.mostFlow = mostFlow
        self.largestStep = largestStep
    }

    /// - Returns: what has passed since it was read last; `nil` when the meter says nothing now.
    mutating func difference(_ reading: Volume?, at now: Instant) -> Volume? {
        guard let reading, reading.base.isFinite else {
            last = nil
            return nil
        }
        guard let before = last else {
            last = reading
            changed = now
            return .zero
        }
        guard reading != before else { return .zero }
        let possible = mostFlow.volume(over: now - changed) + largestStep
        last = reading
        changed = now
        var difference = reading - before
        if difference < .zero, let wrapsAt { difference += wrapsAt }
        guard difference > .zero, difference <= possible else { return .zero }
        total += difference
        return difference
    }
}
