import Agronomy
import ProcessImage
import Quantities

/// The weather of one local day as the water balance takes it.
struct WeatherOfDay: BitwiseCopyable {
    var et: Depth
    var rain: Depth
    var climate = StageClimate.ofTables
    var tier: WeatherTier
    /// Hours without enough readings of the air's temperature.
    var missing = 0
    /// A sensor that the site has could not say.
    var hasFailed = false
}

/// What the hours of one day know of one quantity.
struct QuantityOfDay: BitwiseCopyable {
    var missing = 0
    var sum = 0.0
    var least = Double.infinity
    var most = -Double.infinity
    private var last: Double?
    /// Missing hours since the last known one.
    private var open = 0

    /// What is missing lies between its neighbours; at an end it is as the nearest.
    mutating func add(_ value: Double, _ least: Double, _ most: Double) {
        let before = last ?? value
        for number in 0..<open { sum += before + (value - before) * Double(number + 1) / Double(open + 1) }
        sum += value
        self.least = min(self.least, least)
        self.most = max(self.most, most)
        last = value
        open = 0
    }

    mutating func miss() {
        missing += 1
        open += 1
    }

    mutating func end() {
        if let last { sum += last * Double(open) }
        open = 0
    }

    var isWhole: Bool { missing < WeatherBook.missingMax }
}

struct StationDay: BitwiseCopyable {
    var count = 0
    var temperature = QuantityOfDay()
    var humidity = QuantityOfDay()
    var radiation = QuantityOfDay()
    var wind = QuantityOfDay()
    var rain = QuantityOfDay()
}

extension WeatherBook {
    /// A day's figures by the best that is known of it. Days to come have forecast or averages.
    func day(_ date: CivilDate) -> WeatherOfDay {
        let usual = average(on: date)
        guard let station else { return forecastDay(date, usual) ?? usual }
        let seen = gather(date)
        var day = stationDay(date, seen, station, usual) ?? forecastDay(date, usual) ?? usual
        day.missing = seen.temperature.missing
        day.rain = rain(seen, station, else: day.rain)
        day.hasFailed = day.hasFailed || day.tier < .stationPartly
        return day
    }

    func average(on date: CivilDate) -> WeatherOfDay {
        let month = averages[date.components.month - 1]
        return WeatherOfDay(et: month.et, rain: month.rain, tier: .averages)
    }

    private func gather(_ date: CivilDate) -> StationDay {
        let first = Int(midnight(date) / 3600), end = Int(midnight(date.adding(days: 1)) / 3600)
        var day = StationDay()
        for number in first..<max(end, first) {
            day.count += 1
            let row = hour(number) ?? WeatherHour(hour: 0)
            let least = Double(row.temperatureMinimum), most = Double(row.temperatureMaximum)
            take(row.minutes.temperature, (least + most) / 2, least, most, &day.temperature)
            let dry = Double(row.humidityMinimum), damp = Double(row.humidityMaximum)
            take(row.minutes.humidity, (dry + damp) / 2, dry, damp, &day.humidity)
            take(row.minutes.radiation, Double(row.irradiance), 0, 0, &day.radiation)
            take(row.minutes.wind, Double(row.wind), 0, 0, &day.wind)
            // Rain that was seen counts, however short the gauge was known.
            day.rain.sum += Double(row.rain)
            if row.minutes.rain < Self.enoughOfWhole { day.rain.missing += 1 }
        }
        day.temperature.end()
        day.humidity.end()
        day.radiation.end()
        day.wind.end()
        return day
    }

    private static var enoughOfWhole: UInt8 { 45 }

    private func take(_ minutes: UInt8, _ value: Double, _ least: Double, _ most: Double, _ series: inout QuantityOfDay) {
        if minutes >= Self.enoughOfWhole { series.add(value, least, most) } else { series.miss() }
    }

    /// `nil` when the day's temperatures are not known, or the figure is not believable.
    ///
    /// A sensor that the site has and that could not say makes no more water than the averages would; one that it never had is
    /// replaced by FAO-56's rules.
    private func stationDay(_ date: CivilDate, _ seen: StationDay, _ plan: StationPlan, _ usual: WeatherOfDay) -> WeatherOfDay? {
        guard seen.count > 0, seen.temperature.isWhole, seen.temperature.least <= seen.temperature.most else { return nil }
        var weather = DailyWeather(minimum: .celsius(seen.temperature.least), maximum: .celsius(seen.temperature.most))
        weather.windHeight = plan.windHeight
        if plan.humidity != nil, seen.humidity.isWhole {
            weather.humidityMinimum = Fraction(base: seen.humidity.least)
            weather.humidityMaximum = Fraction(base: seen.humidity.most)
        }
        if plan.radiation != nil, seen.radiation.isWhole {
            weather.radiation = .megajoulesPerSquareMeter(seen.radiation.sum * 3600 / 1e6)
        }
        if plan.wind != nil, seen.wind.isWhole { weather.wind = .metersPerSecond(seen.wind.sum / Double(seen.count)) }
        let et = weather.referenceET(at: place, dayOfYear: date.dayOfYear, climate: climate)
        let above = Atmosphere.evaporates(SolarDay(latitude: place.latitude, dayOfYear: date.dayOfYear).radiation)
        // More than all the sun above the air could evaporate, and a third, no wind brings to a field.
        guard et.raw.base.isFinite, et.depth <= max(above * 1.3, .millimeters(2)) else { return nil }
        let hasFailed = (plan.humidity != nil && !seen.humidity.isWhole) || (plan.radiation != nil && !seen.radiation.isWhole)
            || (plan.wind != nil && !seen.wind.isWhole)
        return WeatherOfDay(et: hasFailed ? min(et.depth, usual.et) : et.depth, rain: usual.rain,
                            climate: StageClimate(of: weather, climate), tier: et.isWhole ? .station : .stationPartly, hasFailed: hasFailed)
    }

    /// From the temperatures of the forecast, and no more than the averages.
    private func forecastDay(_ date: CivilDate, _ usual: WeatherOfDay) -> WeatherOfDay? {
        guard let day = forecast?.day(date), day.minimum <= day.maximum else { return nil }
        let et = DailyWeather(minimum: day.minimum, maximum: day.maximum).hargreaves(at: place, dayOfYear: date.dayOfYear).depth
        guard et.base.isFinite else { return nil }
        return WeatherOfDay(et: min(et, usual.et), rain: max(day.rain, usual.rain), tier: .forecast)
    }

    /// What the gauge saw, and the usual rain for the hours in which it saw nothing.
    private func rain(_ seen: StationDay, _ plan: StationPlan, else usual: Depth) -> Depth {
        guard plan.rain != nil, seen.count > 0 else { return usual }
        return .millimeters(seen.rain.sum) + usual * (Double(seen.rain.missing) / Double(seen.count))
    }
}
