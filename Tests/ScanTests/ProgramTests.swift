import Control
import ProcessImage
import Quantities
import Scan
import Testing

private func daily(_ hours: [Int] = [6], minutes: Int = 0, for duration: Duration = .minutes(1), zones: [Int] = [0],
                   missed: MissedPolicy = .skip) -> ProgramPlan {
    ProgramPlan(zones: zones.map { ZoneIndex($0) }, durations: zones.map { _ in duration },
                starts: hours.compactMap { TimeOfDay(hour: $0, minute: minutes) }, days: .weekdays(127), missed: missed)
}

/// A gateway that has run the program yesterday.
private func remembering(daysAgo: Int = 1, program: Int = 0) -> Restored {
    var restored = Restored()
    let monday = LocalClock.shanghai.local(unixSeconds: World.mondayBeforeSix).date
    restored.decided = [Occurrence(program: ProgramIndex(program), date: monday.adding(days: -daysAgo), number: 0)]
    return restored
}

struct ProgramTests {
    @Test func `A program starts at its time and waters its zones one after the other, the pump going on`() {
        let world = World(programs: [daily(zones: [0, 1])])
        world.turn(for: .minutes(5))
        #expect(world.timeline == [
            "60.1 V1 on", "68.1 MV on", "72.1 P on", // the row was ordered at 60.0 and on disk a scan later
            "122.1 V2 on", "132.1 V1 off", // V2 has been open for the overlap of 10 s
            "190.1 P off", "195.1 MV off", "199.1 V2 off",
        ])
        #expect(world.endedRuns.map(\.outcome) == [.completed, .completed])
        #expect(world.endedRuns.allSatisfy { $0.watered == .minutes(1) })
        #expect(world.count(.programStarted) == 1)
    }

    @Test func `Zones run together as far as the source can give`() {
        let world = World(programs: [daily(zones: [0, 1, 2])], capacity: .cubicMetersPerHour(20), period: .seconds(1))
        world.turn(for: .seconds(100))
        #expect(world.isOn(World.valves[0]) && world.isOn(World.valves[1]) && !world.isOn(World.valves[2]))
        world.turn(for: .minutes(4))
        #expect(world.endedRuns.map(\.outcome) == [.completed, .completed, .completed])
        #expect(world.endedRuns.allSatisfy { $0.watered == .minutes(1) })
    }

    @Test func `No output moves before the row of the start is on disk`() {
        let world = World(programs: [daily()])
        world.cycle.records.holdsLedger = true
        world.turn(for: .seconds(65))
        #expect(world.timeline.isEmpty && world.phase(0) == .queued)
        world.cycle.records.ledgerDurableThrough = 1000
        world.turn()
        #expect(world.isOn(World.valves[0]))
    }

    @Test func `A row that takes longer than 10 s is an alarm, and longer than a minute gives the run up`() {
        let world = World(programs: [daily()])
        world.cycle.records.holdsLedger = true
        world.turn(for: .seconds(72))
        #expect(world.count(.programWaitsForLedger) == 1)
        world.turn(for: .seconds(60))
        world.cycle.records.ledgerDurableThrough = 1000
        world.turn(for: .seconds(60))
        #expect(world.timeline.isEmpty && world.endedRuns.map(\.outcome) == [.notStarted])
    }

    @Test func `With a ledger that can not be written programs wait, and one that is soon well again is still on time`() {
        let world = World(programs: [daily()])
        world.cycle.records.ledgerIsWritable = false
        world.turn(for: .seconds(90))
        #expect(world.timeline.isEmpty && world.count(.programStarted) == 0)
        #expect(world.count(.ledgerUnwritable) == 1 && world.count(.programWaitsForLedger) == 1)
        world.cycle.records.ledgerIsWritable = true
        world.turn(for: .seconds(3))
        #expect(world.isOn(World.valves[0]) && world.count(.programStarted) == 1)
    }

    @Test func `Manual runs and stops work with a ledger that can not be written`() {
        let world = World()
        world.cycle.records.ledgerIsWritable = false
        world.cycle.records.holdsLedger = true
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(5)))
        world.turn(for: .seconds(20))
        #expect(world.isOn(World.pump))
        world.send(.stopAll)
        world.turn()
        #expect(!world.isOn(World.pump))
    }

    @Test func `A program that is due while its zones still run gets one run behind, and no third`() {
        let world = World(programs: [
            daily(for: .minutes(10)), daily(minutes: 1, for: .minutes(1)), daily(minutes: 2, for: .minutes(1)),
        ], period: .seconds(1))
        world.turn(for: .minutes(4))
        #expect(world.count(.programStarted) == 3 && world.count(.runRefused) == 1)
        world.turn(for: .minutes(12))
        #expect(world.endedRuns.map(\.watered) == [.minutes(10), .minutes(1)])
    }
}

struct MissedProgramTests {
    @Test func `A start missed by a power cut is skipped and told, or made up for within its time`() {
        for (missed, started) in [(MissedPolicy.skip, 0), (.catchUp(within: .minutes(59)), 0), (.catchUp(within: .minutes(61)), 1)] {
            let world = World(programs: [daily(missed: missed)], restored: remembering(), startAt: World.mondayBeforeSix + 3660,
                              period: .seconds(1))
            world.turn(for: .seconds(5))
            #expect(world.count(.programCaughtUp) == started, "\(missed)")
            #expect(world.count(.programMissed) == 1 - started, "\(missed)")
            #expect(world.isOn(World.valves[0]) == (started == 1))
        }
    }

    @Test func `Of several missed starts only the latest is made up for`() {
        let program = daily([1, 2, 3, 4, 5], missed: .catchUp(within: .hours(12)))
        let world = World(programs: [program], restored: remembering(), period: .seconds(1))
        world.turn(for: .seconds(30))
        #expect(world.count(.programCaughtUp) == 1 && world.count(.programMissed) == 0)
        world.turn(for: .minutes(5))
        #expect(world.endedRuns.count == 1)
    }

    @Test func `A gateway without any memory of a program leaves alone what was due before it began`() {
        for second in [-30, 30, 3600] {
            let world = World(programs: [daily(missed: .catchUp(within: .hours(5)))], startAt: World.mondayBeforeSix + 60 + Int64(second),
                              period: .seconds(1))
            world.turn(for: .seconds(20))
            #expect(world.count(.programCaughtUp) == 0 && world.count(.programMissed) == 0 && world.count(.programStarted) == 0)
        }
    }

    @Test func `Without a clock no program starts; what came due meanwhile follows the policy once it is trusted`() {
        let world = World(programs: [daily(missed: .catchUp(within: .hours(1)))])
        world.trust = .unset
        world.turn(for: .minutes(4))
        #expect(world.timeline.isEmpty && world.count(.programWaitsForClock) == 1 && world.count(.clockUntrusted) == 1)
        world.trust = .synced
        world.turn(for: .seconds(2))
        #expect(world.count(.programCaughtUp) == 1 && world.count(.clockTrusted) == 1)
    }

    @Test func `A restart in a run books it as interrupted and does not begin it again`() {
        let first = World(programs: [daily(for: .minutes(10), missed: .catchUp(within: .hours(2)))])
        first.turn(for: .minutes(3))
        var restored = Restored()
        for entry in first.ledger {
            switch entry {
            case .occurrence(let occurrence, _): restored.decided.append(occurrence)
            case .runProgress(let run, let watered, let volume, _):
                restored.openRuns = [.init(run: run, zone: ZoneIndex(0), watered: watered, volume: volume)]
                restored.nextRun = RunID(rawValue: run.rawValue + 1)
            default: break
            }
        }
        let second = World(programs: [daily(for: .minutes(10), missed: .catchUp(within: .hours(2)))], restored: restored,
                           startAt: World.mondayBeforeSix + 180)
        second.turn(for: .minutes(2))
        #expect(second.endedRuns.map(\.outcome) == [.interrupted] && second.count(.runInterruptedByRestart) == 1)
        #expect(second.endedRuns.first.map { $0.watered >= .seconds(90) && $0.volume > .zero } == true)
        #expect(second.timeline.isEmpty && second.count(.programStarted) == 0)
    }
}

struct ClockStepTests {
    @Test(arguments: [Duration.seconds(-600), .seconds(600), .seconds(-1_795_384_000), .hours(-30), .hours(24)])
    func `A step of the clock in a run leaves its length right within one scan`(step: Duration) {
        let world = World(programs: [daily(for: .minutes(3))])
        world.turn(for: .seconds(120))
        #expect(world.isOn(World.pump))
        world.stepWall(by: step)
        world.turn(for: .minutes(5))
        #expect(world.endedRuns.map(\.outcome).first == .completed)
        #expect(world.endedRuns.first.map { $0.watered >= .minutes(3) && $0.watered <= .minutes(3) + world.period } == true)
        #expect(world.timeline.prefix(4).last == "252.1 P off", "water came at 72.1")
        #expect(world.count(.clockStepped) == 1)
    }

    @Test func `However the clock jumps, no start happens twice, and every start is within its time`() {
        var random = SplitMix(seed: 20_261_123)
        for _ in 0..<40 {
            let world = World(programs: [daily([5, 6, 7], for: .seconds(20), missed: .catchUp(within: .minutes(30)))],
                              period: .seconds(1))
            for _ in 0..<12 {
                world.turn(for: .seconds(Int64(random.next() % 90)))
                world.stepWall(by: .seconds(Int64(random.next() % 14_400) - 7200))
            }
            var seen: Set<Occurrence> = []
            for record in world.cycle.records.all {
                guard case .ledger(.occurrence(let occurrence, let decision), _) = record.body else { continue }
                #expect(seen.insert(occurrence).inserted, "\(occurrence) was decided twice")
                let time = TimeOfDay(hour: 5 + Int(occurrence.number), minute: 0) ?? .midnight
                let late = record.wall.unixSeconds - LocalClock.shanghai.unixSeconds(date: occurrence.date, time: time)
                #expect(late >= 0 && (decision == .missed || late <= 1800) && (decision != .started || late <= 60))
            }
        }
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
