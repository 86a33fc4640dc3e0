internal import Quantities

/// How long something that fails is left alone. Doubles with each failure, bounded at both ends. Pure.
struct Backoff: Sendable {
    private let first: Duration
    private let last: Duration
    /// The wait is at least this many times what the failure cost.
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

    /// For a device on a line it shares: at least nine times the line time it wasted, so that it never costs more than
    /// a tenth; and never so long that it is missed for over 30 s once it answers again.
    static func sharedLine(timeout: Duration) -> Backoff {
        Backoff(first: .seconds(1), last: max(.seconds(28) - timeout, .seconds(20)), times: 9)
    }

    mutating func failed(at now: Instant, cost: Duration = .zero) {
        wait = min(max(first, wait * 2, cost * times), last)
        until = now + wait
    }

    mutating func succeeded() {
        wait = .zero
        until = .never
    }

    func allows(_ now: Instant) -> Bool { now >= until }
}
