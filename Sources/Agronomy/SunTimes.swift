import Glibc
public import Quantities

/// When the sun rises and sets on one local day: the centre of the sun at −0.833° (refraction, half its disc), dawn and dusk at
/// −6°. Within some seconds of an ephemeris between the polar circles.
///
/// Source: J. Meeus, Astronomical Algorithms, chapters 25 and 28, as in NOAA's solar calculator, but with the sun's place taken
/// at the moment itself: a table for noon, or for the UTC day, is off by a minute and more.
public struct SunTimes: Sendable, Hashable, BitwiseCopyable {
    /// Seconds since 1970. `nil`: it does not happen on that day.
    public let dawn: Int64?
    public let sunrise: Int64?
    public let noon: Int64
    public let sunset: Int64?
    public let dusk: Int64?

    /// - Parameters:
    ///   - date: the local day. Its noon is the one nearest to 12:00 by the sun's own clock there, so no day of UTC matters.
    ///   - place: longitude east.
    public init(on date: CivilDate, at place: Location) {
        let middle = Double(date.daysSinceEpoch) * 86_400 + 43_200 - place.longitude.degrees * 240
        var noon = middle
        for _ in 0..<3 { noon = middle - SolarPlace(at: noon).equationOfTime }
        let course = Course(noon: noon, latitude: place.latitude)
        self.noon = whole(noon)
        sunrise = course.crossing(-0.8333, .rising)
        sunset = course.crossing(-0.8333, .setting)
        dawn = course.crossing(-6, .rising)
        dusk = course.crossing(-6, .setting)
    }
}

private enum Crossing: Double {
    case rising = -1
    case setting = 1
}

/// The sun around one solar noon.
private struct Course {
    /// Seconds since 1970.
    let noon: Double
    let latitude: Angle

    /// When the sun's centre passes a height, in degrees; `nil` when it does not within the half day.
    func crossing(_ height: Double, _ crossing: Crossing) -> Int64? {
        var moment = noon
        for _ in 0..<5 {
            let place = SolarPlace(at: moment)
            let (phi, delta) = (latitude.radians, place.declination)
            let cosine = (sin(height * .pi / 180) - sin(phi) * sin(delta)) / (cos(phi) * cos(delta))
            guard cosine >= -1, cosine <= 1 else { return nil }
            let drift = place.equationOfTime - SolarPlace(at: noon).equationOfTime
            moment = noon + crossing.rawValue * acos(cosine) * 180 / .pi * 240 - drift
        }
        return whole(moment)
    }
}

/// Where the sun stands at one moment.
private struct SolarPlace {
    /// Radians.
    let declination: Double
    /// Apparent less mean solar time, seconds.
    let equationOfTime: Double

    /// - Parameter unix: seconds since 1970. The clock's difference from dynamical time (70 s) moves the sun by less than 0.001°.
    init(at unix: Double) {
        let century = (unix / 86_400 + 2_440_587.5 - 2_451_545) / 36_525
        let rad = Double.pi / 180
        let longitude = (280.46646 + century * (36_000.76983 + century * 0.0003032)).truncatingRemainder(dividingBy: 360) * rad
        let anomaly = (357.52911 + century * (35_999.05029 - century * 0.0001537)) * rad
        let eccentricity = 0.016708634 - century * (0.000042037 + century * 0.0000001267)
        let centre = (1.914602 - century * (0.004817 + century * 0.000014)) * sin(anomaly)
            + (0.019993 - century * 0.000101) * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
        let node = (125.04 - 1934.136 * century) * rad
        let apparent = longitude + (centre - 0.00569 - 0.00478 * sin(node)) * rad
        let obliquity = (23.439291 - 0.0130042 * century + 0.00256 * cos(node)) * rad
        declination = asin(sin(obliquity) * sin(apparent))
        let y = tan(obliquity / 2) * tan(obliquity / 2)
        let minutes = y * sin(2 * longitude) - 2 * eccentricity * sin(anomaly)
            + 4 * eccentricity * y * sin(anomaly) * cos(2 * longitude)
            - 0.5 * y * y * sin(4 * longitude) - 1.25 * eccentricity * eccentricity * sin(2 * anomaly)
        equationOfTime = minutes / rad * 240
    }
}

/// Rounded; 0 for what is no number a clock could show.
private func whole(_ seconds: Double) -> Int64 { Int64(exactly: seconds.rounded()) ?? 0 }
