import Agronomy
import Control
import ProcessImage
import Quantities
import Scan
import Simulator
import Site

/// A season of a site at the desk, for every command that plays one. Where programs water alone, control runs on an ideal field
/// (`SeasonAhead`); where they dose or feed, the whole scan runs on the simulated farm, with leaps over what rests (`World.leap`).
struct SeasonPlay {
    let site: Site
    /// `nil`: a typical year.
    let weather: SeasonWeather?
    let begin: CivilDate
    let days: Int

    /// Whether the simulated farm is turned, with its pipes, mixing and cages.
    var isWhole: Bool {
        let plan = site.scan.control
        return plan.programs.contains { $0.recipe != nil } || !plan.feeding.cages.isEmpty
    }

    func run() -> SeasonTally { isWhole ? farm() : field() }

    var rain: [Double] { (0..<days).map { weather?.day(begin.adding(days: $0))?.rain.millimeters ?? 0 } }

    private func field() -> SeasonTally {
        var tally = SeasonTally(site, from: begin, days: days)
        let ahead = SeasonAhead(plan: site.scan.control, tables: site.tables, weather: weather ?? SeasonWeather(first: begin, days: []))
        ahead.run(from: begin, until: begin.adding(days: days)) { record, unix in tally.note(record, at: unix) }
        tally.close(at: midnight(days))
        return tally
    }

    private func midnight(_ day: Int) -> Int64 { site.tables.clock.unixSeconds(date: begin.adding(days: day), time: .midnight) }

    // MARK: The whole farm

    /// Longer than a leap: nobody renews a lease in one.
    private static let lease: Duration = .minutes(5)
    /// Before the first midnight: somebody fills the tanks and tells what swims where.
    private static let before: Int64 = 120

    private func farm() -> SeasonTally {
        let told = Told(SeasonTally(site, from: begin, days: days))
        let world = World(plan: site.scan, layout: FieldLayout(of: site).leased(for: Self.lease), seed: 1,
                          startUnix: midnight(0) - Self.before, climate: climate, isWatched: false)
        world.onRecord = { told.tally.note($0.body, at: $0.wall.unixSeconds) }
        world.leap(for: .seconds(10))
        world.tellStocks()
        world.fillUp()
        world.leap(for: .seconds(Self.before - 10))
        for day in 0..<days {
            world.leap(for: .seconds(midnight(day + 1) - midnight(day)), longest: longest)
            for tank in world.fillUp() { told.tally.noteFilled(tank) }
        }
        told.tally.close(at: midnight(days))
        return told.tally
    }

    /// A station is summed up over its hours, in steps of ten seconds at most.
    private var longest: Duration { site.scan.control.weather?.station == nil ? .minutes(1) : .seconds(10) }

    private var climate: PlantClimate {
        let given = (0..<days).map { day -> PlantDay in
            let date = begin.adding(days: day)
            return weather?.day(date).map { PlantDay($0) } ?? .typical(on: date, site.scan.control.weather?.averages)
        }
        return PlantClimate(first: begin, days: given)
    }
}

/// Records come one by one, to whoever holds the tally.
private final class Told {
    var tally: SeasonTally
    init(_ tally: SeasonTally) { self.tally = tally }
}

extension PlantDay {
    init(_ day: SeasonWeather.Day) {
        let weather = day.weather
        let humidity = weather.humidityMean ?? weather.humidityMaximum.flatMap { most in weather.humidityMinimum.map { (most + $0) * 0.5 } }
        self.init(minimum: weather.minimum, maximum: weather.maximum, humidity: humidity, radiation: weather.radiation, wind: weather.wind,
                  rain: day.rain)
    }

    /// A day of a mean year on the North China Plain, as the simulator draws them without its chance: 0 °C in January, 27 °C in July.
    /// Rain as the site's averages have it, five days' rain each fifth day.
    static func typical(on date: CivilDate, _ averages: [MonthAverage]?) -> PlantDay {
        let mean = 13.5 + 13.5 * MeanYear.wave(date.dayOfYear)
        let month = averages.flatMap { $0.count == 12 ? $0[date.components.month - 1] : nil }
        let rain = date.daysSinceEpoch % 5 == 0 ? (month?.rain ?? .zero) * 5 : .zero
        return PlantDay(minimum: .celsius(mean - 4.5), maximum: .celsius(mean + 4.5), wind: .metersPerSecond(2.5), rain: rain)
    }
}

private enum MeanYear {
    /// sin(2π(day − 110)/365.25) after Bhaskara I.
    static func wave(_ day: Int) -> Double {
        let part = (Double(day - 110) / 365.25), turn = part - part.rounded(.down), half = turn < 0.5 ? turn * 2 : turn * 2 - 1
        let arch = 16 * half * (1 - half) / (5 - 4 * half * (1 - half))
        return turn < 0.5 ? arch : -arch
    }
}
