public import Quantities

/// Fish of one cage as feeding reckons with them.
public enum FishStock {
    public static func biomass(count: Double, mean: Mass) -> Mass { mean * max(count, 0) }

    /// Stock × rate × what oxygen and appetite leave of it.
    public static func dailyFeed(_ biomass: Mass, rate: Fraction, oxygen: Fraction = .percent(100), appetite: Fraction = .percent(100)) -> Mass {
        biomass * (rate.base * oxygen.base * appetite.base)
    }
}

/// How a low saturation takes appetite, and where it ends: between the limiting saturation (LOS), at which a fish that digests
/// uses all there is, and the saturation from which it eats its fill (DOmaxFI), the ration rises in a straight line. Both rise
/// with temperature.
public struct OxygenAppetite: Sendable, Hashable, BitwiseCopyable {
    /// What holds at a temperature of the water.
    public struct Knot: Sendable, Hashable, BitwiseCopyable {
        public let water: Temperature
        public let limiting: Fraction
        public let full: Fraction

        public init(water: Temperature, limiting: Fraction, full: Fraction) {
            self.water = water
            self.limiting = limiting
            self.full = full
        }
    }

    public let cold: Knot
    public let warm: Knot

    /// `nil` unless temperature rises and each knot eats its fill above its limit.
    public init?(cold: Knot, warm: Knot) {
        guard cold.water < warm.water, cold.limiting < cold.full, warm.limiting < warm.full else { return nil }
        self.cold = cold
        self.warm = warm
    }

    /// Post-smolt Atlantic salmon of 300 … 500 g: 42 % at 7 °C … 76 % at 19 °C, limiting 24 … 40 %. Source: Remen et al. 2016.
    public static let salmon = OxygenAppetite(cold: Knot(water: .celsius(7), limiting: .percent(24), full: .percent(42)),
                                              warm: Knot(water: .celsius(19), limiting: .percent(40), full: .percent(76)))

    /// Part of the ration that the oxygen allows. Range: 0 … 1; 0 for what is no number. Beyond the knots the outermost holds.
    public func share(at saturation: Fraction, _ water: Temperature) -> Fraction {
        guard saturation.base.isFinite, water.base.isFinite else { return .zero }
        let along = clamped((water.celsius - cold.water.celsius) / (warm.water.celsius - cold.water.celsius), 0, 1)
        let limiting = cold.limiting.base + (warm.limiting.base - cold.limiting.base) * along
        let full = cold.full.base + (warm.full.base - cold.full.base) * along
        return Fraction(base: clamped((saturation.base - limiting) / (full - limiting), 0, 1))
    }
}

/// A day's feed parted into meals.
public enum MealSplit {
    /// - Parameter shares: above 0; they need not sum to one.
    /// - Returns: meals that sum to the day's feed; none when a share is not above 0.
    public static func meals(_ daily: Mass, shares: [Double]) -> [Mass] {
        let whole = shares.reduce(0, +)
        guard whole > 0, whole.isFinite, shares.allSatisfy({ $0 > 0 }) else { return [] }
        return shares.map { daily * ($0 / whole) }
    }
}
