public import Language
public import Quantities

/// What a volume of stock holds by the labels of what was dissolved in it, so that litres become kilograms. Zero where nobody
/// told. Phosphorus and potassium as oxides, as labels have them.
public struct StockStrength: Sendable, Hashable, BitwiseCopyable {
    public let product: Density
    public let nitrogen: Density
    /// P2O5.
    public let phosphate: Density
    /// K2O.
    public let potash: Density

    public static let unknown = StockStrength()

    public init(product: Density = .zero, nitrogen: Density = .zero, phosphate: Density = .zero, potash: Density = .zero) {
        self.product = product
        self.nitrogen = nitrogen
        self.phosphate = phosphate
        self.potash = potash
    }

    /// Two products in one tank.
    public static func + (a: StockStrength, b: StockStrength) -> StockStrength {
        StockStrength(product: a.product + b.product, nitrogen: a.nitrogen + b.nitrogen, phosphate: a.phosphate + b.phosphate,
                      potash: a.potash + b.potash)
    }
}

extension Volume {
    /// Of stock, as it is filled and measured: such as "12.50 L" or "350 mL".
    public var stockText: Phrase {
        abs(liters) < 1 ? Phrase(verbatim: Phrase(liters * 1000, decimals: 0).en + " mL")
            : Phrase(verbatim: Phrase(liters, decimals: abs(liters) < 100 ? 2 : 0).en + " L")
    }
}
