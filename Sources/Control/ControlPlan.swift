public import ProcessImage
public import Quantities

/// Everything irrigation control knows of the site. Frozen before the first scan; already checked by `Site`, and the
/// relations it relies on are asserted in `init`.
public struct ControlPlan: Sendable {
    public let clock: LocalClock
    public let sources: [SourcePlan]
    public let zones: [ZonePlan]
    public let programs: [ProgramPlan]
    /// `nil`: nobody asks for it.
    public let weather: WeatherPlan?
    /// For each zone how its water is accounted for; `nil`: not at all.
    public let water: [WaterPlan?]

    /// - Precondition: every index named is inside its list; counts are within `Limits`. Without weather there is no balance.
    public init(clock: LocalClock, sources: [SourcePlan], zones: [ZonePlan], programs: [ProgramPlan], weather: WeatherPlan? = nil,
                water: [WaterPlan?] = []) {
        precondition(water.isEmpty || (water.count == zones.count && (weather != nil || water.allSatisfy { $0 == nil })))
        precondition(zones.count <= Limits.zonesMax && programs.count <= Limits.programsMax)
        precondition(sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count })
        precondition(programs.allSatisfy { $0.zones.allSatisfy { $0.offset < zones.count } })
        self.clock = clock
        self.sources = sources
        self.zones = zones
        self.programs = programs
        self.weather = weather
        self.water = water.isEmpty ? Array(repeating: nil, count: zones.count) : water
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

    public init(source: SourceIndex, valve: OutputIndex, travel: Duration, nominalFlow: Flow?, area: Area? = nil) {
        self.source = source
        self.valve = valve
        self.travel = travel
        self.nominalFlow = nominalFlow
        self.area = area
    }
}

/// Days a program may start on.
public enum DayRule: Sendable, Hashable, BitwiseCopyable {
    /// Bit 0 is Monday, bit 6 Sunday.
    case weekdays(UInt8)
    /// Every n days counted from a day. Range of n: 1 … 366.
    case every(Int, from: CivilDate)

    public func includes(_ date: CivilDate) -> Bool {
        switch self {
        case .weekdays(let mask): return mask & (1 << UInt8(date.weekday)) != 0
        case .every(let days, let first):
            let since = Int(date.daysSinceEpoch) - Int(first.daysSinceEpoch)
            return since >= 0 && since % max(days, 1) == 0
        }
    }
}

/// What becomes of a start that was missed (power cut, clock not trusted).
public enum MissedPolicy: Sendable, Hashable, BitwiseCopyable {
    case skip
    /// The latest missed start is made up for if it is no older than this; earlier ones never are.
    case catchUp(within: Duration)
}

/// A weekly time program: zones in order, each for its time.
public struct ProgramPlan: Sendable {
    public let zones: [ZoneIndex]
    /// Watering time of each zone of `zones`.
    public let durations: [Duration]
    /// In order of the day.
    public let starts: [TimeOfDay]
    public let days: DayRule
    public let missed: MissedPolicy

    public init(zones: [ZoneIndex], durations: [Duration], starts: [TimeOfDay], days: DayRule, missed: MissedPolicy) {
        precondition(zones.count == durations.count && starts.count <= Limits.startsPerProgramMax)
        self.zones = zones
        self.durations = durations
        self.starts = starts.sorted()
        self.days = days
        self.missed = missed
    }
}
