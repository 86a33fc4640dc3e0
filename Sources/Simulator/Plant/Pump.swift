/// A centrifugal pump: its head falls with the square of the flow, and grows with the square of its speed.
struct Pump: Sendable {
    /// 0 standing … 1 full speed.
    private(set) var speed = 0.0
    var isDead = false
    /// kPa at no flow and full speed.
    let shutOffHead: Double
    /// Head lost inside the pump: kPa per (m3/h)².
    let slope: Double

    /// Seconds from standing to full speed, and back.
    private static let ramp = 3.0

    /// - Parameter capacity: m3/h at which the head has fallen by about a sixth; so zones get about their nominal flow
    ///   whether one runs or several.
    init(capacity: Double) {
        shutOffHead = 230
        slope = 40 / (capacity * capacity)
    }

    /// Water by gravity or from the mains: a "pump" that always turns.
    static func alwaysOn(capacity: Double) -> Pump {
        var pump = Pump(capacity: capacity)
        pump.speed = 1
        return pump
    }

    /// - Parameter wanted: the speed it is set to, 0 … 1. A standing motor comes to rest by itself.
    mutating func advance(_ seconds: Double, isOn: Bool, toward wanted: Double = 1) {
        let step = seconds / Pump.ramp
        let goal = isOn && !isDead ? min(wanted, 1) : 0
        speed = speed < goal ? min(speed + step, goal) : max(speed - step, goal)
    }
}
