import Glibc
public import Quantities

/// Oxygen that water in balance with the air holds.
///
/// Source: Benson & Krause 1984, as USGS Technical Memorandum 2011.03 and APHA 4500-O have it; within 0.003 mg/L of Garcia &
/// Gordon at one atmosphere. Weiss 1970 differs by 0.05 mg/L; the two are not to be mixed.
public enum DissolvedOxygen {
    public static let atmosphere = Pressure.kilopascals(101.325)
    static let temperatures = -2.0...45
    static let salinities = 0.0...50
    static let pressures = 50.0...120

    /// - Parameters:
    ///   - water: −2 … 45 °C.
    ///   - salinity: 0 … 50 psu.
    ///   - air: absolute, 50 … 120 kPa. Depth raises it not: what the air gives is what counts at every depth.
    /// - Returns: `nil` outside those, and for what is no number.
    public static func saturation(at water: Temperature, _ salinity: Salinity, air: Pressure = atmosphere) -> Density? {
        guard temperatures.contains(water.celsius), salinities.contains(salinity.psu),
              pressures.contains(air.kilopascals) else { return nil }
        let fresh = logFresh(water.celsius + 273.15) - salinity.psu * saltingOut(water.celsius + 273.15)
        return .milligramsPerLiter(exp(fresh) * pressureFactor(water.celsius, air.kilopascals / atmosphere.kilopascals))
    }

    /// How full of oxygen water is. `nil` as for `saturation`, and below nothing.
    public static func saturated(_ oxygen: Density, at water: Temperature, _ salinity: Salinity, air: Pressure = atmosphere) -> Fraction? {
        guard let full = saturation(at: water, salinity, air: air), oxygen.base >= 0, oxygen.base.isFinite else { return nil }
        return Fraction(base: oxygen / full)
    }

    private static func logFresh(_ kelvin: Double) -> Double {
        let inverse = 1 / kelvin
        return -139.34411 + inverse * (1.575701e5 - inverse * (6.642308e7 - inverse * (1.243800e10 - inverse * 8.621949e11)))
    }

    private static func saltingOut(_ kelvin: Double) -> Double { 0.017674 - 10.754 / kelvin + 2140.7 / (kelvin * kelvin) }

    private static func pressureFactor(_ celsius: Double, _ atmospheres: Double) -> Double {
        let kelvin = celsius + 273.15
        let vapour = exp(11.8571 - 3840.70 / kelvin - 216_961 / (kelvin * kelvin))
        let theta = 0.000975 - 1.426e-5 * celsius + 6.436e-8 * celsius * celsius
        return (atmospheres - vapour) * (1 - theta * atmospheres) / ((1 - vapour) * (1 - theta))
    }
}

/// What a probe shows that was left at salinity 0, as most leave the factory. Another type than `Density`, so that salt is
/// corrected for once and never twice: each time takes 17 % off in the sea.
public struct UncorrectedOxygen: Sendable, Hashable, BitwiseCopyable {
    public let shown: Density

    public init(shown: Density) { self.shown = shown }

    /// What the water really holds. `nil` as for `DissolvedOxygen.saturation`.
    public func corrected(for salinity: Salinity, at water: Temperature) -> Density? {
        guard let salt = DissolvedOxygen.saturation(at: water, salinity), let fresh = DissolvedOxygen.saturation(at: water, .zero),
              shown.base >= 0, shown.base.isFinite else { return nil }
        return shown * (salt / fresh)
    }
}
