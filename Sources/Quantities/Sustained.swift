/// For how long a condition has held without a break: what stands behind every "for so long" of a watch.
public struct Sustained: Sendable, BitwiseCopyable {
    private var since: Instant?

    public init() {}

    /// Whether it held when it could last be told.
    public var isBegun: Bool { since != nil }

    /// Whether it had held for at least `delay` when it could last be told.
    public func hasHeld(for delay: Duration, at now: Instant) -> Bool { since.map { now - $0 >= delay } ?? false }

    /// Looks once a scan.
    ///
    /// - Parameter condition: `nil` when it cannot be told in this scan, which neither begins nor ends its time.
    /// - Returns: for how long it has held; `nil` while it does not, or cannot be told.
    public mutating func look(_ condition: Bool?, at now: Instant) -> Duration? {
        guard let condition else { return nil }
        guard condition else {
            since = nil
            return nil
        }
        let begun = since ?? now
        since = begun
        return now - begun
    }

    /// The same, once it has held for at least `delay`.
    public mutating func look(_ condition: Bool?, for delay: Duration, at now: Instant) -> Duration? {
        guard let held = look(condition, at: now), held >= delay else { return nil }
        return held
    }
}
