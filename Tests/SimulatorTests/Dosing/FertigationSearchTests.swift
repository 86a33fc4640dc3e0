import Agronomy
import Control
import Interlocks
import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// The whole controller on a fertigated farm: programs with a recipe of A, B and acid every twenty minutes, two zones, while
/// everything fails, the program is killed and the power cut, and people press commands. No rule at all is broken, what is dosed is
/// flushed or owed and told, and when all is mended the debts are paid. `TIDEGATE_DOSING_SEEDS=1000` searches longer.
@Suite("Search over a fertigated farm")
struct FertigationSearchTests {
    typealias Farm = GuardedFarm

    static let recipe = RecipePlan(
        unit: DosingUnitIndex(0),
        parts: [.init(ChannelIndex(0), .ec(share: 1)), .init(ChannelIndex(1), .ec(share: 1)), .init(ChannelIndex(2), .ph)],
        ec: .mix(.decisiemensPerMeter(1.8)), ph: .pH(6.3))

    /// 05:05 to 09:45.
    static let program = ProgramPlan(
        steps: [0, 1].map { .init(zone: ZoneIndex($0), give: .fixed(.volume(.cubicMeters(1.2)))) },
        starts: .times((0..<15).compactMap { number in
            TimeOfDay(hour: 5 + (5 + number * 20) / 60, minute: (5 + number * 20) % 60).map { .clock($0) }
        }),
        recipe: ProgramRecipe(RecipeIndex(0)))

    static let farm = Farm(isGenerous: true, period: .milliseconds(500), programs: [program], recipes: [recipe])

    /// Three hours, in which the program is killed and the power cut at moments of its own choice besides.
    private func live(in world: World, _ seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 33)
        for _ in 0..<9 {
            world.run(for: .seconds(Int64(random.between(120, 2200))))
            let isCut = random.chance(0.4)
            if isCut { world.cutPower() } else { world.crash() }
            world.run(for: .milliseconds(Int64(random.between(500, 20_000))))
            if isCut { world.restorePower() } else if !world.isProcessUp { world.startProcess() }
        }
    }

    private func world(_ seed: UInt64, faults: FaultRates, commandsEvery: Duration?) -> World {
        World(plan: Self.farm.plan, seed: seed, startUnix: SampleFarm.startUnix, faults: faults, commandsEvery: commandsEvery)
    }

    private static let seeds = Searched.count("TIDEGATE_DOSING_SEEDS", usually: 2)

    @Test(arguments: 1...seeds) func `a fertigated farm keeps every rule while everything fails, and pays its flushes when all is mended`(seed: Int) {
        let rates = FaultRates(seed % 2 == 0 ? .many : .some, seed: UInt64(seed))
        let world = world(UInt64(seed), faults: rates, commandsEvery: .minutes(5))
        live(in: world, UInt64(seed))
        world.heal()
        for violation in world.violations.all.prefix(3) { Issue.record("seed \(seed): \(violation)") }
    }

    @Test func `on a day when nothing fails every run is dosed and flushed, and no interlock has to stop it`() {
        let world = world(1, faults: .none, commandsEvery: nil)
        let seen = Seen()
        world.onRecord = { seen.note($0) }
        world.run(for: .hours(3))
        #expect(world.violations.all == [])
        #expect(seen.runs >= 16 && seen.refused == [] && seen.trips == [], "\(seen.runs) runs, \(seen.refused), \(seen.trips)")
        #expect(seen.owed.count == 2 && seen.paid >= 16)
        let given = (0..<3).map { world.plant.given(by: ChannelIndex($0)).liters }
        #expect(given[0] > 10 && given[1] > 10 && given[2] > 1 && abs(given[0] / given[1] - 1) < 0.02, "\(given)")
    }

    /// Killed in the middle of a dose, at many moments: what is on the disk then is what counts.
    @Test(arguments: 0..<4) func `killed in the middle of a dose, the flush is owed, told, and paid`(step: Int) {
        let world = world(2, faults: .none, commandsEvery: nil)
        let seen = Seen()
        world.onRecord = { seen.note($0) }
        world.run(for: .seconds(300 + 120 + 45 * Int64(step)))
        if step % 2 == 0 { world.crash() } else { world.cutPower() }
        world.run(for: .seconds(3))
        if step % 2 == 0 { world.startProcess() } else { world.restorePower() }
        world.run(for: .minutes(40))
        #expect(world.violations.all == [], "\(world.violations.all.first.map { "\($0)" } ?? "")")
        #expect(seen.paid >= 2)
    }

    private final class Seen {
        var runs = 0, paid = 0
        var owed: Set<ZoneIndex> = []
        var refused: Set<Interlock> = []
        var trips: Set<TripKind> = []

        func note(_ record: Record) {
            switch record.body {
            case .ledger(.runEnded(_, .completed, _, _, _, _), _): runs += 1
            case .ledger(.flushOwed(let debt), _): owed.insert(debt.zone)
            case .ledger(.flushPaid, _): paid += 1
            case .ledger(.tripLatched(let trip), _): trips.insert(trip.kind)
            case .event(let event):
                if event.kind == .doseRefused, case .interlock(let interlock) = event.cause { refused.insert(interlock) }
            default: break
            }
        }
    }
}
