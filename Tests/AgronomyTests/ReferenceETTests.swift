import Agronomy
import Foundation
import Quantities
import Testing

/// Daily ET against programs that are not ours.
@Suite struct DailyETTests {
    private func weather(_ row: CaseRow) throws -> DailyWeather {
        var weather = DailyWeather(minimum: .celsius(try row.number("tmin_c")), maximum: .celsius(try row.number("tmax_c")))
        weather.dewPoint = row.maybe("tdew_c").map { .celsius($0) }
        weather.humidityMaximum = row.maybe("rhmax_pct").map { .percent($0) }
        weather.humidityMinimum = row.maybe("rhmin_pct").map { .percent($0) }
        weather.wind = row.maybe("wind_ms_at_zw").map { .metersPerSecond($0) }
        weather.windHeight = .meters(try row.number("wind_height_m"))
        weather.radiation = row.maybe("rs_mj_m2_d").map { .megajoulesPerSquareMeter($0) }
        return weather
    }

    private func place(_ row: CaseRow) throws -> Location {
        Location(latitude: .degrees(try row.number("lat_deg")), elevation: .meters(try row.number("elev_m")))
    }

    @Test func `daily ETo and ETr at Fallon are those of refet and pyfao56`() throws {
        var short = Worst("fallon daily ETo to refet"), tall = Worst("fallon daily ETr to refet"), py = Worst("fallon daily ETo to pyfao56")
        var program = Worst("fallon daily ETo to REF-ET")
        for row in try Cases.rows("eto_daily_fallon2015.csv") {
            let weather = try weather(row), place = try place(row), day = try row.whole("doy")
            let eto = weather.referenceET(.short, at: place, dayOfYear: day).raw.millimeters
            let etr = weather.referenceET(.tall, at: place, dayOfYear: day).raw.millimeters
            try short.add(eto, row.number("eto_refet050_asce"), at: "line \(row.line)")
            try tall.add(etr, row.number("etr_refet050_asce"), at: "line \(row.line)")
            try py.add(eto, row.number("eto_pyfao56_143"), at: "line \(row.line)")
            try program.add(eto, row.number("eto_REFET_program_4_1"), at: "line \(row.line)")
        }
        for worst in [short, tall, py] { worst.expect(within: 0.002) }
        program.expect(within: 0.15)
    }

    @Test func `four years of Maricopa, by dew point and by humidity`() throws {
        var dew = Worst("maricopa ETo by dew point"), humid = Worst("maricopa ETo by humidity"), tall = Worst("maricopa ETr")
        var program = Worst("maricopa FAO56PM of REF-ET")
        for row in try Cases.rows("eto_daily_maricopa.csv") {
            var weather = try weather(row)
            let place = try place(row), day = try row.whole("doy")
            let byDew = weather.referenceET(at: place, dayOfYear: day)
            try dew.add(byDew.raw.millimeters, row.number("eto_pyfao56_143_tdew"), at: "line \(row.line)")
            try dew.add(byDew.raw.millimeters, row.number("eto_refet050_asce"), at: "line \(row.line)")
            try tall.add(weather.referenceET(.tall, at: place, dayOfYear: day).raw.millimeters, row.number("etr_refet050_asce"), at: "line \(row.line)")
            let fao = weather.referenceET(at: place, dayOfYear: day, constants: .fao56)
            try program.add(fao.raw.millimeters, row.number("eto_REFET_3115_FAO56PM"), at: "line \(row.line)")
            #expect(byDew.humidity == .dewPoint)
            weather.dewPoint = nil
            let byHumidity = weather.referenceET(at: place, dayOfYear: day)
            try humid.add(byHumidity.raw.millimeters, row.number("eto_pyfao56_143_rhmaxmin"), at: "line \(row.line)")
        }
        for worst in [dew, humid, tall] { worst.expect(within: 0.002) }
        program.expect(within: 0.06)
    }

    @Test func `six sites of Shandong, whatever is known of humidity, wind at any height`() throws {
        var short = Worst("shandong ETo"), tall = Worst("shandong ETr"), hargreaves = Worst("shandong Hargreaves")
        var above = Worst("shandong Ra"), light = Worst("shandong daylight")
        for row in try Cases.rows("eto_daily_shandong_synthetic_weather.csv") {
            let weather = try weather(row), place = try place(row), day = try row.whole("doy")
            // pyfao56 takes 2 °C off the least temperature where nothing is known of humidity.
            let climate = Climate(isArid: true)
            try short.add(weather.referenceET(.short, at: place, dayOfYear: day, climate: climate).raw.millimeters, row.number("eto_short_pyfao56_143"), at: "line \(row.line)")
            try tall.add(weather.referenceET(.tall, at: place, dayOfYear: day, climate: climate).raw.millimeters, row.number("etr_tall_pyfao56_143"), at: "line \(row.line)")
            try hargreaves.add(weather.hargreaves(at: place, dayOfYear: day).raw.millimeters, row.number("eto_hargreaves_pyeto"), at: "line \(row.line)")
            let sun = SolarDay(latitude: place.latitude, dayOfYear: day)
            try above.add(sun.radiation.megajoulesPerSquareMeter, row.number("ra_pyeto"), at: "line \(row.line)")
            try light.add(sun.daylight.seconds / 3600, row.number("daylight_h_pyeto"), at: "line \(row.line)")
        }
        short.expect(within: 0.002)
        tall.expect(within: 0.002)
        hargreaves.expect(within: 0.001)
        above.expect(within: 0.005)
        light.expect(within: 0.001)
    }

    @Test func `Hargreaves and Samani are as PyETo has them`() throws {
        var worst = Worst("hargreaves")
        for row in try Cases.rows("eto_hargreaves_pyeto.csv") {
            let weather = DailyWeather(minimum: .celsius(try row.number("tmin_c")), maximum: .celsius(try row.number("tmax_c")))
            let place = Location(latitude: .degrees(try row.number("lat_deg")), elevation: .zero)
            let et = weather.hargreaves(at: place, dayOfYear: try row.whole("doy"))
            try worst.add(et.raw.millimeters, row.number("eto_hargreaves_samani_mm"), at: "line \(row.line)")
            #expect(et.method == .hargreaves && !et.isWhole)
        }
        worst.expect(within: 0.001)
    }

    @Test func `every tier is taken in its order and said`() {
        let place = Location(latitude: .degrees(36.88), elevation: .meters(23))
        var weather = DailyWeather(minimum: .celsius(18), maximum: .celsius(31))
        func et() -> ReferenceET { weather.referenceET(at: place, dayOfYear: 180) }
        #expect(et().humidity == .minimumTemperature && et().radiation == .temperatureSpan && et().wind == .assumed && !et().isWhole)
        weather.humidityMean = .percent(65)
        #expect(et().humidity == .mean)
        weather.humidityMinimum = .percent(42)
        #expect(et().humidity == .minimum)
        weather.humidityMinimum = nil
        weather.humidityMaximum = .percent(90)
        #expect(et().humidity == .maximum)
        weather.humidityMinimum = .percent(42)
        #expect(et().humidity == .maximumAndMinimum)
        weather.dewPoint = .celsius(17)
        #expect(et().humidity == .dewPoint)
        weather.vapourPressure = .kilopascals(1.9)
        weather.sunshine = .hours(9)
        #expect(et().humidity == .measured && et().radiation == .sunshine)
        weather.radiation = .megajoulesPerSquareMeter(22)
        weather.wind = .metersPerSecond(1.8)
        #expect(et().radiation == .measured && et().wind == .measured && et().isWhole)
    }

    @Test func `a cold damp day keeps its raw figure and gives no water back`() {
        var weather = DailyWeather(minimum: .celsius(-12), maximum: .celsius(-8))
        weather.humidityMean = .percent(100)
        weather.radiation = .megajoulesPerSquareMeter(1.2)
        weather.wind = .metersPerSecond(0.3)
        let et = weather.referenceET(at: Location(latitude: .degrees(60), elevation: .zero), dayOfYear: 355)
        #expect(et.raw < .zero && et.depth == .zero)
    }

    @Test(arguments: [-90.0, -67, 67, 90], [1, 172, 355]) func `polar night and polar day have numbers too`(latitude: Double, day: Int) {
        var weather = DailyWeather(minimum: .celsius(-3), maximum: .celsius(4))
        weather.radiation = .megajoulesPerSquareMeter(2)
        let place = Location(latitude: .degrees(latitude), elevation: .zero)
        #expect(weather.referenceET(at: place, dayOfYear: day).raw.base.isFinite)
        #expect(SolarDay(latitude: .degrees(latitude), dayOfYear: day).radiation >= .zero)
    }
}

@Suite struct HourlyETTests {
    private struct Hour {
        let row: CaseRow
        let weather: HourlyWeather
        let clock: ClockHour
        let place: Location
        /// Height of the sun in the middle of the hour, degrees; and the share of a clear sky's radiation.
        let sun: Double
        let clear: Double
    }

    private func days() throws -> [(date: String, hours: [Hour])] {
        let rows = try Cases.rows("eto_hourly_fallon2015.csv")
        return try Dictionary(grouping: rows) { $0.cells["local_date"] ?? "" }.sorted { $0.key < $1.key }.map { date, rows in
            (date, try rows.map(hour))
        }
    }

    private func hour(_ row: CaseRow) throws -> Hour {
        var weather = HourlyWeather(temperature: .celsius(try row.number("tmean_c")), radiation: .megajoulesPerSquareMeter(try row.number("rs_mj_m2_h")))
        weather.vapourPressure = .kilopascals(try row.number("ea_kpa"))
        weather.wind = .metersPerSecond(try row.number("wind_ms_at_zw"))
        weather.windHeight = .meters(try row.number("wind_height_m"))
        let place = Location(latitude: .degrees(try row.number("lat_deg")), longitude: .degrees(try row.number("lon_deg")), elevation: .meters(try row.number("elev_m")))
        let clock = ClockHour(dayOfYear: try row.whole("doy"), start: try row.number("local_hour_start"), utcOffset: try row.number("utc_offset_h"))
        return Hour(row: row, weather: weather, clock: clock, place: place, sun: HourlyReferenceET.sunElevation(at: place, in: clock).degrees,
                    clear: HourlyReferenceET.clearSky(at: place, in: clock).megajoulesPerSquareMeter)
    }

    /// A series that begins at night knows no evening before: it takes the first one it has.
    private func ets(_ hours: [Hour]) throws -> [(Hour, short: Double, tall: Double)] {
        let first = try #require(hours.first)
        var et = HourlyReferenceET(at: first.place, evening: hours.map { ($0.weather, $0.clock) })
        return hours.map { hour in
            let (short, tall) = et.next(hour.weather, in: hour.clock)
            return (hour, short.raw.millimeters, tall.raw.millimeters)
        }
    }

    @Test func `while the sun is above 17 degrees every hour is that of refet`() throws {
        var worst = Worst("hourly ETo and ETr to refet, sun above 17°")
        for day in try days() {
            for (hour, short, tall) in try ets(day.hours) where hour.sun > 17 {
                try worst.add(short, hour.row.number("eto_refet050_asce"), at: "line \(hour.row.line)")
                try worst.add(tall, hour.row.number("etr_refet050_asce"), at: "line \(hour.row.line)")
            }
        }
        worst.expect(within: 0.005)
    }

    /// Clear: 80 % of the radiation that a clear sky lets through.
    @Test func `the sum of every clear day is within three per cent of refet`() throws {
        var worst = Worst("sum of a clear day, share"), count = 0
        for day in try days() where day.hours.reduce(0, { $0 + $1.weather.radiation.megajoulesPerSquareMeter }) > 0.8 * day.hours.reduce(0, { $0 + $1.clear }) {
            count += 1
            let ets = try ets(day.hours)
            let short = try ets.reduce(0) { try $0 + $1.0.row.number("eto_refet050_asce") }
            let tall = try ets.reduce(0) { try $0 + $1.0.row.number("etr_refet050_asce") }
            worst.add(ets.reduce(0) { $0 + $1.short } / short, 1, at: day.date)
            worst.add(ets.reduce(0) { $0 + $1.tall } / tall, 1, at: day.date)
        }
        #expect(count == 4, "clear days among the six of the file")
        worst.expect(within: 0.03)
    }

    /// FAO-56 example 19: N'Diaye, Senegal, 1 October, with the resistance of 1998.
    @Test(arguments: [(2.0, 28.0, 90.0, 1.9, 0.0, 0.00), (14.0, 38.0, 52.0, 3.3, 2.450, 0.63)])
    func `example 19 of FAO-56`(start: Double, temperature: Double, humidity: Double, wind: Double, radiation: Double, expected: Double) {
        let place = Location(latitude: .degrees(16.2167), longitude: .degrees(-16.25), elevation: .meters(8))
        var et = HourlyReferenceET(at: place, constants: .fao56, cloudiness: Cloudiness(ratio: 0.8))
        var weather = HourlyWeather(temperature: .celsius(temperature), radiation: .megajoulesPerSquareMeter(radiation))
        weather.humidity = .percent(humidity)
        weather.wind = .metersPerSecond(wind)
        let hour = ClockHour(dayOfYear: 274, start: start, utcOffset: -1)
        #expect(abs(et.next(weather, in: hour).short.raw.millimeters - expected) < 0.006)
    }
}
