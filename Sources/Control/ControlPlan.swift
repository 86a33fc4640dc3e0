public import ProcessImage
public import Quantities

/// Everything control knows of the site. Frozen before the first scan; already checked by `Site`, and the
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
    public let quotas: [QuotaPlan]
    public let windows: [WaterWindow]
    public let sun: SunClock
    /// `nil`: nobody asks for it.
    public let weather: WeatherPlan?
    /// For each zone how its water is accounted for; `nil`: not at all.
    public private(set) var water: [WaterPlan?]
    public let gates: [GatePlan]
    public let feeding: FeedingPlan
    /// `nil`: the site is not on a battery, or nobody looks at it.
    public let battery: BatteryPlan?
    public let fertigation: FertigationPlan
    /// Of zones with more than one valve.
    public let followers: [ValveFollower]

    /// - Precondition: every index named is inside its list; counts are within `Limits`; a program's zones drink where its recipe is
    ///   mixed. Without weather there is no balance.
    public init(clock: LocalClock, sources: [SourcePlan], zones: [ZonePlan], programs: [ProgramPlan], filters: [FilterPlan] = [],
                valvesAtOnce: Int? = nil, power: Power? = nil, quotas: [QuotaPlan] = [], windows: [WaterWindow] = [],
                sun: SunClock = .shouguang, weather: WeatherPlan? = nil, water: [WaterPlan?] = [], gates: [GatePlan] = [],
                fertigation: FertigationPlan = .none, feeding: FeedingPlan = .none, battery: BatteryPlan? = nil,
                followers: [ValveFollower] = []) {
        precondition(water.isEmpty || (water.count == zones.count && (weather != nil || water.allSatisfy { $0 == nil })))
        precondition(zones.count <= Limits.zonesMax && programs.count <= Limits.programsMax)
        precondition(sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count })
        precondition(programs.allSatisfy { $0.zones.allSatisfy { $0.offset < zones.count } })
        precondition(quotas.count <= Limits.quotasMax && windows.count <= Limits.windowsMax)
        precondition(quotas.allSatisfy { $0.zone.map { $0.offset < zones.count } ?? true })
        precondition(filters.allSatisfy { $0.source.offset < sources.count } && (valvesAtOnce ?? 1) > 0)
        self.clock = clock
        self.sources = sources
        self.zones = zones
        self.programs = programs
        self.filters = filters
        self.valvesAtOnce = valvesAtOnce
        self.power = power
        self.quotas = quotas
        self.windows = windows
        self.sun = sun
        self.weather = weather
        precondition(gates.count <= Limits.gatesMax)
        self.gates = gates
        self.feeding = feeding
        self.battery = battery
        precondition(fertigation.units.allSatisfy { $0.source.offset < sources.count })
        for program in programs {
            guard let recipe = program.recipe?.recipe else { continue }
            precondition(fertigation.recipes.indices.contains(recipe.offset))
            let source = fertigation.units[fertigation.recipes[recipe.offset].unit.offset].source
            precondition(program.steps.allSatisfy { zones[$0.zone.offset].source == source })
        }
        self.fertigation = fertigation
        precondition(followers.allSatisfy { $0.zone.offset < zones.count })
        self.followers = followers
        self.water = water.isEmpty ? Array(repeating: nil, count: zones.count) : water
    }
}

extension ControlPlan {
    /// The same with every zone's soil as dry as this when it begins.
    /// - Parameters:
    ///   - part: of the water that plants can take. Range: 0 … 1.
    ///   - date: the first day.
    public func beginning(withDepletion part: Fraction, on date: CivilDate) -> ControlPlan {
        var plan = self
        for number in plan.water.indices { plan.water[number]?.begin(withDepletion: part, on: date) }
        return plan
    }
}
