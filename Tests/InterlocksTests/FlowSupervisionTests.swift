import Interlocks
import ProcessImage
import Quantities
import Testing

private let zone = ZoneIndex(0)
private let well = SourceIndex(0)

struct FlowLimitTests {
    private func limit(_ flow: Double, _ after: Duration, stops: Bool) -> FlowLimit {
        FlowLimit(flow / 10, after: after, stops: stops)
    }

    @Test func `Low flow only warns where the site says so, and the warning goes when the flow is back`() {
        let bench = Bench(Bench.plan(low: limit(6, .minutes(2), stops: false)))
        bench.run()
        bench.seconds(125, flow: 5)
        #expect(bench.count(.lowFlow) == 1 && bench.standing.isEmpty && bench.level(Bench.valve).isOn)
        #expect(bench.warnings == [AlarmID(.lowFlow, .zone(zone))])
        bench.seconds(2, flow: 9)
        #expect(bench.warnings.isEmpty)
    }

    @Test func `Low flow closes the zone where the site says so, after its time and not before`() {
        let bench = Bench(Bench.plan(low: limit(6, .minutes(2), stops: true)))
        bench.run()
        bench.seconds(118, flow: 5)
        #expect(bench.standing.isEmpty)
        bench.seconds(4, flow: 5)
        #expect(bench.standing == [TripID(.lowFlow, .zone(zone))] && !bench.level(Bench.valve).isOn)
    }

    @Test func `High flow closes the zone that runs alone, and the other may run`() {
        let bench = Bench(Bench.plan(high: limit(11.5, .seconds(30), stops: true)))
        bench.run()
        bench.seconds(33, flow: 12.5)
        #expect(bench.standing == [TripID(.highFlow, .zone(zone))])
        #expect(!bench.level(Bench.valve).isOn)
        bench.seconds(12, [Bench.other: .on, Bench.master: .on, Bench.pump: .on], flow: 10)
        #expect(bench.level(Bench.other).isOn && bench.level(Bench.pump).isOn)
    }

    @Test func `In company nobody's low or high flow is guessed`() {
        let bench = Bench(Bench.plan(low: limit(6, .seconds(20), stops: true), high: limit(11, .seconds(20), stops: true)))
        let both: [OutputIndex: OutputLevel] = [Bench.valve: .on, Bench.other: .on, Bench.master: .on, Bench.pump: .on]
        bench.seconds(40, both)
        bench.seconds(60, both, flow: 21)
        #expect(bench.standing.isEmpty && bench.events.isEmpty)
    }
}

struct StuckValveTests {
    @Test func `Water that goes on when a zone was told to close is that zone's valve, after 30 s, and nothing else opens`() {
        let bench = Bench(Bench.plan(hasPump: false))
        bench.seconds(20, [Bench.valve: .on], flow: 10)
        bench.seconds(38, [:], flow: 8)
        #expect(bench.standing.isEmpty)
        bench.seconds(4, [:], flow: 8)
        #expect(bench.standing == [TripID(.stuckValve, .zone(zone))])
        bench.seconds(3, [Bench.other: .on], flow: 8)
        #expect(!bench.level(Bench.other).isOn && bench.isRefused(Bench.other))
    }

    @Test func `With a pump it is seen when the next zone runs, and called by its zone and not a burst`() {
        let bench = Bench()
        let next: [OutputIndex: OutputLevel] = [Bench.other: .on, Bench.master: .on, Bench.pump: .on]
        bench.run()
        bench.seconds(20, Bench.allOn.merging(next) { level, _ in level })
        bench.seconds(60, next, flow: 19)
        #expect(bench.standing == [TripID(.stuckValve, .zone(zone))] && !bench.level(Bench.pump).isOn)
        #expect(!bench.level(Bench.other).isOn && bench.count(.tripBurst) == 0)
    }

    @Test func `Flow that begins long after the last close is a leak`() {
        let bench = Bench(Bench.plan(hasPump: false))
        bench.seconds(20, [Bench.valve: .on], flow: 10)
        bench.seconds(120, [:], flow: 0)
        bench.seconds(59, [:], flow: 2)
        #expect(bench.standing.isEmpty)
        bench.seconds(3, [:], flow: 2)
        #expect(bench.standing == [TripID(.leak, .source(well))])
    }
}

struct MeterSenseTests {
    /// A meter that shows what flows once in `every` seconds.
    private final class SlowMeter {
        let every: Int
        private var shown = 0.0
        private var second = 0

        init(every: Int) { self.every = every }

        func turn(_ bench: Bench, seconds: Int, _ wanted: [OutputIndex: OutputLevel] = Bench.allOn) {
            for _ in 0..<seconds {
                second += 1
                if second % every == 0 { shown = bench.level(Bench.pump).isOn ? 10 + Double(second % 7) / 10 : 0 }
                bench.scan(wanted, flow: .good(shown, at: bench.now))
                bench.now = bench.now + .seconds(1)
            }
        }
    }

    @Test func `A meter that is said to report every 5 min closes no healthy valve`() {
        let bench = Bench(Bench.plan(reports: .minutes(5)))
        SlowMeter(every: 300).turn(bench, seconds: 550)
        #expect(bench.standing.isEmpty && bench.level(Bench.pump).isOn)
    }

    @Test func `What was learned of a slow meter holds over a restart`() {
        var restored = Restored()
        restored.meterReports = [(source: well, every: .minutes(5))]
        let bench = Bench(Bench.plan(reports: nil), restored: restored)
        SlowMeter(every: 300).turn(bench, seconds: 550)
        #expect(bench.standing.isEmpty && bench.level(Bench.pump).isOn)
    }

    @Test func `A meter that says its first words after 5 min is learned without a healthy valve being closed`() {
        let bench = Bench(Bench.plan(reports: nil))
        let meter = SlowMeter(every: 300)
        for pause in [400, 430, 310, 450] {
            meter.turn(bench, seconds: 520)
            meter.turn(bench, seconds: pause, [:])
        }
        #expect(bench.standing.isEmpty)
        let learned = bench.ledger.compactMap { if case .meterReports(_, let every) = $0 { every } else { nil } }
        #expect(learned.last.map { $0 >= .minutes(4) && $0 <= .minutes(6) } == true, "\(learned)")
    }

    @Test func `A zone without water behind a slow meter is found once the meter had its time`() {
        let bench = Bench(Bench.plan(reports: .minutes(2)))
        bench.seconds(9, flow: 0)
        bench.seconds(178, flow: 0)
        #expect(bench.standing.isEmpty)
        bench.seconds(4, flow: 0)
        #expect(bench.standing == [TripID(.noFlow, .zone(zone))])
    }

    @Test func `A meter that has answered within seconds four times is quick, and a zone without water is closed after 30 s`() {
        let bench = Bench(Bench.plan(reports: nil))
        for _ in 0..<3 {
            bench.seconds(9, flow: 0)
            bench.seconds(200, flow: 9.5)
            bench.seconds(2, [:], flow: 9.5)
            bench.seconds(60, [:], flow: 0)
        }
        bench.seconds(9, flow: 0)
        bench.seconds(29, flow: 0)
        #expect(bench.standing.isEmpty)
        bench.seconds(4, flow: 0)
        #expect(bench.standing == [TripID(.noFlow, .zone(zone))])
    }

    @Test func `A quick meter waits for nothing, however evenly it stands in a run`() {
        let bench = Bench()
        bench.run()
        for ramp in 0..<6 { bench.seconds(1, flow: 9 + Double(ramp) / 10) }
        bench.seconds(500, flow: 9.5)
        bench.seconds(32, flow: 0)
        #expect(bench.standing == [TripID(.noFlow, .zone(zone))])
    }

    @Test func `A reading that does not move when the water stops is a frozen meter and no leak`() {
        let bench = Bench()
        bench.run()
        bench.seconds(60, flow: 9.7)
        bench.seconds(200, [:], flow: 9.7)
        #expect(bench.standing.isEmpty && bench.warnings == [AlarmID(.meterFrozen, .source(well))])
        bench.seconds(2, [:], flow: 0)
        #expect(bench.warnings.isEmpty)
    }

    @Test func `A reading that moves to another flow when the water stops is a leak`() {
        let bench = Bench()
        bench.run()
        bench.seconds(60, flow: 9.7)
        bench.seconds(80, [:], flow: 1.2)
        #expect(!bench.standing.isEmpty && bench.warnings.isEmpty)
    }

    @Test func `A meter that runs backwards shows no flow, and one that shows a flood is not believed`() {
        let bench = Bench()
        bench.run()
        bench.seconds(40, flow: -7)
        #expect(bench.standing == [TripID(.noFlow, .zone(zone))])
        let wild = Bench()
        wild.run()
        wild.seconds(60, flow: 1e6)
        #expect(wild.standing.isEmpty && wild.count(.pointBad) == 1)
    }
}
