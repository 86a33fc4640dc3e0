public import Agronomy
public import ProcessImage
public import Quantities

/// What a cage is fed in a day.
public enum RationRule: Sendable, BitwiseCopyable {
    /// So much, whatever it weighs.
    case fixed(Mass)
    /// By the table of a species, the stock in the book and the water; number in `FeedingPlan.species`.
    case table(UInt16)
}

/// How a cage gets its feed.
public struct CageFeed: Sendable, BitwiseCopyable {
    public let line: FeedLineIndex
    /// Of the line.
    public let outlet: UInt8
    public let meals: MealPlan
    public let ration: RationRule
    /// Where meals of two cages wait for the same line, the higher goes first; of equals the one that stands first. Range: 0 … 9.
    public let priority: UInt8

    public init(line: FeedLineIndex, outlet: UInt8 = 0, meals: MealPlan, ration: RationRule, priority: UInt8 = 5) {
        self.line = line
        self.outlet = outlet
        self.meals = meals
        self.ration = ration
        self.priority = priority
    }
}

public struct CagePlan: Sendable, BitwiseCopyable {
    public let aeration: AerationPlan
    /// `nil`: nobody feeds it from here.
    public let feed: CageFeed?
    /// FCR that the stock grows by between two samples.
    public let conversion: Double
    /// What swims in it as long as the book does not say.
    public let stock: CageStock?

    public init(aeration: AerationPlan, feed: CageFeed? = nil, conversion: Double = 1.5, stock: CageStock? = nil) {
        precondition((0.3...20).contains(conversion) && stock.map { $0.count > 0 && $0.mean.base > 0 } ?? true)
        self.stock = stock
        self.aeration = aeration
        self.feed = feed
        self.conversion = conversion
    }
}

/// One outlet of a selector: what drives it there, and what says that it is there.
public struct OutletWiring: Sendable, BitwiseCopyable {
    public let line: FeedLineIndex
    public let drive: OutputIndex
    public let mark: DigitalPoint

    public init(line: FeedLineIndex, drive: OutputIndex, mark: DigitalPoint) {
        self.line = line
        self.drive = drive
        self.mark = mark
    }
}

/// The air of a line, by its pressure behind the blower.
public struct LineAirPlan: Sendable, BitwiseCopyable {
    public let pressure: PointOf<Pressure>
    /// Below: nothing blows.
    public let still: Pressure
    /// Below, blowing: a hose is off.
    public let least: Pressure
    /// Above: blocked. Usual: 1.6 times the clean pressure.
    public let most: Pressure
    public let temperature: PointOf<Temperature>?
    /// Usual: 40 … 50 °C.
    public let hottest: Temperature
    public let noOlderThan: Duration

    public init(pressure: PointOf<Pressure>, still: Pressure, least: Pressure, most: Pressure, temperature: PointOf<Temperature>? = nil,
                hottest: Temperature = .celsius(50), noOlderThan: Duration = .seconds(3)) {
        precondition(still < least && least < most && noOlderThan > .zero)
        self.pressure = pressure
        self.still = still
        self.least = least
        self.most = most
        self.temperature = temperature
        self.hottest = hottest
        self.noOlderThan = noOlderThan
    }
}

/// A store of feed.
public struct SiloPlan: Sendable, BitwiseCopyable {
    public let capacity: Mass
    /// Below, people are told.
    public let low: Mass
    /// Load cells under it. `nil`: by the book.
    public let weight: PointOf<Mass>?

    public init(capacity: Mass, low: Mass, weight: PointOf<Mass>? = nil) {
        precondition(capacity.base > 0 && low >= .zero && low < capacity)
        self.capacity = capacity
        self.low = low
        self.weight = weight
    }
}

/// A feed line and what it is wired to.
public struct FeedLineWiring: Sendable, BitwiseCopyable {
    public let plan: FeedLinePlan
    public let blower: OutputIndex?
    public let doser: OutputIndex
    public let spreader: OutputIndex?
    public let air: LineAirPlan?
    /// What the doser gives while it turns, as calibrated with this pellet.
    public let rate: MassRate
    /// Its hopper on load cells; what is missing there was given. `nil`: by the rate alone.
    public let scale: PointOf<Mass>?
    /// Where its feed comes from; `nil`: nobody keeps account of that.
    public let silo: SiloIndex?
    /// How long the doser goes on if nothing more is heard of us.
    public let lease: Duration

    public init(plan: FeedLinePlan, blower: OutputIndex? = nil, doser: OutputIndex, spreader: OutputIndex? = nil, air: LineAirPlan? = nil,
                rate: MassRate, scale: PointOf<Mass>? = nil, silo: SiloIndex? = nil, lease: Duration = Limits.leaseDefault) {
        precondition((blower != nil) == plan.hasBlower && (air != nil) == plan.hasBlower && rate.base > 0 && lease > .zero)
        self.plan = plan
        self.blower = blower
        self.doser = doser
        self.spreader = spreader
        self.air = air
        self.rate = rate
        self.scale = scale
        self.silo = silo
        self.lease = lease
    }
}

/// Everything control knows of the site's net cages. Frozen before the first scan.
public struct FeedingPlan: Sendable {
    public let cages: [CagePlan]
    public let probes: [SeaProbePlan]
    public let gates: [FeedGatePlan]
    public let stages: [AerationStage]
    public let lines: [FeedLineWiring]
    /// Of each line in order of its outlets.
    public let outlets: [OutletWiring]
    public let silos: [SiloPlan]
    /// Submersible cages, and what is known of the water beside them: of each from the shallowest to the deepest.
    public let depths: [DepthPlan]
    public let depthProbes: [DepthProbe]
    public let species: [Species]
    /// Moments of slack water, seconds since 1970, rising.
    public let slack: [Int64]

    public static let none = FeedingPlan(cages: [])

    /// - Precondition: every index named is inside its list; every gate has a probe to look at; each line has the outlets it says; a
    ///   quantum is more than a doser gives within its lease.
    public init(cages: [CagePlan], probes: [SeaProbePlan] = [], gates: [FeedGatePlan] = [], stages: [AerationStage] = [],
                lines: [FeedLineWiring] = [],
                outlets: [OutletWiring] = [], silos: [SiloPlan] = [], depths: [DepthPlan] = [], depthProbes: [DepthProbe] = [],
                species: [Species] = [], slack: [Int64] = []) {
        precondition(cages.count <= Limits.cagesMax && lines.count <= Limits.feedLinesMax)
        precondition(probes.allSatisfy { $0.cage.offset < cages.count } && stages.allSatisfy { $0.cage.offset < cages.count })
        precondition(gates.allSatisfy { gate in
            gate.cage.offset < cages.count && probes.contains { $0.cage == gate.cage && $0.quantity == gate.kind.quantity }
        })
        precondition(outlets.allSatisfy { $0.line.offset < lines.count })
        precondition(lines.allSatisfy { $0.silo.map { $0.offset < silos.count } ?? true })
        for (number, line) in lines.enumerated() {
            let count = outlets.count { $0.line.offset == number }
            precondition(count == (line.plan.selector == .none ? 0 : line.plan.outlets))
        }
        for feed in cages.compactMap(\.feed) {
            precondition(feed.line.offset < lines.count && Int(feed.outlet) < lines[feed.line.offset].plan.outlets)
            let line = lines[feed.line.offset]
            precondition(feed.meals.quantum > line.rate.mass(over: line.lease))
            if case .table(let number) = feed.ration { precondition(Int(number) < species.count) }
        }
        precondition(zip(slack, slack.dropFirst()).allSatisfy { $0 < $1 })
        self.cages = cages
        self.probes = probes
        self.gates = gates
        self.stages = stages
        self.lines = lines
        self.outlets = outlets
        precondition(depths.allSatisfy { $0.cage.offset < cages.count } && Set(depths.map(\.cage)).count == depths.count)
        self.silos = silos
        self.depths = depths
        self.depthProbes = depthProbes
        self.species = species
        self.slack = slack
    }
}
