import Quantities

/// A value that moves towards where it is sent no faster than its rate: a setpoint that does not jump.
struct Ramp: BitwiseCopyable {
    private(set) var value: Double
    /// In a second; not negative.
    let rate: Double

    /// - Parameter start: begin at the measured value, and the loop begins without a kick.
    init(from start: Double, rate: Double) {
        precondition(start.isFinite && rate >= 0)
        value = start
        self.rate = rate
    }

    /// A number that is none, or a time that runs backwards, leaves it where it is.
    mutating func step(towards wanted: Double, over elapsed: Duration) -> Double {
        guard wanted.isFinite, elapsed > .zero else { return value }
        let reach = rate * elapsed.seconds
        value = min(max(wanted, value - reach), value + reach)
        return value
    }
}

/// A switch that turns at one bound and back at another, so that noise between them does nothing.
struct Hysteresis: BitwiseCopyable {
    private(set) var isOn: Bool
    private let on: Double
    private let off: Double

    /// On from `on` upwards where that is the higher bound, from `on` downwards where it is the lower.
    init(on: Double, off: Double, isOn: Bool = false) {
        precondition(on.isFinite && off.isFinite && on != off)
        self.on = on
        self.off = off
        self.isOn = isOn
    }

    /// - Returns: `nil` without a usable value: what is unknown is the caller's to judge, and the switch stays as it was.
    mutating func step(_ value: Double?) -> Bool? {
        guard let value, !value.isNaN else { return nil }
        if on > off ? value >= on : value <= on { isOn = true }
        if on > off ? value <= off : value >= off { isOn = false }
        return isOn
    }
}
