import Glibc
public import Quantities

/// A place on Earth as the sun sees it.
public struct Location: Sendable, Hashable, BitwiseCopyable {
    /// North is positive.
    public let latitude: Angle
    /// East is positive.
    public let longitude: Angle
    public let elevation: Length

    public init(latitude: Angle, longitude: Angle = .zero, elevation: Length) {
        self.latitude = latitude
        self.longitude = longitude
        self.elevation = elevation
    }
}

/// The sun's course on one day of the year at one latitude, without air. Source: FAO-56 eq. 21–34.
public struct SolarDay: Sendable, BitwiseCopyable {
    /// Radians.
    let latitude: Double
    let declination: Double
    /// Hour angle of sunset, radians: 0 in polar night, π in polar day.
    let sunsetAngle: Double
    private let inverseDistance: Double
    private let seasonalCorrection: Double

    /// MJ/(m2 h): 0.0820 MJ/(m2 min).
    private static let solarConstant = 4.92

    /// - Parameter dayOfYear: 1 … 366.
    public init(latitude: Angle, dayOfYear: Int) {
        let turn = 2 * Double.pi * Double(dayOfYear) / 365
        let b = 2 * Double.pi * (Double(dayOfYear) - 81) / 364
        self.latitude = latitude.radians
        declination = 0.409 * sin(turn - 1.39)
        inverseDistance = 1 + 0.033 * cos(turn)
        seasonalCorrection = 0.1645 * sin(2 * b) - 0.1255 * cos(b) - 0.025 * sin(b)
        sunsetAngle = acos(clamped(-tan(self.latitude) * tan(declination), -1, 1))
    }

    /// Of the sun, north positive. FAO-56 eq. 24.
    public var declinationAngle: Angle { .radians(declination) }

    /// From sunrise to sunset, by geometry alone.
    public var daylight: Duration { .nanoseconds(Int64(24 * sunsetAngle / .pi * 3600e9)) }

    /// Radiation above the air in the whole day.
    public var radiation: Irradiation { radiation(from: -sunsetAngle, to: sunsetAngle) }

    /// Radiation above the air between two hour angles within the day.
    func radiation(from first: Double, to last: Double) -> Irradiation {
        let high = (last - first) * sin(latitude) * sin(declination)
        let turning = cos(latitude) * cos(declination) * (sin(last) - sin(first))
        return .megajoulesPerSquareMeter(12 / .pi * Self.solarConstant * inverseDistance * (high + turning))
    }

    /// Hour angle of the sun, radians, 0 at solar noon.
    /// - Parameters:
    ///   - clock: hours since midnight by a clock that is `utcOffset` hours ahead of UTC.
    ///   - longitude: degrees east. (FAO-56 counts west; the difference is the same.)
    func hourAngle(clock: Double, utcOffset: Double, longitude: Angle) -> Double {
        let solar = clock + (longitude.degrees - 15 * utcOffset) / 15 + seasonalCorrection
        return remainder(.pi / 12 * (solar - 12), 2 * .pi)
    }

    /// Height of the sun above the horizon, radians.
    func elevation(at hourAngle: Double) -> Double {
        asin(clamped(sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hourAngle), -1, 1))
    }
}

extension Irradiation {
    /// What of the radiation above the air reaches the ground under a clear sky. FAO-56 eq. 37, for sites without turbid air.
    public func throughClearSky(at elevation: Length) -> Irradiation { self * (0.75 + 2e-5 * elevation.meters) }

    /// What the reference crop does not throw back: its albedo is 0.23. FAO-56 eq. 38.
    public var kept: Irradiation { self * 0.77 }

    /// From hours of sunshine by Ångström, with FAO-56's as = 0.25 and bs = 0.50. FAO-56 eq. 35.
    /// - Parameter share: hours of sunshine of the hours of daylight. Range: 0 … 1.
    public func throughSky(sunshine share: Double) -> Irradiation { self * (0.25 + 0.5 * clamped(share, 0, 1)) }
}
