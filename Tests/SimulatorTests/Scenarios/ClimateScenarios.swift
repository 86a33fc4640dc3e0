import Agronomy
import Control
import ProcessImage
import Quantities
import Simulator
import Testing

/// Wind that rises while a sprinkler runs, and probes that start programs.
@Suite("Scenarios: wind and thirst")
struct ClimateScenarios {
    private static let six = TimeOfDay(hour: 6, minute: 0) ?? .midnight
    private static let lull = 4.0

    /// Scans of a second: a day of the farm in some seconds.
    private func story(_ farm: SampleFarm, seed: UInt64 = 1, after seconds: Int64 = 0) -> Story {
        let usual = FieldLayout(guessedFrom: farm.plan)
        return Story(farm, layout: FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2)), seed: seed, after: seconds)
    }

    /// The first seed whose day is calm at six and too windy an hour and a half later.
    private func seedOfWindyDay(_ farm: SampleFarm, _ wind: PointIndex) -> UInt64? {
        (1...200).first { seed in
            let (dawn, later) = (story(farm, seed: seed, after: 3600), story(farm, seed: seed, after: 3600 + 80 * 60))
            return dawn.world.plant.trueValue(of: wind) < Self.lull - 0.2 && later.world.plant.trueValue(of: wind) > Self.lull + 0.1
        }
    }

    @Test func `wind that rises in the middle of a sprinkler run lets it rest, and in the evening it goes on with all its water`() throws {
        let program = ProgramPlan(zones: [ZoneIndex(0)], durations: [.minutes(100)], starts: [Self.six], days: .weekdays(0x7F), missed: .skip)
        let tooWindy = WaterWindow(.condition(Condition(.wind, isAbove: true, limit: Self.lull), calm: .minutes(15)))
        let farm = SampleFarm(period: .seconds(1), programs: [program], windows: [tooWindy], hasStation: true)
        let story = story(farm, seed: try #require(seedOfWindyDay(farm, farm.windPoint)), after: 59 * 60)
        story.pass(.minutes(5))
        #expect(story.isOn(farm.valves[0]) && story.count(.windowBegan) == 0)
        for _ in 0..<100 where story.count(.windowBegan) == 0 { story.pass(.minutes(1)) }
        story.pass(.minutes(1))
        #expect(story.world.plant.trueValue(of: farm.windPoint) > Self.lull)
        #expect(!story.isOn(farm.valves[0]) && !story.isOn(farm.pump) && story.ends.isEmpty)
        let rest = story.events.first { $0.kind == .runRests }
        #expect(rest?.cause == .matter(.window, 0) && rest.map { $0.duration > .minutes(3) && $0.duration < .minutes(99) } == true)
        for _ in 0..<84 where story.ends.isEmpty { story.pass(.minutes(10)) }
        #expect(story.count(.windowEnded) >= 1 && story.ends.map(\.outcome) == [.completed])
        #expect(story.ends.first.map { $0.watered >= .minutes(100) && $0.watered < .minutes(102) } == true)
        #expect(story.world.violations.all == [])
    }

    /// Dry means below a threshold, wet means above another; an hour between two starts, three a day.
    private func thirsty(below dry: Double, until wet: Double) -> SampleFarm {
        let trigger = Trigger(.condition(Condition(.soil, isAbove: false, limit: dry / 100), until: wet / 100), rest: .hours(1), atMostADay: 3)
        let program = ProgramPlan(steps: [.init(zone: ZoneIndex(0), give: .fixed(.time(.minutes(10))))], starts: .trigger(trigger))
        return SampleFarm(period: .seconds(1), programs: [program])
    }

    @Test func `a probe whose cable is cut reads 0 %: a program that starts by it waters not at all, and that is told each day`() {
        let farm = thirsty(below: 15, until: 20)
        let story = story(farm)
        story.pass(.minutes(10))
        #expect(story.ends.isEmpty && story.decisions.isEmpty, "the soil is wet enough")
        story.world.begin(.sensorCut(farm.moisturePoint))
        story.pass(.hours(26))
        #expect(story.world.evidence.readings[farm.moisturePoint.offset].recorded == 0)
        #expect(story.decisions.isEmpty && story.ends.isEmpty && story.world.plant.metered(SourceIndex(0)) == .zero)
        #expect(story.events.filter { $0.kind == .probeRejected }.map(\.subject) == [.zone(ZoneIndex(0)), .zone(ZoneIndex(0))])
        #expect(story.world.violations.all == [])
    }

    @Test func `a probe that shows a dry soil for ever waters no oftener than its program may in a day`() {
        let farm = thirsty(below: 60, until: 70)
        // From five in the afternoon to an hour before midnight, and on into the morning.
        let story = story(farm, after: 12 * 3600)
        story.world.begin(.sensorStuck(farm.moisturePoint))
        story.pass(.hours(6))
        #expect(story.decisions == [.started, .started, .started] && story.ends.count == 3)
        story.pass(.hours(8))
        #expect(story.decisions.count == 6 && story.ends.allSatisfy { $0.outcome == .completed && $0.watered < .minutes(11) })
        #expect(story.world.violations.all == [])
    }
}
