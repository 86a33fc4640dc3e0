import CAllocationCounter
@testable import Control
import Quantities
import Testing

/// One of each block, turned as a scan would.
private struct AllBlocks {
    var pid = PID(.init(proportional: 8, integral: 0.35, derivative: 1), limits: Bounds(0, 100), deadband: 0.01, mostRate: 5,
                  nominalStep: .milliseconds(100))
    var ramp = Ramp(from: 0.6, rate: 0.1)
    var hysteresis = Hysteresis(on: 3, off: 2)
    var valve = PulseWidth(cycle: .seconds(4))
    var pump = PulsesPerVolume(portion: .liters(1), strokeOn: .milliseconds(100), strokeOff: .milliseconds(100), mostWaiting: 4)
    var meter = MeterWatch()
    var pipe = DeadTime(pipe: .liters(30), holding: 0.6)
    var frozen = FrozenProbe(resolution: 0.01)
    let pair = TwoProbes(.higher, tolerance: 0.3)
    var test = StepTest(.init(base: 20, step: 5, bounds: Bounds(0, 5), band: 0.05, rest: .seconds(10), atMost: .minutes(5)))
    let ratio = VolumeRatio(Fraction(base: 0.01))
    var total = 0.0

    mutating func turn(_ number: Int) {
        let scan = Duration.milliseconds(100), now = Instant.start + scan * number
        let measured = 2 + 0.05 * Double(number % 7) + (test.output > 20 ? 0.5 : 0)
        let setpoint = ramp.step(towards: 2.2, over: scan)
        let share = ratio.share(at: .cubicMetersPerHour(12), of: .cubicMetersPerHour(0.3)).share
        if case .agree(let value) = pair.judge(measured, measured + 0.01) {
            total += pid.step(setpoint: setpoint, measured: value, over: scan)
        }
        var passed: Volume?
        if case .counted(let volume) = meter.hear(.liters(Double(number)), at: now, isFlowing: true) { passed = volume }
        if pump.step(passed: passed, isFlowing: true, over: scan) { total += 1 }
        if valve.step(share, over: scan) { total += 1 }
        total += pipe.push(measured, .liters(1)) + (hysteresis.step(measured) == true ? 1 : 0)
        if frozen.step(measured, isDosing: true, over: scan) { total += 1 }
        _ = test.step(measured, over: scan)
    }
}

struct BlockMemoryTests {
    @Test func `no block allocates while it turns`() {
        var blocks = AllBlocks()
        for number in 0..<100 { blocks.turn(number) }
        let before = allocations_of_this_thread()
        for number in 100..<10_000 { blocks.turn(number) }
        #expect(allocations_of_this_thread() == before)
        #expect(blocks.total > 0 && blocks.pump.strokes > 1000)
    }
}
