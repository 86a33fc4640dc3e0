import Interlocks
import ProcessImage
import Quantities
import Testing

private let first = ZoneIndex(0)
private let second = ZoneIndex(1)
private let well = SourceIndex(0)
private let both: [OutputIndex: OutputLevel] = [Bench.valve: .on, Bench.other: .on, Bench.master: .on, Bench.pump: .on]

/// Two zones of 10 m3/h; a zone is low below 60 %, and where it is asked for high above 115 %.
struct GroupFlowTests {
    private func bench(lowStops: Bool = false, high: Double? = nil) -> Bench {
        Bench(Bench.plan(low: FlowLimit(0.6, after: .seconds(60), stops: lowStops),
                         high: high.map { FlowLimit($0, after: .seconds(30), stops: true) }))
    }

    /// Both open and settled.
    private func settled(_ bench: Bench, flow: Double = 20) -> Bench {
        bench.seconds(50, both, flow: flow)
        return bench
    }

    @Test func `A group that takes less than its zones alone by more than one may lack is told, and goes on`() {
        let bench = settled(bench())
        bench.seconds(120, both, flow: 16.5)
        #expect(bench.warnings.isEmpty, "3.5 m3/h are less than the 4 that one zone may lack")
        bench.seconds(58, both, flow: 15)
        #expect(bench.warnings.isEmpty)
        bench.seconds(5, both, flow: 15)
        #expect(bench.warnings == [AlarmID(.groupLowFlow, .source(well))] && bench.standing.isEmpty)
        #expect(bench.level(Bench.valve).isOn && bench.level(Bench.other).isOn)
        bench.seconds(2, both, flow: 19)
        #expect(bench.warnings.isEmpty)
    }

    @Test func `Where a zone is closed for low flow the group is taken apart, the bad one is named and closed, and the other goes on`() {
        let bench = settled(bench(lowStops: true))
        bench.seconds(64, both, flow: 14)
        #expect(bench.level(Bench.valve).isOn && !bench.level(Bench.other).isOn && bench.level(Bench.pump).isOn)
        #expect(bench.cause(Bench.other) == .interlock(.apart) && bench.interlocks.verdict(of: Bench.other).hold == .interlock(.apart))
        #expect(bench.warnings.contains(AlarmID(.zonesApart, .source(well))) && bench.standing.isEmpty)
        bench.seconds(80, both, flow: 4)
        #expect(bench.standing == [TripID(.lowFlow, .zone(first))])
        bench.seconds(150, both, flow: 10)
        #expect(!bench.level(Bench.valve).isOn && bench.level(Bench.other).isOn && bench.level(Bench.pump).isOn)
        #expect(bench.warnings.isEmpty && bench.count(.zonesApart) == 1 && bench.count(.zonesWellAlone) == 0)
    }

    @Test func `A bad zone that is seen second is found too, and high flow likewise`() {
        let bench = settled(bench(high: 1.15))
        bench.seconds(35, both, flow: 22.5)
        #expect(bench.level(Bench.valve).isOn && !bench.level(Bench.other).isOn)
        bench.seconds(110, both, flow: 10)
        let second: [OutputIndex: OutputLevel] = [Bench.other: .on, Bench.master: .on, Bench.pump: .on]
        bench.seconds(20, second, flow: 12)
        #expect(bench.level(Bench.other).isOn)
        bench.seconds(40, second, flow: 12)
        #expect(bench.standing == [TripID(.highFlow, .zone(ZoneIndex(1)))] && bench.warnings.isEmpty)
    }

    @Test func `When every zone is well alone they water together again, and what they take together is known from then on`() {
        let bench = settled(bench(lowStops: true), flow: 14)
        bench.seconds(60, both, flow: 14)
        #expect(!bench.level(Bench.other).isOn)
        bench.seconds(110, both, flow: 10)
        bench.seconds(130, [Bench.other: .on, Bench.master: .on, Bench.pump: .on], flow: 10)
        #expect(bench.count(.zonesWellAlone) == 1 && bench.warnings.isEmpty && bench.standing.isEmpty)
        bench.seconds(120, both, flow: 14)
        #expect(bench.level(Bench.valve).isOn && bench.level(Bench.other).isOn && bench.count(.zonesApart) == 1)
        bench.seconds(80, both, flow: 9)
        #expect(bench.count(.zonesApart) == 2, "less than what they were found to take is found again")
    }

    @Test func `A meter that says nothing takes nobody apart, and a group apart ends with the day`() {
        let bench = settled(bench(lowStops: true))
        for _ in 0..<200 {
            bench.scan(both, flow: .bad(.noAnswer, at: bench.now))
            bench.now = bench.now + .seconds(1)
        }
        #expect(bench.warnings.isEmpty && bench.level(Bench.other).isOn)
        bench.seconds(70, both, flow: 14)
        #expect(bench.warnings.contains(AlarmID(.zonesApart, .source(well))))
        bench.seconds(2, [:], flow: 0)
        bench.now = bench.now + .hours(25)
        bench.seconds(2, [:], flow: 0)
        #expect(bench.warnings.isEmpty && bench.count(.zonesWellAlone) == 0)
    }
}

struct LearnedFlowTests {
    @Test func `A zone is held against what it has learned to take`() {
        let bench = Bench(Bench.plan(low: FlowLimit(0.6, after: .seconds(60), stops: false), high: FlowLimit(1.15, after: .seconds(30), stops: true)))
        bench.learned[first] = .cubicMetersPerHour(8)
        bench.run()
        bench.seconds(100, flow: 5)
        #expect(bench.warnings.isEmpty, "4.8 m3/h is the least of 8")
        bench.seconds(65, flow: 4.7)
        #expect(bench.warnings == [AlarmID(.lowFlow, .zone(first))])
        bench.seconds(40, flow: 9.3)
        #expect(bench.standing == [TripID(.highFlow, .zone(first))], "of the nominal 10 it would be little")
    }

    @Test(arguments: [0.1, -5, .infinity, .nan]) func `What was learned outside of 70 to 130 % of the nominal flow counts to the edge of it, or not at all`(flow: Double) {
        let bench = Bench(Bench.plan(low: FlowLimit(0.6, after: .seconds(60), stops: false)))
        bench.learned[first] = Flow(base: flow)
        bench.run()
        bench.seconds(100, flow: 6.1)
        #expect(bench.warnings.isEmpty)
        bench.seconds(70, flow: 4.1)
        #expect(bench.warnings == [AlarmID(.lowFlow, .zone(first))], "4.2 m3/h is the least of 7, 6 of 10")
    }
}

struct PressureDecayTests {
    private func shut(_ pressure: Double = 200) -> Bench {
        let point: PointOf<Pressure>? = Bench.tables.quantity(Bench.pressure)
        let guarded = point.map { PressureGuard(point: $0, decay: PressureDecay(drop: 0.3, within: .minutes(10))) }
        let bench = Bench(Bench.plan(pressure: guarded))
        bench.run()
        bench.seconds(30, [:], flow: 0, other: [Bench.pressure: pressure])
        return bench
    }

    @Test func `A main that is shut and loses its pressure is a leak: pump and master valve are held until a reset`() {
        let bench = shut()
        bench.seconds(120, [:], flow: 0, other: [Bench.pressure: 141])
        #expect(bench.standing.isEmpty)
        bench.seconds(4, [:], flow: 0, other: [Bench.pressure: 139])
        #expect(bench.standing.isEmpty)
        bench.seconds(4, [:], flow: 0, other: [Bench.pressure: 139])
        #expect(bench.standing == [TripID(.pressureDecay, .source(well))])
        bench.seconds(20)
        #expect(!bench.level(Bench.master).isOn && !bench.level(Bench.pump).isOn)
        bench.scan([:], commands: [.resetAll])
        bench.seconds(20)
        #expect(bench.level(Bench.master).isOn && bench.standing.isEmpty)
    }

    @Test func `A slow fall, a main that holds no pressure, and a gauge that says nothing are no leak`() {
        let slow = shut()
        for minute in 1...60 { slow.seconds(60, [:], flow: 0, other: [Bench.pressure: 200 - Double(minute) * 2]) }
        #expect(slow.standing.isEmpty, "20 kPa in ten minutes")
        let empty = shut(30)
        empty.seconds(300, [:], flow: 0, other: [Bench.pressure: 2])
        #expect(empty.standing.isEmpty)
        let blind = shut()
        for _ in 0..<300 {
            blind.scan([:], flow: .good(0, at: blind.now), other: [Bench.pressure: .bad(.noAnswer, at: blind.now)])
            blind.now = blind.now + .seconds(1)
        }
        #expect(blind.standing.isEmpty)
    }

    @Test func `A pressure that falls because a zone opens is no leak`() {
        let bench = shut()
        bench.seconds(300, [Bench.valve: .on], flow: 0, other: [Bench.pressure: 5])
        #expect(bench.standing.isEmpty)
    }
}
