import Control
import ProcessImage
import Quantities
import Simulator
import Testing

/// Power cuts, clocks that are not set, clocks that are put forward and back.
@Suite("Scenarios: power and clock")
struct PowerAndClockScenarios {
    private let farm = SampleFarm()
    /// Local midnight of a day is this long before the farm's start.
    private static let slow = Duration.milliseconds(500)

    private func layout(_ farm: SampleFarm) -> FieldLayout {
        let usual = FieldLayout(guessedFrom: farm.plan)
        return FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2))
    }

    @Test func `a power cut in a run: valves fall shut, the run is booked as interrupted and not begun again`() {
        let story = Story(farm)
        story.pass(.seconds(2))
        story.water(0, for: .minutes(20))
        story.pass(.minutes(5))
        story.world.cutPower()
        story.pass(.minutes(7))
        #expect(farm.valves.allSatisfy { !story.isOn($0) } && !story.isOn(farm.pump))
        story.world.restorePower()
        story.pass(.minutes(5))
        #expect(story.ends.map(\.outcome) == [.interrupted] && !story.isOn(farm.valves[0]))
        let watered = story.ends.first?.watered ?? .zero
        #expect(watered > .seconds(250) && watered < .minutes(5), "\(watered)")
        #expect(story.world.violations.all == [])
    }

    @Test func `a power cut in the middle of a shift: what waters and what waits is booked as interrupted with what is missing, and nothing begins again`() {
        let steps = [(0, 1), (1, 1), (2, 2)].map { zone, shift in
            ProgramPlan.Step(zone: ZoneIndex(zone), give: .fixed(.time(.minutes(20))), shift: UInt16(shift))
        }
        let six = TimeOfDay(hour: 6, minute: 0) ?? .midnight
        let farm = SampleFarm(programs: [ProgramPlan(steps: steps, starts: .times([.clock(six)]), missed: .catchUp(within: .hours(2)))])
        let story = Story(farm, after: 59 * 60)
        story.pass(.minutes(10))
        #expect(story.isOn(farm.valves[0]) && story.isOn(farm.valves[1]) && !story.isOn(farm.valves[2]))
        story.world.cutPower()
        story.pass(.minutes(3))
        story.world.restorePower()
        story.pass(.minutes(30))
        #expect(story.decisions == [.started] && story.ends.map(\.outcome) == [.interrupted, .interrupted, .interrupted])
        let watered = Dictionary(grouping: story.ends, by: \.zone).mapValues { $0[0].watered }
        #expect(watered[ZoneIndex(0)].map { $0 > .minutes(7) && $0 < .minutes(10) } == true && watered[ZoneIndex(2)] == .zero)
        #expect(story.count(.timeShort) == 3 && farm.valves.allSatisfy { !story.isOn($0) } && !story.isOn(farm.pump))
        #expect(story.world.violations.all == [])
    }

    @Test func `a power cut leaves a latching valve open without water, and it is closed before anything else happens`() {
        let latching = SampleFarm(isLatching: true)
        let story = Story(latching)
        story.pass(.seconds(2))
        story.water(0, for: .minutes(20))
        story.pass(.minutes(2))
        story.world.cutPower()
        story.pass(.minutes(2))
        #expect(story.isOn(farm.valves[0]) && !story.isOn(farm.pump) && !story.isOn(farm.master))
        #expect(story.world.plant.flow(of: SourceIndex(0)) < .cubicMetersPerHour(0.1))
        story.world.restorePower()
        #expect(!story.isOn(farm.valves[0]))
        story.pass(.minutes(2))
        #expect(story.ends.map(\.outcome) == [.interrupted] && story.world.violations.all == [])
    }

    @Test func `a clock that is not set at boot starts nothing; once it is set the start that was missed is made up for`() {
        let story = Story(farm, after: 59 * 60)
        story.pass(.seconds(30))
        story.world.crash()
        story.world.loseClock()
        story.world.startProcess()
        story.pass(.minutes(30))
        #expect(story.decisions.isEmpty && story.ends.isEmpty && story.isAlarmed(.clockUntrusted, .site))
        story.water(0, for: .minutes(1))
        story.pass(.minutes(2))
        #expect(story.ends.map(\.outcome) == [.completed], "by hand it waters")
        story.world.synchronizeClock()
        story.pass(.minutes(20))
        #expect(story.decisions.count <= 1 && story.world.violations.all == [])
    }

    private static let berlin = LocalClock(name: "Europe/Berlin", firstOffset: 3600, changes: [
        .init(unixSeconds: 1_774_746_000, offset: 7200), .init(unixSeconds: 1_792_890_000, offset: 3600),
    ])

    /// 2026-03-29: after 01:59 comes 03:00. 2026-10-25: 02:00 to 02:59 come twice.
    @Test(arguments: [(1_774_746_000 as Int64, "spring"), (1_792_890_000, "autumn")])
    func `a daily start in the hour that is skipped or comes twice happens once`(change: Int64, season: String) {
        let farm = SampleFarm(starts: [150], missed: .skip, runMinutes: 1, period: Self.slow, clock: Self.berlin)
        let story = Story(farm, layout: layout(farm), startUnix: change - 2 * 3600)
        story.pass(.hours(4))
        #expect(story.decisions == [.started] && story.ends.count == 3, "\(season)")
        #expect(story.world.violations.all == [])
    }
}
