public import ProcessImage
public import Quantities

/// What must hold before anything is dosed into a site's water, and what takes it back. Knows nothing of recipes.
///
/// Dosing follows water that is proven in the very scan, never a command alone; what was dosed is counted here from what was
/// permitted, whatever control believes. DOMAIN §3; hazards F1–F6.
public struct DosingGuards: Sendable {
    /// By `DosingUnitIndex`.
    public let units: [DosingUnitGuard]
    /// By `ChannelIndex`.
    public let channels: [ChannelGuard]
    public let probes: [ProbeGuard]
    public let exclusions: [ExclusionGuard]
    public let balances: [BalanceGuard]

    public static let none = DosingGuards(units: [], channels: [])

    /// - Precondition: every index named is inside its list; the two channels of a pair are of one unit.
    public init(units: [DosingUnitGuard], channels: [ChannelGuard], probes: [ProbeGuard] = [], exclusions: [ExclusionGuard] = [],
                balances: [BalanceGuard] = []) {
        precondition(channels.allSatisfy { $0.unit.offset < units.count } && probes.allSatisfy { $0.unit.offset < units.count })
        let pairs = exclusions.map { ($0.first, $0.second) } + balances.map { ($0.first, $0.second) }
        precondition(pairs.allSatisfy { $0 != $1 && max($0.offset, $1.offset) < channels.count })
        precondition(pairs.allSatisfy { channels[$0.offset].unit == channels[$1.offset].unit })
        self.units = units
        self.channels = channels
        self.probes = probes
        self.exclusions = exclusions
        self.balances = balances
    }
}

/// A place where stock enters the water of a source.
public struct DosingUnitGuard: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    /// Less than this by the source's meter, or a flow that is not known, is no water to dose into.
    public let leastFlow: Flow
    /// On when water flows; unknown counts as off. A source whose meter shows no flow needs one.
    public let flowSwitch: DigitalPoint?
    /// How old the flow may be in the scan that doses. RELIABILITY F1: at most 1 s.
    public let flowNoOlderThan: Duration
    /// The meter's count. While it stands though the flow reads on, the flow is not proven. `nil`: the flow alone is summed.
    public let total: PointOf<Volume>?
    public let pressure: PressureWindow?
    /// A zone's valve has been open, and the flow proven, for so long before anything is dosed.
    public let preFlush: Duration
    /// On when something lies in the tray under tanks and pumps. Unknown holds dosing as a wet one does.
    public let leakTray: DigitalPoint?
    public let trayNoOlderThan: Duration
    /// Stock may be ahead of its water by what the ceilings allow to so much water, at most.
    public let slack: Volume

    public init(source: SourceIndex, leastFlow: Flow, flowSwitch: DigitalPoint? = nil, flowNoOlderThan: Duration = .seconds(1),
                total: PointOf<Volume>? = nil,
                pressure: PressureWindow? = nil, preFlush: Duration = .seconds(10), leakTray: DigitalPoint? = nil,
                trayNoOlderThan: Duration = .seconds(10), slack: Volume = .liters(200)) {
        precondition(leastFlow > .zero && slack > .zero)
        self.source = source
        self.leastFlow = leastFlow
        self.flowSwitch = flowSwitch
        self.flowNoOlderThan = flowNoOlderThan
        self.total = total
        self.pressure = pressure
        self.preFlush = preFlush
        self.leakTray = leakTray
        self.trayNoOlderThan = trayNoOlderThan
        self.slack = slack
    }
}

/// Between what a pressure must lie: of the main while something is dosed, of the air that carries feed. Unknown is outside.
public struct PressureWindow: Sendable, BitwiseCopyable {
    public let point: PointOf<Pressure>
    public let least: Pressure
    public let most: Pressure
    public let noOlderThan: Duration

    public init(point: PointOf<Pressure>, least: Pressure, most: Pressure, noOlderThan: Duration = .seconds(2)) {
        precondition(least < most)
        self.point = point
        self.least = least
        self.most = most
        self.noOlderThan = noOlderThan
    }

    /// Never of a number that is none.
    func holds(in image: borrowing InputImage) -> Bool {
        image.value(of: point, noOlderThan: noOlderThan).value.map { $0.base >= least.base && $0.base <= most.base } ?? false
    }
}

/// One injector with its tank.
public struct ChannelGuard: Sendable, BitwiseCopyable {
    public let unit: DosingUnitIndex
    public let output: OutputIndex
    /// What the site file says it gives; a calibration that found more counts instead.
    public let rate: ChannelRate
    /// The speed of its drive: it gives in proportion to what of it is permitted. `nil`: it has none.
    public let speed: SetpointShare?
    /// Counted here by permitted time or strokes, and by the dosing meter where it tells more. In water: on top of what
    /// `DosingUnitGuard.slack` allows. Of a run: to one zone while its valve is open, short breaks counted in.
    public let ceilings: DoseCeilings
    public let meter: DosingMeter?
    public let tank: TankGuard?
    /// On without a break for no longer than this; it then is off for a second at least. `nil`: as long as its output may.
    public let longestPulse: Duration?
    /// Its loop steers by a conductivity, by a pH: without a usable reading it is held.
    public let needsConductivity: Bool
    public let needsAcidity: Bool

    public init(unit: DosingUnitIndex, output: OutputIndex, rate: ChannelRate, speed: SetpointShare? = nil,
                ceilings: DoseCeilings = .none, meter: DosingMeter? = nil, tank: TankGuard? = nil,
                longestPulse: Duration? = nil, needsConductivity: Bool = false, needsAcidity: Bool = false) {
        self.unit = unit
        self.output = output
        self.rate = rate
        self.speed = speed
        self.ceilings = ceilings
        self.meter = meter
        self.tank = tank
        self.longestPulse = longestPulse
        self.needsConductivity = needsConductivity
        self.needsAcidity = needsAcidity
    }
}

/// What counts a channel's stock.
public struct DosingMeter: Sendable, BitwiseCopyable {
    public let total: PointOf<Volume>
    public let noOlderThan: Duration
    /// Counted while the channel is closed: its injector leaks. More than a few of the meter's steps.
    public let leak: Volume

    public init(total: PointOf<Volume>, noOlderThan: Duration = .seconds(10), leak: Volume) {
        precondition(leak > .zero)
        self.total = total
        self.noOlderThan = noOlderThan
        self.leak = leak
    }
}

/// When a stock tank counts as empty: before its injector draws air. Unknown counts as empty.
public struct TankGuard: Sendable, BitwiseCopyable {
    /// A gauge, and the least in the base unit of what it measures.
    public let level: GaugePoint?
    public let least: Double
    /// On when the tank is empty.
    public let emptyWhen: DigitalPoint?
    public let noOlderThan: Duration

    public init(level: GaugePoint? = nil, least: Double = 0, emptyWhen: DigitalPoint? = nil, noOlderThan: Duration = .minutes(2)) {
        self.level = level
        self.least = least
        self.emptyWhen = emptyWhen
        self.noOlderThan = noOlderThan
    }
}

/// One probe behind the injection, or two in the same water, and what they may show. mS/cm at 25 °C, or pH.
public struct ProbeGuard: Sendable, BitwiseCopyable {
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case conductivity, acidity
    }

    public let unit: DosingUnitIndex
    public let kind: Kind
    public let first: GaugePoint
    public let second: GaugePoint?
    /// Of the water, where the probes of conductivity do not compensate by themselves.
    public let temperature: PointOf<Temperature>?
    public let perDegree: Fraction
    public let noOlderThan: Duration
    /// Outside for `bandFor`, counted once stock has had `arrival` to come to the probe, trips.
    public let band: Band
    public let bandFor: Duration
    public let arrival: Duration
    /// Outside of it dosing stops in the same scan and trips. DOMAIN §3: pH 4.5.
    public let cut: Band
    /// Two probes farther apart than this for `apartFor` hold dosing. DOMAIN §3: 0.3 mS/cm, 0.4 pH.
    public let apart: Double
    public let apartFor: Duration
    /// Least step of the reading: one that moves less in ten minutes of dosing is frozen. 0: not looked at.
    public let resolution: Double
    /// Whether the water is stopped with the dosing when the band or the cut trips; else plain water goes on.
    public let stopsWater: Bool

    func has(_ point: PointIndex) -> Bool { first.index == point || second?.index == point }

    /// From a least to a most, either of which may be missing.
    public struct Band: Sendable, BitwiseCopyable {
        public let least: Double?
        public let most: Double?

        public init(least: Double? = nil, most: Double? = nil) {
            self.least = least
            self.most = most
        }

        func holds(_ value: Double) -> Bool { value >= least ?? -.infinity && value <= most ?? .infinity }

        /// The bound that a value outside has passed.
        func bound(passedBy value: Double) -> Double { value > most ?? .infinity ? most ?? .nan : least ?? .nan }
    }

    public init(unit: DosingUnitIndex, kind: Kind, first: GaugePoint, second: GaugePoint? = nil,
                temperature: PointOf<Temperature>? = nil, perDegree: Fraction = .percent(2), noOlderThan: Duration = .seconds(5),
                band: Band = Band(), bandFor: Duration = .seconds(30), arrival: Duration = .seconds(60), cut: Band = Band(),
                apart: Double = .infinity, apartFor: Duration = Limits.probesApartMax, resolution: Double = 0, stopsWater: Bool = false) {
        self.unit = unit
        self.kind = kind
        self.first = first
        self.second = second
        self.temperature = temperature
        self.perDegree = perDegree
        self.noOlderThan = noOlderThan
        self.band = band
        self.bandFor = bandFor
        self.arrival = arrival
        self.cut = cut
        self.apart = apart
        self.apartFor = apartFor
        self.resolution = resolution
        self.stopsWater = stopsWater
    }
}

/// Two channels that are never on together, and between which so much clear water must have passed: acid and chlorine, or two
/// stocks that meet undiluted in one injector.
public struct ExclusionGuard: Sendable, BitwiseCopyable {
    public let first: ChannelIndex
    public let second: ChannelIndex
    public let flush: Volume

    public init(_ first: ChannelIndex, _ second: ChannelIndex, flush: Volume) {
        self.first = first
        self.second = second
        self.flush = flush
    }
}

/// Two channels that belong together, such as A and B: when one can not dose, nothing of the unit is dosed, and when they have
/// given unequally it trips.
public struct BalanceGuard: Sendable, BitwiseCopyable {
    public let first: ChannelIndex
    public let second: ChannelIndex
    /// What the second gives for one of the first.
    public let ratio: Double
    /// Part by which they may differ, and what they may differ by besides.
    public let tolerance: Double
    public let least: Volume

    public init(_ first: ChannelIndex, _ second: ChannelIndex, ratio: Double = 1, tolerance: Double = 0.2, least: Volume = .liters(1)) {
        precondition(ratio > 0 && tolerance >= 0 && least > .zero)
        self.first = first
        self.second = second
        self.ratio = ratio
        self.tolerance = tolerance
        self.least = least
    }
}
