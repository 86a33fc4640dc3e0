/// One stock tank with its injector, into the water of a source.
struct DosingChannel: Sendable {
    /// What lies in the tank.
    let stock: Solution
    /// m3/h when it is on all the time.
    let capacity: Double
    /// m3 for each stroke, of a pump that gives one when its contact closes. `nil`: it gives as long as it is on.
    let stroke: Double?

    /// m3 in the tank.
    private(set) var left: Double
    /// m3 that it holds when it is full.
    let size: Double
    /// m3 that have gone into the water, and what its meter shows of that.
    private(set) var given = 0.0
    private(set) var metered = 0.0
    /// It drips when it is off: a twentieth of what it gives when it is on.
    var isLeaking = false
    /// It gives nothing.
    var isBlocked = false
    /// It gives though it is off.
    var isStuckOpen = false
    var isMeterStuck = false

    private var wasOn = false

    init(stock: Solution, capacity: Double, stroke: Double? = nil, tank: Double) {
        self.stock = stock
        self.capacity = capacity
        self.stroke = stroke
        left = tank
        size = tank
    }

    mutating func refill(to volume: Double) { left = volume }

    /// - Parameter drive: 0 off … 1 on; between them a pump of variable speed.
    /// - Returns: m3 that went into the water. Air from an empty tank is nothing.
    mutating func advance(_ seconds: Double, drive: Double) -> Double {
        let drive = isStuckOpen ? 1 : drive
        let isOn = drive > 0
        let begins = isOn && !wasOn
        wasOn = isOn
        var wanted = isLeaking && !isOn ? capacity * 0.05 * seconds / 3600 : 0
        if !isBlocked {
            if let stroke { wanted += begins ? stroke : 0 } else { wanted += capacity * min(max(drive, 0), 1) * seconds / 3600 }
        }
        let gives = min(wanted, left)
        left -= gives
        given += gives
        if !isMeterStuck { metered += gives }
        return gives
    }
}
