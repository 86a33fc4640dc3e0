/// How far the wall clock may be believed.
public enum ClockTrust: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Never set since the machine woke: gateways without a clock battery start in 1970. No wall-time start happens.
    case unset = 0
    /// Set once (battery clock, or synchronized earlier) and running on its own since.
    case heldOver = 1
    /// Disciplined by a time source now.
    case synced = 2
}

/// What the wall clock says, with how far it may be believed. Never used for a duration: see `Instant`.
public struct WallTime: Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public let unixNanoseconds: Int64
    public let trust: ClockTrust

    public init(unixNanoseconds: Int64, trust: ClockTrust) {
        self.unixNanoseconds = unixNanoseconds
        self.trust = trust
    }

    public init(unixSeconds: Int64, trust: ClockTrust) {
        self.init(unixNanoseconds: unixSeconds &* 1_000_000_000, trust: trust)
    }

    /// Whole seconds since 1970, rounded towards the past.
    public var unixSeconds: Int64 {
        let (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Whether a wall-time start may rely on it. A clock that shows a time before 2024 is wrong, whatever it says of itself.
    public var isTrusted: Bool { trust != .unset && unixSeconds >= WallTime.earliestPlausible }

    /// 2024-01-01T00:00:00Z: before Tidegate was written.
    private static let earliestPlausible: Int64 = 1_704_067_200
}
