public import Quantities

/// Acids that are dosed into irrigation water.
public enum Acid: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case nitric
    case phosphoric
    case sulfuric

    /// g/mol.
    var molarMass: Double {
        switch self {
        case .nitric: 63.013
        case .phosphoric: 97.995
        case .sulfuric: 98.079
        }
    }

    /// What one mole takes up between pH 5 and 7: of phosphoric acid the first of three alone (pK 2.1, 7.2, 12.3).
    var equivalents: Double { self == .sulfuric ? 2 : 1 }

    /// Per cent by mass and g/cm3 at 20 °C. Perry's Chemical Engineers' Handbook, 6th ed., section 3 (all three acids; phosphoric
    /// acid of 10 … 40 %: CRC Handbook of Chemistry and Physics, concentrative properties of aqueous solutions).
    var densities: [(percent: Double, density: Double)] {
        switch self {
        case .nitric: [(0, 0.9982), (10, 1.0543), (20, 1.1150), (30, 1.1800), (40, 1.2463), (50, 1.3100), (60, 1.3667),
                       (68, 1.4048), (70, 1.4134)]
        case .phosphoric: [(0, 0.9982), (10, 1.0531), (20, 1.1135), (30, 1.1804), (40, 1.2536), (50, 1.335), (75, 1.579),
                           (85, 1.689)]
        case .sulfuric: [(0, 0.9982), (10, 1.0661), (20, 1.1394), (30, 1.2185), (40, 1.3028), (50, 1.3951), (60, 1.4983),
                         (70, 1.6105), (80, 1.7272), (90, 1.8144), (93, 1.8279), (98, 1.8361)]
        }
    }
}

/// An acid as it stands in its can.
public struct AcidSolution: Sendable, Hashable, BitwiseCopyable {
    public let acid: Acid
    /// By mass.
    public let strength: Fraction
    public let density: Density

    /// - Returns: `nil` for a strength that is not sold: nothing, or more than the table of densities reaches.
    public init?(_ acid: Acid, strength: Fraction) {
        guard strength > .zero, let density = AcidSolution.density(acid.densities, strength.percent) else { return nil }
        self.acid = acid
        self.strength = strength
        self.density = .gramsPerCubicCentimeter(density)
    }

    /// eq that one volume takes up.
    public var normality: Equivalents {
        .perLiter(density.gramsPerLiter * strength.base / acid.molarMass * acid.equivalents)
    }

    /// Volume that brings so much charge into an amount of water.
    public func volume(for demand: Equivalents, in water: Volume) -> Volume { water * (demand / normality) }

    /// By straight lines between the rows of the table.
    private static func density(_ rows: [(percent: Double, density: Double)], _ percent: Double) -> Double? {
        for (low, high) in zip(rows, rows.dropFirst()) where percent >= low.percent && percent <= high.percent {
            return low.density + (high.density - low.density) * (percent - low.percent) / (high.percent - low.percent)
        }
        return nil
    }
}

extension Equivalents {
    /// Acid that water of this alkalinity takes until so much is left. Usually 0.5 … 1 eq/m3 are left, so that the pH does
    /// not fall through. Nothing where less is there.
    public func acidDemand(leaving rest: Equivalents) -> Equivalents { max(self - max(rest, .zero), .zero) }

    /// Acid that neutralises a part of this alkalinity.
    public func acidDemand(neutralising share: Fraction) -> Equivalents { max(self * clamped(share.base, 0, 1), .zero) }
}
