public import Quantities

/// How salt in the soil's water weighs on a crop. FAO-33 and FAO-56 eq. 90; thresholds of FAO-56 table 23.
public struct SaltTolerance: Sendable, Hashable, BitwiseCopyable {
    /// ECe up to which nothing is lost.
    public let threshold: Conductivity
    /// Per cent of yield lost for each dS/m above it.
    public let slope: Double
    /// Ky: yield lost for a loss of transpiration. FAO-33.
    public let yieldResponse: Double

    public init(threshold: Conductivity, slope: Double, yieldResponse: Double) {
        self.threshold = threshold
        self.slope = slope
        self.yieldResponse = yieldResponse
    }

    /// Ks of salt alone, by the conductivity of the saturated paste. Range: 0 … 1.
    public func stress(at soil: Conductivity) -> Double {
        let above = max(soil.decisiemensPerMeter - threshold.decisiemensPerMeter, 0)
        return clamped(1 - slope / (100 * yieldResponse) * above, 0, 1)
    }
}

public enum Leaching {
    /// LR: share of the water that must pass through the root zone to carry the salt away. FAO-29 eq. 9 (surface and sprinkler).
    /// - Returns: `nil` where the water is too salty for that soil at any amount.
    public static func requirement(water: Conductivity, soil: Conductivity) -> Fraction? {
        let rest = 5 * soil.decisiemensPerMeter - water.decisiemensPerMeter
        guard rest > 0 else { return nil }
        let share = water.decisiemensPerMeter / rest
        return share < 1 ? Fraction(base: share) : nil
    }

    /// Depth that holds the leaching water as well.
    public static func gross(_ depth: Depth, leaching share: Fraction) -> Depth { depth * (1 / (1 - share.base)) }
}
