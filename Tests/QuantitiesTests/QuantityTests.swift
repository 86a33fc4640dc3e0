import Quantities
import Testing

struct QuantityTests {
    @Test func `Every symbol leads to one unit, and its conversion goes there and back`() {
        #expect(Set(Unit.all.map(\.symbol)).count == Unit.all.count)
        for unit in Unit.all {
            #expect(Unit(symbol: unit.symbol) == unit)
            #expect(abs(unit.fromBase(unit.toBase(12.5)) - 12.5) < 1e-9, "\(unit.symbol)")
        }
    }

    @Test(arguments: [("L/min", 100.0, "m3/h", 6.0), ("mu", 6.5, "m2", 13_000.0 / 3), ("degF", 212, "degC", 100), ("K", 273.15, "degC", 0),
                      ("bar", 2, "kPa", 200), ("%", 35, "ratio", 0.35), ("m3/s", 1, "m3/h", 3600)] as [(String, Double, String, Double)])
    func `Units of one dimension convert`(from: String, value: Double, to: String, expected: Double) throws {
        let source = try #require(Unit(symbol: from))
        let target = try #require(Unit(symbol: to))
        #expect(source.dimension == target.dimension)
        #expect(abs(target.fromBase(source.toBase(value)) - expected) < 1e-9)
    }

    @Test func `A unit of another dimension, an unknown symbol and a number that is none are refused`() throws {
        let bar = try #require(Unit(symbol: "bar"))
        let litres = try #require(Unit(symbol: "L/min"))
        #expect(Flow(1, bar) == nil)
        #expect(Flow(.nan, litres) == nil && Flow(.infinity, litres) == nil)
        #expect(Unit(symbol: "ml") == nil && Unit(symbol: "") == nil)
    }

    @Test func `Flow over time is volume`() {
        #expect(Flow.cubicMetersPerHour(12).volume(over: .minutes(10)) == .cubicMeters(2))
        #expect(Flow.litersPerMinute(10).volume(over: .seconds(30)).liters == 5)
    }

    @Test func `Durations saturate instead of overflowing`() {
        #expect(Duration(secondsComponent: .max, attosecondsComponent: 0).nanoseconds == .max)
        #expect(Duration(secondsComponent: .min, attosecondsComponent: 0).nanoseconds == .min)
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Instant.start - Instant.never > .hours(24 * 365 * 100))
    }
}
