import ProcessImage
import Quantities
import Simulator
import Testing

private let well = SourceIndex(0)

/// Meters and probes that lie or fall silent.
@Suite("Scenarios: meters and probes")
struct SensorScenarios {
    private let farm = SampleFarm()

    private func watering(_ farm: SampleFarm? = nil, for time: Duration = .minutes(2)) -> Story {
        let story = Story(farm ?? self.farm)
        story.pass(.seconds(2))
        story.water(0, for: .minutes(10))
        story.pass(time)
        return story
    }

    @Test func `a meter that freezes while water flows is told after the run, and is no leak`() {
        let story = watering()
        story.world.begin(.sensorStuck(farm.flowPoint))
        story.world.order(.stopAll)
        story.pass(.minutes(5))
        #expect(story.standing.isEmpty && story.isAlarmed(.meterFrozen, .source(well)))
        story.world.end(.sensorStuck(farm.flowPoint))
        story.pass(.seconds(5))
        #expect(!story.isAlarmed(.meterFrozen, .source(well)))
    }

    @Test func `a meter whose count begins at 0 in a run takes no water away and adds none`() {
        let story = watering(for: .minutes(5))
        story.world.begin(.meterReset(well))
        story.pass(.minutes(8))
        #expect(story.count(.meterReset) == 1 && story.ends.map(\.outcome) == [.completed])
        let booked = story.ends.first?.volume.cubicMeters ?? .nan
        #expect(booked > 1.7 && booked < 2.3, "12 m3/h for 10 min are 2 m3, not \(booked)")
    }

    @Test func `a meter of three digits that wraps twice in a run loses no water and makes none`() {
        let story = Story(farm)
        story.world.begin(.meterWraps(well))
        story.pass(.seconds(2))
        story.water(0, for: .minutes(12))
        story.pass(.minutes(15))
        #expect(story.count(.meterReset) == 2 && story.ends.map(\.outcome) == [.completed] && story.standing.isEmpty)
        let booked = story.ends.first?.volume.cubicMeters ?? .nan
        #expect(booked > 2.3 && booked < 2.7, "a little over 12 m3/h for 12 min, not \(booked) m3")
    }

    @Test func `a meter that tells once in five minutes closes no healthy valve, and no water goes unbooked`() {
        let slow = SampleFarm(maximumOn: .hours(3), meterReports: .minutes(5))
        let story = Story(slow)
        story.world.begin(.meterSlow(well))
        story.pass(.seconds(2))
        story.water(0, for: .minutes(25))
        story.water(1, for: .minutes(25))
        story.pass(.minutes(60))
        #expect(story.ends.map(\.outcome) == [.completed, .completed] && story.standing.isEmpty)
        let booked = story.ends.reduce(0) { $0 + $1.volume.cubicMeters }
        #expect(booked > 7.5 && booked < 11, "50 min at 12 m3/h are 10 m3, not \(booked)")
    }

    @Test func `a silent soil probe is told with its device, its points go bad, and the time program waters on`() {
        let story = Story(farm, after: 59 * 60)
        story.world.begin(.deviceSilent(DeviceIndex(0)))
        story.pass(.minutes(20))
        #expect(story.isAlarmed(.deviceLost, .device(DeviceIndex(0))))
        #expect(story.world.evidence.readings[farm.moisturePoint.offset].quality == .bad)
        #expect(story.world.evidence.readings[farm.secondMoisturePoint.offset].quality == .good)
        #expect(story.ends.map(\.outcome) == [.completed, .completed, .completed])
    }

    /// Nothing waters by moisture here: what a probe says moves no valve.
    @Test func `a probe whose cable is cut reads 0 %, and no valve moves for it`() {
        let story = Story(farm)
        story.pass(.minutes(1))
        story.world.begin(.sensorCut(farm.moisturePoint))
        story.pass(.minutes(10))
        #expect(story.world.evidence.readings[farm.moisturePoint.offset].recorded == 0)
        #expect(story.ends.isEmpty && farm.valves.allSatisfy { !story.isOn($0) })
    }
}
