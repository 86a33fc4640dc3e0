public import Quantities

/// What a probe without compensation shows: at the temperature of the water. Another type than `Conductivity`, which is at 25
/// °C, so that it can be compensated once and never twice.
public struct UncompensatedConductivity: Sendable, Hashable, BitwiseCopyable {
    /// mS/cm at the temperature of the water.
    public let millisiemensPerCentimeter: Double

    public init(millisiemensPerCentimeter: Double) {
        self.millisiemensPerCentimeter = millisiemensPerCentimeter
    }

    /// - Parameter perDegree: α. 2 % for nutrient solutions; most probes that compensate use 1.9 … 2.1 %.
    /// - Returns: `nil` below freezing, above 60 °C, and for a number that is none.
    public func at25(_ water: Temperature, perDegree: Fraction = .percent(2)) -> Conductivity? {
        let factor = 1 + perDegree.base * (water.celsius - 25)
        guard (-0.5...60).contains(water.celsius), factor > 0, millisiemensPerCentimeter.isFinite else { return nil }
        return .decisiemensPerMeter(millisiemensPerCentimeter / factor)
    }
}

extension Conductivity {
    /// What the fertiliser must add to raw water, as conductivities of dilute solutions add up. `nil`: the raw water alone
    /// has more, and no dosing makes it less.
    public func feed(over raw: Conductivity) -> Conductivity? { self >= raw ? self - raw : nil }
}
