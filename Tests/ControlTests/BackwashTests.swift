@testable import Control
import ProcessImage
import Quantities
import Testing

/// Filters that wash themselves.
struct BackwashTests {
    private let contact = PointIndex(2)
    private let flush = [OutputIndex(3), OutputIndex(4)]

    private func bench(every: Duration? = nil, mostPerHour: Int = 3) -> HydraulicBench {
        HydraulicBench.well(zones: [12, 12], capacity: 30, extra: [HydraulicBench.point("dp", "1", digital: true)], filters: { tables in
            [FilterPlan(source: SourceIndex(0), flushValves: [OutputIndex(3), OutputIndex(4)], contact: tables.digital(PointIndex(2)),
                        sustained: .seconds(10), every: every, delay: .seconds(60), flush: .seconds(60), dwell: .seconds(20),
                        lockout: .minutes(10), mostPerHour: mostPerHour, flow: .cubicMetersPerHour(6))]
        }, flushValves: 2)
    }

    /// Seconds in which each flush valve was on.
    private func flushes(_ bench: HydraulicBench, for seconds: Int) -> [[Int]] {
        var on: [[Int]] = [[], []]
        bench.onStep = { bench in
            for element in 0..<2 where bench.isOn(flush[element]) { on[element].append(bench.second) }
        }
        bench.run(for: seconds)
        return on
    }

    @Test func `A difference that lasts washes element after element, after the delay of the start`() throws {
        let bench = bench()
        bench.readings[contact] = 1
        bench.program(0, .time(.hours(1)))
        let on = flushes(bench, for: 400)
        let first = try #require(on[0].first), second = try #require(on[1].first)
        #expect(first >= 70 && first <= 80 && on[0].count == 60 && on[1].count == 60)
        #expect(second - (try #require(on[0].last)) >= 20 && Set(on[0]).isDisjoint(with: on[1]))
        #expect(bench.count(.washStarted) == 1 && bench.count(.washEnded) == 1)
    }

    @Test func `A short or unknown difference washes nothing`() {
        let bench = bench()
        bench.program(0, .time(.hours(1)))
        bench.run(for: 120)
        for _ in 0..<10 {
            bench.readings[contact] = 1
            bench.run(for: 5)
            bench.readings[contact] = 0
            bench.run(for: 5)
        }
        #expect(bench.count(.washStarted) == 0)
    }

    @Test func `A contact that is stuck on washes no more than allowed in an hour, and is told`() {
        let bench = bench(mostPerHour: 3)
        bench.readings[contact] = 1
        bench.program(0, .time(.hours(3)))
        bench.run(for: 3600)
        #expect(bench.count(.washStarted) == 3 && bench.count(.filterFouled) == 1 && bench.isFouled)
        bench.readings[contact] = 0
        bench.run(for: 1200)
        #expect(!bench.isFouled)
    }

    @Test func `Without any difference it washes after its running time`() {
        let bench = bench(every: .minutes(30))
        bench.program(0, .time(.hours(2)))
        bench.run(for: 7000)
        #expect(bench.count(.washStarted) == 3)
    }

    @Test func `A wash that loses its water begins anew, and its water is nobody's zone's`() {
        let bench = bench()
        bench.readings[contact] = 1
        bench.program(0, .time(.seconds(120)))
        bench.run(for: 100)
        #expect(bench.isBackwashing)
        bench.runUntilDone(within: 600)
        #expect(bench.count(.washCutShort) == 1 && !bench.isOn(flush[0]) && !bench.isBackwashing)
        bench.readings[contact] = 0
        bench.program(0, .time(.minutes(10)))
        bench.runUntilDone(within: 1800)
        bench.run(for: 120)
        #expect(bench.count(.washEnded) == 1)
        let washed = bench.used.filter { $0.use == .backwash }.reduce(0) { $0 + $1.volume.cubicMeters }
        let real = bench.metered[0] - bench.given[0]
        #expect(abs(washed - real) < 0.03, "\(washed) of \(real)")
    }
}
