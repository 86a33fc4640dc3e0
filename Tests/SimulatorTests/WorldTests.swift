import Control
import ProcessImage
import Quantities
import Simulator
import Testing

@Suite("World")
struct WorldTests {
    private let farm = SampleFarm()

    /// Half-second scans: five times the virtual time for the same work.
    private static let slowScan = SampleFarm(period: .milliseconds(500))
    private static let slowLayout = {
        let usual = FieldLayout(guessedFrom: slowScan.plan)
        return FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2))
    }()

    @Test(arguments: UInt64(1)...5) func `a seed's world is safe while everything fails, and heals`(seed: UInt64) {
        let trial = Trial(plan: Self.slowScan.plan, layout: Self.slowLayout, seed: seed,
                          amount: seed % 2 == 0 ? .many : .some, safety: .hours(1), startUnix: SampleFarm.startUnix + 30 * 60)
        for violation in trial.violations.all.prefix(5) { Issue.record("seed \(seed): \(violation)") }
        for what in trial.unhealed { Issue.record("seed \(seed): \(what)") }
    }

    @Test func `a quiet morning: the program waters every zone for its time, and the meter agrees with the plant`() {
        let world = World(plan: farm.plan, seed: 3, startUnix: SampleFarm.startUnix + 59 * 60)
        let ended = Ended()
        world.onRecord = { ended.note($0) }
        world.run(for: .minutes(20))
        #expect(ended.zones.count == 3)
        #expect(ended.zones.allSatisfy { $0.outcome == .completed && $0.watered >= .minutes(5) && $0.watered <= .seconds(325) })
        let counted = ended.zones.reduce(0) { $0 + $1.volume.cubicMeters }
        #expect(abs(counted - world.plant.metered(SourceIndex(0)).cubicMeters) < 0.1)
        #expect(world.violations.all == [])
    }

    /// The first start of a new gateway must not make the day before its own: it would be watered twice at once.
    @Test func `a new gateway's first start decides nothing that was due before it was there`() {
        let farm = SampleFarm(missed: .catchUp(within: .hours(48)), runMinutes: 1)
        let world = World(plan: farm.plan, seed: 5, startUnix: SampleFarm.startUnix + 59 * 60)
        let told = Decisions()
        world.onRecord = { told.note($0) }
        world.run(for: .minutes(3))
        #expect(told.all == [.started])
    }

    private final class Decisions {
        var all: [OccurrenceDecision] = []

        func note(_ record: Record) {
            if case .ledger(.occurrence(_, let decision), _) = record.body { all.append(decision) }
        }
    }

    @Test func `a dead process leaves a closed valve and its run accounted for`() {
        let world = World(plan: farm.plan, seed: 4, startUnix: SampleFarm.startUnix)
        let ended = Ended()
        world.onRecord = { ended.note($0) }
        world.run(for: .seconds(2))
        world.order(.run(ZoneIndex(0), for: .minutes(10)))
        world.run(for: .minutes(1))
        #expect(world.evidence.physical[farm.valves[0].offset] == .on)
        world.crash()
        world.run(for: .seconds(1))
        #expect(world.evidence.physical.allSatisfy { $0 == .off })
        world.startProcess()
        world.run(for: .seconds(1))
        #expect(ended.zones.map(\.outcome) == [.interrupted])
        #expect(ended.zones.first.map { $0.watered > .seconds(30) } == true)
    }

    @Test func `one seed gives one log, to the letter`() {
        func told(_ seed: UInt64) -> String {
            let world = World(plan: farm.plan, seed: seed, startUnix: SampleFarm.startUnix,
                              faults: FaultRates(.many, seed: seed), commandsEvery: .minutes(1))
            let text = Text()
            world.onRecord = { record in
                if case .event(let event) = record.body { text.lines.append("\(record.instant.nanoseconds) \(event)") }
            }
            world.run(for: .minutes(10))
            return text.lines.joined(separator: "\n") + "\n\(world.hash)"
        }
        #expect(told(11) == told(11))
        #expect(told(11) != told(12))
    }

    private final class Text { var lines: [String] = [] }

    private final class Ended {
        struct Run {
            let outcome: RunOutcome
            let watered: Duration
            let volume: Volume
        }

        var zones: [Run] = []

        func note(_ record: Record) {
            guard case .ledger(.runEnded(_, let outcome, let watered, let volume, _, _), _) = record.body else { return }
            zones.append(Run(outcome: outcome, watered: watered, volume: volume))
        }
    }
}
