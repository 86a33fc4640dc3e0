import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// The whole controller over five net cages while everything fails, the program is killed, the power cut at any step of a meal, and people
/// press commands: no rule at all is broken. `scripts/search-feeding` searches longer.
@Suite("Search over net cages") struct FeedingSearchTests {
    typealias Farm = NetCageFarm

    private static let farm = Farm()
    private static let seeds = Searched.count("TIDEGATE_FEEDING_SEEDS", usually: 2)
    private static let first = Searched.count("TIDEGATE_FEEDING_FIRST", usually: 2)
    private static let hours = Searched.count("TIDEGATE_FEEDING_HOURS", usually: 7)

    /// From five in the morning, in which the program is killed and the power cut besides, most often where feed is in a pipe.
    private static func live(in world: World, _ seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 34)
        let end = world.evidence.now + .hours(hours)
        while world.evidence.now < end {
            world.run(for: .seconds(Int64(random.between(60, 4000))))
            let latest = world.evidence.now + .hours(2)
            while world.evidence.now < latest, !world.evidence.lines.contains(where: { $0.inPipe > 0 }) { world.step() }
            world.run(for: .milliseconds(Int64(random.between(0, 20_000))))
            let isCut = random.chance(0.4)
            if isCut { world.cutPower() } else { world.crash() }
            world.run(for: .milliseconds(Int64(random.between(500, 60_000))))
            if isCut { world.restorePower() } else if !world.isProcessUp { world.startProcess() }
        }
    }

    /// What a seed came to.
    private struct Lived: Sendable {
        let violations: [String]
        let lives: Int
        let fed: Double
        let ended: Set<MealOutcome>
        let faults: Int
        let interrupted: Int
        let blind: Int

        init(_ seed: Int) {
            let world = World(farm, seed: UInt64(seed), faults: FaultRates(seed % 3 == 0 ? .many : .some, seed: UInt64(seed)), commandsEvery: .minutes(12))
            let seen = CageDiary()
            world.onRecord = { seen.note($0) }
            live(in: world, UInt64(seed))
            violations = world.violations.all.prefix(3).map { "\($0)" }
            (lives, fed) = (world.evidence.life, world.evidence.cages.reduce(0) { $0 + $1.fed })
            (ended, faults) = (Set(seen.ended.keys), seen.faults)
            (interrupted, blind) = (seen.count(.mealInterrupted), seen.count(.oxygenBlind))
        }
    }

    private static let lived = Lives<Int, Lived> { Lived($0) }

    @Test(arguments: first..<first + seeds) func `net cages keep every rule while everything fails`(seed: Int) async {
        for violation in await Self.lived.of(seed).violations { Issue.record("seed \(seed): \(violation)") }
    }

    @Test func `the search sees meals that end in every way, faults of lines, lives and refusals`() async {
        let all = [await Self.lived.of(2), await Self.lived.of(3)]
        let lives = all.reduce(0) { $0 + $1.lives }, fed = all.reduce(0) { $0 + $1.fed }
        #expect(lives > 6 && fed > 10, "\(lives), \(fed)")
        let ended = all.reduce(into: Set<MealOutcome>()) { $0.formUnion($1.ended) }
        #expect(ended.isSuperset(of: [.completed, .short, .interrupted, .missed]), "\(ended)")
        #expect(all.contains { $0.faults > 0 } && all.contains { $0.interrupted > 0 } && all.contains { $0.blind > 0 }, "\(all)")
    }
}
