import ProcessImage
import Quantities
import Simulator
import Testing

private let well = SourceIndex(0)

/// From what goes wrong in the pipes to what is recorded, each in a world that is otherwise well.
@Suite("Scenarios: pipes, valves, wells")
struct WaterScenarios {
    private let farm = SampleFarm(watchesPump: true)

    /// Zone 1 has been watering for a while.
    private func watering(_ farm: SampleFarm? = nil, for time: Duration = .minutes(2)) -> Story {
        let story = Story(farm ?? self.farm)
        story.pass(.seconds(25))
        story.water(0, for: .minutes(30))
        story.pass(time)
        return story
    }

    @Test func `a burst main: pump and master valve are shut, the run is booked, and after mending and a reset zones water again`() {
        let story = watering()
        story.world.begin(.pipeBurst(well))
        story.pass(.seconds(40))
        #expect(story.standing == [TripID(.burst, .source(well))])
        #expect(!story.isOn(farm.pump) && !story.isOn(farm.master) && !story.isOn(farm.valves[0]))
        #expect(story.ends.map(\.outcome) == [.tripped] && story.ends.first?.cause == .trip(TripID(.burst, .source(well))))
        #expect(story.ends.first.map { $0.volume.cubicMeters > 0.2 } == true)
        story.world.end(.pipeBurst(well))
        story.pass(.minutes(1))
        story.reset()
        story.water(1, for: .minutes(2))
        story.pass(.minutes(4))
        #expect(story.ends.last?.outcome == .completed && story.world.violations.all == [])
    }

    @Test func `a valve that stays open is called by its zone when the next zone takes over`() {
        let story = Story(farm)
        story.pass(.seconds(25))
        story.water(0, for: .minutes(2))
        story.water(1, for: .minutes(10))
        story.pass(.minutes(1))
        story.world.begin(.valveStuckOpen(farm.valves[0]))
        story.pass(.minutes(4))
        #expect(story.standing == [TripID(.stuckValve, .zone(ZoneIndex(0)))])
        #expect(!story.isOn(farm.pump) && !story.isOn(farm.master) && !story.isOn(farm.valves[1]))
        #expect(story.world.violations.all == [])
    }

    @Test func `without a pump the water that goes on is seen at once, and no other zone is opened`() {
        let gravity = SampleFarm(hasPump: false)
        let story = watering(gravity)
        story.world.begin(.valveStuckOpen(farm.valves[0]))
        story.world.order(.stopAll)
        story.pass(.minutes(1))
        #expect(story.standing == [TripID(.stuckValve, .zone(ZoneIndex(0)))])
        story.water(1, for: .minutes(1))
        story.pass(.seconds(30))
        #expect(!story.isOn(farm.valves[1]) && story.count(.runRefused) == 1)
    }

    @Test func `a clogged zone is told and goes on, and the warning ends with the run`() {
        let story = watering(for: .minutes(1))
        story.world.begin(.valveClogged(farm.valves[0]))
        story.pass(.minutes(3))
        #expect(story.isAlarmed(.lowFlow, .zone(ZoneIndex(0))) && story.standing.isEmpty && story.isOn(farm.valves[0]))
        story.world.order(.stopAll)
        story.pass(.minutes(1))
        #expect(!story.isAlarmed(.lowFlow, .zone(ZoneIndex(0))) && story.count(.lowFlow) == 1)
    }

    @Test func `a well that runs empty stops the pump at once; ten minutes after the water is back the trip ends by itself`() {
        let story = watering()
        story.world.begin(.sourceEmpty(well))
        story.pass(.seconds(1))
        #expect(!story.isOn(farm.pump) && story.standing == [TripID(.dryRun, .source(well))])
        story.pass(.minutes(3))
        story.world.end(.sourceEmpty(well))
        story.pass(.minutes(10))
        #expect(story.standing == [TripID(.dryRun, .source(well))], "the float switch needs a moment more")
        story.pass(.minutes(3))
        #expect(story.standing.isEmpty && story.count(.dryRunRetried) == 1)
        story.water(0, for: .minutes(1))
        story.pass(.minutes(3))
        #expect(story.ends.map(\.outcome) == [.tripped, .completed] && story.world.violations.all == [])
    }

    @Test func `an empty well without a float switch is known by pressure and current`() {
        let story = watering(SampleFarm(watchesDry: false, watchesPump: true))
        story.world.begin(.sourceEmpty(well))
        story.pass(.seconds(40))
        #expect(story.standing.contains(TripID(.dryRun, .source(well))) && !story.isOn(farm.pump))
        let cause = story.events.first { $0.kind == .tripDryRun }?.cause
        #expect(cause == .interlock(.noPressure) || cause == .interlock(.underCurrent))
    }

    @Test func `a drive set too high stops the pump for its pressure`() {
        let story = watering()
        story.world.begin(.pressureHigh(well))
        story.pass(.seconds(10))
        #expect(story.standing == [TripID(.overPressure, .source(well))] && !story.isOn(farm.pump))
        #expect(story.ends.map(\.outcome) == [.tripped])
    }

    @Test func `a motor's protection stops it in the same scan, and the run is booked`() {
        let story = watering()
        story.world.begin(.motorFault(farm.pump))
        story.pass(.milliseconds(200))
        #expect(!story.isOn(farm.pump) && story.standing == [TripID(.motorFault, .output(farm.pump))])
        story.pass(.seconds(5))
        #expect(story.ends.map(\.outcome) == [.tripped] && story.world.violations.all == [])
    }

    @Test func `a pump that rests lets the next run wait with closed valves, and then waters`() {
        let story = watering(SampleFarm(watchesPump: true, rest: .minutes(3)), for: .minutes(4))
        story.world.order(.stopAll)
        story.pass(.seconds(30))
        story.water(1, for: .minutes(2))
        story.pass(.minutes(1))
        #expect(!story.isOn(farm.valves[1]) && story.events.last { $0.kind == .runQueued }?.cause == .interlock(.resting))
        story.pass(.minutes(5))
        #expect(story.ends.map(\.outcome) == [.stopped, .completed] && story.world.violations.all == [])
    }
}
