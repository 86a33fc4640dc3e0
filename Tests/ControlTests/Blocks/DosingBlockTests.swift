@testable import Control
import Quantities
import Testing

/// Same numbers on every run.
struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11) / Double(1 << 53)
    }
}

@Suite("Slow pulses") struct PulseWidthTests {
    @Test(arguments: 1...40)
    func `what was on is what was asked within a cycle, over any course of shares`(seed: Int) {
        var dice = Dice(UInt64(seed)), valve = PulseWidth(cycle: .seconds(4), leastOn: .milliseconds(500), leastOff: .milliseconds(400))
        var asked = 0.0, given = 0.0, share = 0.5, isOn = false
        for step in 0..<20_000 {
            let scan = dice.number(0.05...0.15)
            if step > 0 {
                asked += share * scan
                if isOn { given += scan }
            }
            if step % 97 == 0 { share = dice.number(0.001...1) }
            isOn = valve.step(share, over: .seconds(scan))
            #expect(abs(asked - given) <= 4.5 + 0.15)
            #expect(abs(valve.owed.seconds - (asked - given)) < 0.2)
        }
        #expect(given > 100)
    }

    @Test func `a share too small for a pulse is saved up for one`() {
        var valve = PulseWidth(cycle: .seconds(5), leastOn: .milliseconds(500)), on = 0
        var pulses = 0, wasOn = false
        for _ in 0..<6000 {
            let isOn = valve.step(0.01, over: .milliseconds(100))
            if isOn { on += 1 }
            if isOn, !wasOn { pulses += 1 }
            wasOn = isOn
        }
        // 600 s × 1 % is 6 s, in pulses of half a second at least.
        #expect(abs(Double(on) * 0.1 - 6) <= 0.6 && (9...12).contains(pulses))
    }

    @Test func `at no share it is off in the same step, whatever the pulse`() {
        for nothing in [0, -1, Double.nan] {
            var valve = PulseWidth(cycle: .seconds(5))
            #expect(valve.step(0.9, over: .milliseconds(100)) == true)
            #expect(valve.step(nothing, over: .milliseconds(100)) == false)
        }
    }

    @Test(arguments: [0.1, 0.3, 0.45]) func `valves that take turns are never on together, and each gives its share`(share: Double) {
        var valves = [Duration.zero, .seconds(2)].map { PulseWidth(cycle: .seconds(4), lead: $0) }
        var on = [0.0, 0.0], together = 0
        for _ in 0..<6000 {
            let isOn = valves.indices.map { valves[$0].step(share, over: .milliseconds(100)) }
            for number in valves.indices where isOn[number] { on[number] += 0.1 }
            if isOn == [true, true] { together += 1 }
        }
        // The one that waits at first makes up for it once.
        #expect(together <= 20 && on.allSatisfy { abs($0 - 600 * share) <= 4.3 }, "\(on), together \(together)")
    }

    @Test func `a gap is not made up for`() {
        var valve = PulseWidth(cycle: .seconds(5))
        _ = valve.step(0.5, over: .milliseconds(100))
        _ = valve.step(0.5, over: .hours(1))
        #expect(valve.owed <= .zero, "\(valve.owed)")
    }

    @Test func `what was owed is told when it is forgotten`() {
        var valve = PulseWidth(cycle: .seconds(5), leastOn: .milliseconds(500))
        for _ in 0..<40 { _ = valve.step(0.1, over: .milliseconds(100)) }
        let owed = max(valve.owed, .zero)
        #expect(valve.forget() == owed && valve.owed == .zero && !valve.isOn)
    }
}

@Suite("Strokes by volume") struct PulsesPerVolumeTests {
    private func pump(_ waiting: Int = 4) -> PulsesPerVolume {
        PulsesPerVolume(portion: .liters(2), strokeOn: .milliseconds(100), strokeOff: .milliseconds(100), mostWaiting: waiting)
    }

    @Test(arguments: 1...40)
    func `over any flow the pump can follow, strokes are what was asked within one`(seed: Int) {
        var dice = Dice(UInt64(seed)), pump = pump(), passed = 0.0, flow = 0.0
        for step in 0..<20_000 {
            // At most 8 L/s; the pump's five strokes a second are 10.
            if step % 61 == 0 { flow = dice.number(-2...8) }
            let water = max(flow, 0) * 0.1
            passed += water
            _ = pump.step(passed: .liters(water), isFlowing: water > 0, over: .milliseconds(100))
            #expect(pump.shortfall == .zero)
            #expect(passed - Double(pump.strokes) * 2 < 2 * 2 + 1e-6 && passed - Double(pump.strokes) * 2 > -1e-6)
        }
        #expect(pump.strokes > 500)
    }

    @Test(arguments: 1...40)
    func `no stroke begins and none goes on without flow; what passed is given, owed or reported, whatever the meter says`(seed: Int) {
        var dice = Dice(UInt64(seed)), pump = pump(3), passed = 0.0
        for _ in 0..<20_000 {
            let isFlowing = dice.number(0...1) < 0.8
            let scan = dice.number(0...1) < 0.02 ? dice.number(1...600) : 0.1
            let water: Double? = dice.number(0...1) < 0.1 ? nil : dice.number(-0.2...1.6) * scan / 0.1
            if let water, water > 0 { passed += water }
            let isOn = pump.step(passed: water.map { .liters($0) }, isFlowing: isFlowing, over: .seconds(scan))
            if !isFlowing { #expect(!isOn) }
            let accounted = Double(pump.strokes) * 2 + pump.owed.liters + pump.shortfall.liters
            #expect(abs(accounted - passed) < 1e-6)
            #expect(pump.owed.liters < 2 * 4 + 1e-9)
        }
        #expect(pump.strokes > 500 && pump.shortfall > .zero)
    }

    @Test func `after a gap nothing bursts: a few strokes at the usual rate, the rest is told`() {
        var pump = pump(4)
        _ = pump.step(passed: .cubicMeters(5), isFlowing: true, over: .minutes(10))
        for _ in 0..<300 { _ = pump.step(passed: .zero, isFlowing: true, over: .milliseconds(100)) }
        #expect(pump.strokes == 4)
        #expect(abs(pump.shortfall.liters - 4992) < 1e-6)
    }

    @Test func `after a senseless amount it goes on as before`() {
        for wild in [1e300, .greatestFiniteMagnitude, .infinity, .nan] {
            var pump = pump(4)
            _ = pump.step(passed: Volume(base: wild), isFlowing: true, over: .milliseconds(100))
            #expect(pump.owed >= .zero && pump.owed.liters <= 10)
            for _ in 0..<100 { _ = pump.step(passed: .liters(0.2), isFlowing: true, over: .milliseconds(100)) }
            #expect((9...15).contains(pump.strokes))
        }
    }

    @Test func `faster water than the pump can follow is told as it comes`() {
        var pump = pump(4)
        for _ in 0..<600 { _ = pump.step(passed: .liters(2), isFlowing: true, over: .milliseconds(100)) }
        #expect(abs(Double(pump.strokes) - 300) <= 1)
        #expect(abs(pump.shortfall.liters - 600) < 20)
    }
}

@Suite("Ratio, ramp, hysteresis, totaliser") struct SmallBlockTests {
    @Test func `stock follows the water, and a channel too small says so`() {
        let ratio = VolumeRatio(Fraction(base: 0.01))
        #expect(abs(ratio.stock(for: .cubicMeters(3)).liters - 30) < 1e-9)
        let half = ratio.share(at: .cubicMetersPerHour(12), of: Flow(base: 0.24))
        #expect(abs(half.share - 0.5) < 1e-9 && !half.isShort)
        #expect(ratio.share(at: .cubicMetersPerHour(48), of: Flow(base: 0.24)) == (1, true))
        for flow in [Double.nan, -5, 0, .infinity] { #expect(ratio.share(at: Flow(base: flow), of: Flow(base: 0.24)) == (0, false)) }
    }

    @Test func `a ramp goes at its rate, stops where it is sent, and ignores what is no number`() {
        var ramp = Ramp(from: 0.6, rate: 0.1)
        #expect(abs(ramp.step(towards: 2, over: .seconds(2)) - 0.8) < 1e-9)
        #expect(abs(ramp.step(towards: .nan, over: .seconds(2)) - 0.8) < 1e-9)
        #expect(abs(ramp.step(towards: 0.7, over: .seconds(9)) - 0.7) < 1e-9)
    }

    @Test func `hysteresis turns at its bounds, either way round, and knows nothing without a value`() {
        var high = Hysteresis(on: 3, off: 2), low = Hysteresis(on: 2, off: 3)
        for (value, isOn) in zip([1, 2.5, 3, 2.5, 2, 2.5], [false, false, true, true, false, false]) { #expect(high.step(value) == isOn) }
        for (value, isOn) in zip([4, 2.5, 2, 2.5, 3, 2.5], [false, false, true, true, false, false]) { #expect(low.step(value) == isOn) }
        for unknown in [nil, Double.nan] { #expect(high.step(unknown) == nil && !high.isOn) }
    }
}
