import Interlocks
import ProcessImage
import Quantities
import Testing

/// A motor's warmth, reckoned from its current, and its thermistors.
@Suite struct `Motor heat` {
    private func bench(_ time: Duration = .minutes(5), thermistor: Bool = false) -> Bench {
        let motor = MotorGuard(output: Bench.pump, hotWhen: thermistor ? Bench.tables.digital(Bench.protection) : nil,
                               heat: thermistor ? nil : MotorHeat(rated: .amperes(10), timeConstant: time),
                               current: Bench.tables.quantity(Bench.current))
        return Bench(Bench.plan(motor: motor))
    }

    /// Seconds until it trips at a multiple of its rated current; `nil`: not within nine minutes, the longest the bench lets it run.
    private func trips(at multiple: Double) -> Int? {
        let bench = bench()
        bench.run()
        for second in 0..<540 {
            bench.scan(Bench.allOn, other: [Bench.current: .good(10 * multiple, at: bench.now)])
            bench.now = bench.now + .seconds(1)
            if !bench.standing.isEmpty { return second }
        }
        return nil
    }

    @Test func `from warm it never trips at its rated current, and the sooner the more it draws`() {
        #expect(trips(at: 1) == nil && trips(at: 1.05) == nil)
        let slow = trips(at: 1.3), middle = trips(at: 1.5), fast = trips(at: 6)
        #expect((slow ?? 0) > (middle ?? .max) && (middle ?? 0) > (fast ?? .max) && (fast ?? .max) < 10)
        #expect((60...150).contains(middle ?? 0))
    }

    @Test func `it waits for a person, and is reset only once it has cooled down`() {
        let bench = bench()
        bench.run()
        bench.seconds(120, other: [Bench.current: 20])
        let trip = TripID(.motorFault, .output(Bench.pump))
        #expect(bench.standing.contains(trip) && bench.level(Bench.pump) == .off)
        #expect(bench.events.contains { $0.kind == .tripMotorFault && $0.cause == .interlock(.motorHot) })
        bench.scan(Bench.allOn, commands: [.reset(trip)])
        #expect(bench.standing.contains(trip), "still warm")
        bench.seconds(900, [:])
        bench.scan(commands: [.reset(trip)])
        #expect(!bench.standing.contains(trip))
    }

    @Test func `a running motor whose current is not known neither cools nor heats`() {
        let bench = bench(.minutes(1))
        bench.run()
        bench.seconds(12, other: [Bench.current: 12])
        let readings: [PointIndex: Reading] = [Bench.current: .bad(.noAnswer, at: bench.now)]
        for _ in 0..<120 {
            bench.scan(Bench.allOn, other: readings)
            bench.now = bench.now + .seconds(1)
        }
        #expect(bench.standing.isEmpty)
        bench.seconds(30, other: [Bench.current: 16])
        #expect(bench.standing.contains(TripID(.motorFault, .output(Bench.pump))), "it went on from the warmth it had")
    }

    @Test func `a thermistor that says hot trips, one that says nothing holds`() {
        let hot = bench(thermistor: true)
        hot.run()
        hot.scan(Bench.allOn, other: [Bench.protection: .good(1, at: hot.now)])
        #expect(hot.standing.contains(TripID(.motorFault, .output(Bench.pump))) && hot.level(Bench.pump) == .off)
        let silent = bench(thermistor: true)
        silent.run()
        silent.scan(Bench.allOn, other: [Bench.protection: .bad(.noAnswer, at: silent.now)])
        #expect(silent.standing.isEmpty && silent.level(Bench.pump) == .off && silent.cause(Bench.pump) == .interlock(.motorHot))
    }
}
