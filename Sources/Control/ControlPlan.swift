public import ProcessImage
public import Quantities

/// Everything irrigation control knows of the site. Frozen before the first scan; already checked by `Site`, and the
/// relations it relies on are asserted in `init`.
public struct ControlPlan: Sendable {
    public let clock: LocalClock
    public let sources: [SourcePlan]
    public let zones: [ZonePlan]
    public let programs: [ProgramPlan]
    public let filters: [FilterPlan]
    /// Zone valves of the whole site that may be on at once. `nil`: any number.
    public let valvesAtOnce: Int?
    /// What the site's supply gives to pumps. `nil`: enough for all.
    public let power: Power?

    /// - Precondition: every index named is inside its list; counts are within `Limits`.
    public init(clock: LocalClock, sources: [SourcePlan], zones: [ZonePlan], programs: [ProgramPlan], filters: [FilterPlan] = [],
                valvesAtOnce: Int? = nil, power: Power? = nil) {
        precondition(zones.count <= Limits.zonesMax && programs.count <= Limits.programsMax)
        precondition(sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count })
        precondition(programs.allSatisfy { $0.zones.allSatisfy { $0.offset < zones.count } })
        precondition(filters.allSatisfy { $0.source.offset < sources.count } && (valvesAtOnce ?? 1) > 0)
        self.clock = clock
        self.sources = sources
        self.zones = zones
        self.programs = programs
        self.filters = filters
        self.valvesAtOnce = valvesAtOnce
        self.power = power
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
