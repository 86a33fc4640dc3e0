@testable import Simulator
import Testing

/// Figures worked by hand from the same equations, or by `DissolvedOxygen`'s source where named.
@Suite("Water and fish of a net cage") struct CageWaterTests {
    private typealias Doing = CageWater.Doing

    private func run(_ water: inout CageWater, hours: Double, step: Double = 1, _ doing: Doing) {
        for _ in 0..<Int((hours * 3600 / step).rounded()) { water.advance(step, doing) }
    }

    /// °C, psu, mg/L: Benson and Krause 1984, computed in Python.
    static let full = [(0.0, 31.0, 11.770), (15, 31, 8.337), (20, 31, 7.573), (28, 31, 6.587), (15, 25, 8.650), (20, 35, 7.396)]

    @Test(arguments: full) func `sea water in balance with the air`(celsius: Double, psu: Double, expected: Double) {
        #expect(abs(SeaOxygen.saturation(celsius, psu) - expected) < 0.02)
    }

    /// 1.024 to the power of (t − 20).
    @Test(arguments: [(10.0, 0.78886), (20, 1), (30, 1.26765)]) func `gas goes into warm water faster`(celsius: Double, expected: Double) {
        #expect(abs(SeaOxygen.transfer(celsius) - expected) < 2e-3)
    }

    @Test func `what flows through a cage of 600 m3`() {
        let clean = CageWater(.usual, oxygen: 8)
        // 0.1 m/s · 60 m2 · ½ · 3600 s / 600 m3 = 18 changes an hour, and 0.3 by fish that stir.
        #expect(abs(clean.exchange(0.1) - 18.3) < 1e-9)
        var fouled = clean
        fouled.isFouled = true
        #expect(abs(fouled.exchange(0.1) - 1.83) < 1e-9)
    }

    @Test func `fish in a current cost less than a tenth of a milligram, and at slack water more than one`() {
        var water = CageWater(.usual, oxygen: 8)
        run(&water, hours: 2, Doing(outside: 8, current: 0.1, breathing: 1000))
        // 18.3 (8 − C) = 0.12 + 1000/600 · C/(C + 0.3)
        #expect(abs(water.oxygen - 7.906) < 0.002, "\(water.oxygen)")
        run(&water, hours: 1, Doing(outside: 8, current: 0, breathing: 1000))
        #expect(water.oxygen < 6.6 && water.oxygen > 6.2, "\(water.oxygen)")
    }

    @Test func `an aerator of 3 kg an hour lifts still water half way to its fill in an hour and a quarter`() {
        var water = CageWater(CageWater.Form(volume: 600, section: 0), oxygen: 4)
        water.isFouled = true
        // Lift 3000/600/9.09 = 0.550 an hour, stirring 0.03 of water of 4 mg/L, plankton −0.12: towards 7.178 at 0.580 an hour.
        run(&water, hours: 1.195, Doing(outside: 4, temperature: 20, aerators: 3000))
        #expect(abs(water.oxygen - 5.589) < 0.01, "\(water.oxygen)")
        run(&water, hours: 24, Doing(outside: 4, temperature: 20, aerators: 3000))
        #expect(abs(water.oxygen - 7.180) < 0.01, "\(water.oxygen)")
    }

    @Test func `pure oxygen goes beyond what the air would give`() {
        var water = CageWater(CageWater.Form(volume: 600, section: 0), oxygen: 7)
        run(&water, hours: 2, Doing(outside: 7, temperature: 20, pureOxygen: 1500))
        // 2.38 mg/L an hour against 0.3 an hour: 7 + 7.93 · (1 − e^−0.6)
        #expect(abs(water.oxygen - 10.58) < 0.02, "\(water.oxygen)")
        #expect(water.oxygen > 1.2 * SeaOxygen.saturation(20, 31))
    }

    @Test(arguments: [0.5, 1, 60]) func `every gram of oxygen is accounted for`(step: Double) {
        var water = CageWater(.usual, oxygen: 8), random = SeededRandom(seed: 4)
        for _ in 0..<3000 {
            water.isFouled = random.chance(0.3)
            water.advance(step, Doing(outside: random.between(1, 10), temperature: random.between(2, 28), current: random.between(0, 0.5),
                                      light: random.between(0, 1), breathing: random.between(0, 9000),
                                      aerators: random.chance(0.5) ? 6000 : 0, pureOxygen: random.chance(0.2) ? 1500 : 0))
            #expect(water.oxygen >= 0)
        }
        #expect(abs(600 * (water.oxygen - 8) - water.books.sum) < 1e-6, "\(water.books)")
    }

    // MARK: Fish

    @Test func `fish breathe by their weight and the warmth`() {
        for (celsius, expected) in [(5.0, 25.0), (15, 50), (25, 100)] {
            var fish = FishGroup(count: 1000, mean: 0.5)
            #expect(abs(fish.advance(1, pellets: 0, temperature: celsius, oxygen: 8) / expected - 1) < 1e-3)
        }
    }

    @Test func `a meal of 5 kg costs 1.25 kg of oxygen, most of it between one and four hours later, and grows 3.3 kg`() {
        var fish = FishGroup(count: 1000, mean: 0.5)
        var costs: [Double] = []
        for second in 0..<86_400 {
            let pellets = second == 0 ? 5.0 : 0
            let breath = fish.advance(1, pellets: pellets, temperature: 15, oxygen: 8)
            costs.append(breath - 0.1 * fish.biomass)
        }
        #expect(fish.eaten == 5 && fish.uneaten == 0)
        #expect(abs(costs.reduce(0, +) / 3600 - 1250) < 2)
        let peak = costs.indices.max { costs[$0] < costs[$1] } ?? 0
        // Two stays of 1.5 h in a row: highest after one of them, 1250/1.5/e = 306.6 g/h.
        #expect(abs(Double(peak) - 5400) < 60 && abs(costs[peak] - 306.6) < 1, "\(peak) s, \(costs[peak]) g/h")
        #expect(costs[3600...14_400].reduce(0, +) / costs.reduce(0, +) > 0.5)
        #expect(abs(fish.biomass - 503.333) < 0.01)
    }

    @Test func `what the fish have no room for sinks, and the counter sees its part`() {
        var cage = CagePlant(fish: FishGroup(count: 1000, mean: 0.5), oxygen: 8)
        // Room for 1.5 % of 500 kg: 7.5 kg, and for what has passed on meanwhile, less than 0.3; ten of 17.5 sink, the last of them alone.
        for _ in 0..<175 {
            cage.feed(0.1)
            cage.advance(1, Doing())
        }
        #expect(cage.fish.eaten >= 7.5 && cage.fish.eaten < 7.8 && abs(cage.fish.uneaten + cage.fish.eaten - 17.5) < 1e-9 && abs(cage.fed - 17.5) < 1e-9)
        #expect(cage.counter.uneaten > 0.75, "\(cage.counter.uneaten)")
        var listless = CagePlant(fish: FishGroup(count: 1000, mean: 0.5), oxygen: 2.5)
        listless.feed(1)
        listless.advance(1, Doing(outside: 2.5))
        #expect(listless.fish.eaten == 0 && listless.counter.uneaten == 1)
    }

    @Test func `a bloom in still water takes the oxygen of a night, and a swell raises the waves in an hour`() {
        var weather = Weather(seed: 3, localSeconds: 200 * 86_400 + 18 * 3600)
        var sea = Sea(airMean: 22)
        #expect(abs(sea.open - SeaOxygen.saturation(22, 31)) < 1e-9)
        sea.isStagnant = true
        sea.hasSwell = true
        for _ in 0..<3600 {
            weather.advance(1)
            sea.advance(1, weather: weather)
        }
        #expect(sea.waves > 1.5 && sea.waves < 4)
        for _ in 0..<(9 * 3600) {
            weather.advance(1)
            sea.advance(1, weather: weather)
        }
        #expect(sea.open < 3 && sea.current < 0.02, "\(sea.open)")
    }

    @Test func `what a sensor of the sea shows`() {
        var sensor = SeaSensor(lag: 30)
        for _ in 0..<10 { sensor.advance(1, there: 8) }
        #expect(abs(sensor.shown - 8) < 1e-9)
        for _ in 0..<30 { sensor.advance(1, there: 4) }
        #expect(abs(sensor.shown - 5.5) < 0.1, "a lag later 63 % of the way")
        for _ in 0..<600 { sensor.advance(1, there: 4) }
        sensor.fault = .drifting(perHour: 0.5)
        for _ in 0..<7200 { sensor.advance(1, there: 4) }
        #expect(abs(sensor.shown - 5) < 1e-6)
        sensor.fault = .fouled
        #expect(abs(sensor.shown - 8.0 / 3) < 1e-6)
        sensor.fault = .inAir(8.3)
        #expect(sensor.shown == 8.3)
        sensor.fault = .broken
        #expect(sensor.shown.isNaN)
    }
}
