/// What looks for pellets under the fish: the part of those that fell in the last minute.
struct PelletCounter: Sendable {
    private var fell = 0.0
    private var sank = 0.0

    /// Seconds over which it counts.
    private static let window = 60.0

    /// kg of this step.
    mutating func advance(_ seconds: Double, fell: Double, sank: Double) {
        let keeps = Self.window / (seconds + Self.window)
        self.fell = (self.fell + fell) * keeps
        self.sank = (self.sank + sank) * keeps
    }

    /// 0 … 1. Where nothing falls, nothing sinks.
    var uneaten: Double { fell > 1e-6 ? min(sank / fell, 1) : 0 }
}
