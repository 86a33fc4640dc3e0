import Glibc
public import Quantities

/// The weather of one hour.
public struct HourlyWeather: Sendable, BitwiseCopyable {
    public var temperature: Temperature
    public var vapourPressure: Pressure?
    public var dewPoint: Temperature?
    public var humidity: Fraction?
    public var radiation: Irradiation
    public var wind: Speed?
    public var windHeight: Length = .meters(2)

    public init(temperature: Temperature, radiation: Irradiation) {
        self.temperature = temperature
        self.radiation = radiation
    }

    var vapour: (Pressure, HumidityTier) {
        if let vapourPressure { return (vapourPressure, .measured) }
        if let dewPoint { return (Atmosphere.saturation(at: dewPoint), .dewPoint) }
        if let humidity { return (Atmosphere.saturation(at: temperature) * humidity.base, .mean) }
        return (Atmosphere.saturation(at: temperature), .minimumTemperature)
    }
}

/// An hour of the clock. Loggers label an hour by its end: take one hour off before you come here.
public struct ClockHour: Sendable, BitwiseCopyable {
    /// 1 … 366.
    public let dayOfYear: Int
    /// Hours since local midnight at which it begins. Range: 0 ..< 24.
    public let start: Double
    /// Hours the clock is ahead of UTC: 8 in China.
    public let utcOffset: Double

    public init(dayOfYear: Int, start: Double, utcOffset: Double) {
        self.dayOfYear = dayOfYear
        self.start = start
        self.utcOffset = utcOffset
    }
}

/// Reference ET hour by hour. It carries the cloudiness of the evening through the night, when no radiation tells of clouds.
///
/// An hour tells of clouds while the sun is 0.3 rad (17°) above the horizon at its beginning, as in the Univ. of Idaho's REF-ET
/// program; lower, hills, haze and the sensor's cosine say more than clouds do. ASCE-EWRI 2005 p. 39 takes the hour's middle, which
/// lets in the first hour of a clear morning with a third of its radiation.
public struct HourlyReferenceET: Sendable, BitwiseCopyable {
    public let place: Location
    public let constants: Constants
    /// Of the last hour that told. Two crops share it.
    public private(set) var cloudiness: Cloudiness

    private static let telling = 0.3

    /// - Parameter cloudiness: of the evening before the first hour.
    public init(at place: Location, constants: Constants = .asce2005, cloudiness: Cloudiness) {
        self.place = place
        self.constants = constants
        self.cloudiness = cloudiness
    }

    /// What one hour tells of clouds; `nil` at night and under a low sun.
    public func cloudiness(of weather: HourlyWeather, in hour: ClockHour) -> Cloudiness? {
        let sun = SolarDay(latitude: place.latitude, dayOfYear: hour.dayOfYear)
        let (first, last) = span(of: hour, under: sun)
        guard sun.elevation(at: first) >= Self.telling else { return nil }
        let night = sun.sunsetAngle
        let clear = sun.radiation(from: clamped(first, -night, night), to: clamped(last, -night, night)).throughClearSky(at: place.elevation)
        return clear > .zero ? Cloudiness(weather.radiation, of: clear) : nil
    }

    private func span(of hour: ClockHour, under sun: SolarDay) -> (Double, Double) {
        let middle = sun.hourAngle(clock: hour.start + 0.5, utcOffset: hour.utcOffset, longitude: place.longitude)
        return (middle - .pi / 24, middle + .pi / 24)
    }

    /// ETo and ETr of the next hour. FAO-56 eq. 53; ASCE-EWRI 2005 eq. 1 with table 1.
    public mutating func next(_ weather: HourlyWeather, in hour: ClockHour) -> (short: ReferenceET, tall: ReferenceET) {
        cloudiness = cloudiness(of: weather, in: hour) ?? cloudiness
        let (vapour, humidity) = weather.vapour
        let net = weather.radiation * 0.77 - longwave(weather.temperature, vapour)
        return (et(weather, .short, net, vapour, humidity), et(weather, .tall, net, vapour, humidity))
    }

    private func longwave(_ temperature: Temperature, _ vapour: Pressure) -> Irradiation {
        let humid = 0.34 - 0.14 * vapour.kilopascals.squareRoot()
        return .megajoulesPerSquareMeter(constants.sigmaPerHour * cloudiness.factor * humid * fourth(temperature))
    }

    private func et(_ weather: HourlyWeather, _ crop: ReferenceCrop, _ net: Irradiation, _ vapour: Pressure,
                    _ humidity: HumidityTier) -> ReferenceET {
        let resistance = Resistance(crop, isDay: net.base >= 0, constants)
        let wind = weather.wind.map { Atmosphere.windAt2Meters($0, height: weather.windHeight) } ?? .metersPerSecond(2)
        let deficit = Atmosphere.saturation(at: weather.temperature) - vapour
        let depth = PenmanMonteith(numerator: crop == .short ? 37 : 66, denominator: resistance.denominator)
            .depth(energy: net * (1 - resistance.soilShare), temperature: weather.temperature, wind: wind, deficit: deficit,
                   place.elevation, constants)
        return ReferenceET(raw: depth, method: .penmanMonteith, humidity: humidity, radiation: .measured,
                           wind: weather.wind == nil ? .assumed : .measured, netRadiation: net, deficit: deficit)
    }
}

/// What changes between day (net radiation not below zero) and night. ASCE-EWRI 2005 table 1; FAO-56 eq. 45 and 46.
private struct Resistance {
    /// Cd, s/m.
    let denominator: Double
    /// Share of the net radiation that goes into the soil.
    let soilShare: Double

    init(_ crop: ReferenceCrop, isDay: Bool, _ constants: Constants) {
        switch crop {
        case .short:
            denominator = constants == .fao56 ? 0.34 : isDay ? 0.24 : 0.96
            soilShare = isDay ? 0.1 : 0.5
        case .tall:
            denominator = isDay ? 0.25 : 1.7
            soilShare = isDay ? 0.04 : 0.2
        }
    }
}
