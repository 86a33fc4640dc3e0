import Quantities

/// The running total of a water meter, made safe: a reset, a wrap or a wild number gives nothing instead of nonsense, and
/// how often the meter speaks is learned, so that a slow one is not taken for one that stands.
struct MeterWatch: BitwiseCopyable {
    enum Word: BitwiseCopyable, Equatable {
        /// As before, or no reading.
        case nothing
        /// Since the last word, however long ago that was.
        case counted(Volume)
        /// It fell, or rose more than any source of ours gives.
        case jumped(from: Volume, to: Volume)
    }

    private var last: Volume?
    private(set) var changed = Instant.never
    /// The longest usual time between two words while water flows, and the largest usual step; not known yet: `nil`.
    private(set) var interval: Duration?
    private(set) var step = Volume.zero
    /// It has said nothing for so long that volumes are estimated.
    var isSilent = false

    private static let mostFlow = Flow.cubicMetersPerHour(2000)
    private static let largestStep = Volume.cubicMeters(1)
    /// Until its pace is known, a meter may take this long.
    private static let patienceAtFirst: Duration = .minutes(15)
    private static let patienceAtLeast: Duration = .minutes(1)

    /// - Parameter total: `nil`: no usable reading.
    /// - Parameter isFlowing: water has flowed through it all the time since its last word.
    mutating func hear(_ total: Volume?, at now: Instant, isFlowing: Bool) -> Word {
        guard let total, total != last else { return .nothing }
        let before = last
        let long = now - changed
        last = total
        changed = now
        guard let before else { return .nothing }
        let difference = total - before
        guard difference > .zero, difference <= Self.mostFlow.volume(over: long) + Self.largestStep else {
            return .jumped(from: before, to: total)
        }
        if isFlowing {
            interval = interval.map { max(long, $0 * 0.9) } ?? long
            step = max(difference, step * 0.9)
        }
        return .counted(difference)
    }

    /// Water that flows for longer than this without a word is not seen by the meter.
    var patience: Duration { interval.map { max($0 * 3, Self.patienceAtLeast) } ?? Self.patienceAtFirst }
}
