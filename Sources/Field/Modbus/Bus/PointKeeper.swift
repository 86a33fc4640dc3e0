internal import ProcessImage
internal import Quantities

/// Turns what polls say of a point into the readings that are posted: a value at once; a failure only when the last value
/// is too old to stand, so that points go stale before they go bad, and then with the reason. Pure.
struct PointKeeper {
    private let badAfter: Duration
    private var readAt = Instant.never
    private var failure: Reason?
    private var posted: Reason?

    init(badAfter: Duration) {
        self.badAfter = badAfter
    }

    /// - Returns: the reading to post. A text is none: strings are for people who ask.
    mutating func value(_ value: DecodedValue, at now: Instant) -> Reading? {
        failure = nil
        posted = nil
        switch value {
        case .number(let number):
            readAt = now
            return .good(number, at: now)
        case .bad(let reason):
            readAt = .never
            return .bad(reason, at: now)
        case .text: return nil
        }
    }

    mutating func failed(_ reason: Reason, at now: Instant) -> Reading? {
        failure = reason
        return expire(at: now)
    }

    /// A failure becomes a bad reading once the last value is too old: see `expiresAt`.
    mutating func expire(at now: Instant) -> Reading? {
        guard let failure, now >= expiresAt else { return nil }
        posted = failure
        return .bad(failure, at: now)
    }

    /// When `expire` will have something to say.
    var expiresAt: Instant {
        guard let failure, failure != posted else { return .notDue }
        return readAt + badAfter + .nanoseconds(1)
    }
}
