public import Language
public import Quantities

/// What a person calls a thing: its tag (ASCII, one per site) and its free display name.
public struct Label: Sendable, Hashable {
    public let tag: String
    public let name: Phrase

    public init(tag: String, name: Phrase? = nil) {
        self.tag = tag
        self.name = name ?? Phrase(verbatim: tag)
    }

    /// By tag, or by a display name as people type it.
    public func isNamed(_ text: String) -> Bool { tag == text || name.zh == text || name.en == text }
}

/// One measured or derived thing.
public struct PointDefinition: Sendable, Hashable {
    public let label: Label
    public let unit: Unit
    /// Digits after the decimal point that mean something. Range: 0 … 6.
    public let decimals: Int
    /// The device it comes from, if any.
    public let device: DeviceIndex?
    /// A good reading older than this is uncertain.
    public let uncertainAfter: Duration
    /// A reading older than this is bad.
    public let badAfter: Duration
    /// On or off: the value is 0 or 1.
    public let isDigital: Bool
    /// Only grows, but for a reset of the meter (pulse and volume totals).
    public let isCounter: Bool

    public var tag: String { label.tag }

    public init(label: Label, unit: Unit, decimals: Int = 1, device: DeviceIndex? = nil,
                uncertainAfter: Duration, badAfter: Duration, isDigital: Bool = false, isCounter: Bool = false) {
        self.label = label
        self.unit = unit
        self.decimals = decimals
        self.device = device
        self.uncertainAfter = uncertainAfter
        self.badAfter = badAfter
        self.isDigital = isDigital
        self.isCounter = isCounter
    }
}

/// What an output drives. The class decides what its safe state may be and whether somebody must hold its lease.
public enum OutputKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case valve, masterValve, pump, doser, feeder, aerator, blower, lamp, horn, other, flushValve, gate, selector, spreader, winch

    /// Outputs that must not stay as they are when the controller dies: dosing, feeder, pump (DESIGN §2), a drive of a gate, a
    /// selector or a winch, which would go on to its end, and an aerator, which must not stay off.
    public var mustHaveLease: Bool {
        switch self {
        case .doser, .feeder, .pump, .gate, .selector, .winch, .aerator: true
        default: false
        }
    }
}

public enum OutputLevel: UInt8, Sendable, BitwiseCopyable {
    case off = 0
    case on = 1

    public var isOn: Bool { self == .on }
}

/// One driven thing.
public struct OutputDefinition: Sendable, Hashable {
    public let label: Label
    public let kind: OutputKind
    /// What it is without a program: per output, not "off". An aerator's is on.
    public let safe: OutputLevel
    /// Longest unbroken time away from `safe`.
    public let maximumOn: Duration
    /// Time the thing needs to move from one end to the other.
    public let travel: Duration
    /// Stays where it is put when the current fails: a valve moved by pulses.
    public let isLatching: Bool
    /// Where and how it is wired, such as `R3 gpiochip0:17 active-low`. A proof is worth nothing once this has changed.
    public let wiring: String

    public var tag: String { label.tag }

    public init(label: Label, kind: OutputKind, safe: OutputLevel, maximumOn: Duration, travel: Duration = .zero,
                isLatching: Bool = false, wiring: String = "") {
        self.label = label
        self.kind = kind
        self.safe = safe
        self.maximumOn = maximumOn
        self.travel = travel
        self.isLatching = isLatching
        self.wiring = wiring
    }

    /// What was proven when the output was.
    public var fingerprint: String { "\(kind) \(wiring) safe-\(safe)\(isLatching ? " latching" : "")" }
}

/// A number of what to call each thing by its index: fixed at start, shared by records, screens and refusals.
public struct SiteTables: Sendable {
    public let site: Label
    public let clock: LocalClock
    public let points: [PointDefinition]
    public let outputs: [OutputDefinition]
    public let zones: [Label]
    public let sources: [Label]
    public let programs: [Label]
    public let devices: [Label]
    /// No-water windows.
    public let windows: [Label]
    public let quotas: [Label]
    public let gates: [Label]
    public let setpoints: [SetpointDefinition]
    public let dosingUnits: [Label]
    public let channels: [Label]
    public let tanks: [Label]
    public let recipes: [Label]
    /// What each channel's stock holds, by `ChannelIndex`; empty where nobody told.
    public let stocks: [StockStrength]
    public let cages: [Label]
    public let feedLines: [Label]
    public let silos: [Label]

    public init(site: Label, clock: LocalClock, points: [PointDefinition], outputs: [OutputDefinition],
                zones: [Label] = [], sources: [Label] = [], programs: [Label] = [], devices: [Label] = [],
                windows: [Label] = [], quotas: [Label] = [], gates: [Label] = [],
                dosingUnits: [Label] = [], channels: [Label] = [], tanks: [Label] = [], recipes: [Label] = [],
                stocks: [StockStrength] = [], cages: [Label] = [], feedLines: [Label] = [], silos: [Label] = [],
                setpoints: [SetpointDefinition] = []) {
        self.site = site
        self.clock = clock
        self.points = points
        self.outputs = outputs
        self.zones = zones
        self.sources = sources
        self.programs = programs
        self.devices = devices
        self.windows = windows
        self.quotas = quotas
        self.gates = gates
        self.setpoints = setpoints
        self.dosingUnits = dosingUnits
        self.channels = channels
        self.tanks = tanks
        self.recipes = recipes
        self.stocks = stocks
        self.cages = cages
        self.feedLines = feedLines
        self.silos = silos
    }

    public func point(tag: String) -> PointIndex? {
        points.firstIndex { $0.tag == tag }.map { PointIndex($0) }
    }

    public func output(tag: String) -> OutputIndex? {
        outputs.firstIndex { $0.tag == tag }.map { OutputIndex($0) }
    }

    /// By tag, or by a display name as people type it.
    public func zone(named text: String) -> ZoneIndex? {
        zones.firstIndex { $0.isNamed(text) }.map { ZoneIndex($0) }
    }

    public func quantity<Q: Quantity>(_ point: PointIndex, as type: Q.Type = Q.self) -> PointOf<Q>? {
        let unit = points[point.offset].unit
        return unit.dimension == Q.dimension ? PointOf(index: point, unit: unit) : nil
    }

    /// A point that says "something" by not being 0, such as a drive's fault code, or that is on or off anyway.
    public func flag(_ point: PointIndex) -> DigitalPoint? {
        let definition = points[point.offset]
        return definition.isDigital || definition.unit.dimension == .count ? DigitalPoint(index: point) : nil
    }

    /// A point of any unit, for a limit that a person chose; `nil` for one that is on or off.
    public func gauge(_ point: PointIndex) -> GaugePoint? {
        points[point.offset].isDigital ? nil : GaugePoint(index: point, unit: points[point.offset].unit)
    }

    /// By tag, or by a display name as people type it.
    public func program(named text: String) -> ProgramIndex? {
        programs.firstIndex { $0.isNamed(text) }.map { ProgramIndex($0) }
    }

    /// By tag, or by a display name as people type it.
    public func cage(named text: String) -> CageIndex? {
        cages.firstIndex { $0.isNamed(text) }.map { CageIndex($0) }
    }

    /// By tag, or by a display name as people type it.
    public func feedLine(named text: String) -> FeedLineIndex? {
        feedLines.firstIndex { $0.isNamed(text) }.map { FeedLineIndex($0) }
    }

    /// By tag, or by a display name as people type it.
    public func silo(named text: String) -> SiloIndex? {
        silos.firstIndex { $0.isNamed(text) }.map { SiloIndex($0) }
    }

    public func digital(_ point: PointIndex) -> DigitalPoint? {
        points[point.offset].isDigital ? DigitalPoint(index: point) : nil
    }
}

/// A point known to measure `Q`, whatever unit it is kept in. Made at start by `SiteTables.quantity`.
public struct PointOf<Q: Quantity>: Sendable, Hashable, BitwiseCopyable {
    public let index: PointIndex
    let scale: Double
    let offset: Double

    init(index: PointIndex, unit: Unit) {
        self.index = index
        scale = unit.scale
        offset = unit.offset
    }

    func quantity(_ number: Double) -> Q { Q(base: number * scale + offset) }

    /// A good reading of this point that shows a quantity.
    public func showing(_ quantity: Q, at instant: Instant) -> Reading { .good((quantity.base - offset) / scale, at: instant) }
}

/// A point and its way to the base unit of whatever it measures: for conditions that a person wrote, whose limit is kept in
/// the same base unit. Made at start by `SiteTables.gauge`.
public struct GaugePoint: Sendable, Hashable, BitwiseCopyable {
    public let index: PointIndex
    public let dimension: Dimension
    private let scale: Double
    private let offset: Double

    init(index: PointIndex, unit: Unit) {
        self.index = index
        dimension = unit.dimension
        scale = unit.scale
        offset = unit.offset
    }

    func base(_ number: Double) -> Double { number * scale + offset }
}

/// A point known to be on or off.
public struct DigitalPoint: Sendable, Hashable, BitwiseCopyable {
    public let index: PointIndex
}
