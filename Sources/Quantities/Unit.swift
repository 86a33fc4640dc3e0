/// What a unit measures. Two units convert into each other when they measure the same.
public enum Dimension: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case count, fraction, time, length, area, volume, mass
    case flow, speed, pressure, temperature, angle, frequency, rotation
    case conductivity, acidity, salinity, massPerVolume, massPerMass
    case irradiance, illuminance, voltage, current, power, energy, soundLevel
    case depthRate, massRate, baudRate
    case irradiation, massPerArea, chargePerVolume
}

/// A unit as it is written in files and shown to people, with its way to the base unit of its dimension:
/// `base = value * scale + offset`.
///
/// There is no default unit and none is guessed: a symbol that is not listed is refused.
public struct Unit: Sendable, Hashable {
    public let symbol: String
    public let dimension: Dimension
    public let scale: Double
    public let offset: Double

    init(_ symbol: String, _ dimension: Dimension, _ scale: Double = 1, offset: Double = 0) {
        self.symbol = symbol
        self.dimension = dimension
        self.scale = scale
        self.offset = offset
    }

    public func toBase(_ value: Double) -> Double { value * scale + offset }
    public func fromBase(_ base: Double) -> Double { (base - offset) / scale }

    /// The unit with exactly this symbol, or `nil`. Case matters: `mL` and `ML` are not one unit.
    public init?(symbol: String) {
        guard let unit = Unit.bySymbol[symbol] else { return nil }
        self = unit
    }

    private static let bySymbol: [String: Unit] = Dictionary(
        all.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })

    /// Every unit, in the order of `Dimension`. One mu (亩) is exactly 2000/3 m².
    public static let all: [Unit] = [
        Unit("1", .count), Unit("%", .fraction, 0.01), Unit("ratio", .fraction),
        Unit("s", .time), Unit("ms", .time, 0.001), Unit("min", .time, 60), Unit("h", .time, 3600),
        Unit("day", .time, 86_400),
        Unit("m", .length), Unit("cm", .length, 0.01), Unit("mm", .length, 0.001), Unit("km", .length, 1000),
        // A depth of water as Chinese growers say it: 1 m3/mu is 1.5 mm.
        Unit("m3/mu", .length, 0.0015), Unit("m3/亩", .length, 0.0015),
        Unit("m2", .area), Unit("mu", .area, 2000.0 / 3), Unit("亩", .area, 2000.0 / 3), Unit("ha", .area, 10_000),
        Unit("m3", .volume), Unit("L", .volume, 0.001), Unit("mL", .volume, 1e-6),
        Unit("kg", .mass), Unit("g", .mass, 0.001), Unit("t", .mass, 1000), Unit("jin", .mass, 0.5), Unit("斤", .mass, 0.5),
        Unit("kg/ha", .massPerArea), Unit("kg/mu", .massPerArea, 15), Unit("kg/亩", .massPerArea, 15),
        Unit("m3/h", .flow), Unit("L/h", .flow, 0.001), Unit("L/min", .flow, 0.06), Unit("L/s", .flow, 3.6),
        Unit("m3/s", .flow, 3600),
        Unit("m/s", .speed), Unit("cm/s", .speed, 0.01), Unit("km/h", .speed, 1 / 3.6),
        Unit("kPa", .pressure), Unit("Pa", .pressure, 0.001), Unit("MPa", .pressure, 1000), Unit("bar", .pressure, 100),
        Unit("mbar", .pressure, 0.1), Unit("mH2O", .pressure, 9.80665), Unit("mmH2O", .pressure, 0.009_806_65),
        Unit("psi", .pressure, 6.894_757), Unit("kgf/cm2", .pressure, 98.0665),
        Unit("degC", .temperature), Unit("degF", .temperature, 5.0 / 9, offset: -160.0 / 9), Unit("K", .temperature, offset: -273.15),
        Unit("deg", .angle), Unit("Hz", .frequency), Unit("rpm", .rotation),
        Unit("mS/cm", .conductivity), Unit("uS/cm", .conductivity, 0.001), Unit("dS/m", .conductivity),
        Unit("pH", .acidity), Unit("psu", .salinity), Unit("mg/L", .massPerVolume),
        Unit("ug/L", .massPerVolume, 0.001), Unit("g/L", .massPerVolume, 1000),
        Unit("g/cm3", .massPerVolume, 1e6), Unit("ug/m3", .massPerVolume, 1e-6), Unit("mg/kg", .massPerMass),
        Unit("W/m2", .irradiance), Unit("lx", .illuminance), Unit("klx", .illuminance, 1000),
        Unit("V", .voltage), Unit("mV", .voltage, 0.001), Unit("A", .current), Unit("mA", .current, 0.001),
        Unit("W", .power), Unit("kW", .power, 1000), Unit("kWh", .energy), Unit("dB", .soundLevel),
        Unit("mm/h", .depthRate), Unit("mm/day", .depthRate, 1.0 / 24),
        Unit("kg/min", .massRate), Unit("g/s", .massRate, 0.06), Unit("kg/h", .massRate, 1.0 / 60),
        Unit("kg/day", .massRate, 1.0 / 1440),
        Unit("baud", .baudRate),
        Unit("MJ/m2", .irradiation), Unit("J/cm2", .irradiation, 0.01),
        Unit("eq/m3", .chargePerVolume), Unit("meq/L", .chargePerVolume),
    ]
}
