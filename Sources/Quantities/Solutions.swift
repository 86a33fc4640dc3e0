/// Mass. Base unit: kg.
public struct Mass: Quantity {
    public static let dimension = Dimension.mass
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func kilograms(_ value: Double) -> Mass { Mass(base: value) }
    public static func grams(_ value: Double) -> Mass { Mass(base: value / 1000) }
    public var kilograms: Double { base }
    public var grams: Double { base * 1000 }

    /// Zero in a volume of nothing.
    public func dissolved(in volume: Volume) -> Density {
        Density(base: volume.base > 0 ? base / volume.base * 1000 : 0)
    }
}

extension Density {
    public static func milligramsPerLiter(_ value: Double) -> Density { Density(base: value) }
    public static func gramsPerLiter(_ value: Double) -> Density { Density(base: value * 1000) }
    public var milligramsPerLiter: Double { base }
    public var gramsPerLiter: Double { base / 1000 }

    /// What a volume holds.
    public func mass(in volume: Volume) -> Mass { Mass(base: base * volume.base / 1000) }

    /// What a mass takes up. Zero without a density.
    public func volume(of mass: Mass) -> Volume { Volume(base: base > 0 ? mass.base * 1000 / base : 0) }
}

/// Mass spread on land. Base unit: kg/ha; growers say kg/mu (公斤/亩), which is 15 kg/ha.
public struct MassPerArea: Quantity {
    public static let dimension = Dimension.massPerArea
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func kilogramsPerMu(_ value: Double) -> MassPerArea { MassPerArea(base: value * 15) }
    public static func kilogramsPerHectare(_ value: Double) -> MassPerArea { MassPerArea(base: value) }
    public var kilogramsPerMu: Double { base / 15 }
    public var kilogramsPerHectare: Double { base }

    public func mass(on area: Area) -> Mass { Mass(base: base * area.base / 10_000) }
}

/// pH. Range: 0 … 14.
public struct Acidity: Quantity {
    public static let dimension = Dimension.acidity
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func pH(_ value: Double) -> Acidity { Acidity(base: value) }
    public var pH: Double { base }
}

/// Charge that acid brings or that alkalinity takes up, in a volume. Base unit: eq/m3, which is meq/L and, of bicarbonate,
/// mmol/L.
public struct Equivalents: Quantity {
    public static let dimension = Dimension.chargePerVolume
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func perCubicMeter(_ value: Double) -> Equivalents { Equivalents(base: value) }
    public static func perLiter(_ value: Double) -> Equivalents { Equivalents(base: value * 1000) }
    /// Laboratories give alkalinity as the chalk that would make it: 1 eq is 50.04 g of CaCO3.
    public static func asCalciumCarbonate(_ density: Density) -> Equivalents {
        Equivalents(base: density.milligramsPerLiter / 50.04)
    }

    /// The same as bicarbonate: 1 eq is 61.02 g of HCO3.
    public static func asBicarbonate(_ density: Density) -> Equivalents { Equivalents(base: density.milligramsPerLiter / 61.02) }
    public var perCubicMeter: Double { base }
    public var perLiter: Double { base / 1000 }
}
