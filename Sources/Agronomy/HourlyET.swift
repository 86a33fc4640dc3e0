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
/// program; lower, hills, haze and the sensor's cosine say more than clouds do. ASCE-EWRI 2005 takes the hour's middle, and so lets
/// in the first hour of a clear morning with a third of its radiation.
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

    /// For a series that begins at night with no evening before it: it takes the first evening there is within the series, and
    /// without one a ratio of 0.6, between humid and arid. Hours follow each other without a gap.
    public init(at place: Location, constants: Constants = .asce2005, evening hours: some Sequence<(HourlyWeather, ClockHour)>) {
        var last: Cloudiness?
        for (weather, hour) in hours {
            let told = Self.cloudiness(of: weather, at: place, in: hour)
            if told == nil, last != nil { break }
            last = told ?? last
        }
        self.init(at: place, constants: constants, cloudiness: last ?? Cloudiness(ratio: 0.6))
    }

    /// Height of the sun in the middle of an hour.
    public static func sunElevation(at place: Location, in hour: ClockHour) -> Angle {
        let sun = SunInHour(place, hour)
        return .radians(sun.day.elevation(at: (sun.first + sun.last) / 2))
    }

    /// Radiation of an hour under a clear sky.
    public static func clearSky(at place: Location, in hour: ClockHour) -> Irradiation {
        let sun = SunInHour(place, hour), night = sun.day.sunsetAngle
        return sun.day.radiation(from: clamped(sun.first, -night, night), to: clamped(sun.last, -night, night))
            .throughClearSky(at: place.elevation)
    }

    /// What one hour tells of clouds; `nil` at night and under a low sun.
    private static func cloudiness(of weather: HourlyWeather, at place: Location, in hour: ClockHour) -> Cloudiness? {
        let sun = SunInHour(place, hour), clear = clearSky(at: place, in: hour)
        guard sun.day.elevation(at: sun.first) >= telling, clear > .zero else { return nil }
        return Cloudiness(weather.radiation, of: clear)
    }

    /// ETo and ETr of the next hour. FAO-56 eq. 53; ASCE-EWRI 2005 eq. 1 with table 1.
    public mutating func next(_ weather: HourlyWeather, in hour: ClockHour) -> (short: ReferenceET, tall: ReferenceET) {
        cloudiness = Self.cloudiness(of: weather, at: place, in: hour) ?? cloudiness
        let (vapour, humidity) = weather.vapour
        let net = weather.radiation.kept - longwave(weather.temperature, vapour)
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

/// The hour angles between which an hour lies.
private struct SunInHour {
    let day: SolarDay
    let first: Double
    let last: Double

    init(_ place: Location, _ hour: ClockHour) {
        day = SolarDay(latitude: place.latitude, dayOfYear: hour.dayOfYear)
        let middle = day.hourAngle(clock: hour.start + 0.5, utcOffset: hour.utcOffset, longitude: place.longitude)
        first = middle - .pi / 24
        last = middle + .pi / 24
    }
}
