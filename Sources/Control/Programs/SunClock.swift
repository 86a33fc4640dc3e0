public import Quantities

/// When the sun rises and sets at the site.
public struct SunClock: Sendable, Hashable, BitwiseCopyable {
    /// Degrees north. Range: −90 … 90.
    public let latitude: Double
    /// Degrees east. Range: −180 … 180.
    public let longitude: Double

    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Where a site that does not say lies: Shouguang.
    public static let shouguang = SunClock(latitude: 36.88, longitude: 118.74)

    /// - Returns: seconds since 1970; `nil` on a day on which the sun does not rise or set there.
    public func unixSeconds(of event: SunEvent, on date: CivilDate) -> Int64? {
        nil
    }
}
