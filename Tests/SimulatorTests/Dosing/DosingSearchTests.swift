import Interlocks
import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// Random demands of a control that has lost its mind, while everything fails and people press commands: no rule of dosing is
/// broken by it. `TIDEGATE_DOSING_SEEDS=1000` searches longer.
@Suite("Search for a way around the guards of dosing")
struct DosingSearchTests {
    typealias Farm = GuardedFarm

    /// What it wants changes every few seconds.
    private final class Whims {
        private var random: SeededRandom
        private var wanted: [OutputIndex: OutputLevel] = [:]
        private var duty: [OutputIndex: Double] = [:]
        private var next = Instant.start

        init(seed: UInt64) { random = SeededRandom(seed: seed, stream: 31) }

        func wants(at now: Instant) -> [OutputIndex: OutputLevel] {
            if now >= next { change(now) }
            let moment = (now - .start).seconds.truncatingRemainder(dividingBy: 5)
            for (output, on) in duty { wanted[output] = moment < on ? .on : .off }
            return wanted
        }

        private func change(_ now: Instant) {
            next = now + .seconds(Int64(random.between(1, 90)))
            let valve = Farm.valves[random.chance(0.8) ? 0 : 1]
            wanted = [Farm.pump: random.chance(0.95) ? .on : .off, Farm.master: random.chance(0.97) ? .on : .off,
                      valve: random.chance(0.95) ? .on : .off, Farm.flush: random.chance(0.04) ? .on : .off]
            for output in [Farm.a, Farm.b, Farm.acid, Farm.chlorine] {
                duty[output] = random.chance(0.4) ? 0 : random.chance(0.3) ? 5 : random.between(0, output == Farm.acid ? 1.5 : 2.5)
            }
            if random.chance(0.6) { duty[Farm.b] = duty[Farm.a] }
            if random.chance(0.7) { duty[random.chance(0.5) ? Farm.acid : Farm.chlorine] = 0 }
        }
    }

    private static let farm = GuardedFarm(isGenerous: true, period: .milliseconds(200))

    private static func world(_ seed: UInt64) -> World {
        let whims = Whims(seed: seed)
        return World(farm, seed: seed, faults: FaultRates(seed % 3 == 0 ? .some : .many, seed: seed), commandsEvery: .minutes(2)) {
            whims.wants(at: $0)
        }
    }

    /// Forty minutes, in which the program is killed and the power cut besides.
    private static func live(in world: World, _ seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 32)
        for _ in 0..<5 {
            world.run(for: .seconds(Int64(random.between(60, 840))))
            let isCut = random.chance(0.4)
            if isCut { world.cutPower() } else { world.crash() }
            world.run(for: .milliseconds(Int64(random.between(200, 9000))))
            if isCut { world.restorePower() } else if !world.isProcessUp { world.startProcess() }
        }
    }

    private static let seeds = Searched.count("TIDEGATE_DOSING_SEEDS", usually: 6)

    /// What a seed came to.
    private struct Lived: Sendable {
        let violations: [String]
        let given: Double
        let lives: Int
        let trips: Set<TripKind>
        let refusals: Set<Interlock>

        init(_ seed: UInt64) {
            let world = world(seed)
            var trips: Set<TripKind> = [], refusals: Set<Interlock> = []
            world.onRecord = { record in
                if case .ledger(.tripLatched(let trip), _) = record.body { trips.insert(trip.kind) }
                if case .output(_, _, .interlock(let interlock)) = record.body { refusals.insert(interlock) }
            }
            live(in: world, seed)
            violations = world.violations.all.filter { (8...11).contains($0.invariant) }.prefix(3).map { "\($0)" }
            (given, lives) = ((0..<4).reduce(0) { $0 + world.plant.given(by: ChannelIndex($1)).liters }, world.evidence.life)
            (self.trips, self.refusals) = (trips, refusals)
        }
    }

    private static let lived = Lives<UInt64, Lived> { Lived($0) }

    @Test(arguments: 1...UInt64(seeds)) func `whatever control wants, and whatever fails, no rule of dosing is broken`(seed: UInt64) async {
        for violation in await Self.lived.of(seed).violations { Issue.record("seed \(seed): \(violation)") }
    }

    @Test func `the search sees doses, trips, lives and refusals`() async {
        var (given, trips, lives) = (0.0, Set<TripKind>(), 0)
        var refusals: Set<Interlock> = []
        for seed in UInt64(1)...6 {
            let lived = await Self.lived.of(seed)
            (given, lives) = (given + lived.given, lives + lived.lives)
            trips.formUnion(lived.trips)
            refusals.formUnion(lived.refusals)
        }
        #expect(given > 10 && lives > 6)
        #expect(trips.isSuperset(of: [.doseUnbalanced, .doseAcidity]), "\(trips)")
        #expect(refusals.isSuperset(of: [.noProvenFlow, .preFlush, .backwash, .incompatible, .longestPulse]), "\(refusals)")
    }
}
