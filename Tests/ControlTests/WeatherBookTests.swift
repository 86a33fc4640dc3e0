import Agronomy
@testable import Control
import ProcessImage
import Quantities
import Testing

@Suite struct WeatherBookTests {
    @Test func `a whole day of the station gives its ET by Penman–Monteith, and says so`() throws {
        let bench = BalanceBench()
        bench.runDays(2)
        let day = bench.weather(on: bench.today.adding(days: -1))
        var expected = DailyWeather(minimum: .celsius(14), maximum: .celsius(26))
        expected.humidityMinimum = .percent(40)
        expected.humidityMaximum = .percent(80)
        // The parabola between 6 and 18 h has two thirds of its height on the mean.
        expected.radiation = .megajoulesPerSquareMeter(800 * 2 / 3 * 12 * 3600 / 1e6)
        expected.wind = .metersPerSecond(2)
        let et = expected.referenceET(at: Location(latitude: .degrees(36.88), elevation: .meters(23)), dayOfYear: 122)
        #expect(day.tier == .station && day.missing == 0 && !day.hasFailed)
        #expect(abs(day.et.millimeters - et.depth.millimeters) < 0.03)
    }

    @Test func `two missing hours are filled, three are not`() {
        for (hours, tier) in [(2, WeatherTier.station), (3, .averages)] {
            let bench = BalanceBench()
            bench.runDays(1)
            let usual = bench.temperature
            bench.temperature = { $0 >= 9 && $0 < 9 + Double(hours) ? nil : usual($0) }
            bench.runDays(1)
            bench.run(for: .seconds(5))
            let day = bench.weather(on: bench.today.adding(days: -1))
            #expect(day.tier == tier && day.missing == hours, "\(hours) hours: \(day.tier)")
        }
    }

    @Test func `a sensor that fails never makes more water than the averages`() {
        let bench = BalanceBench()
        // A hot dry day, far above the averages' 5 mm.
        bench.temperature = { 34 - 8 * BalanceBench.wave($0) }
        bench.humidity = { _ in 20 }
        bench.wind = { _ in 5 }
        bench.runDays(2)
        let well = bench.weather(on: bench.today.adding(days: -1))
        #expect(well.tier == .station && well.et > .millimeters(8))
        bench.irradiance = { _ in nil }
        bench.runDays(1)
        bench.run(for: .seconds(5))
        let ill = bench.weather(on: bench.today.adding(days: -1))
        #expect(ill.tier == .stationPartly && ill.hasFailed && ill.et == .millimeters(5))
    }

    @Test func `numbers that no air has are not believed`() {
        let bench = BalanceBench()
        bench.humidity = { _ in 0 }
        bench.wind = { _ in 900 }
        bench.runDays(2)
        let day = bench.weather(on: bench.today.adding(days: -1))
        #expect(day.tier == .stationPartly && day.hasFailed)
    }

    @Test func `without a station the averages of the month are taken`() {
        let bench = BalanceBench(BalanceBench.plan(station: false))
        bench.runDays(1)
        bench.run(for: .seconds(10))
        let day = bench.weather(on: bench.today.adding(days: -1))
        #expect(day.tier == .averages && day.et == .millimeters(5) && day.rain == .millimeters(1) && !day.hasFailed)
    }

    @Test func `rain is the differences of a running total; a reset gives none`() {
        let bench = BalanceBench()
        bench.run(for: .hours(30))
        for total in [100.5, 101.5, 0, 0.5] {
            bench.rainTotal = total
            bench.run(for: .minutes(10))
        }
        #expect(near(bench.rain(inLast: .hours(3)), 2))
        #expect(near(bench.rain(inLast: .hours(24)), 2))
        bench.run(for: .hours(5))
        #expect(near(bench.rain(inLast: .hours(3)), 0))
        bench.rainTotal = nil
        bench.run(for: .hours(7))
        #expect(bench.rain(inLast: .hours(6)) == .unknown(.stale))
        #expect(BalanceBench(BalanceBench.plan(station: false)).rain(inLast: .hours(6)) == .unknown(.neverRead))
    }

    @Test func `radiation since midnight is in joules per square centimetre, and unknown with a hole`() {
        let bench = BalanceBench()
        bench.runDays(1)
        bench.run(for: .hours(12))
        // Half of the day's 23.04 MJ/m2.
        #expect(near(bench.radiationToday.joules, 1152, within: 15))
        bench.irradiance = { _ in nil }
        bench.run(for: .hours(3))
        #expect(bench.radiationToday.value == nil)
    }

    @Test func `forecast rain is that of the coming hours, and unknown beyond what is forecast`() {
        let bench = BalanceBench()
        bench.run(for: .hours(12))
        #expect(bench.forecastRain(next: .hours(24)) == .unknown(.neverRead))
        let days = [(0, 4.0), (1, 10)].map { ahead, rain in
            DayForecast(date: bench.today.adding(days: ahead), minimum: .celsius(15), maximum: .celsius(25), rain: .millimeters(rain))
        }
        bench.latch(Forecast(issued: bench.unixSeconds, days: days))
        bench.run(for: .seconds(5))
        // Half of today's 4 mm, half of tomorrow's 10.
        #expect(near(bench.forecastRain(next: .hours(24)), 7, within: 0.01))
        #expect(bench.forecastRain(next: .hours(48)).value == nil)
        bench.run(for: .hours(49))
        #expect(bench.forecastRain(next: .hours(6)).value == nil, "two days old")
    }

    @Test func `a restart in the middle of a day goes on with its hours`() {
        let bench = BalanceBench(), other = BalanceBench()
        for bench in [bench, other] { bench.runDays(1) }
        bench.run(for: .hours(14))
        other.run(for: .hours(14))
        other.restart(after: .seconds(30))
        bench.run(for: .seconds(30))
        for bench in [bench, other] { bench.run(for: .hours(11)) }
        let (whole, parted) = (bench.weather(on: bench.today.adding(days: -1)), other.weather(on: other.today.adding(days: -1)))
        #expect(parted.tier == .station && abs((whole.et - parted.et).millimeters) < 0.02)
    }

    @Test func `while the clock is not trusted there is no today`() {
        let bench = BalanceBench()
        bench.runDays(1)
        bench.trust = .unset
        bench.run(for: .minutes(1))
        #expect(bench.deficit.value == nil && bench.rain(inLast: .hours(3)).value == nil)
    }
}

private func near(_ known: Known<Depth>, _ millimeters: Double, within tolerance: Double = 1e-6) -> Bool {
    known.value.map { abs($0.millimeters - millimeters) <= tolerance } ?? false
}

private func near(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
    value.map { abs($0 - expected) <= tolerance } ?? false
}

extension Known where Value == Irradiation {
    fileprivate var joules: Double? { value?.joulesPerSquareCentimeter }
}
