import Glibc
public import Quantities

/// The weather of one day, as far as it is known. Only the temperatures must be there.
public struct DailyWeather: Sendable, BitwiseCopyable {
    public var minimum: Temperature
    public var maximum: Temperature
    public var vapourPressure: Pressure?
    public var dewPoint: Temperature?
    public var humidityMaximum: Fraction?
    public var humidityMinimum: Fraction?
    public var humidityMean: Fraction?
    public var radiation: Irradiation?
    /// Time of bright sunshine.
    public var sunshine: Duration?
    public var wind: Speed?
    /// Height of the wind sensor.
    public var windHeight: Length = .meters(2)

    public init(minimum: Temperature, maximum: Temperature) {
        self.minimum = minimum
        self.maximum = maximum
    }

    var mean: Temperature { (minimum + maximum) * 0.5 }
}

/// What the vapour pressure of a day was taken from, best first.
public enum HumidityTier: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case measured, dewPoint, maximumAndMinimum, maximum, minimum, mean
    /// The air is taken to be saturated at the least temperature, less 2 °C in an arid climate.
    case minimumTemperature
}

public enum RadiationTier: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case measured, sunshine
    /// From the span of the temperatures (Hargreaves).
    case temperatureSpan
}

public enum WindTier: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case measured
    /// 2 m/s at 2 m: the mean of more than 2,000 stations (FAO-56 p. 63).
    case assumed
}

public enum ETMethod: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case penmanMonteith
    case hargreaves
}

/// What a place is like, for what is not measured.
public struct Climate: Sendable, Hashable, BitwiseCopyable {
    /// Arid and semi-arid: the dew point lies 2 °C below the least temperature. FAO-56 p. 58.
    public var isArid = false
    /// Near a large water: radiation follows the temperatures by 0.19 instead of 0.16. FAO-56 eq. 50.
    public var isCoastal = false

    public init(isArid: Bool = false, isCoastal: Bool = false) {
        self.isArid = isArid
        self.isCoastal = isCoastal
    }
}

/// A reference evapotranspiration with what it rests on.
public struct ReferenceET: Sendable, BitwiseCopyable {
    /// As the equation gives it: a cold, damp day can be slightly below zero.
    public let raw: Depth
    public let method: ETMethod
    public let humidity: HumidityTier
    public let radiation: RadiationTier
    public let wind: WindTier
    /// The parts the figure is made of, for who wants to follow it. Net radiation and vapour pressure deficit of the period.
    public let netRadiation: Irradiation
    public let deficit: Pressure

    /// For water accounts: never below zero.
    public var depth: Depth { max(raw, .zero) }
    /// Nothing of it came from a fallback.
    public var isWhole: Bool {
        method == .penmanMonteith && radiation == .measured && wind == .measured && humidity != .minimumTemperature
    }
}

extension DailyWeather {
    /// Penman–Monteith for a day. FAO-56 eq. 6, ASCE-EWRI 2005 eq. 1.
    ///
    /// - Parameters:
    ///   - dayOfYear: 1 … 366.
    ///   - soilHeat: zero over a day; see `monthlySoilHeat` for a month.
    /// - Returns: not finite when an input is not.
    public func referenceET(_ crop: ReferenceCrop = .short, at place: Location, dayOfYear: Int, constants: Constants = .asce2005,
                            climate: Climate = Climate(), soilHeat: Irradiation = .zero) -> ReferenceET {
        let sun = SolarDay(latitude: place.latitude, dayOfYear: dayOfYear)
        let (vapour, humidity) = vapour(climate)
        let (radiation, radiationTier) = radiation(under: sun, at: place, climate)
        let (wind, windTier) = windAt2Meters
        let deficit = saturation - vapour
        let net = radiation.kept - longwave(radiation, vapour, sun, place, constants)
        let parameters = PenmanMonteith(numerator: crop == .short ? 900 : 1600, denominator: crop == .short ? 0.34 : 0.38)
        let depth = parameters.depth(energy: net - soilHeat, temperature: mean, wind: wind, deficit: deficit,
                                     place.elevation, constants)
        return ReferenceET(raw: depth, method: .penmanMonteith, humidity: humidity, radiation: radiationTier, wind: windTier,
                           netRadiation: net, deficit: deficit)
    }

    /// Heat that a month gives to the soil, by the means of the month before and this one. FAO-56 eq. 44.
    public static func monthlySoilHeat(previous: Temperature, this: Temperature) -> Irradiation {
        .megajoulesPerSquareMeter(0.14 * (this.celsius - previous.celsius))
    }

    /// Mean of the saturation at the extremes: that at the mean temperature would be too small. FAO-56 eq. 12.
    public var saturation: Pressure { (Atmosphere.saturation(at: minimum) + Atmosphere.saturation(at: maximum)) * 0.5 }

    /// Vapour pressure of the air by the best that is known. FAO-56 eq. 14–19, ASCE-EWRI 2005 table 3.
    public func vapour(_ climate: Climate) -> (Pressure, HumidityTier) {
        let low = Atmosphere.saturation(at: minimum), high = Atmosphere.saturation(at: maximum)
        if let vapourPressure { return (vapourPressure, .measured) }
        if let dewPoint { return (Atmosphere.saturation(at: dewPoint), .dewPoint) }
        if let most = humidityMaximum, let least = humidityMinimum {
            return ((low * most.base + high * least.base) * 0.5, .maximumAndMinimum)
        }
        if let most = humidityMaximum { return (low * most.base, .maximum) }
        if let least = humidityMinimum { return (high * least.base, .minimum) }
        if let humidityMean { return (saturation * humidityMean.base, .mean) }
        let dew = minimum - .celsius(climate.isArid ? 2 : 0)
        return (Atmosphere.saturation(at: dew), .minimumTemperature)
    }

    /// Radiation on the ground by the best that is known. FAO-56 eq. 35 and 50.
    public func radiation(under sun: SolarDay, at place: Location, _ climate: Climate) -> (Irradiation, RadiationTier) {
        if let radiation { return (radiation, .measured) }
        let above = sun.radiation
        if let sunshine {
            let daylight = sun.daylight.seconds
            return (above.throughSky(sunshine: daylight > 0 ? sunshine.seconds / daylight : 0), .sunshine)
        }
        let span = max(maximum.celsius - minimum.celsius, 0)
        let estimate = above * ((climate.isCoastal ? 0.19 : 0.16) * span.squareRoot())
        return (min(estimate, above.throughClearSky(at: place.elevation)), .temperatureSpan)
    }

    public var windAt2Meters: (Speed, WindTier) {
        guard let wind else { return (.metersPerSecond(2), .assumed) }
        return (Atmosphere.windAt2Meters(wind, height: windHeight), .measured)
    }

    /// What the ground loses to the sky. FAO-56 eq. 39.
    private func longwave(_ radiation: Irradiation, _ vapour: Pressure, _ sun: SolarDay, _ place: Location,
                          _ constants: Constants) -> Irradiation {
        let clouds = Cloudiness(radiation, of: sun.radiation.throughClearSky(at: place.elevation))
        let warmth = (fourth(minimum) + fourth(maximum)) / 2
        let humid = 0.34 - 0.14 * vapour.kilopascals.squareRoot()
        return .megajoulesPerSquareMeter(constants.sigmaPerDay * clouds.factor * humid * warmth)
    }

    /// Hargreaves and Samani 1985, from the temperatures alone. FAO-56 eq. 52 with the radiation as a depth of water.
    public func hargreaves(at place: Location, dayOfYear: Int) -> ReferenceET {
        let above = SolarDay(latitude: place.latitude, dayOfYear: dayOfYear).radiation
        let span = max(maximum.celsius - minimum.celsius, 0)
        let depth = Atmosphere.evaporates(above) * (0.0023 * (mean.celsius + 17.8) * span.squareRoot())
        return ReferenceET(raw: depth, method: .hargreaves, humidity: .minimumTemperature, radiation: .temperatureSpan,
                           wind: .assumed, netRadiation: .zero, deficit: .zero)
    }
}

/// Fourth power of the absolute temperature, K4. (FAO-56 and ASCE add 273.16.)
func fourth(_ temperature: Temperature) -> Double {
    let kelvin = temperature.celsius + 273.16
    return kelvin * kelvin * kelvin * kelvin
}

/// The combination equation with its two constants of crop and time step. FAO-56 eq. 6 and 53; ASCE-EWRI 2005 table 1.
struct PenmanMonteith {
    /// Cn, K mm s3/(Mg step).
    let numerator: Double
    /// Cd, s/m.
    let denominator: Double

    func depth(energy: Irradiation, temperature: Temperature, wind: Speed, deficit: Pressure, _ elevation: Length,
               _ constants: Constants) -> Depth {
        let slope = constants.slope(at: temperature)
        let gamma = Atmosphere.psychrometric(at: elevation)
        let drying = gamma * numerator / (temperature.celsius + 273) * wind.metersPerSecond * deficit.kilopascals
        let top = 0.408 * slope * energy.megajoulesPerSquareMeter + drying
        return .millimeters(top / (slope + gamma * (1 + denominator * wind.metersPerSecond)))
    }
}

/// How far clouds keep the ground from losing heat: 0.05 under a closed cover, 1 under a clear sky. FAO-56 eq. 39.
public struct Cloudiness: Sendable, Hashable, BitwiseCopyable {
    let factor: Double

    init(_ radiation: Irradiation, of clear: Irradiation) {
        self.init(ratio: clear > .zero ? radiation / clear : 0.5)
    }

    /// - Parameter ratio: radiation on the ground by that under a clear sky. At night without anything known 0.4 … 0.6 in a humid
    ///   climate, 0.7 … 0.8 in an arid one (FAO-56 p. 75).
    public init(ratio: Double) {
        factor = clamped(1.35 * clamped(ratio, 0.3, 1) - 0.35, 0.05, 1)
    }
}
