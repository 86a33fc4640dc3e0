import Control
import ProcessImage
import Quantities
import Scan
import Testing

private func at(_ hour: Int, _ minute: Int = 0) -> TimeOfDay { TimeOfDay(hour: hour, minute: minute) ?? .midnight }

private func daily(_ hours: [Int] = [6], minutes: Int = 1, zones: [Int] = [0], windows: UInt32 = .max) -> ProgramPlan {
    ProgramPlan(steps: zones.map { .init(zone: ZoneIndex($0), give: .fixed(.time(.minutes(minutes)))) },
                starts: .times(hours.map { .clock(at($0)) }), windows: windows)
}

struct StandingOrderTests {
    @Test(arguments: [Subject.site, .program(ProgramIndex(0)), .zone(ZoneIndex(0))])
    func `A pause keeps programs from watering, is told, and is over when it is resumed`(subject: Subject) {
        let world = World.seconds(programs: [daily([6, 7])])
        world.turn()
        let pause = world.send(.pause(subject, for: nil))
        world.turn(for: .minutes(3))
        #expect(world.ordered.isEmpty && world.outcome(of: pause) == .done && world.findings().first?.matter == .paused)
        world.send(.resume(subject))
        world.turn(for: .hours(1))
        #expect(world.ordered.count == 1 && world.count(.pauseBegan) == 1 && world.count(.pauseEnded) == 1)
    }

    @Test func `A pause without an end is told on each day it stands, and a restart keeps it`() {
        let world = World.seconds(programs: [daily()])
        world.turn()
        world.send(.pause(.site, for: nil))
        world.turn(for: .hours(20))
        #expect(world.count(.pauseStands) == 1)
        var restored = Restored()
        for entry in world.ledger { if case .standing(let order) = entry { restored.standing.append(order) } }
        let next = World.seconds(programs: [daily()], restored: restored)
        next.turn(for: .minutes(3))
        #expect(next.ordered.isEmpty && next.count(.pauseStands) == 1 && restored.standing.map(\.subject) == [.site])
    }

    @Test func `A pause with an end and a rain delay end by themselves, on the disk too`() {
        let world = World.seconds(programs: [daily([6, 7, 8])])
        world.turn()
        world.send(.rainDelay(for: .minutes(30)))
        world.turn(for: .minutes(65))
        #expect(world.decisions.map(\.decision) == [.skipped, .started] && world.count(.rainDelayEnded) == 1)
        world.send(.pause(.program(ProgramIndex(0)), for: .minutes(70)))
        world.turn(for: .minutes(75))
        #expect(world.decisions.map(\.decision) == [.skipped, .started, .skipped])
        let ended = world.ledger.compactMap { if case .standingEnded(let kind, _) = $0 { kind } else { nil } }
        #expect(ended == [.rainDelay, .pause])
    }

    @Test func `A start that is to be skipped is skipped once, and can be taken back`() {
        let world = World.seconds(programs: [daily([6, 7, 8])])
        world.turn()
        world.send(.skipNext(ProgramIndex(0)))
        world.turn(for: .minutes(90))
        #expect(world.decisions.map(\.decision) == [.skipped, .started])
        world.send(.skipNext(ProgramIndex(0)))
        world.turn()
        world.send(.resume(.program(ProgramIndex(0))))
        world.turn(for: .minutes(60))
        #expect(world.decisions.map(\.decision) == [.skipped, .started, .started])
    }

    @Test func `An end by the clock is refused without a clock, a pause without an end is not`() {
        let world = World.seconds(programs: [daily()])
        world.trust = .unset
        world.turn()
        let (delay, pause) = (world.send(.rainDelay(for: .hours(24))), world.send(.pause(.site, for: nil)))
        world.turn()
        #expect(world.outcome(of: delay) == .refusedClock && world.outcome(of: pause) == .done)
    }

    @Test func `A program started by a person gives every zone its part, whatever conditions say, and does not count as a start of the day`() {
        let never = ProgramPlan(steps: [.init(zone: ZoneIndex(0), give: .fixed(.time(.minutes(2)))), .init(zone: ZoneIndex(1), give: .fixed(.time(.minutes(2))))],
                                starts: .times([.clock(at(6))]), when: [Condition(.soil, isAbove: false, limit: 0.01)], ifUnknown: .skip)
        let world = World.seconds(programs: [never])
        world.turn()
        world.send(.adjust(ProgramIndex(0), .percent(50)))
        let start = world.send(.startProgram(ProgramIndex(0)))
        world.turn(for: .seconds(30))
        #expect(world.outcome(of: start) == .done && world.ordered == [.time(.minutes(1)), .time(.minutes(1))])
        world.turn(for: .minutes(8))
        #expect(world.decisions.map(\.decision) == [.started] && world.endedRuns.map(\.outcome) == [.completed, .completed])
    }

    @Test func `A start by hand is refused while a no-water window stands, and says which it goes over`() {
        let always = WaterWindow(.hours(from: at(5), until: at(7), .everyDay))
        let world = World.seconds(programs: [daily([9]), daily([9], windows: 2)], windows: [always, WaterWindow(.hours(from: at(22), until: at(23), .everyDay))])
        world.turn(for: .seconds(3))
        let refused = world.send(.startProgram(ProgramIndex(0)))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: refused) == .refusedWindow && world.ordered.isEmpty && world.count(.programStartedByHand) == 0)
        #expect(world.events(.startRefused).map(\.cause) == [.matter(.window, 0)])
        let free = world.send(.startProgram(ProgramIndex(1)))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: free) == .done, "a window that does not hold for it does not stand against it")
        world.turn(for: .minutes(3))
        let over = world.send(.startProgram(ProgramIndex(0), over: true))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: over) == .done && world.events(.startOverWindow).map(\.cause) == [.matter(.window, 0)])
        #expect(world.ordered == [.time(.minutes(1)), .time(.minutes(1))])
    }

    @Test func `A start by hand is refused where a quota has too little left for all its zones together, with the numbers`() {
        let two = ProgramPlan(steps: [0, 1].map { .init(zone: ZoneIndex($0), give: .fixed(.volume(.cubicMeters(2)))) }, starts: .times([.clock(at(9))]))
        let world = World.seconds(programs: [two], quotas: [QuotaPlan(zone: nil, limit: .cubicMeters(3), period: .day)])
        world.turn(for: .seconds(3))
        let refused = world.send(.startProgram(ProgramIndex(0)))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: refused) == .refusedQuota && world.ordered.isEmpty)
        let told = world.events(.startRefused)
        #expect(told.map(\.cause) == [.matter(.quota, 0)] && told.map(\.value) == [4] && told.map(\.limit) == [3])
        let over = world.send(.startProgram(ProgramIndex(0), over: true))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: over) == .done && world.events(.startOverQuota).map(\.limit) == [3])
        #expect(world.ordered == [.volume(.cubicMeters(2)), .volume(.cubicMeters(2))], "all of it")
    }

    @Test func `A start by hand within a quota, and in a pause, is done, and the pause it goes over is told`() {
        let world = World.seconds(programs: [daily([9])], quotas: [QuotaPlan(zone: nil, limit: .cubicMeters(3), period: .day)])
        world.turn(for: .seconds(3))
        world.send(.pause(.site, for: nil))
        let start = world.send(.startProgram(ProgramIndex(0)))
        world.turn(for: .seconds(5))
        #expect(world.outcome(of: start) == .done && world.count(.startRefused) == 0)
        #expect(world.events(.startOverWindow).map(\.cause) == [.matter(.paused, 0)])
    }

    @Test(arguments: [Command.Kind.startProgram(ProgramIndex(9)), .skipNext(ProgramIndex(9)), .adjust(ProgramIndex(0), .percent(1000)),
                      .adjust(ProgramIndex(9), .percent(100)), .pause(.zone(ZoneIndex(99)), for: nil), .pause(.output(OutputIndex(0)), for: nil),
                      .resume(.site), .resume(.program(ProgramIndex(7)))])
    func `An order about what is not there, or out of range, does nothing`(kind: Command.Kind) {
        let world = World.seconds(programs: [daily()])
        world.turn()
        let command = world.send(kind)
        world.turn()
        #expect(world.outcome(of: command) == .refusedNothingToDo && world.count(.pauseBegan) == 0)
    }
}

struct WaterWindowTests {
    private func windy(calm: Duration = .minutes(10), ifUnknown: UnknownPolicy = .water, ends: Bool = false) -> WaterWindow {
        // The world's soil point stands in for the wind: above 40.
        WaterWindow(.condition(Condition(.point(World.soilGauge), isAbove: true, limit: 0.4), calm: calm), ifUnknown: ifUnknown, endsRuns: ends)
    }

    @Test func `A window by the clock begins and ends at its times, also over midnight`() {
        for (from, until, isOn) in [(at(5), at(7), true), (at(7), at(8), false), (at(22), at(6, 30), true), (at(22), at(5), false)] {
            let world = World.seconds(programs: [daily()], windows: [WaterWindow(.hours(from: from, until: until, .everyDay))])
            world.turn(for: .seconds(3))
            #expect(world.count(.windowBegan) == (isOn ? 1 : 0), "\(from) \(until)")
        }
    }

    @Test func `Wind that has gone down is waited out, and an unknown wind is as it is set`() {
        let world = World.seconds(programs: [daily()], windows: [windy(), windy(ifUnknown: .skip)])
        world.soil = .good(20, at: .never)
        world.turn(for: .seconds(10))
        #expect(world.count(.windowBegan) == 0)
        world.soil = .good(50, at: .never)
        world.turn(for: .seconds(10))
        #expect(world.count(.windowBegan) == 2)
        world.soil = .good(20, at: .never)
        world.turn(for: .minutes(9))
        #expect(world.count(.windowEnded) == 0)
        world.turn(for: .minutes(2))
        #expect(world.count(.windowEnded) == 2)
        world.soil = .bad(.noAnswer, at: .never)
        world.turn(for: .seconds(10))
        #expect(world.count(.windowBegan) == 3)
    }
}
