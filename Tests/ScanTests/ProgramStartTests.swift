import Control
import ProcessImage
import Quantities
import Scan
import Testing

/// Minutes after 05:59:00, when the test world begins.
private func at(_ hour: Int, _ minute: Int = 0) -> TimeOfDay { TimeOfDay(hour: hour, minute: minute) ?? .midnight }

private func program(_ starts: StartRule, give: AmountRule = .fixed(.time(.minutes(1))), zones: [Int] = [0], when: [Condition] = [],
                     unless: [Condition] = [], ifUnknown: UnknownPolicy = .water, byMonth: [Fraction] = [], longest: Duration = .hours(2),
                     days: DayRule = .everyDay, dates: [DateRange] = [], windows: UInt32 = .max, missed: MissedPolicy = .skip) -> ProgramPlan {
    ProgramPlan(steps: zones.map { .init(zone: ZoneIndex($0), give: give, longest: longest) }, starts: starts, days: days, dates: dates,
                when: when, unless: unless, ifUnknown: ifUnknown, byMonth: byMonth, windows: windows, missed: missed)
}

private let daily = StartRule.times([.clock(at(6))])

/// The world's soil probe, in per cent.
private func soil(below limit: Double) -> Condition { Condition(.soil, isAbove: false, limit: limit / 100) }

extension World {
    /// Reasons of the decisions so far about a zone, in order.
    func findings(_ zone: Int = 0) -> [Finding] {
        ledger.compactMap { if case .finding(_, ZoneIndex(zone), _, let finding) = $0 { finding } else { nil } }
    }

    var decisions: [(occurrence: Occurrence, decision: OccurrenceDecision)] {
        ledger.compactMap { if case .occurrence(let occurrence, let decision) = $0 { (occurrence, decision) } else { nil } }
    }

    /// What was ordered of each zone, in order.
    var ordered: [Amount] {
        ledger.compactMap { if case .runStarted(_, _, _, let planned) = $0 { planned } else { nil } }
    }

    static func seconds(programs: [ProgramPlan], quotas: [QuotaPlan] = [], windows: [WaterWindow] = [],
                        restored: Restored = Restored(), startAt: Int64 = World.mondayBeforeSix) -> World {
        World(programs: programs, quotas: quotas, windows: windows, restored: restored, startAt: startAt, period: .seconds(1))
    }
}

struct StartKindTests {
    @Test func `A start by the sun moves with the sun and stands once a day`() {
        // 2026-11-23 at Shouguang: sunrise 06:45, by the tables of the Purple Mountain Observatory's kind.
        let world = World.seconds(programs: [program(.times([.sun(.sunrise, offset: .minutes(-30))]))])
        world.turn(for: .minutes(30))
        let begun = world.cycle.records.all.compactMap { record in
            if case .ledger(.occurrence(_, .started), _) = record.body { record.wall.unixSeconds } else { nil }
        }
        let sunrise = SunClock.shouguang.unixSeconds(of: .sunrise, on: LocalClock.shanghai.local(unixSeconds: World.mondayBeforeSix).date)
        #expect(begun.count == 1 && begun.first == sunrise.map { $0 - 1800 })
    }

    @Test func `Where the sun does not rise there is no start`() {
        let north = SunClock(latitude: .degrees(78), longitude: .degrees(15))
        let december = CivilDate(year: 2026, month: 12, day: 21)
        #expect(december.map { north.unixSeconds(of: .sunrise, on: $0) == nil } == true)
    }

    @Test func `A program that is to be done by a time starts so much earlier as it takes`() {
        // Three zones of 10 minutes, one after another, each with 8 s and 4 s of travel: 30 min 36 s before 06:40.
        let world = World.seconds(programs: [program(.times([.finish(by: at(6, 40))]), give: .fixed(.time(.minutes(10))), zones: [0, 1, 2])])
        world.turn(for: .minutes(10))
        #expect(world.count(.programStarted) == 0)
        world.turn(for: .minutes(32))
        #expect(world.count(.programStarted) == 1 && world.endedRuns.map(\.outcome) == [.completed, .completed, .completed])
    }
}

struct ThresholdTests {
    private func dry(until: Double = 30, rest: Duration = .minutes(30), atMost: Int = 3, from: TimeOfDay = at(5), to: TimeOfDay = at(20)) -> StartRule {
        .trigger(Trigger(.condition(soil(below: 24), until: until / 100), from: from, until: to, rest: rest, atMostADay: atMost))
    }

    @Test func `A dry probe starts the program after a minute, rests between starts, and no oftener than it may a day`() {
        let world = World.seconds(programs: [program(dry())])
        world.soil = .good(20, at: .never)
        world.turn(for: .seconds(59))
        #expect(world.count(.programStarted) == 0)
        world.turn(for: .seconds(5))
        #expect(world.count(.programStarted) == 1)
        world.turn(for: .minutes(29))
        #expect(world.count(.programStarted) == 1)
        world.turn(for: .hours(4))
        #expect(world.count(.programStarted) == 3 && Set(world.decisions.map(\.occurrence)).count == 3)
    }

    @Test func `Between its two limits a zone goes on being thirsty, and one that was never dry is not`() {
        let world = World.seconds(programs: [program(dry(rest: .minutes(10), atMost: 20))])
        world.soil = .good(27, at: .never)
        world.turn(for: .minutes(20))
        #expect(world.count(.programStarted) == 0)
        world.soil = .good(23, at: .never)
        world.turn(for: .minutes(2))
        world.soil = .good(27, at: .never)
        world.turn(for: .minutes(12))
        #expect(world.count(.programStarted) == 2, "still below 30 %")
        world.soil = .good(31, at: .never)
        world.turn(for: .minutes(30))
        #expect(world.count(.programStarted) == 2)
    }

    @Test(arguments: [Reading.bad(.noAnswer, at: .never), .uncertain(3, .sensorFault, at: .never), .neverRead])
    func `A probe that is not well starts nothing, whatever it shows`(reading: Reading) {
        let world = World.seconds(programs: [program(dry())])
        world.soil = reading
        world.turn(for: .hours(1))
        #expect(world.count(.programStarted) == 0)
    }

    @Test func `One odd reading is no thirst, and outside its hours nothing starts`() {
        let world = World.seconds(programs: [program(dry()), program(dry(from: at(7), to: at(8)))])
        for _ in 0..<20 {
            world.soil = .good(3, at: .never)
            world.turn(for: .seconds(30))
            world.soil = .good(26, at: .never)
            world.turn(for: .seconds(30))
        }
        #expect(world.count(.programStarted) == 0)
        world.soil = .good(3, at: .never)
        world.turn(for: .minutes(30))
        #expect(world.decisions.allSatisfy { $0.occurrence.program == ProgramIndex(0) } && !world.decisions.isEmpty)
    }

    @Test func `A restart keeps the count of the day and the rest`() {
        let first = World.seconds(programs: [program(dry(atMost: 2))])
        first.soil = .good(20, at: .never)
        first.turn(for: .minutes(3))
        var restored = Restored()
        restored.decided = first.decisions.map(\.occurrence)
        restored.lastStarts[ProgramIndex(0)] = World.mondayBeforeSix + 60
        let second = World.seconds(programs: [program(dry(atMost: 2))], restored: restored, startAt: World.mondayBeforeSix + 240)
        second.soil = .good(20, at: .never)
        second.turn(for: .minutes(26))
        #expect(second.count(.programStarted) == 0, "30 minutes of rest are not over")
        second.turn(for: .hours(3))
        #expect(second.decisions.map(\.occurrence.number) == [1])
    }

    @Test func `Each zone is watered for its own thirst; a point's is for all`() {
        let world = World.seconds(programs: [program(dry(), zones: [0, 1])])
        world.soil = .good(20, at: .never)
        world.turn(for: .minutes(3))
        #expect(world.ordered.count == 1 && world.findings(1).last?.effect == .skips, "the second zone has no probe")
    }
}

struct ConditionTests {
    @Test func `A condition that does not hold skips the zone with its numbers, and one that holds is told too`() {
        for (reading, effect) in [(26.0, Finding.Effect.skips), (20, .allows)] {
            let world = World.seconds(programs: [program(daily, when: [soil(below: 24)])])
            world.soil = .good(reading, at: .never)
            world.turn(for: .minutes(2))
            let first = world.findings().first
            #expect(first?.matter == .soil && first?.effect == effect && first.map { abs($0.value - reading / 100) < 1e-9 } == true && first?.limit == 0.24)
            #expect(world.ordered.count == (effect == .skips ? 0 : 1) && world.count(.zoneSkipped) == (effect == .skips ? 1 : 0))
        }
    }

    @Test func `Of what must not hold one is enough to skip`() {
        let wet = Condition(.soil, isAbove: true, limit: 0.3)
        let world = World.seconds(programs: [program(daily, unless: [Condition(.soil, isAbove: true, limit: 0.9), wet])])
        world.soil = .good(35, at: .never)
        world.turn(for: .minutes(2))
        #expect(world.findings().map(\.effect) == [.allows, .skips] && world.ordered.isEmpty)
    }

    @Test func `What is not known makes no more water than the program without conditions: water or none, as it is set`() {
        for (policy, count) in [(UnknownPolicy.water, 1), (.skip, 0)] {
            let world = World.seconds(programs: [program(daily, when: [soil(below: 24)], unless: [Condition(.rain(hours: 24), isAbove: true, limit: 0.005)], ifUnknown: policy)])
            world.soil = .bad(.noAnswer, at: .never)
            world.turn(for: .minutes(2))
            #expect(world.ordered == Array(repeating: .time(.minutes(1)), count: count), "\(policy)")
            #expect(world.findings().first?.isKnown == false && world.findings().first?.reason == .noAnswer)
        }
    }
}

struct AmountTests {
    @Test func `A volume, and a depth on the zone's area`() {
        let world = World.seconds(programs: [
            program(daily, give: .fixed(.volume(.cubicMeters(2)))), program(daily, give: .depth(.millimeters(4)), zones: [1]),
        ])
        world.turn(for: .minutes(2))
        // Zones of 2000 m2.
        #expect(world.ordered.map { $0.volume?.cubicMeters } == [2, 8])
    }

    @Test func `The month's part and a person's make the amount more or less, and both are told`() {
        var parts = Array(repeating: Fraction(base: 1), count: 12)
        parts[10] = .percent(150)
        let world = World.seconds(programs: [program(daily, byMonth: parts)])
        world.turn()
        world.send(.adjust(ProgramIndex(0), .percent(80)))
        world.turn(for: .minutes(2))
        #expect(world.ordered == [.time(.seconds(72))])
        #expect(world.findings().contains { $0.matter == .adjusted && abs($0.value - 1.2) < 1e-9 })
    }

    @Test func `What its valve may be open cuts the amount`() {
        let world = World.seconds(programs: [program(daily, give: .fixed(.volume(.cubicMeters(20))), longest: .hours(1))])
        world.turn(for: .minutes(2))
        #expect(world.ordered.first?.volume.map { abs($0.cubicMeters - 10) < 1e-6 } == true)
        #expect(world.findings().map(\.matter) == [.valveTime, .ordered])
    }

    @Test func `A deficit that is not known gives what the rule says instead, or nothing`() {
        for (otherwise, count) in [(Depth.millimeters(2) as Depth?, 1), (nil, 0)] {
            let world = World.seconds(programs: [program(daily, give: .deficit(.init(otherwise: otherwise)))])
            world.turn(for: .minutes(2))
            #expect(world.ordered.count == count && world.findings().first?.matter == .deficit)
        }
    }
}

struct QuotaTests {
    private func quota(_ cubicMeters: Double, zone: Int? = 0, _ period: QuotaPlan.Period = .day) -> QuotaPlan {
        QuotaPlan(zone: zone.map { ZoneIndex($0) }, limit: .cubicMeters(cubicMeters), period: period)
    }

    @Test func `A run is cut to what is left, the next is skipped, and a new day begins anew`() {
        let twice = program(.times([.clock(at(6)), .clock(at(8)), .clock(at(10))]), give: .fixed(.volume(.cubicMeters(2))))
        let world = World.seconds(programs: [twice], quotas: [quota(3)])
        world.turn(for: .hours(5))
        let given = world.ordered.compactMap { $0.volume?.cubicMeters }
        #expect(given.count == 2 && given.first == 2 && given.last.map { $0 > 0.9 && $0 <= 1 } == true, "\(given)")
        #expect(world.count(.zoneSkipped) == 1 && world.findings().last?.matter == .quota)
        world.turn(for: .hours(20))
        #expect(world.ordered.count == 3)
    }

    @Test func `The site's quota counts what is ordered and not given yet`() {
        let world = World.seconds(programs: [program(daily, give: .fixed(.volume(.cubicMeters(2))), zones: [0, 1, 2])], quotas: [quota(5, zone: nil)])
        world.turn(for: .minutes(2))
        #expect(world.ordered.compactMap { $0.volume?.cubicMeters } == [2, 2, 1])
    }

    @Test func `What the ledger holds of the season is used, and a person's run is booked and not stopped`() {
        var restored = Restored()
        let today = LocalClock.shanghai.local(unixSeconds: World.mondayBeforeSix).date
        restored.given = [.init(zone: ZoneIndex(0), date: today.adding(days: -20), volume: .cubicMeters(9))]
        let season = MonthDay(month: 10, day: 1).flatMap { first in MonthDay(month: 3, day: 1).map { DateRange(from: first, to: $0) } }
        guard let season else { return }
        let world = World.seconds(programs: [program(daily, give: .fixed(.volume(.cubicMeters(2))))], quotas: [quota(10, .season(season))], restored: restored)
        world.turn(for: .minutes(10))
        #expect(world.ordered.first?.volume?.cubicMeters == 1)
        world.send(.run(ZoneIndex(0), for: .minutes(10)))
        world.turn(for: .minutes(30))
        #expect(world.endedRuns.map(\.outcome) == [.completed, .completed] && world.count(.quotaUsedUp) == 1)
    }
}
