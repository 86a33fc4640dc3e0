/// Two ends with everything between them; `ClosedRange` is not bitwise copyable.
struct Bounds: Hashable, BitwiseCopyable {
    let low: Double
    let high: Double

    /// - Precondition: both ends are finite and in order.
    init(_ low: Double, _ high: Double) {
        precondition(low.isFinite && high.isFinite && low <= high)
        self.low = low
        self.high = high
    }

    func clamp(_ value: Double) -> Double { min(max(value, low), high) }
    func contains(_ value: Double) -> Bool { value >= low && value <= high }
}
