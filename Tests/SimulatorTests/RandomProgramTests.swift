import Control
import ProcessImage
import Quantities
import Scan
import Simulator
import Testing

/// Programs of every kind, by seed.
struct RandomPrograms {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed, stream: 77) }

    mutating func programs(_ count: Int) -> [ProgramPlan] { (0..<count).map { _ in program() } }

    private mutating func program() -> ProgramPlan {
        let missed: MissedPolicy = random.index(below: 2) == 0 ? .skip : .catchUp(within: .minutes(random.index(below: 170) + 5))
        let limit = random.between(0.1, 0.4)
        let soil = Condition(.soil, isAbove: random.index(below: 2) == 0, limit: limit)
        return ProgramPlan(
            steps: (0...random.index(below: 3)).map { .init(zone: ZoneIndex($0), give: amount()) }, starts: starts(limit), days: days(),
            when: random.index(below: 3) == 0 ? [soil] : [], unless: random.index(below: 4) == 0 ? [soil] : [],
            ifUnknown: random.index(below: 2) == 0 ? .water : .skip, priority: UInt8(random.index(below: 10)), missed: missed)
    }

    private mutating func amount() -> AmountRule {
        switch random.index(below: 3) {
        case 0: .fixed(.time(.seconds(random.index(below: 170) + 10)))
        case 1: .fixed(.volume(.liters(random.between(50, 500))))
        default: .depth(.millimeters(random.between(0.1, 0.3)))
        }
    }

    private mutating func time() -> TimeOfDay { TimeOfDay(hour: random.index(below: 8), minute: random.index(below: 60)) ?? .midnight }

    private mutating func starts(_ limit: Double) -> StartRule {
        switch random.index(below: 5) {
        case 0: .times((0...random.index(below: 6)).map { _ in .clock(time()) })
        case 1: .times([.sun(random.index(below: 2) == 0 ? .sunrise : .sunset, offset: .minutes(random.index(below: 600) - 300)), .clock(time())])
        case 2: .times([.finish(by: time())])
        case 3: .times((0..<24).compactMap { TimeOfDay(hour: $0 / 4, minute: $0 % 4 * 15).map { .clock($0) } })
        default: .trigger(Trigger(.condition(Condition(.soil, isAbove: false, limit: limit), until: limit + 0.02), from: .midnight,
                                  until: .lastOfDay, rest: .minutes(random.index(below: 40) + 2), atMostADay: random.index(below: 5) + 1))
        }
    }

    private mutating func days() -> DayRule {
        switch random.index(below: 4) {
        case 0: .everyDay
        case 1: .weekdays(UInt8(random.index(below: 127) + 1))
        case 2: DayRule(parity: random.index(below: 2) == 0 ? .odd : .even)
        default: .everyDay
        }
    }
}

@Suite("Random programs")
struct RandomProgramTests {
    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    static let berlin = LocalClock(name: "Europe/Berlin", firstOffset: 3600, changes: [
        .init(unixSeconds: 1_774_746_000, offset: 7200), .init(unixSeconds: 1_792_890_000, offset: 3600),
    ])

    /// Half-second scans: five times the virtual time for the same work.
    private static func farm(_ seed: UInt64, _ clock: LocalClock) -> SampleFarm {
        var random = RandomPrograms(seed: seed)
        let night = WaterWindow(.hours(from: TimeOfDay(hour: 4, minute: 0) ?? .midnight, until: TimeOfDay(hour: 4, minute: 20) ?? .midnight, .everyDay))
        return SampleFarm(period: .milliseconds(500), programs: random.programs(4), windows: [night], clock: clock)
    }

    /// Faults step the clock, lose its trust, kill the process and hold up the disk; people pause, skip and start. The
    /// checkers of at most once, no burst, untrusted time and the rest look on.
    @Test(arguments: UInt64(1)...6)
    func `programs of every kind start at most once and in no burst, while everything fails`(seed: UInt64) {
        let clocks: [(LocalClock, Int64)] = [(.shanghai, SampleFarm.startUnix), (Self.berlin, 1_774_746_000 - 5400), (Self.berlin, 1_792_890_000 - 5400)]
        let (clock, start) = clocks[Int(seed % 3)]
        let farm = Self.farm(seed, clock)
        let usual = FieldLayout(guessedFrom: farm.plan)
        let layout = FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2))
        let trial = Trial(plan: farm.plan, layout: layout, seed: seed, amount: seed % 2 == 0 ? .many : .some, safety: .hours(1), startUnix: start)
        for violation in trial.violations.all.prefix(5) { Issue.record("seed \(seed): \(violation)") }
        for what in trial.unhealed { Issue.record("seed \(seed): \(what)") }
    }

    /// What a program starts by the clock is what the plan foretells, each exactly once: over a quiet night in which the
    /// clock of the place changes.
    @Test(arguments: [1_774_746_000 as Int64, 1_792_890_000])
    func `over a change of the clock every start that is foretold happens exactly once`(change: Int64) {
        for seed in UInt64(1)...3 {
            let farm = Self.farm(seed, Self.berlin)
            let (start, hours) = (change - 2 * 3600, 5)
            let world = World(plan: farm.plan, seed: seed, startUnix: start)
            let told = Decided()
            world.onRecord = { told.note($0) }
            world.run(for: .hours(hours))
            let foretold = farm.plan.control.upcoming(from: start + 1, until: start + Int64(hours) * 3600 - 60).map(\.occurrence)
            let timed = told.all.filter { if case .times = farm.plan.control.programs[$0.program.offset].starts { true } else { false } }
            #expect(Set(timed).isSuperset(of: foretold) && Set(timed).count == timed.count, "seed \(seed)")
            #expect(world.violations.all == [], "seed \(seed)")
        }
    }

    private final class Decided {
        var all: [Occurrence] = []

        func note(_ record: Record) {
            if case .ledger(.occurrence(let occurrence, _), _) = record.body { all.append(occurrence) }
        }
    }
}
