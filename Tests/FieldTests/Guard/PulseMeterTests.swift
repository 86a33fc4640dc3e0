@testable import Field
import Quantities
import Testing

private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

@Suite struct PulseMeterTests {
    @Test func `ten pulses of ten litres a second apart are 36 m3 per hour and 0.1 m3`() {
        var meter = PulseMeter(each: .liters(10))
        meter.report(count: 0, last: .never, incarnation: 1)
        for pulse in 1...10 { meter.report(count: UInt64(pulse), last: at(Int64(pulse) * 1000), incarnation: 1) }
        #expect(abs(meter.total.cubicMeters - 0.1) < 1e-12)
        #expect(abs(meter.rate(at: at(10_000)).cubicMetersPerHour - 36) < 1e-9)
    }

    @Test func `many pulses in one report give their mean interval`() {
        var meter = PulseMeter(each: .liters(1))
        meter.report(count: 100, last: at(1000), incarnation: 1)
        meter.report(count: 120, last: at(1100), incarnation: 1)
        #expect(abs(meter.rate(at: at(1100)).cubicMetersPerHour - 720) < 1e-6)
    }

    @Test func `when pulses stop the rate falls as the time since the last one, to zero after the silence`() {
        var meter = PulseMeter(each: .liters(10))
        meter.report(count: 1, last: at(1000), incarnation: 1)
        meter.report(count: 2, last: at(2000), incarnation: 1)
        let rates = [2000, 3000, 4000, 12_000, 602_000].map { meter.rate(at: at($0)).cubicMetersPerHour }
        #expect(zip(rates, [36, 36, 18, 3.6, 0.06]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(meter.rate(at: at(602_001)) == .zero)
    }

    @Test func `no rate is made up before two pulses were seen`() {
        var meter = PulseMeter(each: .liters(10))
        meter.report(count: 0, last: .never, incarnation: 1)
        meter.report(count: 1, last: at(1000), incarnation: 1)
        #expect(meter.rate(at: at(1000)) == .zero)
    }

    @Test func `a guard that starts again neither takes water back nor gives it twice`() {
        var meter = PulseMeter(each: .liters(1))
        meter.report(count: 500, last: at(1000), incarnation: 1)
        meter.report(count: 510, last: at(1100), incarnation: 1)
        meter.report(count: 3, last: at(9000), incarnation: 2)
        #expect(abs(meter.total.liters - 513) < 1e-9)
        meter.report(count: 3, last: at(9000), incarnation: 2)
        #expect(abs(meter.total.liters - 513) < 1e-9)
        meter.report(count: 0, last: .never, incarnation: 3)
        #expect(abs(meter.total.liters - 513) < 1e-9)
    }

    @Test func `a report that says nothing sensible traps nothing`() {
        var meter = PulseMeter(each: .liters(1))
        meter.report(count: 5, last: at(1000), incarnation: 1)
        meter.report(count: .max, last: Instant(nanoseconds: .min), incarnation: 1)
        _ = meter.rate(at: at(0))
        meter.report(count: 1, last: at(5), incarnation: 2)
        #expect(meter.rate(at: at(10)).base.isFinite && meter.total.base.isFinite)
    }
}
