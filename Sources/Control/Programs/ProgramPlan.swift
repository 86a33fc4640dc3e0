public import ProcessImage
public import Quantities

/// What becomes of a start that was missed (power cut, clock not trusted).
public enum MissedPolicy: Sendable, Hashable, BitwiseCopyable {
    case skip
    /// The latest missed start is made up for if it is no older than this; earlier ones never are.
    case catchUp(within: Duration)
}

/// When which zones get how much water, and when not.
public struct ProgramPlan: Sendable {
    /// One zone of the program.
    public struct Step: Sendable, Hashable, BitwiseCopyable {
        public let zone: ZoneIndex
        public let give: AmountRule
        /// As long as its valve may be open for it; more is cut.
        public let longest: Duration
        /// Zones with the same number open together, numbers one after another. 0: on its own.
        public let shift: UInt16

        public init(zone: ZoneIndex, give: AmountRule, longest: Duration = Limits.manualRunMax, shift: UInt16 = 0) {
            self.zone = zone
            self.give = give
            self.longest = longest
            self.shift = shift
        }
    }

    /// In order.
    public let steps: [Step]
    public let starts: StartRule
    public let days: DayRule
    /// Only within one of these; empty: all year.
    public let dates: [DateRange]
    /// Crop stages of a zone in which it is watered, bit by bit from the first. 0: all.
    public let stages: UInt8
    /// A zone is watered when all of `when` hold and none of `unless`.
    public let when: [Condition]
    public let unless: [Condition]
    public let ifUnknown: UnknownPolicy
    /// Part of the amount by month, from January. Empty, or twelve.
    public let byMonth: [Fraction]
    public let soak: SoakRule?
    /// What its water carries; `nil`: clear water. Not together with `soak`: no fertiliser rests in the lines.
    public let recipe: ProgramRecipe?
    /// Higher goes first among programs. Range: 0 … 9.
    public let priority: UInt8
    /// Bit by bit: the no-water windows of the site that hold for it.
    public let windows: UInt32
    public let missed: MissedPolicy

    public init(steps: [Step], starts: StartRule, days: DayRule = .everyDay, dates: [DateRange] = [], stages: UInt8 = 0,
                when: [Condition] = [], unless: [Condition] = [], ifUnknown: UnknownPolicy = .water, byMonth: [Fraction] = [],
                soak: SoakRule? = nil, priority: UInt8 = 5, windows: UInt32 = .max, missed: MissedPolicy = .skip,
                recipe: ProgramRecipe? = nil) {
        precondition(recipe == nil || soak == nil)
        if case .times(let times) = starts { precondition(times.count <= Limits.startsPerProgramMax) }
        precondition(when.count <= Limits.conditionsMax && unless.count <= Limits.conditionsMax)
        precondition(byMonth.isEmpty || byMonth.count == 12)
        self.steps = steps
        self.starts = starts
        self.days = days
        self.dates = dates
        self.stages = stages
        self.when = when
        self.unless = unless
        self.ifUnknown = ifUnknown
        self.byMonth = byMonth
        self.soak = soak
        self.priority = priority
        self.windows = windows
        self.missed = missed
        self.recipe = recipe
    }

    /// Zones in order, each for its time, at times of the clock.
    public init(zones: [ZoneIndex], durations: [Duration], starts: [TimeOfDay], days: DayRule, missed: MissedPolicy) {
        precondition(zones.count == durations.count)
        self.init(steps: zip(zones, durations).map { Step(zone: $0, give: .fixed(.time($1))) },
                  starts: .times(starts.sorted().map { .clock($0) }), days: days, missed: missed)
    }

    /// The same within more windows, and with no run longer than so.
    /// - Parameters:
    ///   - longest: `nil`: as long as its valves may.
    ///   - windows: bit by bit, besides those that hold for it already.
    public func within(longest: Duration?, windows more: UInt32) -> ProgramPlan {
        let cut = steps.map { Step(zone: $0.zone, give: $0.give, longest: min($0.longest, longest ?? $0.longest), shift: $0.shift) }
        return ProgramPlan(steps: cut, starts: starts, days: days, dates: dates, stages: stages, when: when, unless: unless,
                           ifUnknown: ifUnknown, byMonth: byMonth, soak: soak, priority: priority, windows: windows | more,
                           missed: missed, recipe: recipe)
    }

    public var zones: [ZoneIndex] { steps.map(\.zone) }

    public func runs(on date: CivilDate) -> Bool {
        days.includes(date) && (dates.isEmpty || dates.contains { $0.includes(date) })
    }
}
