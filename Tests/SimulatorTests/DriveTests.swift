import Control
import ProcessImage
import Quantities
import Simulator
import Testing

/// What pressure and speed did, once a second.
private struct Trace {
    /// kPa in the main, and Hz that the drive was permitted.
    var pressures: [Double] = []
    var speeds: [Double] = []

    mutating func follow(_ story: Story, for seconds: Int, _ farm: SampleFarm) {
        for _ in 0..<seconds {
            story.pass(.seconds(1))
            pressures.append(story.world.plant.pressure(of: SourceIndex(0)).kilopascals)
            speeds.append(story.world.evidence.committedValues[farm.speed.offset])
        }
    }

    /// The farthest from `keep` after so many seconds, as a part of it.
    func deviation(after seconds: Int, from keep: Double) -> Double {
        pressures.dropFirst(seconds).map { abs($0 / keep - 1) }.max() ?? .infinity
    }

    func overshoot(of keep: Double) -> Double { (pressures.max() ?? 0) / keep - 1 }
}

@Suite struct `Pumps on drives` {
    private let farm = SampleFarm(watchesPump: false, drive: SampleDrive())

    private func story(_ farm: SampleFarm, layout: FieldLayout? = nil) -> Story {
        let story = Story(farm, layout: layout)
        story.pass(.seconds(2))
        return story
    }

    /// Its zones have watered for a minute and the pressure stands.
    private func steady(_ farm: SampleFarm, zones: [Int] = [0], layout: FieldLayout? = nil) -> Story {
        let story = story(farm, layout: layout)
        for zone in zones { story.water(zone, for: .minutes(30)) }
        story.pass(.seconds(100))
        return story
    }

    @Test func `it fills slowly, comes up, and keeps its pressure within 5 %, overshooting by less than 10 %`() {
        let story = story(farm)
        story.water(0, for: .minutes(10))
        var trace = Trace()
        trace.follow(story, for: 180, farm)
        let full = trace.pressures.firstIndex { $0 >= 40 } ?? 0
        #expect(full > 0 && trace.speeds[..<full].allSatisfy { $0 <= 20 + 1e-9 }, "40 % of 50 Hz until the pipes are full")
        #expect(trace.overshoot(of: 200) < 0.1)
        #expect(trace.deviation(after: 60, from: 200) <= 0.05)
        print("drive: full after \(full) s, overshoot \(trace.overshoot(of: 200) * 100) %, off by",
              "\(trace.deviation(after: 60, from: 200) * 100) % at most after 60 s, speed \(trace.speeds.last ?? 0) Hz")
        #expect(story.world.violations.all == [])
    }

    @Test func `pipes that never show that they are full are taken for full after their time`() {
        let farm = SampleFarm(drive: SampleDrive(fillUntil: 150, fillFor: .seconds(40)))
        let story = story(farm)
        story.water(0, for: .minutes(10))
        var trace = Trace()
        trace.follow(story, for: 150, farm)
        let slow = trace.speeds.filter { $0 > 0 && $0 <= 20 }.count
        #expect((38...46).contains(slow))
        #expect(trace.deviation(after: 120, from: 200) <= 0.05)
    }

    @Test func `a second zone that opens and one that closes move the pressure for less than half a minute`() {
        let story = steady(farm)
        story.water(1, for: .minutes(5))
        var opening = Trace(), closing = Trace()
        opening.follow(story, for: 90, farm)
        #expect(opening.deviation(after: 45, from: 200) <= 0.05)
        story.world.order(.stopZone(ZoneIndex(1)))
        closing.follow(story, for: 90, farm)
        #expect(closing.deviation(after: 30, from: 200) <= 0.05)
        #expect(closing.overshoot(of: 200) < 0.35)
        print("drive: flow step up off by \(opening.deviation(after: 0, from: 200) * 100) %, down by",
              "\(closing.deviation(after: 0, from: 200) * 100) % at most")
        #expect(story.world.violations.all == [])
    }

    @Test func `neither a closed valve nor a pump that stood still for a while leaves the loop wound up`() {
        for fault in [PlantFault.valveStuckClosed(farm.valves[0]), .pumpDead(farm.pump)] {
            let story = steady(farm)
            story.world.begin(fault)
            story.pass(.seconds(8))
            story.world.end(fault)
            var trace = Trace()
            trace.follow(story, for: 60, farm)
            #expect(trace.deviation(after: 30, from: 200) <= 0.05, "\(fault)")
            #expect(trace.pressures.dropFirst(8).allSatisfy { $0 < 225 }, "\(fault)")
        }
    }

    @Test func `without a usable pressure it runs at its fixed speed, says so, and keeps the pressure again when it can`() {
        let usual = FieldLayout(guessedFrom: farm.plan)
        var supplies = usual.supplies
        supplies[farm.pressurePoint.offset] = .device(DeviceIndex(0), every: .seconds(1))
        let story = steady(farm, layout: FieldLayout(supplies: supplies, holders: usual.holders, setpoints: usual.setpoints))
        story.world.begin(.deviceSilent(DeviceIndex(0)))
        story.pass(.seconds(30))
        #expect(story.count(.pumpRunsBlind) == 1)
        #expect(abs(story.world.evidence.committedValues[0] - 40) < 1e-9, "80 % of 50 Hz")
        #expect(story.isOn(farm.pump))
        story.world.end(.deviceSilent(DeviceIndex(0)))
        var trace = Trace()
        trace.follow(story, for: 60, farm)
        #expect(story.count(.pumpKeepsPressure) == 1 && trace.deviation(after: 40, from: 200) <= 0.05)
    }

    @Test func `the nought of a cut cable does not drive the pump to full speed for longer than ten seconds`() {
        let story = steady(farm)
        story.world.begin(.sensorCut(farm.pressurePoint))
        story.pass(.seconds(40))
        #expect(story.count(.pumpRunsBlind) == 1)
        #expect(abs(story.world.evidence.committedValues[0] - 40) < 1e-9)
    }

    @Test func `without any pressure it comes up to its fixed speed by its ramp`() {
        let farm = SampleFarm(drive: SampleDrive(fillFor: .seconds(10), hasPressure: false))
        let story = story(farm)
        story.water(0, for: .minutes(10))
        story.pass(.seconds(90))
        #expect(abs(story.world.evidence.committedValues[0] - 40) < 1e-9 && story.count(.pumpRunsBlind) == 0)
    }

    @Test func `it is slowed down before it is stopped, and valves close last`() {
        let story = steady(farm)
        let before = story.world.evidence.committedValues[0]
        story.world.order(.stopAll)
        var speeds: [Double] = [], order: [String] = []
        for _ in 0..<600 {
            story.pass(.milliseconds(100))
            if story.isOn(farm.pump) { speeds.append(story.world.evidence.committedValues[0]) }
            for (name, output) in [("pump", farm.pump), ("master", farm.master), ("valve", farm.valves[0])]
            where !story.isOn(output) && !order.contains(name) { order.append(name) }
        }
        #expect(order == ["pump", "master", "valve"])
        #expect(zip(speeds, speeds.dropFirst()).allSatisfy { $0 - $1 <= 1 + 1e-9 && $1 <= $0 + 1e-9 }, "10 Hz/s at most, and never up")
        #expect(before > 25 && (speeds.last ?? 50) <= 21.1, "down to the speed at which it fills")
        #expect(story.world.violations.all == [])
    }

    @Test func `water that is wanted while it slows down brings it back from where it is`() {
        let story = story(farm)
        story.water(0, for: .seconds(90))
        story.pass(.seconds(80))
        var before = 0.0, steps = 0
        repeat {
            before = story.world.evidence.committedValues[0]
            story.pass(.milliseconds(100))
            steps += 1
        } while story.world.evidence.committedValues[0] > before - 0.9 && steps < 1000
        #expect(steps < 1000 && story.isOn(farm.pump), "it slows down")
        story.water(1, for: .minutes(5))
        var stayed = true
        for _ in 0..<600 {
            story.pass(.milliseconds(100))
            stayed = stayed && story.isOn(farm.pump)
        }
        #expect(stayed && abs(story.world.plant.pressure(of: SourceIndex(0)).kilopascals / 200 - 1) <= 0.05)
        #expect(story.world.violations.all == [])
    }

    @Test func `a pump runs its least time before a run's end stops it, and stops at once for a person`() {
        for drive in [nil, SampleDrive()] {
            let farm = SampleFarm(drive: drive, minimumRun: .minutes(5))
            let given = story(farm)
            given.water(0, for: .minutes(1))
            given.pass(.minutes(4))
            #expect(given.isOn(farm.pump) && given.isOn(farm.valves[0]))
            given.pass(.minutes(3))
            #expect(!given.isOn(farm.pump) && given.ends.count == 1)
            let stopped = story(farm)
            stopped.water(0, for: .minutes(10))
            stopped.pass(.minutes(2))
            stopped.world.order(.stopAll)
            stopped.pass(.seconds(20))
            #expect(!stopped.isOn(farm.pump))
        }
    }

    @Test func `a drive that does not answer stops its pump, and one that keeps another speed trips with it`() {
        let silent = steady(farm)
        silent.world.begin(.deviceSilent(DeviceIndex(2)))
        silent.pass(.seconds(30))
        #expect(!silent.isOn(farm.pump) && silent.world.evidence.committedValues[0] == 0)
        let stuck = steady(farm)
        stuck.world.begin(.setpointStuck(farm.speed))
        stuck.water(1, for: .minutes(5))
        stuck.pass(.seconds(60))
        #expect(stuck.standing.contains(TripID(.setpointReadback, .point(PointIndex(14)))))
        #expect(!stuck.isOn(farm.pump))
        #expect(silent.world.violations.all == [] && stuck.world.violations.all == [])
    }

    // MARK: Over-pressure

    @Test func `too much pressure opens the relief zone, and where that is not enough the pump is stopped`() {
        let eased = SampleFarm(relief: ZoneIndex(2), pressureMaximum: 300)
        let story = steady(eased)
        story.world.begin(.pressureHigh(SourceIndex(0)))
        story.pass(.seconds(30))
        #expect(story.count(.reliefOpened) == 1 && story.isOn(eased.valves[2]) && story.isOn(eased.pump))
        story.world.end(.pressureHigh(SourceIndex(0)))
        story.pass(.seconds(40))
        #expect(story.count(.reliefClosed) == 1 && !story.isOn(eased.valves[2]) && story.isOn(eased.pump))
        let hard = SampleFarm(relief: ZoneIndex(2), pressureMaximum: 230)
        let tripped = steady(hard)
        tripped.world.begin(.pressureHigh(SourceIndex(0)))
        tripped.pass(.seconds(60))
        #expect(tripped.standing.contains(TripID(.overPressure, .source(SourceIndex(0)))) && !tripped.isOn(hard.pump))
    }

    @Test func `a drive under too much pressure goes slower instead of tripping`() {
        let farm = SampleFarm(drive: SampleDrive(), pressureMaximum: 205)
        let story = steady(farm)
        story.world.begin(.pressureHigh(SourceIndex(0)))
        var trace = Trace()
        trace.follow(story, for: 40, farm)
        #expect(story.standing.isEmpty && story.isOn(farm.pump), "\(story.standing) \(trace.pressures)")
        #expect((trace.pressures.max() ?? 0) > 205 && trace.pressures.suffix(10).allSatisfy { $0 <= 206 })
    }

    // MARK: Invariant 46, and what breaks it

    private func broken(_ farm: SampleFarm, believed: SampleFarm, empty: Bool = false) -> [Int] {
        let world = World(plan: farm.plan, believed: believed.plan, seed: 1, startUnix: SampleFarm.startUnix)
        world.run(for: .seconds(2))
        world.order(.run(ZoneIndex(0), for: .minutes(10)))
        world.run(for: .seconds(60))
        if empty { world.begin(.motorFault(farm.pump)) }
        world.run(for: .seconds(60))
        return world.violations.broken
    }

    @Test func `46: a speed that rises faster than its drive may`() {
        let eager = SampleFarm(drive: SampleDrive(rise: 50))
        #expect(broken(farm, believed: eager) == [46] && broken(farm, believed: farm) == [])
    }

    @Test func `46: a speed beyond what the drive takes`() {
        #expect(broken(farm, believed: SampleFarm(drive: SampleDrive(range: 0...60, keep: 900))) == [46])
    }

    @Test func `46: a speed that does not know its pump`() {
        let free = SampleFarm(watchesPump: true, drive: SampleDrive(belongsToPump: false))
        let bound = SampleFarm(watchesPump: true, drive: SampleDrive())
        #expect(broken(bound, believed: free, empty: true) == [46] && broken(bound, believed: bound, empty: true) == [])
    }

    @Test(arguments: UInt64(1)...3) func `a farm with a drive is safe while everything fails, and heals`(seed: UInt64) {
        let slow = SampleFarm(period: .milliseconds(500), drive: SampleDrive())
        let usual = FieldLayout(guessedFrom: slow.plan)
        let layout = FieldLayout(supplies: usual.supplies, holders: usual.holders, setpoints: usual.setpoints, lease: .seconds(2))
        let trial = Trial(plan: slow.plan, layout: layout, seed: seed, amount: seed % 2 == 0 ? .many : .some, safety: .hours(1),
                          startUnix: SampleFarm.startUnix + 30 * 60)
        for violation in trial.violations.all.prefix(5) { Issue.record("seed \(seed): \(violation)") }
        for what in trial.unhealed { Issue.record("seed \(seed): \(what)") }
    }
}
