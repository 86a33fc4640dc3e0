import Interlocks
import ProcessImage
import Quantities
import Testing

/// Every reading of the stop line × every reading of the suction switch × every demand, against a table said in words.
struct SmallWorldTests {
    private struct Case {
        let reading: Reading
        /// The rule, said anew and not by the code under test: good, off, and fresh enough.
        let isFine: Bool
    }

    private func cases(fineFor limit: Duration, at now: Instant) -> [Case] {
        let ages: [Duration] = [.zero, .milliseconds(1900), .milliseconds(2100), .milliseconds(5100), .milliseconds(15_100)]
        let seen = ages.flatMap { age in
            [0.0, 1.0].flatMap { value in
                [Case(reading: .good(value, at: now + (.zero - age)), isFine: value == 0 && age <= limit),
                 Case(reading: .uncertain(value, .stale, at: now + (.zero - age)), isFine: false)]
            }
        }
        let bad = Reason.allCases.map { Case(reading: .bad($0, at: now), isFine: false) }
        return seen + bad + [Case(reading: .neverRead, isFine: false)]
    }

    @Test func `Worst wins for every stop line, every suction switch and every demand`() {
        let now = Instant(nanoseconds: 1_000_000_000_000) + .seconds(30)
        // The stop line counts for 2 s; the suction switch for 10 s, but its reading is only good for 5 s.
        let stops = cases(fineFor: .seconds(2), at: now)
        let suctions = cases(fineFor: .seconds(5), at: now)
        for stop in stops {
            for suction in suctions {
                for demand in 0..<8 { judge(stop, suction, demand) }
            }
        }
    }

    private func judge(_ stop: Case, _ suction: Case, _ demand: Int) {
        let bench = Bench()
        bench.run()
        let valve: OutputLevel = demand & 1 == 0 ? .off : .on
        let pump: OutputLevel = demand & 2 == 0 ? .off : .on
        let aerator: OutputLevel = demand & 4 == 0 ? .off : .on
        bench.scan([Bench.valve: valve, Bench.master: .on, Bench.pump: pump, Bench.aerator: aerator],
                   stop: stop.reading, suction: suction.reading)
        let expected: [OutputLevel] = stop.isFine
            ? [suction.isFine && valve.isOn ? pump : .off, .on, valve, .off, aerator] : [.off, .off, .off, .off, .on]
        let seen = (0..<5).map { bench.level(OutputIndex($0)) }
        #expect(seen == expected, "stop \(stop.reading), suction \(suction.reading), demand \(demand)")
        #expect(bench.standing.contains(TripID(.emergencyStop, .site)) == !stop.isFine)
        #expect(bench.standing.contains(TripID(.dryRun, .source(SourceIndex(0)))) == !suction.isFine)
    }

    @Test func `No reading lets a pump start from rest but a good, wet, fresh one and a released stop line`() {
        let now = Instant(nanoseconds: 1_000_000_000_000) + .seconds(20)
        for stop in cases(fineFor: .seconds(2), at: now) {
            for suction in cases(fineFor: .seconds(5), at: now) {
                let bench = Bench()
                for _ in 0..<2 {
                    bench.scan([Bench.valve: .on, Bench.master: .on])
                    bench.now = bench.now + .seconds(10)
                }
                bench.scan([Bench.valve: .on, Bench.master: .on, Bench.pump: .on], stop: stop.reading, suction: suction.reading)
                #expect(bench.level(Bench.pump).isOn == (stop.isFine && suction.isFine))
                #expect(bench.count(.tripDryRun) == 0, "a pump that stood still is not tripped")
            }
        }
    }

    @Test func `A motor runs on a protection that is read good, off and fresh, and on nothing else, whatever is demanded`() {
        let motor = MotorGuard(output: Bench.pump, faultWhen: Bench.tables.digital(Bench.protection))
        let now = Instant(nanoseconds: 1_000_000_000_000) + .seconds(30)
        for protection in cases(fineFor: .seconds(5), at: now) {
            for demand in 0..<8 {
                let bench = Bench(Bench.plan(motor: motor))
                bench.run()
                let (valve, pump): (OutputLevel, OutputLevel) = (demand & 1 == 0 ? .off : .on, demand & 2 == 0 ? .off : .on)
                bench.scan([Bench.valve: valve, Bench.master: demand & 4 == 0 ? .off : .on, Bench.pump: pump],
                           other: [Bench.protection: protection.reading])
                let mayRun = protection.isFine && demand == 7
                #expect(bench.level(Bench.pump).isOn == mayRun, "\(protection.reading), demand \(demand)")
            }
        }
    }

    @Test func `An output behind a device moves only while that device is known to answer`() {
        let now = Instant(nanoseconds: 1_000_000_000_000) + .seconds(30)
        // Said the other way round: "off" is the device that does not answer.
        for silence in cases(fineFor: .zero, at: now) where silence.reading.quality != .good { expectHeld(silence.reading) }
        for age in [Duration.zero, .milliseconds(5100), .milliseconds(15_100)] {
            for value in [0.0, 1.0] {
                let bench = reached(.good(value, at: now + (.zero - age)))
                #expect(bench.level(Bench.other).isOn == (value == 1 && age == .zero), "\(value), \(age) old")
            }
        }
    }

    private func expectHeld(_ reading: Reading) {
        #expect(!reached(reading).level(Bench.other).isOn, "\(reading)")
    }

    private func reached(_ online: Reading) -> Bench {
        let bench = Bench(Bench.plan(isReached: true))
        bench.run()
        bench.scan([Bench.other: .on], other: [Bench.online: online])
        return bench
    }
}

/// Random demands, readings and levels read back, from a seed; the checker knows the rules and not the code.
struct InterlockPropertyTests {
    @Test(arguments: 1...12) func `The rules hold whatever is demanded and read`(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let bench = Bench()
        var checker = Checker()
        for _ in 0..<1500 {
            bench.now = bench.now + [.milliseconds(100), .seconds(1), .seconds(9)][Int(random.next() % 3)]
            var wanted: [OutputIndex: OutputLevel] = [:]
            for number in 0..<5 { wanted[OutputIndex(number)] = random.next() % 8 == 0 ? .off : .on }
            let stop: Reading? = random.next() % 200 == 0 ? .good(1, at: bench.now) : nil
            let suction: Reading? = random.next() % 150 == 0 ? .bad(.noAnswer, at: bench.now) : nil
            let flow: Reading? = random.next() % 4 == 0 ? .good(Double(random.next() % 40), at: bench.now) : nil
            let reset = random.next() % 40 == 0
            bench.scan(wanted, stop: stop, suction: suction, flow: flow, commands: reset ? [.resetAll] : [])
            checker.check(bench, wanted, isReleased: stop == nil, isWet: suction == nil, mayClear: reset)
        }
        #expect(checker.pumpRan > 50 && checker.tripsSeen > 3, "the seed shows something")
    }
}

/// The same with everything watched that can be, and every reading drawn anew.
struct SupervisedPropertyTests {
    private func supervised() throws -> Bench {
        let pressure = PressureGuard(point: try #require(Bench.tables.quantity(Bench.pressure)), maximum: .kilopascals(300),
                                     dryBelow: .kilopascals(60), drop: 0.25)
        let motor = MotorGuard(output: Bench.pump, faultWhen: Bench.tables.digital(Bench.protection),
                               current: Bench.tables.quantity(Bench.current), dryBelow: .amperes(6), startsPerHour: 30)
        return Bench(Bench.plan(pressure: pressure, low: FlowLimit(0.6, after: .seconds(20), stops: true),
                                high: FlowLimit(1.2, after: .seconds(20), stops: true), motor: motor, isReached: true))
    }

    @Test(arguments: 1...12) func `The rules hold whatever is demanded and read, with everything watched`(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed) &* 77)
        let bench = try supervised()
        var checker = Checker()
        for _ in 0..<1500 {
            bench.now = bench.now + [.milliseconds(100), .seconds(1), .seconds(9)][Int(random.next() % 3)]
            var wanted: [OutputIndex: OutputLevel] = [:]
            for number in 0..<5 { wanted[OutputIndex(number)] = random.next() % 8 == 0 ? .off : .on }
            var other: [PointIndex: Reading] = [:]
            if random.next() % 5 == 0 { other[Bench.pressure] = .good(Double(random.next() % 400), at: bench.now) }
            if random.next() % 300 == 0 { other[Bench.protection] = random.next() % 2 == 0 ? .good(1, at: bench.now) : .bad(.noAnswer, at: bench.now) }
            if random.next() % 6 == 0 { other[Bench.current] = .good(Double(random.next() % 15), at: bench.now) }
            if random.next() % 50 == 0 { other[Bench.online] = .good(0, at: bench.now) }
            let flow: Reading? = random.next() % 4 == 0 ? .good(Double(random.next() % 40), at: bench.now) : nil
            let reset = random.next() % 20 == 0
            bench.scan(wanted, flow: flow, other: other, commands: reset ? [.resetAll] : [])
            checker.check(bench, wanted, isReleased: true, isWet: true, mayClear: reset)
            if bench.level(Bench.pump).isOn { #expect(other[Bench.protection] == nil, "it runs on a protection that does not let it") }
            if bench.level(Bench.other).isOn { #expect(other[Bench.online] == nil, "it moves behind a device that does not answer") }
        }
        #expect(checker.pumpRan > 20 && checker.tripsSeen > 3, "the seed shows something")
    }
}

/// Stands outside: what must hold of the outputs after every scan.
struct Checker {
    var pumpRan = 0
    var tripsSeen = 0
    private var onSince: [OutputIndex: Instant] = [:]
    private var away: [OutputIndex: Instant] = [:]
    private var standing: Set<TripID> = []

    mutating func check(_ bench: Bench, _ wanted: [OutputIndex: OutputLevel], isReleased: Bool, isWet: Bool, mayClear: Bool) {
        let now = bench.now
        for number in 0..<5 {
            let output = OutputIndex(number)
            let level = bench.level(output)
            let safe: OutputLevel = output == Bench.aerator ? .on : .off
            if level != safe { #expect(wanted[output] == level, "nothing moves unasked") }
            onSince[output] = level.isOn ? onSince[output] ?? now : nil
            away[output] = level != safe ? away[output] ?? now : nil
            if let since = away[output] { #expect(now - since < Bench.maximumOn) }
        }
        if bench.level(Bench.pump).isOn {
            pumpRan += 1
            #expect(isReleased && isWet)
            let open = [Bench.valve, Bench.other].contains { hasBeenOn($0, for: .seconds(8), now) }
            #expect(open && hasBeenOn(Bench.master, for: .seconds(4), now), "a pump against closed valves")
        }
        let trips = bench.standing
        if !mayClear { #expect(trips.isSuperset(of: standing), "a trip went away by itself") }
        tripsSeen += trips.subtracting(standing).count
        standing = trips
        for trip in trips { checkHolds(trip, bench) }
    }

    private func hasBeenOn(_ output: OutputIndex, for travel: Duration, _ now: Instant) -> Bool {
        onSince[output].map { now - $0 >= travel } ?? false
    }

    private func checkHolds(_ trip: TripID, _ bench: Bench) {
        let held: [OutputIndex] = switch (trip.kind, trip.subject) {
        case (.emergencyStop, _): [Bench.pump, Bench.master, Bench.valve, Bench.other]
        case (.dryRun, _): [Bench.pump]
        case (.leak, _), (.burst, _): [Bench.pump, Bench.master]
        case (.overPressure, _): [Bench.pump]
        case (.stuckValve, _): [Bench.pump, Bench.master, Bench.valve, Bench.other]
        case (.noFlow, .zone(let zone)), (.lowFlow, .zone(let zone)), (.highFlow, .zone(let zone)): [zone.offset == 0 ? Bench.valve : Bench.other]
        case (_, .output(let output)): output == Bench.aerator ? [] : [output]
        default: []
        }
        for output in held { #expect(!bench.level(output).isOn, "\(trip) stands and \(output) is on") }
    }
}

/// SplitMix64: a seed gives one sequence on every machine.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
