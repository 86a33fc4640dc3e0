public import Quantities

/// What the interlocks said of one output in the scan before: latched into the image like any other input, so that
/// control knows what really stands in the field without knowing the interlocks.
public struct Verdict: Sendable, BitwiseCopyable, Equatable {
    public let level: OutputLevel
    /// Since when the output has had this level.
    public let since: Instant
    /// What keeps the output at its safe state whatever control wants; `nil`: nothing does.
    public let hold: Cause?
    /// Nobody has seen yet that it does what its name says.
    public let lacksProof: Bool

    public init(level: OutputLevel, since: Instant, hold: Cause? = nil, lacksProof: Bool = false) {
        self.level = level
        self.since = since
        self.hold = hold
        self.lacksProof = lacksProof
    }

    /// Whether the output has been on for `travel`: a valve that has opened all the way.
    public func isOn(for travel: Duration, at now: Instant) -> Bool {
        level.isOn && now - since >= travel
    }

    /// Whether the output has been off for `travel`: a valve that has closed all the way.
    public func isOff(for travel: Duration, at now: Instant) -> Bool {
        !level.isOn && now - since >= travel
    }
}
