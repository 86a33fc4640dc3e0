public import Agronomy
import ProcessImage
public import Quantities

/// Days of weather, one after another, that play a site's station and its forecast.
///
/// Each day is spread over its hours so that the station's day is the file's again: the least temperature at 5 o'clock, the
/// greatest at 14; the sun as a parabola from sunrise to sunset with the day's sum; the vapour pressure and the wind of the day
/// all day long; all its rain between 3 and 4 in the morning. What a day does not say is replaced as FAO-56 says.
public struct SeasonWeather: Sendable {
    public struct Day: Sendable, BitwiseCopyable {
        public let weather: DailyWeather
        public let rain: Depth

        public init(weather: DailyWeather, rain: Depth) {
            self.weather = weather
            self.rain = rain
        }
    }

    public let first: CivilDate
    public let days: [Day]

    public init(first: CivilDate, days: [Day]) {
        self.first = first
        self.days = days
    }

    /// `nil` before the first day and after the last.
    public func day(_ date: CivilDate) -> Day? {
        let number = Int(date.daysSinceEpoch) - Int(first.daysSinceEpoch)
        return days.indices.contains(number) ? days[number] : nil
    }

    /// What comes true: yesterday, today and the days after, as far as they are known.
    func forecast(on date: CivilDate, issued: Int64) -> Forecast {
        Forecast(issued: issued, days: (-1..<(Forecast.daysMax - 1)).compactMap { number in
            let date = date.adding(days: number)
            return day(date).map {
                DayForecast(date: date, minimum: $0.weather.minimum, maximum: $0.weather.maximum, rain: $0.rain)
            }
        })
    }
}

/// The station on one day of a season.
struct StationOfDay {
    private let weather: DailyWeather
    private let vapour: Pressure
    private let wind: Speed
    /// Mean of each hour of the clock, W/m2.
    private let sun: [Double]
    private let rain: Depth
    private let rainBefore: Depth

    private static let coldest = 5.0
    private static let warmest = 14.0
    /// The rain has fallen when this hour begins.
    private static let rainHour = 3

    /// - Parameter rainBefore: the gauge's total as the day begins.
    init(_ day: SeasonWeather.Day, on date: CivilDate, _ plan: WeatherPlan, clock: LocalClock, rainBefore: Depth) {
        weather = day.weather
        vapour = day.weather.vapour(plan.climate).0
        let height = plan.station?.windHeight ?? .meters(2)
        let ratio = Atmosphere.windAt2Meters(.metersPerSecond(1), height: height).metersPerSecond
        wind = .metersPerSecond(day.weather.windAt2Meters.0.metersPerSecond / max(ratio, 0.1))
        let solar = SolarDay(latitude: plan.place.latitude, dayOfYear: date.dayOfYear)
        let sum = day.weather.radiation(under: solar, at: plan.place, plan.climate).0
        sun = Self.hours(of: sum, SunTimes(on: date, at: plan.place), midnight: clock.unixSeconds(date: date, time: .midnight))
        rain = day.rain
        self.rainBefore = rainBefore
    }

    /// A day without sunrise or sunset has its sun at noon.
    private static func hours(of sum: Irradiation, _ times: SunTimes, midnight: Int64) -> [Double] {
        var weights = [Double](repeating: 0, count: 24)
        let rise = times.sunrise.map { Double($0 - midnight) / 3600 } ?? 6, set = times.sunset.map { Double($0 - midnight) / 3600 } ?? 18
        for hour in 0..<24 {
            let part = (Double(hour) + 0.5 - rise) / max(set - rise, 0.1)
            if part > 0, part < 1 { weights[hour] = part * (1 - part) }
        }
        let all = weights.reduce(0, +)
        if all <= 0 { weights[12] = 1 }
        let mean = sum.megajoulesPerSquareMeter * 1e6 / 3600
        return weights.map { $0 / max(all, all > 0 ? 0 : 1) * mean }
    }

    /// Shows it to control: constant within each hour of the clock.
    func latch(_ station: StationPlan, hour: Int, into image: inout InputImage) {
        let now = image.now, temperature = temperature(hour)
        image.latch(station.temperature.showing(temperature, at: now), at: station.temperature.index)
        if let point = station.humidity {
            let humidity = vapour.base / Atmosphere.saturation(at: temperature).base
            image.latch(point.showing(Fraction(base: min(max(humidity, 0.03), 1)), at: now), at: point.index)
        }
        if let point = station.radiation, sun.indices.contains(hour) {
            image.latch(point.showing(Irradiance(base: sun[hour]), at: now), at: point.index)
        }
        if let point = station.wind { image.latch(point.showing(wind, at: now), at: point.index) }
        if let point = station.rain { image.latch(point.showing(total(hour), at: now), at: point.index) }
    }

    private func total(_ hour: Int) -> Depth { hour < Self.rainHour ? rainBefore : rainBefore + rain }

    /// The gauge's total as the day ends.
    var rainAfter: Depth { rainBefore + rain }

    /// Up from the coldest hour to the warmest and down again, without a bend at either.
    private func temperature(_ hour: Int) -> Temperature {
        let sinceColdest = (Double(hour) - Self.coldest + 24).truncatingRemainder(dividingBy: 24), rise = Self.warmest - Self.coldest
        let part = sinceColdest <= rise ? sinceColdest / rise : (24 - sinceColdest) / (24 - rise)
        let share = part * part * (3 - 2 * part)
        return weather.minimum + (weather.maximum - weather.minimum) * share
    }
}
