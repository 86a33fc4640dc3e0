public import Quantities

/// One day's weather and water, as the balance takes it.
public struct RootZoneWeather: Sendable, BitwiseCopyable {
    public var et: Depth
    public var rain: Depth
    /// Of the day: wind at 2 m, least humidity.
    public var climate: StageClimate
    /// What the system gave, losses included.
    public var irrigation: Depth
    /// What of it reaches the roots.
    public var efficiency: Fraction
    /// Share of the ground it wets; `nil`: as before. FAO-56 table 20.
    public var wetted: Double?

    public init(et: Depth, rain: Depth = .zero, climate: StageClimate = .ofTables, irrigation: Depth = .zero,
                efficiency: Fraction = .percent(100), wetted: Double? = nil) {
        self.et = et
        self.rain = rain
        self.climate = climate
        self.irrigation = irrigation
        self.efficiency = efficiency
        self.wetted = wetted
    }
}

/// What is carried from one day to the next: all of it, so that a restart goes on where the row of yesterday stands.
public struct RootZoneState: Sendable, Hashable, BitwiseCopyable {
    /// The day to come, counted from planting.
    public var day: Int
    /// Dr: what is missing from field capacity in the root zone.
    public var depletion: Depth
    /// De: the same in the surface layer.
    public var surface: Depth
    public var height: Length
    public var roots: Length
    /// fw of the last wetting.
    public var wetted: Double
    /// Ka = Ks·Kcb + Ke of yesterday: today's use is this times today's ET.
    public var coefficient: Double
    /// Ks at the end of yesterday. Range: 0 … 1.
    public var stress: Double

    public init(day: Int, depletion: Depth, surface: Depth, height: Length, roots: Length, wetted: Double,
                coefficient: Double, stress: Double) {
        self.day = day
        self.depletion = depletion
        self.surface = surface
        self.height = height
        self.roots = roots
        self.wetted = wetted
        self.coefficient = coefficient
        self.stress = stress
    }
}

/// Everything one day of the balance came to. Names in brackets are FAO-56's and pyfao56's.
public struct RootZoneDay: Sendable, BitwiseCopyable {
    public let et: Depth
    /// Kcb
    public let basal: Double
    /// Kcm
    public let single: Double
    public let height: Length
    /// Kcmax
    public let limit: Double
    /// fc
    public let cover: Double
    /// fw
    public let wetted: Double
    public let surface: SurfaceDay
    /// Kc = Ke + Kcb, or the single coefficient.
    public let coefficient: Double
    /// ETc: without stress.
    public let cropET: Depth
    /// TAW
    public let available: Depth
    /// Zr
    public let roots: Length
    /// p
    public let fraction: Double
    /// RAW
    public let readily: Depth
    /// Ks at the beginning.
    public let stress: Double
    /// ETa: with stress.
    public let actualET: Depth
    public let transpiration: Depth
    /// DP
    public let percolation: Depth
    /// Dr at the end.
    public let depletion: Depth
    /// Ks at the end.
    public let stressAtEnd: Double
    public let irrigation: Depth
    public let irrigationLoss: Depth
    public let rain: Depth
    public let runoff: Depth

    /// fDr. Range: 0 … 1.
    public var depletedShare: Fraction { Fraction(base: available > .zero ? depletion / available : 0) }
}

/// How a root zone is accounted for.
public struct RootZoneRules: Sendable, Hashable, BitwiseCopyable {
    public var convention = WaterConvention.lateInDay
    /// `false`: the single coefficient; rain below a fifth of the day's ET is then left out (FAO-56 p. 171).
    public var isDual = true
    public var reference = ReferenceCrop.short
    /// p does not follow the day's ET.
    public var keepsFraction = false

    public init(convention: WaterConvention = .lateInDay, isDual: Bool = true, reference: ReferenceCrop = .short,
                keepsFraction: Bool = false) {
        self.convention = convention
        self.isDual = isDual
        self.reference = reference
        self.keepsFraction = keepsFraction
    }
}

/// The daily water balance of one crop on one soil. FAO-56 chapters 7 and 8. State in, state out; nothing is allocated.
public struct RootZone: Sendable, BitwiseCopyable {
    public let crop: Crop
    public let soil: Soil
    public let rules: RootZoneRules

    public init(crop: Crop, soil: Soil, rules: RootZoneRules = RootZoneRules()) {
        self.crop = crop
        self.soil = soil
        self.rules = rules
    }

    /// The evening before day 0. The surface is taken to be dry (FAO-56 p. 153); the single method does not follow it and
    /// keeps it half dry, where the curve number is about that of middle wetness.
    /// - Parameter content: of water in the root zone.
    public func start(content: Fraction) -> RootZoneState {
        let depletion = soil.depletion(at: content, to: crop.rootsInitial)
        let available = soil.totalAvailable(to: crop.rootsInitial)
        return RootZoneState(day: 0, depletion: depletion, surface: soil.totalEvaporable * (rules.isDual ? 1 : 0.5),
                             height: crop.heightInitial, roots: crop.rootsInitial, wetted: 1, coefficient: crop.single.initial,
                             stress: stress(at: depletion, of: available, from: crop.depletionFraction))
    }

    /// Ks: how far a lack of water keeps the crop from transpiring. FAO-56 eq. 84.
    public func stress(at depletion: Depth, of available: Depth, from fraction: Double) -> Double {
        let rest = available.millimeters * (1 - fraction)
        return rest > 0 ? clamped((available.millimeters - depletion.millimeters) / rest, 0, 1) : 0
    }

    /// p for a day's ET. FAO-56 table 22, note 2.
    public func fraction(at et: Depth) -> Double {
        rules.keepsFraction ? crop.depletionFraction : clamped(crop.depletionFraction + 0.04 * (5 - et.millimeters), 0.1, 0.8)
    }
}
