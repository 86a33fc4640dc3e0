import Agronomy
public import Quantities

/// When the sun rises and sets at the site.
public struct SunClock: Sendable, Hashable, BitwiseCopyable {
    private let location: Location

    public init(latitude: Angle, longitude: Angle) {
        location = Location(latitude: latitude, longitude: longitude, elevation: .zero)
    }

    /// Where a site that does not say lies.
    public static let shouguang = SunClock(latitude: .degrees(36.88), longitude: .degrees(118.74))

    /// - Returns: seconds since 1970; `nil` on a day on which the sun does not rise or set there.
    public func unixSeconds(of event: SunEvent, on date: CivilDate) -> Int64? {
        let times = SunTimes(on: date, at: location)
        return switch event {
        case .sunrise: times.sunrise
        case .sunset: times.sunset
        }
    }
}
