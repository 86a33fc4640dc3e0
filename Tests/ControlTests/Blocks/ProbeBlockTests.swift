@testable import Control
import Quantities
import Testing

@Suite("Dead time by volume") struct DeadTimeTests {
    @Test(arguments: [0.1, 1, 3.7, 40])
    func `a front comes out when the pipe's volume has passed, however fast`(step: Double) {
        var pipe = DeadTime(pipe: .liters(100), holding: 0), passed = 0.0
        while pipe.push(1, .liters(step)) < 0.5 { passed += step }
        #expect(abs(passed + step - 100) <= 100.0 / 63 + step)
        for _ in 0...Int(200 / step) { _ = pipe.push(1, .liters(step)) }
        #expect(abs(pipe.value - 1) < 1e-9)
    }

    @Test func `what goes in comes out`() {
        var pipe = DeadTime(pipe: .liters(10), holding: 0), dice = Dice(3), into = 0.0, out = 0.0
        for number in 0..<20_000 {
            let volume = dice.number(0.01...0.1), value = number < 10_000 ? dice.number(0...5) : 0
            into += value * volume
            out += pipe.push(value, .liters(volume)) * volume
        }
        #expect(abs(out / into - 1) < 0.01)
    }

    @Test func `nothing that is no number gets in, and a volume of any size ends`() {
        var pipe = DeadTime(pipe: .liters(10), holding: 2)
        #expect(pipe.push(.nan, .liters(5)) == 2 && pipe.push(1, Volume(base: .nan)) == 2 && pipe.push(1, Volume(base: .infinity)) == 2)
        #expect(pipe.push(7, .cubicMeters(1e12)) == 7)
    }

    @Test func `the time it takes is volume by flow, and unknown without flow`() {
        let pipe = DeadTime(pipe: .liters(100), holding: 0)
        #expect(pipe.time(at: .cubicMetersPerHour(36)) == .seconds(10))
        #expect(pipe.time(at: .zero) == nil && pipe.time(at: Flow(base: .nan)) == nil && pipe.time(at: Flow(base: 1e-300)) == nil)
    }
}

@Suite("Probes") struct ProbeBlockTests {
    @Test func `a probe that stands still for ten minutes of dosing is frozen, and thaws when it moves`() {
        var watch = FrozenProbe(resolution: 0.01), seconds = 0
        while !watch.step(2.2, isDosing: true, over: .seconds(1)) { seconds += 1 }
        #expect((599...660).contains(seconds))
        for number in 0..<600 { _ = watch.step(2.2 + Double(number % 5) * 0.02, isDosing: true, over: .seconds(1)) }
        #expect(!watch.isFrozen)
    }

    @Test func `without dosing, and with a digit that moves, nothing is frozen`() {
        var idle = FrozenProbe(resolution: 0.01), alive = idle, dice = Dice(9)
        for _ in 0..<7200 {
            #expect(idle.step(2.2, isDosing: false, over: .seconds(1)) == false)
            #expect(alive.step(2.2 + dice.number(-0.03...0.03), isDosing: true, over: .seconds(1)) == false)
        }
    }

    @Test func `a flicker of a tenth of a digit is still a frozen probe, even at a large value`() {
        var watch = FrozenProbe(resolution: 1), dice = Dice(4)
        for _ in 0..<700 { _ = watch.step(1e6 + dice.number(-0.1...0.1), isDosing: true, over: .seconds(1)) }
        #expect(watch.isFrozen)
    }

    @Test func `two probes: agree, alone, disagree, none`() {
        let pair = TwoProbes(.higher, tolerance: 0.3)
        #expect(pair.judge(2.0, 2.25) == .agree(2.25))
        #expect(TwoProbes(.lower, tolerance: 0.3).judge(2.0, 2.25) == .agree(2.0))
        #expect(TwoProbes(.mean, tolerance: 0.3).judge(2.0, 2.25) == .agree(2.125))
        #expect(TwoProbes(.first, tolerance: 0.3).judge(2.0, 2.25) == .agree(2.0))
        #expect(pair.judge(nil, 2) == .alone(2) && pair.judge(2, .nan) == .alone(2) && pair.judge(nil, .infinity) == .none)
        #expect(pair.judge(2, 2.5) == .disagree(2.5) && TwoProbes(.lower, tolerance: 0.4).judge(2.5, 2) == .disagree(2), "the safe one")
    }
}

@Suite("Step test") struct StepTestTests {
    private func plan(band: Double = 0.01, bounds: Bounds = Bounds(0, 4), atMost: Duration = .minutes(20)) -> StepTest.Plan {
        .init(base: 20, step: 10, bounds: bounds, band: band, rest: .seconds(60), atMost: atMost)
    }

    private func run(_ plan: StepTest.Plan, on plant: LagPlant, noise: Double = 0, step: Double = 0.1) -> StepTest {
        var plant = plant, test = StepTest(plan), dice = Dice(11)
        for _ in 0..<200_000 {
            if case .done = test.phase { break }
            if case .aborted = test.phase { break }
            plant.advance(test.output)
            _ = test.step(plant.value + dice.number(-noise...noise + 1e-12), over: .seconds(step))
        }
        return test
    }

    @Test(arguments: [(0.04, 20.0, 50), (0.02, 8.0, 120), (-0.03, 25.0, 20)])
    func `it finds gain, lag and dead time, and leaves the output where it was`(gain: Double, lag: Double, deadSteps: Int) throws {
        let rest = gain > 0 ? 0.6 : 3
        let plant = LagPlant(gain: gain, lag: lag, deadSteps: deadSteps, rest: rest, step: 0.1)
        let test = run(plan(), on: plant, noise: 0.002)
        guard case .done(let model) = test.phase else { return #expect(Bool(false), "\(test.phase)") }
        #expect(abs(model.gain / gain - 1) < 0.05)
        #expect(abs(model.lag.seconds / lag - 1) < 0.15)
        #expect(abs(model.deadTime.seconds - Double(deadSteps) / 10) < 0.15 * lag)
        #expect(test.output == 20)
    }

    @Test func `beyond the bounds, without a probe, without rest or response it ends with the output back`() {
        let plant = LagPlant(gain: 0.04, lag: 20, deadSteps: 50, rest: 0.6, step: 0.1)
        #expect(run(plan(bounds: Bounds(0, 1.5)), on: plant).phase == .aborted(.outOfBounds))
        #expect(run(plan(band: 0.02), on: plant, noise: 0.2).phase == .aborted(.noRest))
        let dead = LagPlant(gain: 0, lag: 20, rest: 0.6, step: 0.1)
        #expect(run(plan(), on: dead).phase == .aborted(.noResponse))
        var test = StepTest(plan())
        for _ in 0..<1000 { _ = test.step(1, over: .milliseconds(100)) }
        #expect(test.output == 30)
        #expect(test.step(.nan, over: .milliseconds(100)) == .aborted(.badProbe) && test.output == 20)
        #expect(test.step(1, over: .milliseconds(100)) == .aborted(.badProbe), "an end is an end")
    }
}
