internal import Quantities

/// How long something that fails is left alone: twice as long after each failure, or by what the failure cost; bounded
/// at both ends. Pure.
struct Backoff: Sendable {
    private let first: Duration
    private let last: Duration
    /// When not 0, the wait is this many times what the failure cost, and does not double.
    private let times: Int
    private(set) var wait: Duration = .zero
    private(set) var until: Instant = .never

    init(first: Duration, last: Duration, times: Int = 0) {
        self.first = first
        self.last = last
        self.times = times
    }

    /// For a connection of a device's own: failing costs nobody else anything.
    static let connection = Backoff(first: .seconds(1), last: .seconds(30))

    /// For a serial port that is gone: opening it again costs next to nothing.
    static let port = Backoff(first: .seconds(1), last: .seconds(5))

    /// For a device on a line it shares: 19 times the line time that asking it cost, so that it never takes more than a
    /// twentieth; and never so long that it is missed for over 30 s once it answers again.
    static let sharedLine = Backoff(first: .seconds(1), last: .seconds(28), times: 19)

    mutating func failed(at now: Instant, cost: Duration = .zero) {
        wait = min(max(first, times > 0 ? cost * times : wait * 2), last)
        until = now + wait
    }

    mutating func succeeded() {
        wait = .zero
        until = .never
    }

    func allows(_ now: Instant) -> Bool { now >= until }
}
