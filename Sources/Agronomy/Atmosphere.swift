import Glibc
public import Quantities

/// The air at a place. Source: FAO-56 chapter 3; ASCE-EWRI 2005 writes the same with other numbers.
public enum Atmosphere {
    /// Mean pressure of the air at a height above the sea. FAO-56 eq. 7.
    public static func pressure(at elevation: Length) -> Pressure {
        .kilopascals(101.3 * pow((293 - 0.0065 * elevation.meters) / 293, 5.26))
    }

    /// Vapour pressure of saturated air. FAO-56 eq. 11. Never of the mean temperature of a day: see `DailyWeather`.
    public static func saturation(at temperature: Temperature) -> Pressure {
        .kilopascals(0.6108 * exp(17.27 * temperature.celsius / (temperature.celsius + 237.3)))
    }

    /// Wind at 2 m over grass from wind at another height. FAO-56 eq. 47.
    /// - Parameter height: of the sensor above ground. Range: 0.5 … 50 m.
    public static func windAt2Meters(_ wind: Speed, height: Length) -> Speed {
        .metersPerSecond(wind.metersPerSecond * 4.87 / log(67.8 * height.meters - 5.42))
    }

    /// Energy that evaporates water, as the depth it evaporates (0.408 mm for a MJ/m2). FAO-56 eq. 20.
    public static func evaporates(_ energy: Irradiation) -> Depth { .millimeters(0.408 * energy.megajoulesPerSquareMeter) }

    /// kPa/°C. FAO-56 eq. 8.
    static func psychrometric(at elevation: Length) -> Double { 0.000665 * pressure(at: elevation).kilopascals }
}

/// Which set of constants a reference ET is computed with. They differ in the third decimal of a daily figure; hourly FAO-56
/// of 1998 keeps the daytime resistance at night, which ASCE-EWRI 2005 (and FAO since) does not.
public enum Constants: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case fao56
    case asce2005

    /// Stefan–Boltzmann, MJ/(m2 K4 d).
    var sigmaPerDay: Double { self == .fao56 ? 4.903e-9 : 4.901e-9 }
    /// The same in an hour.
    var sigmaPerHour: Double { self == .fao56 ? 2.043e-10 : 2.042e-10 }

    /// Slope of the saturation curve, kPa/°C. FAO-56 eq. 13; ASCE-EWRI 2005 eq. 5.
    func slope(at temperature: Temperature) -> Double {
        let t = temperature.celsius
        let factor = self == .fao56 ? 4098 * 0.6108 : 2503
        return factor * exp(17.27 * t / (t + 237.3)) / ((t + 237.3) * (t + 237.3))
    }
}

/// The crop that a reference ET is meant for.
public enum ReferenceCrop: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Grass of 0.12 m: ETo.
    case short
    /// Alfalfa of 0.50 m: ETr.
    case tall
}

func clamped(_ value: Double, _ low: Double, _ high: Double) -> Double { min(max(value, low), high) }
