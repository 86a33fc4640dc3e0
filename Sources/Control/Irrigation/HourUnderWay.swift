import ProcessImage
import Quantities

/// One quantity over the part of an hour in which it was known.
struct Covered: BitwiseCopyable {
    private(set) var seconds = 0.0
    private var sum = 0.0
    private var least = Double.infinity
    private var most = -Double.infinity

    init() {}

    /// As it stood when it was written. Of what is kept as a mean, both bounds are that mean.
    init(minutes: UInt8, least: Float, most: Float) {
        guard minutes > 0 else { return }
        seconds = Double(minutes) * 60
        sum = Double((least + most) / 2) * seconds
        self.least = Double(least)
        self.most = Double(most)
    }

    mutating func add(_ value: Double, for time: Double) {
        seconds += time
        sum += value * time
        least = min(least, value)
        most = max(most, value)
    }

    var mean: Double { seconds > 0 ? sum / seconds : 0 }
    /// Least and most; zeros where nothing is known.
    var bounds: (Float, Float) { seconds > 0 ? (Float(least), Float(most)) : (0, 0) }
    var minutes: UInt8 { UInt8(clamping: Int((seconds / 60).rounded())) }
}

/// The hour that runs.
struct HourUnderWay: BitwiseCopyable {
    let hour: Int32
    var temperature = Covered()
    var humidity = Covered()
    var radiation = Covered()
    var wind = Covered()
    /// Time only: rain comes in steps.
    var rainKnown = Covered()
    var rain = Depth.zero

    init(hour: Int32) { self.hour = hour }

    /// Goes on where a life before, or the clock before a step, left it.
    init(resuming row: WeatherHour) {
        hour = row.hour
        let minutes = row.minutes
        temperature = Covered(minutes: minutes.temperature, least: row.temperatureMinimum, most: row.temperatureMaximum)
        humidity = Covered(minutes: minutes.humidity, least: row.humidityMinimum, most: row.humidityMaximum)
        radiation = Covered(minutes: minutes.radiation, least: row.irradiance, most: row.irradiance)
        wind = Covered(minutes: minutes.wind, least: row.wind, most: row.wind)
        rainKnown = Covered(minutes: minutes.rain, least: 0, most: 0)
        rain = .millimeters(Double(row.rain))
    }

    var isEmpty: Bool { temperature.seconds + humidity.seconds + radiation.seconds + wind.seconds + rainKnown.seconds == 0 }

    /// As it stands, for the ledger and the ring.
    var row: WeatherHour {
        var row = WeatherHour(hour: hour)
        row.minutes.temperature = temperature.minutes
        row.minutes.humidity = humidity.minutes
        row.minutes.radiation = radiation.minutes
        row.minutes.wind = wind.minutes
        row.minutes.rain = rainKnown.minutes
        (row.temperatureMinimum, row.temperatureMaximum) = temperature.bounds
        (row.humidityMinimum, row.humidityMaximum) = humidity.bounds
        row.irradiance = Float(radiation.mean)
        row.wind = Float(wind.mean)
        row.rain = Float(rain.millimeters)
        return row
    }
}

/// The running total of a rain gauge, made safe: a reset, a wrap or a wild number gives nothing instead of nonsense.
struct RainWatch: BitwiseCopyable {
    private var last: Depth?
    private var changed = Instant.never

    /// The heaviest hour ever measured had 305 mm; a gauge that counts faster is not believed.
    private static let mostPerHour = Depth.millimeters(300)
    private static let largestStep = Depth.millimeters(2)

    /// - Returns: what has fallen since the total was read last.
    mutating func difference(_ total: Depth, at now: Instant) -> Depth {
        guard let before = last else {
            last = total
            changed = now
            return .zero
        }
        guard total != before else { return .zero }
        let possible = Self.mostPerHour * ((now - changed).seconds / 3600) + Self.largestStep
        last = total
        changed = now
        let difference = total - before
        return difference > .zero && difference <= possible ? difference : .zero
    }
}

/// What a sensor can say; outside it is not believed, whatever its profile allows.
enum Believable {
    static let temperature = -45.0...55.0
    /// A dead sensor reads 0 %.
    static let humidity = 0.02...1.05
    static let irradiance = -20.0...1500.0
    static let wind = 0.0...60.0
}
