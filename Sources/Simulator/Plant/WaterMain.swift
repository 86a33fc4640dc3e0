/// One source with everything between its intake and its zones: well, pump, master valve, main, meter.
///
/// Zones and tears are orifices: flow grows with the square root of the pressure in the main. Pump and master valve lose
/// head with the square of the flow. Both together have a closed solution, which is reached with the inertia of the water. A main
/// that nothing feeds and nothing drains holds its pressure, as far as it is tight.
struct WaterMain: Sendable {
    var well: Well
    var pump: Pump
    var master: Valve
    var isBurst = false
    var isSeeping = false
    /// Against what the pump is set to. 1: as it should be.
    var headFactor = 1.0
    var meter = Meter()

    /// kPa in the main behind the master valve.
    private(set) var pressure = 0.0
    /// m3/h drawn from the source.
    private(set) var flow = 0.0

    private let capacity: Double
    /// kPa at which a zone takes its nominal flow.
    static let nominalPressure = 200.0
    /// Seconds in which the water in the main follows.
    private static let inertia = 1.0
    /// Seconds in which a main that seeps loses two thirds of its pressure, and what it lets out as a part of the source's capacity.
    private static let seepTime = 120.0
    private static let seep = 0.01

    /// - Parameter kept: kPa that its pump is to keep by its speed.
    init(capacity: Double, hasPump: Bool, masterTravel: Double, kept: Double? = nil) {
        self.capacity = capacity
        well = Well(capacity: capacity)
        pump = hasPump ? Pump(capacity: capacity, kept: kept) : .alwaysOn(capacity: capacity)
        master = Valve(travel: masterTravel)
    }

    /// What a full tear lets out, as the conductance of a zone: m3/h at nominal pressure.
    private var tear: Double { (isBurst ? capacity : 0) + (isSeeping ? capacity * WaterMain.seep : 0) }

    /// - Parameter demand: m3/h that the zones would take together at nominal pressure.
    mutating func advance(_ seconds: Double, demand: Double) {
        let solved = solve(demand: demand + tear)
        let share = seconds / (seconds + WaterMain.inertia)
        if !isFed, demand == 0, !isBurst {
            if isSeeping { pressure -= pressure * seconds / (seconds + WaterMain.seepTime) }
        } else {
            pressure += (solved.pressure - pressure) * share
        }
        flow += (solved.flow - flow) * share
        if flow < 1e-6 { flow = 0 }
        well.advance(seconds, drawn: flow)
        meter.advance(seconds, flow: flow)
    }

    private var isFed: Bool { pump.speed > 0 && well.feedsPump && master.opening > 0.01 }

    private func solve(demand: Double) -> (pressure: Double, flow: Double) {
        guard isFed else { return (0, 0) }
        let head = pump.shutOffHead * headFactor * pump.speed * pump.speed
        let masterLoss = 5 / (capacity * capacity) / (master.opening * master.opening)
        let conductance = demand * demand / WaterMain.nominalPressure
        let pressure = head / (1 + (pump.slope + masterLoss) * conductance)
        return (pressure, (conductance * pressure).squareRoot())
    }

    /// The part of its nominal flow that an open zone takes now.
    var zoneShare: Double { (pressure / WaterMain.nominalPressure).squareRoot() }
}

/// A meter: a wheel that counts what flows, and what it shows of that.
struct Meter: Sendable {
    /// m3 since it was fitted or began anew, and m3/h: as it shows them.
    private(set) var total = 0.0
    private(set) var flow = 0.0
    var isStuck = false
    /// Its counter has three digits behind the point and none before it.
    var wraps = false
    /// It shows what it has counted once in `Meter.reportEvery`.
    var isSlow = false
    private var counted = 0.0
    private var sinceReport = 0.0

    /// Seconds.
    private static let reportEvery = 300.0

    mutating func advance(_ seconds: Double, flow: Double) {
        let turning = isStuck ? 0 : flow
        counted += turning * seconds / 3600
        sinceReport += seconds
        guard !isSlow || sinceReport >= Meter.reportEvery else { return }
        sinceReport = 0
        self.flow = turning
        total = wraps ? counted.truncatingRemainder(dividingBy: 1) : counted
    }

    mutating func reset() {
        counted = 0
        total = 0
    }
}
