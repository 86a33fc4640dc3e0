import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// A bloom in still water takes the oxygen of a night, and the main aerator, which is told to run, does not.
@Suite("A night without oxygen, and the main aerator dead") struct LowOxygenNightTests {
    typealias Farm = NetCageFarm

    /// From seven in the evening; when each output came on, and the least oxygen.
    private final class Night {
        let world: World
        private(set) var least = Double.infinity
        private(set) var onSince: [Farm.Output: Instant] = [:]
        let seen = CageDiary()

        init(isBusDead: Bool, believed: Farm? = nil) {
            world = World(Farm(), believed: believed, from: 19)
            world.onRecord = { [seen] in seen.note($0) }
            world.begin(.feeding(.stagnant))
            world.begin(.feeding(.aeratorDead(Farm.Output.air0.index)))
            // Water that has its oxygen from evening on: the aerators rest, and have to come.
            world.run(for: .minutes(20))
            if isBusDead { world.begin(.deviceSilent(DeviceIndex(1))) }
        }

        func isOn(_ output: Farm.Output) -> Bool { world.evidence.physical[output.rawValue].isOn }

        /// - Parameter isSeen: ends it sooner.
        func run(for time: Duration, until isSeen: () -> Bool = { false }) {
            let end = world.evidence.now + time
            while world.evidence.now < end, !isSeen() {
                world.step()
                least = min(least, world.evidence.cages[0].oxygen)
                for output in [Farm.Output.air0, .air0b, .oxygen0, .horn] where world.evidence.physical[output.rawValue].isOn {
                    if onSince[output] == nil { onSince[output] = world.evidence.now }
                }
            }
        }
    }

    @Test func `the next stage comes within its delay, the siren sounds by itself, and the fish live`() throws {
        let night = Night(isBusDead: false)
        #expect(!night.world.evidence.physical[Farm.Output.air0.rawValue].isOn, "at dusk there is enough")
        night.run(for: .hours(5))
        let low = try #require(night.seen.first(.oxygenLow))
        func after(_ moment: Instant?) -> Double { moment.map { ($0 - low).seconds } ?? .infinity }
        // 15 s in which the main aerator is to prove that it runs, the next stage in the same scan; the siren 60 s after.
        #expect(after(night.onSince[.air0]) <= 1, "\(after(night.onSince[.air0]))")
        #expect(after(night.onSince[.air0b]) <= 17, "\(after(night.onSince[.air0b]))")
        #expect(after(night.onSince[.horn]) <= 78, "\(after(night.onSince[.horn]))")
        #expect(night.seen.count(.aeratorUnproven) >= 1 && night.seen.count(.sirenSounds) >= 1)
        #expect(night.world.violations.all == [], "\(night.world.violations.all.first.map { "\($0)" } ?? "")")
        #expect(night.least > 3, "\(night.least) mg/L")
        night.world.end(.feeding(.aeratorDead(Farm.Output.air0.index)))
        night.world.end(.feeding(.stagnant))
        night.run(for: .hours(4)) { !night.isOn(.horn) }
        #expect(!night.world.evidence.physical[Farm.Output.horn.rawValue].isOn, "and is quiet when it is over")
    }

    @Test func `told of no stage behind the main aerator, the same night goes below what fish bear`() {
        let night = Night(isBusDead: false, believed: Farm(without: [.escalation]))
        night.run(for: .hours(7)) { night.least < 3 }
        #expect(night.least < 3, "\(night.least) mg/L")
    }

    @Test func `with one of its probes silent as well, everything that gives air is on, and the siren sounds within ten minutes`() throws {
        let night = Night(isBusDead: true)
        night.run(for: .hours(3))
        let blind = try #require(night.seen.last(.oxygenBlind))
        let dead = try #require(night.onSince[.air0b])
        #expect((dead - blind).seconds <= 1)
        let horn = try #require(night.onSince[.horn])
        #expect((horn - blind).seconds <= 602)
        #expect(night.world.violations.all == [], "\(night.world.violations.all.first.map { "\($0)" } ?? "")")
    }
}
