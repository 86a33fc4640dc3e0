public import ProcessImage
public import Quantities

/// Everything irrigation control knows of the site. Frozen before the first scan; already checked by `Site`, and the
/// relations it relies on are asserted in `init`.
public struct ControlPlan: Sendable {
    public let clock: LocalClock
    public let sources: [SourcePlan]
    public let zones: [ZonePlan]
    public let programs: [ProgramPlan]
    public let quotas: [QuotaPlan]
    public let windows: [WaterWindow]
    public let sun: SunClock

    /// - Precondition: every index named is inside its list; counts are within `Limits`.
    public init(clock: LocalClock, sources: [SourcePlan], zones: [ZonePlan], programs: [ProgramPlan], quotas: [QuotaPlan] = [],
                windows: [WaterWindow] = [], sun: SunClock = .shouguang) {
        precondition(zones.count <= Limits.zonesMax && programs.count <= Limits.programsMax)
        precondition(sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count })
        precondition(programs.allSatisfy { $0.zones.allSatisfy { $0.offset < zones.count } })
        precondition(quotas.count <= Limits.quotasMax && windows.count <= Limits.windowsMax)
        precondition(quotas.allSatisfy { $0.zone.map { $0.offset < zones.count } ?? true })
        self.clock = clock
        self.sources = sources
        self.zones = zones
        self.programs = programs
        self.quotas = quotas
        self.windows = windows
        self.sun = sun
    }
}

/// A well, canal intake or tank, with the pump and master valve between it and the zones.
public struct SourcePlan: Sendable, BitwiseCopyable {
    /// `nil`: water comes by gravity or from the mains.
    public let pump: OutputIndex?
    public let masterValve: OutputIndex?
    /// Time the master valve needs to open.
    public let masterTravel: Duration
    /// The most the source gives; zones wait so that the sum of their nominal flows stays within it. `nil`: one zone at a time.
    public let capacity: Flow?
    /// Measured flow, and the meter's running total, if there is a meter.
    public let flow: PointOf<Flow>?
    public let total: PointOf<Volume>?
    /// Next valve opens this long before the previous one closes, against water hammer. DOMAIN §2.
    public let overlap: Duration
    /// Valves stay open this long after the pump has stopped.
    public let pressureRelief: Duration

    public init(pump: OutputIndex?, masterValve: OutputIndex?, masterTravel: Duration = .zero, capacity: Flow?,
                flow: PointOf<Flow>?, total: PointOf<Volume>?,
                overlap: Duration = .seconds(10), pressureRelief: Duration = .seconds(5)) {
        self.pump = pump
        self.masterValve = masterValve
        self.masterTravel = masterTravel
        self.capacity = capacity
        self.flow = flow
        self.total = total
        self.overlap = overlap
        self.pressureRelief = pressureRelief
    }
}

public struct ZonePlan: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let valve: OutputIndex
    /// Time the valve needs to open or close.
    public let travel: Duration
    /// What the zone takes when all is well; its share when several run together. `nil`: not known, runs alone.
    public let nominalFlow: Flow?
    public let area: Area?
    /// Its own soil probe.
    public let soil: PointOf<Fraction>?

    public init(source: SourceIndex, valve: OutputIndex, travel: Duration, nominalFlow: Flow?, area: Area? = nil,
                soil: PointOf<Fraction>? = nil) {
        self.source = source
        self.valve = valve
        self.travel = travel
        self.nominalFlow = nominalFlow
        self.area = area
        self.soil = soil
    }
}
