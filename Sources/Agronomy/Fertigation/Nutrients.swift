public import Quantities

/// A nutrient as labels and laboratories name it. Chinese labels and recipes give phosphorus and potassium as oxides.
public enum Nutrient: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case nitrogen
    /// P2O5.
    case phosphate
    /// K2O.
    case potash
    case phosphorus
    case potassium

    /// The element alone, by mass: 2 P in P2O5, 0.4364; 2 K in K2O, 0.8301.
    public var element: (Nutrient, share: Fraction) {
        switch self {
        case .phosphate: (.phosphorus, Fraction(base: 2 * 30.973_762 / (2 * 30.973_762 + 5 * 15.9994)))
        case .potash: (.potassium, Fraction(base: 2 * 39.0983 / (2 * 39.0983 + 15.9994)))
        case .nitrogen, .phosphorus, .potassium: (self, Fraction(base: 1))
        }
    }

    /// As an amount of another name of the same element; `nil`: they are different elements.
    public func amount<Amount: Quantity>(_ amount: Amount, as other: Nutrient) -> Amount? {
        guard element.0 == other.element.0 else { return nil }
        return amount * (element.share / other.element.share)
    }
}

/// N-P2O5-K2O of a label, as parts of the product's mass (15-15-15 is 15 % of each).
public struct FertiliserGrade: Sendable, Hashable, BitwiseCopyable {
    public let nitrogen: Fraction
    public let phosphate: Fraction
    public let potash: Fraction

    /// `nil` outside what a bag can hold: nothing negative, no more than 100 % together.
    public init?(nitrogen: Fraction, phosphate: Fraction, potash: Fraction) {
        let all = [nitrogen, phosphate, potash]
        guard all.allSatisfy({ $0.base >= 0 }), all.reduce(.zero, +).base <= 1 else { return nil }
        self.nitrogen = nitrogen
        self.phosphate = phosphate
        self.potash = potash
    }

    public func share(of nutrient: Nutrient) -> Fraction {
        switch nutrient {
        case .nitrogen: nitrogen
        case .phosphate: phosphate
        case .potash: potash
        case .phosphorus: phosphate * Nutrient.phosphate.element.share.base
        case .potassium: potash * Nutrient.potash.element.share.base
        }
    }

    /// Of an amount of product: kg, kg/mu or mg/L alike.
    public func nutrient<Amount: Quantity>(_ nutrient: Nutrient, in product: Amount) -> Amount {
        product * share(of: nutrient).base
    }

    /// Product (实物量) that holds an amount of nutrient (纯量). `nil`: there is none of it in the product.
    public func product<Amount: Quantity>(for amount: Amount, of nutrient: Nutrient) -> Amount? {
        let share = share(of: nutrient).base
        return share > 0 ? amount * (1 / share) : nil
    }

    /// Product that brings water to a content of nutrient (ppm is mg/L). `nil`: there is none of it in the product.
    public func product(for content: Density, of nutrient: Nutrient, in water: Volume) -> Mass? {
        product(for: content.mass(in: water), of: nutrient)
    }
}

/// One part of stock to so many parts of water, as injectors are set (1:100).
public struct Dilution: Sendable, Hashable, BitwiseCopyable {
    /// R. Over 0.
    public let parts: Double

    public init?(oneTo parts: Double) {
        guard parts > 0, parts.isFinite else { return nil }
        self.parts = parts
    }

    /// Stock for one of water, as `ratio` of a split.
    public var stockPerWater: Fraction { Fraction(base: 1 / parts) }

    /// In the mix, which is R + 1 parts.
    public func mix(of stock: Density) -> Density { stock * (1 / (parts + 1)) }
    public func stock(for mix: Density) -> Density { mix * (parts + 1) }
}

/// A row of nutrients as a plan prints it, with the sum that stands beside it. A sum that does not hold is shown, never mended.
public struct NutrientRow: Sendable, Hashable, BitwiseCopyable {
    public let nitrogen: MassPerArea
    public let phosphate: MassPerArea
    public let potash: MassPerArea
    public let printedSum: MassPerArea?

    public init(nitrogen: MassPerArea, phosphate: MassPerArea, potash: MassPerArea, printedSum: MassPerArea? = nil) {
        self.nitrogen = nitrogen
        self.phosphate = phosphate
        self.potash = potash
        self.printedSum = printedSum
    }

    public var sum: MassPerArea { nitrogen + phosphate + potash }
    /// Printed less computed; `nil` where no sum is printed.
    public var difference: MassPerArea? { printedSum.map { $0 - sum } }

    /// The columns of a table, each added up; the sums that are printed are not used.
    public static func total(of rows: [NutrientRow]) -> NutrientRow {
        NutrientRow(nitrogen: rows.reduce(.zero) { $0 + $1.nitrogen }, phosphate: rows.reduce(.zero) { $0 + $1.phosphate },
                    potash: rows.reduce(.zero) { $0 + $1.potash })
    }
}
