/// Where the weather of a day or of a decision came from. Stated with every decision that used it.
public enum WeatherTier: UInt8, Sendable, BitwiseCopyable, CaseIterable, Comparable {
    /// Nothing to go by.
    case none = 0
    /// The averages of the month, as they stand in the site file.
    case averages = 1
    /// The forecast that was pushed last.
    case forecast = 2
    /// The site's station, with something it does not measure or could not say taken from a fallback.
    case stationPartly = 3
    /// The site's station, all of it.
    case station = 4

    public static func < (a: WeatherTier, b: WeatherTier) -> Bool { a.rawValue < b.rawValue }
}
