/// Random numbers that are the same on every machine for the same seed: SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// An own stream for one purpose, so that drawing more for one thing changes nothing of another.
    public init(seed: UInt64, stream: UInt64) {
        self.init(seed: seed &+ stream &* 0xD1B5_4A32_D192_ED03)
        _ = next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Evenly in 0 ..< 1.
    public mutating func fraction() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    /// Evenly between two numbers.
    public mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * fraction()
    }

    public mutating func chance(_ probability: Double) -> Bool {
        fraction() < probability
    }

    /// Evenly in 0 ..< count; 0 when there is nothing to choose from.
    public mutating func index(below count: Int) -> Int {
        count > 0 ? Int(next() % UInt64(count)) : 0
    }
}
