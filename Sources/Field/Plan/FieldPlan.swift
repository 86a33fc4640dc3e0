public import ProcessImage
public import Quantities

/// Everything the drivers know of the site.
public struct FieldPlan: Sendable {
    public let buses: [BusPlan]
    public let lines: LinePlan
    public let bridges: [BridgePlan]

    public init(buses: [BusPlan], lines: LinePlan, bridges: [BridgePlan] = []) {
        self.buses = buses
        self.lines = lines
        self.bridges = bridges
    }
}

/// The GPIO lines the guard owns.
public struct LinePlan: Sendable {
    /// How the lines are reached. `simulated` replaces only the line driver: the plant sees and drives the lines.
    public enum Driver: String, Sendable { case gpio, simulated }

    public let driver: Driver
    public let outputs: [OutputLine]
    public let inputs: [InputLine]
    /// Whether the guard answers: a digital point.
    public let online: PointIndex?
    public let lease: Duration

    public init(driver: Driver, outputs: [OutputLine], inputs: [InputLine], online: PointIndex?,
                lease: Duration = Limits.leaseDefault) {
        self.driver = driver
        self.outputs = outputs
        self.inputs = inputs
        self.online = online
        self.lease = lease
    }
}

/// Where a line is on the board.
public struct LineAddress: Sendable, Hashable {
    /// The board's name for it, such as `R1`.
    public let name: String
    /// Chip name or path, such as `gpiochip0`.
    public let chip: String
    /// Range: 0 … 1023.
    public let offset: Int
    public let activeLow: Bool

    public init(name: String, chip: String, offset: Int, activeLow: Bool) {
        self.name = name
        self.chip = chip
        self.offset = offset
        self.activeLow = activeLow
    }
}

/// A valve that stays where it is put: a pulse on the output's own line opens it, one on `close` closes it.
public struct Latch: Sendable, Hashable {
    public let close: LineAddress
    /// Range: 10 ms … 1 s.
    public let pulse: Duration

    public init(close: LineAddress, pulse: Duration) {
        self.close = close
        self.pulse = pulse
    }
}

public struct OutputLine: Sendable, Hashable {
    public let output: OutputIndex
    public let tag: String
    public let address: LineAddress
    /// `nil`: the line is on as long as the output is.
    public let latch: Latch?
    public let safe: OutputLevel
    public let maximumOn: Duration

    public init(output: OutputIndex, tag: String, address: LineAddress, latch: Latch? = nil, safe: OutputLevel, maximumOn: Duration) {
        self.output = output
        self.tag = tag
        self.address = address
        self.latch = latch
        self.safe = safe
        self.maximumOn = maximumOn
    }
}

public struct InputLine: Sendable, Hashable {
    public enum Pull: String, Sendable, CaseIterable { case none, up, down }
    public enum Edge: String, Sendable, CaseIterable { case rising, falling }

    public enum Use: Sendable, Hashable {
        /// Level, once it has held for `debounce`.
        case level(PointIndex, debounce: Duration)
        /// Pulses of a meter: a running total and a rate. A pulse shorter than `debounce` is bounce and not counted.
        case pulses(total: PointIndex, rate: PointIndex, edge: Edge, each: Volume, debounce: Duration = .zero)
    }

    public let address: LineAddress
    public let pull: Pull
    public let use: Use
    /// The guard itself drives every output to its safe state while this line is active.
    public let isEmergencyStop: Bool

    public init(address: LineAddress, pull: Pull, use: Use, isEmergencyStop: Bool = false) {
        self.address = address
        self.pull = pull
        self.use = use
        self.isEmergencyStop = isEmergencyStop
    }
}
