import Quantities
import Sparkplug
import Testing

@Suite("A node between a farm, a disk, brokers and a host that all fail")
struct SessionPropertyTests {
    /// Births first and at once, numbers without a hole, one number for birth and death that is on disk before it is used, order of
    /// time, history marked, births not too often, each order at most once and only when it may be, data only of what was born:
    /// `Witness` and `UplinkWorld` look at every message of every connection.
    @Test(arguments: 0..<60)
    func `no schedule of faults makes a node say what it must not`(seed: UInt64) {
        var world = UplinkWorld(seed: seed)
        world.run(steps: 2000)
        #expect(world.wrongs == [])
    }

    @Test(arguments: 100..<130)
    func `when the faults end, the host knows the newest of all`(seed: UInt64) {
        var world = UplinkWorld(seed: seed)
        world.run(steps: 600)
        world.calmDown()
        #expect(world.session.isAlive)
        #expect(world.wrongs == [])
        #expect(world.disagreements() == [])
    }

    @Test func `the schedules reach what they are there for`() {
        var total = UplinkWorld.Tally()
        for seed in UInt64(0)..<12 {
            var world = UplinkWorld(seed: seed)
            world.run(steps: 2000)
            total.connections += world.tally.connections
            total.births += world.tally.births
            total.data += world.tally.data
            total.historical += world.tally.historical
            total.orders += world.tally.orders
            total.refused += world.tally.refused
            total.lives += world.tally.lives
            total.deaths += world.tally.deaths
        }
        #expect(total.connections > 300 && total.births > 200 && total.data > 2000, "\(total)")
        #expect(total.historical > 100 && total.orders > 30 && total.refused > 200 && total.lives > 20 && total.deaths > 20, "\(total)")
    }
}
