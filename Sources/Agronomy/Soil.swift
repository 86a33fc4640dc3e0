public import Quantities

/// What the water balance knows of a soil. Water contents are m3 of water in a m3 of soil.
public struct Soil: Sendable, Hashable, BitwiseCopyable {
    public var fieldCapacity: Fraction
    public var wiltingPoint: Fraction
    /// Depth that dries by evaporation. Range: 0.05 … 0.15 m. FAO-56 p. 144.
    public var evaporationDepth: Length
    /// What evaporates from it unhindered. FAO-56 table 19.
    public var readilyEvaporable: Depth
    /// For days of middle wetness; `nil`: all rain goes into the ground. ASCE manual 70 (2016).
    public var curveNumber: Double?
    /// All the room between the grains: no reading of water content can be more.
    public var porosity: Fraction

    public init(fieldCapacity: Fraction, wiltingPoint: Fraction, evaporationDepth: Length = .meters(0.1),
                readilyEvaporable: Depth, curveNumber: Double? = nil, porosity: Fraction = .percent(50)) {
        self.fieldCapacity = fieldCapacity
        self.wiltingPoint = wiltingPoint
        self.evaporationDepth = evaporationDepth
        self.readilyEvaporable = readilyEvaporable
        self.curveNumber = curveNumber
        self.porosity = porosity
    }

    /// TEW: what can evaporate from the surface layer. FAO-56 eq. 73.
    public var totalEvaporable: Depth {
        .millimeters(1000 * (fieldCapacity.base - 0.5 * wiltingPoint.base) * evaporationDepth.meters)
    }

    /// TAW: what roots of a depth can take. FAO-56 eq. 82.
    public func totalAvailable(to roots: Length) -> Depth {
        .millimeters(1000 * (fieldCapacity.base - wiltingPoint.base) * roots.meters)
    }

    /// How much is missing from field capacity down to a depth. FAO-56 eq. 87.
    public func depletion(at content: Fraction, to roots: Length) -> Depth {
        .millimeters(1000 * (fieldCapacity.base - content.base) * roots.meters)
    }

    /// Water content by volume from one by mass, as growers and laboratories here give it: θv = θm · bulk density.
    public static func byVolume(mass: Fraction, bulkDensity: Density) -> Fraction { mass * bulkDensity.gramsPerCubicCentimeter }

    /// Water content by volume from one relative to field capacity (相对含水量).
    public func byVolume(relative: Fraction) -> Fraction { fieldCapacity * relative.base }
}

/// A soil by its name. The middle of the ranges of FAO-56 table 19; a laboratory's figures are better.
public enum SoilTexture: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case sand, loamySand, sandyLoam, loam, siltLoam, silt, siltyClayLoam, siltyClay, clay

    public var soil: Soil {
        let (capacity, wilting, readily) = figures
        return Soil(fieldCapacity: Fraction(base: capacity), wiltingPoint: Fraction(base: wilting),
                    readilyEvaporable: .millimeters(readily))
    }

    /// Field capacity and wilting point in m3/m3, REW in mm.
    private var figures: (Double, Double, Double) {
        switch self {
        case .sand: (0.12, 0.045, 4.5)
        case .loamySand: (0.15, 0.065, 6)
        case .sandyLoam: (0.23, 0.11, 8)
        case .loam: (0.25, 0.12, 9)
        case .siltLoam: (0.29, 0.15, 9.5)
        case .silt: (0.32, 0.17, 9.5)
        case .siltyClayLoam: (0.335, 0.205, 9.5)
        case .siltyClay: (0.36, 0.23, 10)
        case .clay: (0.36, 0.22, 10)
        }
    }
}

/// What of a rain runs off. ASCE manual 70 (2016) eq. 14-12 to 14-20: the curve number follows the wetness of the surface.
public struct Runoff: Sendable, BitwiseCopyable {
    private let storage: Double

    /// - Parameters:
    ///   - number: for middle wetness (CN2). Range: 30 … 100.
    ///   - surface: what is missing from the surface layer before the rain.
    public init(curveNumber number: Double, soil: Soil, surface: Depth) {
        let dry = number / (2.281 - 0.01281 * number)
        let wet = number / (0.427 + 0.00573 * number)
        let readily = soil.readilyEvaporable.millimeters, total = soil.totalEvaporable.millimeters
        let wetUntil = 0.5 * readily, dryFrom = 0.7 * readily + 0.3 * total
        let now = surface.millimeters
        let curve = if now <= wetUntil { wet } else if now >= dryFrom { dry }
        else { ((now - wetUntil) * dry + (dryFrom - now) * wet) / (dryFrom - wetUntil) }
        storage = 250 * (100 / curve - 1)
    }

    public func of(_ rain: Depth) -> Depth {
        let fallen = rain.millimeters, held = 0.2 * storage
        guard fallen > held else { return .zero }
        return min(.millimeters((fallen - held) * (fallen - held) / (fallen + 0.8 * storage)), rain)
    }
}
