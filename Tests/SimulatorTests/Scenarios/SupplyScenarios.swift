import Control
import Interlocks
import ProcessImage
import Quantities
import Simulator
import Testing

private let well = SourceIndex(0)

/// Zones that water together, mains that must hold, wells that must come back.
@Suite("Scenarios: groups, mains, recovery")
struct SupplyScenarios {
    @Test func `a clogged zone in company: told of the group, taken apart, named and closed, and the other gets all its water`() {
        let farm = SampleFarm(capacity: 26, watchesPump: true, lowStops: true)
        let story = Story(farm)
        story.pass(.seconds(25))
        story.water(0, for: .minutes(20))
        story.water(1, for: .minutes(20))
        story.pass(.minutes(3))
        #expect(story.isOn(farm.valves[0]) && story.isOn(farm.valves[1]) && story.standing.isEmpty)
        story.world.begin(.valveClogged(farm.valves[1]))
        story.pass(.minutes(4))
        #expect(story.isAlarmed(.zonesApart, .source(well)) && story.isOn(farm.valves[0]) && !story.isOn(farm.valves[1]))
        story.pass(.minutes(30))
        #expect(story.standing == [TripID(.lowFlow, .zone(ZoneIndex(1)))] && !story.isAlarmed(.zonesApart, .source(well)))
        #expect(story.ends.map(\.zone) == [ZoneIndex(0), ZoneIndex(1)] && story.ends.map(\.outcome) == [.completed, .tripped])
        #expect(story.ends.first.map { $0.watered >= .minutes(20) } == true)
        story.world.end(.valveClogged(farm.valves[1]))
        story.reset()
        story.water(0, for: .minutes(4))
        story.water(1, for: .minutes(4))
        story.pass(.minutes(7))
        #expect(story.ends.suffix(2).map(\.outcome) == [.completed, .completed] && story.count(.zonesApart) == 1)
        #expect(story.world.violations.all == [])
    }

    /// Water by gravity from a pond on the hill, with a master valve and a gauge behind it.
    private static func hill(_ farm: SampleFarm = SampleFarm(hasPump: false, hasMaster: true, decay: PressureDecay(drop: 0.3)))
        -> (farm: SampleFarm, story: Story) {
        let story = Story(farm)
        story.pass(.seconds(25))
        story.water(0, for: .minutes(2))
        story.pass(.minutes(4))
        return (farm, story)
    }

    @Test func `a tight main holds its pressure behind the master valve, which closes last, and nothing is told`() {
        let (farm, story) = Self.hill()
        #expect(story.ends.map(\.outcome) == [.completed] && !story.isOn(farm.master) && !story.isOn(farm.valves[0]))
        #expect(story.world.plant.pressure(of: well) > .kilopascals(150))
        story.pass(.minutes(30))
        #expect(story.standing.isEmpty && story.world.violations.all == [])
    }

    @Test func `a main that seeps is found by its falling pressure: latched over a restart, mended, reset, and water again`() {
        let (farm, story) = Self.hill()
        story.world.begin(.mainSeeps(well))
        story.pass(.minutes(3))
        let leak = TripID(.pressureDecay, .source(well))
        #expect(story.standing == [leak] && story.isAlarmed(.tripPressureDecay, .source(well)))
        story.world.crash()
        story.pass(.seconds(2))
        story.world.startProcess()
        story.pass(.seconds(5))
        story.water(0, for: .minutes(1))
        story.pass(.seconds(30))
        #expect(!story.isOn(farm.master) && story.ends.count == 1 && story.count(.runRefused) == 1)
        story.world.end(.mainSeeps(well))
        story.reset()
        story.water(0, for: .minutes(1))
        story.pass(.minutes(20))
        #expect(story.standing.isEmpty && story.ends.last?.outcome == .completed && story.world.violations.all == [])
    }

    /// 12 m3/h; the well gives 2 m3 and then rests for an hour.
    @Test(arguments: [20, 20_000]) func `a kill and a restart in a run give a well no second quota, nor does a slow disk`(delay: Int) {
        let farm = SampleFarm(recovery: Recovery(most: .cubicMeters(2), rest: .hours(1)))
        let story = Story(farm)
        story.world.slowLedger(to: .milliseconds(delay))
        story.pass(.seconds(2))
        story.water(0, for: .minutes(30))
        story.pass(.minutes(7))
        let before = story.world.plant.metered(well).cubicMeters
        #expect(before > 1 && before < 1.6)
        story.world.crash()
        story.pass(.seconds(2))
        story.world.startProcess()
        story.pass(.seconds(2))
        story.water(1, for: .minutes(30))
        story.pass(.minutes(10))
        let given = story.world.plant.metered(well).cubicMeters
        #expect(given > 1.7 && given < 2.15, "\(given) m3")
        #expect(story.events.contains { $0.kind == .runRests && $0.cause == .interlock(.recovery) })
        story.pass(.minutes(65))
        #expect(story.world.plant.metered(well).cubicMeters > 2.5, "it goes on once the well has rested")
        #expect(story.world.violations.all == [])
    }
}
