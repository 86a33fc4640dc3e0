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
    private static let first = Searched.count("TIDEGATE_FEEDING_FIRST", usually: 1)
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

    static func world(_ seed: Int) -> World {
        World(farm, seed: UInt64(seed), faults: FaultRates(seed % 3 == 0 ? .many : .some, seed: UInt64(seed)), commandsEvery: .minutes(12))
    }

    @Test(arguments: first..<first + seeds) func `net cages keep every rule while everything fails`(seed: Int) {
        let world = Self.world(seed)
        Self.live(in: world, UInt64(seed))
        for violation in world.violations.all.prefix(3) { Issue.record("seed \(seed): \(violation)") }
    }

    @Test func `the search sees meals that end in every way, faults of lines, lives and refusals`() {
        let seen = CageDiary()
        var lives = 0, fed = 0.0
        for seed in 2...3 {
            let world = Self.world(seed)
            world.onRecord = { seen.note($0) }
            Self.live(in: world, UInt64(seed))
            lives += world.evidence.life
            fed += world.evidence.cages.reduce(0) { $0 + $1.fed }
        }
        #expect(lives > 6 && fed > 10, "\(lives), \(fed)")
        #expect(Set(seen.ended.keys).isSuperset(of: [.completed, .short, .interrupted, .missed]), "\(seen.ended)")
        #expect(seen.faults > 0 && seen.count(.mealInterrupted) > 0 && seen.count(.oxygenBlind) > 0, "\(seen.faults)")
    }
}
