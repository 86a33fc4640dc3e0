/// A moment on the monotonic clock that also counts while the machine sleeps (`CLOCK_BOOTTIME`).
///
/// - Unit: nanoseconds since the machine started. It never steps, so every duration, lease and dose is measured on it.
/// - Not comparable between two starts of the machine.
public struct Instant: Comparable, Hashable, Sendable, BitwiseCopyable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment the machine started.
    public static let start = Instant(nanoseconds: 0)
    /// Before every moment that can be read: "has never happened".
    public static let never = Instant(nanoseconds: .min / 2)
    /// After every moment that can come: "has no turn".
    public static let notDue = Instant(nanoseconds: .max / 2)

    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ duration.nanoseconds)
    }

    public static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, saturated at the range of Int64 (292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// Seconds as a number, for arithmetic with rates and for people.
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    public static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    public static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
}
