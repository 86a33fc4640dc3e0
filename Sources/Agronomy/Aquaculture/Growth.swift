import Glibc
public import Quantities

/// How fish grew between two weighings.
public struct GrowthSpan: Sendable, Hashable, BitwiseCopyable {
    public let from: Mass
    public let to: Mass
    public let days: Double

    /// `nil` without two weights above nothing and a time between them.
    public init?(from: Mass, to: Mass, days: Double) {
        guard from.base > 0, to.base > 0, days > 0, from.base.isFinite, to.base.isFinite, days.isFinite else { return nil }
        self.from = from
        self.to = to
        self.days = days
    }

    /// SGR = ln(W2/W1)/d, a day. The instantaneous rate, not the compound one.
    public var specificRate: Fraction { Fraction(base: log(to / from) / days) }

    /// (W2/W1)^(1/d) − 1, a day.
    public var compoundRate: Fraction { Fraction(base: exp(log(to / from) / days) - 1) }

    public var gain: Fraction { Fraction(base: to / from - 1) }

    /// - Parameter warmth: Σ T over the days, °C·d.
    public func thermalCoefficient(warmth: Double) -> ThermalGrowth? {
        guard warmth > 0, warmth.isFinite else { return nil }
        return ThermalGrowth(timesThousandGrams: 1000 * (cbrt(to.grams) - cbrt(from.grams)) / warmth)
    }

    /// FCR: feed for each mass of fish that was gained. `nil` where nothing was.
    /// - Parameter feed: for one fish, over the whole time.
    public func conversion(feed: Mass) -> Double? {
        guard to > from, feed.base >= 0 else { return nil }
        return feed / (to - from)
    }
}

/// Thermal growth coefficient by the convention of Iwama & Tautz 1981: TGC = 1000 (W2^⅓ − W1^⅓)/ΣT, weights in **grams**. Salmon
/// and trout have 2 … 3. The same name is used for a hundredth (0.2 … 0.3), and with kilograms it is a tenth: hence the long
/// name of its only way in.
public struct ThermalGrowth: Sendable, Hashable, BitwiseCopyable {
    public let timesThousandGrams: Double

    public init(timesThousandGrams: Double) { self.timesThousandGrams = timesThousandGrams }

    /// W2 = (W1^⅓ + TGC/1000 ΣT)³. Never less than nothing.
    /// - Parameter warmth: Σ T, °C·d.
    public func weight(from weight: Mass, warmth: Double) -> Mass {
        let root = max(cbrt(max(weight.grams, 0)) + timesThousandGrams / 1000 * warmth, 0)
        return .grams(root * root * root)
    }
}
