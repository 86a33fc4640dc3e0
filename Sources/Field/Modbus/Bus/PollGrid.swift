internal import Quantities

/// The moments at which an interval is due: a little before each of its multiples on the monotonic clock.
///
/// The scan turns at the multiples of its own period, so that answers lie ready just before it looks; and everything of
/// one interval is due at once, which costs one wake-up.
struct PollGrid: Hashable {
    /// At least 1 ms.
    let every: Duration
    private let step: Int64
    private let lead: Int64

    init(every: Duration) {
        self.every = max(every, .milliseconds(1))
        step = self.every.nanoseconds
        // Far enough ahead that the burst of hundreds of devices is over when the scan wakes.
        lead = min(step / 10, Duration.milliseconds(50).nanoseconds)
    }

    func moment(after now: Instant) -> Instant { Instant(nanoseconds: (number(now) + 1) * step - lead) }

    /// How often it was due from a moment at which it was due through another.
    func turns(from due: Instant, through now: Instant) -> UInt64 { UInt64(max(number(now) - number(due), 0)) + 1 }

    /// Of the last moment of the grid at or before `moment`. Moments are after the start of the machine.
    private func number(_ moment: Instant) -> Int64 { (moment.nanoseconds + lead) / step }
}
