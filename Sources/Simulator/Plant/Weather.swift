public import Quantities

/// Smooth curves of a day without libm, equal to the last bit on every machine.
enum DayCurve {
    /// sin(2πx) after Bhaskara I (7th century), within 0.0017.
    static func wave(_ x: Double) -> Double {
        let turn = x - x.rounded(.down)
        return turn < 0.5 ? arch(turn * 2) : -arch(turn * 2 - 1)
    }

    /// sin(πx) for x in 0 … 1.
    static func arch(_ x: Double) -> Double {
        let p = x * (1 - x)
        return 16 * p / (5 - 4 * p)
    }
}

/// One day of weather that somebody wrote down, for a plant that is to live through it.
public struct PlantDay: Sendable, Hashable, BitwiseCopyable {
    public var minimum: Temperature
    public var maximum: Temperature
    /// Of the whole day; `nil`: 0.66.
    public var humidity: Fraction?
    /// `nil`: of a day with some clouds.
    public var radiation: Irradiation?
    /// Mean of 24 hours; `nil`: 2 m/s.
    public var wind: Speed?
    /// All of it falls between 3 and 4 in the morning.
    public var rain: Depth

    public init(minimum: Temperature, maximum: Temperature, humidity: Fraction? = nil, radiation: Irradiation? = nil, wind: Speed? = nil,
                rain: Depth = .zero) {
        self.minimum = minimum
        self.maximum = maximum
        self.humidity = humidity
        self.radiation = radiation
        self.wind = wind
        self.rain = rain
    }
}

/// Days of weather, one after another; before the first and after the last the nearest of them.
public struct PlantClimate: Sendable {
    public let first: CivilDate
    public let days: [PlantDay]

    /// - Precondition: a day at least.
    public init(first: CivilDate, days: [PlantDay]) {
        precondition(!days.isEmpty)
        self.first = first
        self.days = days
    }

    fileprivate func day(_ number: Double) -> PlantDay {
        let place = Int(exactly: number).map { $0 - Int(first.daysSinceEpoch) } ?? 0
        return days[min(max(place, 0), days.count - 1)]
    }
}

/// The weather of a place in northern China over days and seasons, drawn from a seed: each day its clouds, wind and rain. Or that of
/// a climate that is given.
struct Weather: Sendable {
    /// °C.
    private(set) var temperature = 15.0
    /// Relative, 0 … 1.
    private(set) var humidity = 0.6
    /// W/m2 on level ground.
    private(set) var radiation = 0.0
    /// m/s.
    private(set) var wind = 2.0
    /// Degrees from north.
    private(set) var windDirection = 180.0
    /// mm/h.
    private(set) var rainRate = 0.0
    /// mm since the local midnight.
    private(set) var rainToday = 0.0
    /// Local seconds since 1970-01-01 00:00 local.
    private(set) var secondsOfEra: Double

    fileprivate struct Day: Sendable {
        /// W/m2 at noon.
        var sun = 950.0
        var mean = 15.0
        /// °C up and down from the mean, and what the humidity goes down and up with it.
        var swing = 6.5
        var damp = 0.66
        var dries = 0.24
        var windMean = 2.0
        var rainFrom = 0.0
        var rainHours = 0.0
        var rainRate = 0.0
        var windFrom = 180.0
    }

    private var day = Day()
    private var dayNumber: Double
    private let seed: UInt64
    private let climate: PlantClimate?

    init(seed: UInt64, localSeconds: Double, climate: PlantClimate? = nil) {
        self.seed = seed
        self.climate = climate
        secondsOfEra = localSeconds
        dayNumber = (localSeconds / 86_400).rounded(.down)
        day = climate.map { Day($0.day(dayNumber)) } ?? Weather.draw(seed: seed, day: dayNumber)
        show()
    }

    mutating func advance(_ seconds: Double) {
        secondsOfEra += seconds
        let number = (secondsOfEra / 86_400).rounded(.down)
        if number != dayNumber {
            dayNumber = number
            day = climate.map { Day($0.day(number)) } ?? Weather.draw(seed: seed, day: number)
            rainToday = 0
        }
        show()
        rainToday += rainRate * seconds / 3600
    }

    /// mm/h a well-watered crop takes up; mostly by the sun, some by wind and dry air.
    var evaporation: Double {
        radiation * 0.00065 + max(0, (1 - humidity) * wind * 0.008)
    }

    private mutating func show() {
        let hour = (secondsOfEra - dayNumber * 86_400) / 3600
        let daylight = hour > 5.5 && hour < 18.8 ? DayCurve.arch((hour - 5.5) / 13.3) : 0
        let swing = DayCurve.wave((hour - 8.5) / 24)
        radiation = day.sun * daylight
        temperature = day.mean + day.swing * swing
        humidity = min(max(day.damp - day.dries * swing + (rainRate > 0 ? 0.2 : 0), 0.15), 0.99)
        wind = max(0.2, day.windMean * (0.7 + 0.5 * daylight))
        windDirection = day.windFrom
        let intoRain = hour - day.rainFrom
        rainRate = intoRain > 0 && intoRain < day.rainHours ? day.rainRate : 0
    }

    private static func draw(seed: UInt64, day number: Double) -> Day {
        var random = SeededRandom(seed: seed, stream: UInt64(bitPattern: Int64(number)))
        let season = DayCurve.wave((number - 110) / 365.25)
        var day = Day()
        var sky = random.between(0.35, 1)
        day.mean = 13.5 + 13.5 * season + random.between(-3, 3)
        day.windMean = random.between(0.8, 5.5)
        day.windFrom = random.between(0, 360)
        if random.chance(0.12 + 0.12 * max(season, 0)) {
            day.rainFrom = random.between(0, 20)
            day.rainHours = random.between(0.5, 4)
            day.rainRate = random.between(0.5, 9)
            sky *= 0.6
        }
        day.sun = 950 * sky
        day.swing = 6.5 * sky
        day.dries = 0.24 * sky
        return day
    }
}

extension Weather.Day {
    /// Part of a day's mean wind that blows at night, and what the sun of a day sums up to by the curve of `show`.
    private static let windOfNight = 0.876
    private static let secondsOfSun = 30_480.0
    private static let rainFalls = 3.0

    fileprivate init(_ given: PlantDay) {
        mean = (given.minimum.celsius + given.maximum.celsius) / 2
        swing = (given.maximum.celsius - given.minimum.celsius) / 2
        damp = given.humidity?.base ?? damp
        dries = min(swing * 0.037, damp - 0.1, 0.95 - damp)
        sun = (given.radiation?.megajoulesPerSquareMeter).map { $0 * 1e6 / Self.secondsOfSun } ?? 650
        windMean = (given.wind?.metersPerSecond ?? 2) / Self.windOfNight
        rainFrom = Self.rainFalls
        rainHours = given.rain > .zero ? 1 : 0
        rainRate = given.rain.millimeters
    }
}
