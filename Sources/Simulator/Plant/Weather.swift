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

/// The weather of a place in northern China over days and seasons, drawn from a seed: each day its clouds, wind and rain.
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

    private struct Day: Sendable {
        var sky = 1.0
        var mean = 15.0
        var windMean = 2.0
        var rainFrom = 0.0
        var rainHours = 0.0
        var rainRate = 0.0
        var windFrom = 180.0
    }

    private var day = Day()
    private var dayNumber: Double
    private let seed: UInt64

    init(seed: UInt64, localSeconds: Double) {
        self.seed = seed
        secondsOfEra = localSeconds
        dayNumber = (localSeconds / 86_400).rounded(.down)
        day = Weather.draw(seed: seed, day: dayNumber)
        show()
    }

    mutating func advance(_ seconds: Double) {
        secondsOfEra += seconds
        let number = (secondsOfEra / 86_400).rounded(.down)
        if number != dayNumber {
            dayNumber = number
            day = Weather.draw(seed: seed, day: number)
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
        radiation = 950 * day.sky * daylight
        temperature = day.mean + 6.5 * day.sky * swing
        humidity = min(max(0.66 - 0.24 * day.sky * swing + (rainRate > 0 ? 0.2 : 0), 0.15), 0.99)
        wind = max(0.2, day.windMean * (0.7 + 0.5 * daylight))
        windDirection = day.windFrom
        let intoRain = hour - day.rainFrom
        rainRate = intoRain > 0 && intoRain < day.rainHours ? day.rainRate : 0
    }

    private static func draw(seed: UInt64, day number: Double) -> Day {
        var random = SeededRandom(seed: seed, stream: UInt64(bitPattern: Int64(number)))
        let season = DayCurve.wave((number - 110) / 365.25)
        var day = Day()
        day.sky = random.between(0.35, 1)
        day.mean = 13.5 + 13.5 * season + random.between(-3, 3)
        day.windMean = random.between(0.8, 5.5)
        day.windFrom = random.between(0, 360)
        if random.chance(0.12 + 0.12 * max(season, 0)) {
            day.rainFrom = random.between(0, 20)
            day.rainHours = random.between(0.5, 4)
            day.rainRate = random.between(0.5, 9)
            day.sky *= 0.6
        }
        return day
    }
}
