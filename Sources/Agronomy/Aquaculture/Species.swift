public import Quantities

/// What feeding reckons with of one species: from `configs/species`, editable.
public struct Species: Sendable, Hashable {
    public let ration: RationTable
    /// `nil`: grows by feed alone.
    public let growth: ThermalGrowth?
    /// FCR that stock is carried on with between two samples. Range: 0.5 … 10.
    public let conversion: Double
    public let water: FeedingTemperatures
    public let oxygen: OxygenLimits
    /// `nil`: the ration falls between `oxygen.reduce` and `oxygen.stop`.
    public let appetite: OxygenAppetite?

    public init(ration: RationTable, growth: ThermalGrowth? = nil, conversion: Double, water: FeedingTemperatures, oxygen: OxygenLimits,
                appetite: OxygenAppetite? = nil) {
        self.ration = ration
        self.growth = growth
        self.conversion = conversion
        self.water = water
        self.oxygen = oxygen
        self.appetite = appetite
    }
}

/// Water in which a species is fed. From `coldReduce` down and from `warmReduce` up it gets less, at the stops nothing.
public struct FeedingTemperatures: Sendable, Hashable, BitwiseCopyable {
    public let coldStop: Temperature
    public let coldReduce: Temperature
    public let warmReduce: Temperature
    public let warmStop: Temperature

    /// `nil` unless they rise.
    public init?(coldStop: Temperature, coldReduce: Temperature, warmReduce: Temperature, warmStop: Temperature) {
        guard coldStop <= coldReduce, coldReduce < warmReduce, warmReduce <= warmStop else { return nil }
        self.coldStop = coldStop
        self.coldReduce = coldReduce
        self.warmReduce = warmReduce
        self.warmStop = warmStop
    }
}

/// Oxygen in which a species is fed, and below which it dies.
public struct OxygenLimits: Sendable, Hashable, BitwiseCopyable {
    /// Feeding goes on again from here, and is reduced below `reduce`.
    public let resume: Density
    public let reduce: Density
    public let stop: Density
    /// All the oxygen there is, and the siren.
    public let emergency: Density

    /// `nil` unless they fall.
    public init?(resume: Density, reduce: Density, stop: Density, emergency: Density) {
        guard resume > stop, resume >= reduce, reduce >= stop, stop > emergency, emergency.base > 0 else { return nil }
        self.resume = resume
        self.reduce = reduce
        self.stop = stop
        self.emergency = emergency
    }
}
