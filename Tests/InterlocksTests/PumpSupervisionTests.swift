import Interlocks
import ProcessImage
import Quantities
import Testing

private let well = SourceIndex(0)
private let dryRun = TripID(.dryRun, .source(well))

struct PressureTests {
    private func guarded(maximum: Double? = nil, dryBelow: Double? = nil, drop: Double? = nil) throws -> PressureGuard {
        PressureGuard(point: try #require(Bench.tables.quantity(Bench.pressure)), maximum: maximum.map { .kilopascals($0) },
                      dryBelow: dryBelow.map { .kilopascals($0) }, drop: drop)
    }

    @Test func `Too much pressure for a second stops the pump, and is reset only when it is gone`() throws {
        let bench = Bench(Bench.plan(pressure: try guarded(maximum: 300)))
        bench.run()
        bench.seconds(1, other: [Bench.pressure: 320])
        #expect(bench.level(Bench.pump).isOn)
        bench.seconds(1, other: [Bench.pressure: 320])
        #expect(!bench.level(Bench.pump).isOn && bench.standing == [TripID(.overPressure, .source(well))])
        bench.scan(other: [Bench.pressure: .good(310, at: bench.now)], commands: [.resetAll])
        #expect(bench.count(.resetRefused) == 1)
        bench.scan(commands: [.resetAll])
        #expect(bench.standing.isEmpty)
    }

    @Test func `Neither pressure nor flow for 10 s after the pump had its time is a dry run`() throws {
        let bench = Bench(Bench.plan(pressure: try guarded(dryBelow: 60)))
        bench.seconds(9)
        bench.seconds(39, flow: 5, other: [Bench.pressure: 20])
        #expect(bench.standing.isEmpty, "flow is enough")
        bench.seconds(9, flow: 0.1, other: [Bench.pressure: 20])
        #expect(bench.standing.isEmpty)
        bench.seconds(3, flow: 0.1, other: [Bench.pressure: 20])
        #expect(bench.standing == [dryRun] && bench.events.last?.cause == .interlock(.noPressure))
    }

    @Test func `A meter that says nothing does not speak for the pump; a pressure that says nothing does not stop it`() throws {
        let bench = Bench(Bench.plan(pressure: try guarded(dryBelow: 60)))
        bench.seconds(45)
        for _ in 0..<12 {
            bench.scan(Bench.allOn, flow: .bad(.noAnswer, at: bench.now), other: [Bench.pressure: .good(20, at: bench.now)])
            bench.now = bench.now + .seconds(1)
        }
        #expect(bench.standing == [dryRun])
        let blind = Bench(Bench.plan(pressure: try guarded(maximum: 300, dryBelow: 60, drop: 0.25)))
        blind.seconds(45)
        for _ in 0..<30 {
            blind.scan(Bench.allOn, other: [Bench.pressure: .bad(.noAnswer, at: blind.now)])
            blind.now = blind.now + .seconds(1)
        }
        #expect(blind.standing.isEmpty && blind.level(Bench.pump).isOn)
    }

    @Test func `Pressure that falls while the flow rises is a burst, even below its flow limit`() throws {
        let bench = Bench(Bench.plan(pressure: try guarded(drop: 0.25)))
        bench.seconds(60)
        bench.seconds(9, flow: 12, other: [Bench.pressure: 140])
        #expect(bench.standing.isEmpty)
        bench.seconds(3, flow: 12, other: [Bench.pressure: 140])
        #expect(bench.standing == [TripID(.burst, .source(well))] && bench.events.last?.cause == .interlock(.pressureDrop))
        let lower = Bench(Bench.plan(pressure: try guarded(drop: 0.25)))
        lower.seconds(60)
        lower.seconds(30, flow: 9, other: [Bench.pressure: 140])
        #expect(lower.standing.isEmpty, "less of both is no burst")
    }
}

struct DryRetryTests {
    private let retry = DryRetry(after: .minutes(10), perHour: 3)

    private func runDry(_ bench: Bench) {
        bench.run()
        bench.scan(Bench.allOn, suction: .good(1, at: bench.now))
        bench.now = bench.now + .seconds(1)
    }

    @Test func `A dry run ends by itself 10 min after the water is back, three times an hour`() {
        let bench = Bench(Bench.plan(retry: retry))
        for time in 1...3 {
            runDry(bench)
            #expect(bench.standing == [dryRun])
            bench.seconds(599, [:], flow: 0)
            #expect(bench.standing == [dryRun])
            bench.seconds(3, [:], flow: 0)
            #expect(bench.standing.isEmpty && bench.count(.dryRunRetried) == time)
        }
        runDry(bench)
        bench.seconds(1200, [:], flow: 0)
        #expect(bench.standing == [dryRun], "a fourth time within the hour waits")
        bench.seconds(1200, [:], flow: 0)
        #expect(bench.standing.isEmpty)
    }

    @Test func `Water that is not known to be back ends nothing, nor does a site that does not allow it`() {
        let bench = Bench(Bench.plan(retry: retry))
        runDry(bench)
        for second in 0..<1500 {
            let suction: Reading = second % 500 == 499 ? .bad(.noAnswer, at: bench.now) : .good(0, at: bench.now)
            bench.scan(suction: suction, flow: .good(0, at: bench.now))
            bench.now = bench.now + .seconds(1)
        }
        #expect(bench.standing == [dryRun])
        let plain = Bench()
        runDry(plain)
        plain.seconds(1500, [:], flow: 0)
        #expect(plain.standing == [dryRun])
    }

    @Test func `A dry run that the level did not see, or of an earlier life, waits for a person`() {
        var restored = Restored()
        restored.trips = [dryRun]
        let bench = Bench(Bench.plan(retry: retry), restored: restored)
        bench.seconds(1500, [:], flow: 0)
        #expect(bench.standing == [dryRun])
    }
}

struct MotorTests {
    private func motor(starts: Int? = nil, rest: Duration = .zero, dryBelow: Double? = nil) -> MotorGuard {
        MotorGuard(output: Bench.pump, faultWhen: Bench.tables.digital(Bench.protection),
                   current: Bench.tables.quantity(Bench.current), dryBelow: dryBelow.map { .amperes($0) }, startsPerHour: starts, rest: rest)
    }

    private let fault = TripID(.motorFault, .output(Bench.pump))

    @Test func `A motor's fault stops it in the same scan and latches until it is gone and reset`() {
        let bench = Bench(Bench.plan(motor: motor()))
        bench.run()
        bench.scan(Bench.allOn, other: [Bench.protection: .good(1, at: bench.now)])
        #expect(!bench.level(Bench.pump).isOn && bench.standing == [fault])
        bench.scan(Bench.allOn, other: [Bench.protection: .good(1, at: bench.now)], commands: [.resetAll])
        #expect(bench.standing == [fault])
        bench.scan(Bench.allOn, commands: [.resetAll])
        #expect(bench.standing.isEmpty)
    }

    @Test func `A protection that cannot be read holds the motor and latches nothing`() {
        let bench = Bench(Bench.plan(motor: motor()))
        bench.run()
        bench.scan(Bench.allOn, other: [Bench.protection: .bad(.noAnswer, at: bench.now)])
        #expect(!bench.level(Bench.pump).isOn && bench.cause(Bench.pump) == .interlock(.motorProtection) && bench.standing.isEmpty)
        bench.scan(Bench.allOn)
        #expect(bench.level(Bench.pump).isOn)
    }

    @Test func `A pump that draws too little for 10 s has run dry; its start is let by`() {
        let bench = Bench(Bench.plan(motor: motor(dryBelow: 6)))
        bench.seconds(9)
        bench.seconds(18, other: [Bench.current: 2])
        #expect(bench.standing.isEmpty)
        bench.seconds(4, other: [Bench.current: 2])
        #expect(bench.standing == [dryRun] && bench.events.last?.cause == .interlock(.underCurrent))
    }

    @Test func `A motor rests between two runs, and after a start of the controller`() {
        let bench = Bench(Bench.plan(motor: motor(rest: .minutes(3))))
        bench.seconds(179)
        #expect(!bench.level(Bench.pump).isOn && bench.cause(Bench.pump) == .interlock(.resting))
        bench.seconds(3)
        #expect(bench.level(Bench.pump).isOn)
        bench.seconds(1, [Bench.valve: .on, Bench.master: .on])
        bench.seconds(178)
        #expect(!bench.level(Bench.pump).isOn)
        bench.seconds(3)
        #expect(bench.level(Bench.pump).isOn)
    }

    @Test func `A motor has its starts of an hour and no more, also over a restart, and goes on while it runs`() {
        let bench = Bench(Bench.plan(motor: motor(starts: 3)))
        bench.seconds(9)
        for _ in 0..<4 {
            bench.seconds(2)
            bench.seconds(1, [Bench.valve: .on, Bench.master: .on])
        }
        #expect(bench.ledger.count { if case .motorStarted = $0 { true } else { false } } == 3)
        #expect(bench.isRefused(Bench.pump) == false && bench.count(.startsUsedUp) == 1)
        bench.seconds(1)
        #expect(bench.cause(Bench.pump) == .interlock(.startsPerHour))

        var restored = Restored()
        restored.motorStarts = [.minutes(58), .minutes(20), .minutes(1)].map { Restored.MotorStart(output: Bench.pump, age: $0) }
        let later = Bench(Bench.plan(motor: motor(starts: 3)), restored: restored)
        later.seconds(118)
        #expect(!later.level(Bench.pump).isOn)
        later.seconds(20)
        #expect(later.level(Bench.pump).isOn, "the oldest start is an hour ago")
        later.seconds(300)
        #expect(later.level(Bench.pump).isOn && later.count(.startsUsedUp) == 2)
    }
}

struct UnreachableTests {
    @Test func `An output whose device does not answer is held safe, and its pump with it; it does not come back by itself on`() {
        let bench = Bench(Bench.plan(isReached: true))
        let wanted: [OutputIndex: OutputLevel] = [Bench.other: .on, Bench.master: .on, Bench.pump: .on]
        bench.seconds(20, wanted)
        #expect(bench.level(Bench.pump).isOn)
        bench.seconds(1, wanted, other: [Bench.online: 0])
        #expect(!bench.level(Bench.other).isOn && !bench.level(Bench.pump).isOn)
        #expect(bench.cause(Bench.other) == .interlock(.unreachable) && bench.standing.isEmpty)
        bench.seconds(4, wanted)
        #expect(bench.level(Bench.other).isOn && !bench.level(Bench.pump).isOn, "the valve travels again first")
    }
}
