import Quantities

/// How long to rest before the next try: evenly drawn up to a bound that doubles with each failure, so that a thousand gateways do
/// not come back to a broker at once ("full jitter", M. Brooker, AWS Architecture Blog, 2015).
public struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var failures = 0
    private var state: UInt64

    public init(first: Duration, longest: Duration, seed: UInt64) {
        self.first = first
        self.longest = longest
        state = seed
    }

    /// A connection has held: the next failure is a first one.
    public mutating func succeed() { failures = 0 }

    public mutating func rest() -> Duration {
        let bound = min(longest, first * (1 << min(failures, 20)))
        failures += 1
        return max(.milliseconds(100), bound * fraction())
    }

    /// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014); evenly in 0 ..< 1.
    private mutating func fraction() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}
