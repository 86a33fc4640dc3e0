public import BridgeCore
public import ProcessImage
public import Quantities

/// A safety bridge on a serial line of its own, and what of it the site uses.
public struct BridgePlan: Sendable {
    public let index: DeviceIndex
    public let tag: String
    /// Of the serial port. One that does not begin with `/` lies in the run directory.
    public let path: String
    /// Address on the line. Range: 1 … 247.
    public let unit: UInt8
    public let relays: [BridgeRelay]
    public let inputs: [BridgeInput]
    /// Whether it answers and can be used: a digital point.
    public let online: PointIndex
    /// A `BridgeStanding`.
    public let state: PointIndex

    public init(index: DeviceIndex, tag: String, path: String, unit: UInt8 = BridgeProtocol.address, relays: [BridgeRelay],
                inputs: [BridgeInput], online: PointIndex, state: PointIndex) {
        self.index = index
        self.tag = tag
        self.path = path
        self.unit = unit
        self.relays = relays
        self.inputs = inputs
        self.online = online
        self.state = state
    }

    /// As every bridge leaves the maker.
    static let settings = SerialSettings(baud: 115_200, parity: .none)

    /// The same bridge at another port.
    func moved(_ port: (String) -> String) -> BridgePlan {
        BridgePlan(index: index, tag: tag, path: port(path), unit: unit, relays: relays, inputs: inputs, online: online,
                   state: state)
    }
}

public struct BridgeRelay: Sendable, Hashable {
    /// The board's name of the line, such as `R1`.
    public let name: String
    public let output: OutputIndex
    /// Of the bridge, from 0.
    public let number: Int
    /// The relay is driven while the output is off.
    public let activeLow: Bool
    public let safe: OutputLevel
    public let maximumOn: Duration

    /// Longest time away from safe that a bridge can count, less `BridgeRelay.grace`.
    public static let maximumOnMax: Duration = .hours(18)
    /// The interlocks take an output back at its longest time; the bridge waits this much longer, since it trips as a whole.
    static let grace: Duration = .seconds(2)

    public init(name: String, output: OutputIndex, number: Int, activeLow: Bool, safe: OutputLevel, maximumOn: Duration) {
        self.name = name
        self.output = output
        self.number = number
        self.activeLow = activeLow
        self.safe = safe
        self.maximumOn = maximumOn
    }

    var bit: UInt16 { 1 << UInt16(truncatingIfNeeded: number) }

    /// The relay's bit for a level of the output.
    func bits(at level: OutputLevel) -> UInt16 { level.isOn != activeLow ? bit : 0 }

    public func level(in relays: UInt16) -> OutputLevel { (relays & bit != 0) != activeLow ? .on : .off }
}

public struct BridgeInput: Sendable, Hashable {
    public enum Use: Sendable, Hashable {
        case level(PointIndex, activeLow: Bool)
        /// Rising edges of a meter: a running total and a rate.
        case pulses(total: PointIndex, rate: PointIndex, each: Volume)
        case signal(PointIndex, SignalScale)
    }

    /// A signal moves with every look; it is told this often.
    public static let signalEvery: Duration = .seconds(1)

    /// The board's name of the line, such as `D1`.
    public let name: String
    /// Of the bridge, from 0; contacts, counters and analogue inputs are each numbered on their own.
    public let number: Int
    public let use: Use

    public init(name: String, number: Int, use: Use) {
        self.name = name
        self.number = number
        self.use = use
    }
}

/// From an analogue word to the value of a point, straight between two ends.
public struct SignalScale: Sendable, Hashable {
    /// Ends of the signal as parts of the converter's full scale. Range: 0 … 1.
    public let signal: ClosedRange<Double>
    /// Values of the point at the two ends.
    public let values: ClosedRange<Double>

    public init(signal: ClosedRange<Double>, values: ClosedRange<Double>) {
        self.signal = signal
        self.values = values
    }

    /// A signal may overshoot its ends by this part of its span before it counts as broken: 4 … 20 mA is believed from 3.6
    /// to 21 mA (NAMUR NE 43).
    private static let below = 0.025
    private static let above = 0.0625

    /// - Returns: `nil` for a signal that is broken: a wire off, a short.
    public func value(of word: UInt16) -> Double? {
        let span = signal.upperBound - signal.lowerBound
        let part = (Double(word) / 65_535 - signal.lowerBound) / span
        guard part >= -SignalScale.below, part <= 1 + SignalScale.above else { return nil }
        return values.lowerBound + part * (values.upperBound - values.lowerBound)
    }

    /// The nearest word for a value; what a simulated bridge shows.
    public func word(of value: Double) -> UInt16 {
        let part = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
        let shown = (signal.lowerBound + part * (signal.upperBound - signal.lowerBound)) * 65_535
        return UInt16(exactly: min(max(shown.isFinite ? shown : 0, 0), 65_535).rounded()) ?? 0
    }
}

extension BridgePlan {
    /// Levels of the relays at which every output is safe; relays nobody uses are off.
    var safeLevels: UInt16 { relays.reduce(0) { $0 | $1.bits(at: $1.safe) } }

    /// What the bridge is commissioned with.
    func configuration(_ timing: BridgeTiming) -> Configuration {
        var configuration = Configuration()
        configuration.heartbeatTimeout = UInt16(clamping: timing.heartbeat.nanoseconds / 1_000_000)
        configuration.safeLevels = safeLevels
        for relay in relays {
            let seconds = ((relay.maximumOn + BridgeRelay.grace).nanoseconds + 999_999_999) / 1_000_000_000
            configuration.setLongestOn(relay: relay.number, seconds: UInt16(clamping: seconds))
        }
        return configuration
    }

    /// Whether a board with so many channels has all that are used.
    func isServed(relays: Int, inputs: Int, counters: Int, analogues: Int) -> Bool {
        self.relays.allSatisfy { $0.number < relays } && self.inputs.allSatisfy { input in
            switch input.use {
            case .level: input.number < inputs
            case .pulses: input.number < counters
            case .signal: input.number < analogues
            }
        }
    }
}
