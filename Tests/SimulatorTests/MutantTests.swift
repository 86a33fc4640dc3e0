import Control
import ProcessImage
import Quantities
import Simulator
import Testing

/// Every invariant can fail: a world in which one thing is broken is reported by exactly the checker of that thing.
@Suite("Mutants")
struct MutantTests {
    private let farm = SampleFarm()
    private let day = SampleFarm.startUnix
    private let zone = ZoneIndex(0)

    private func world(_ farm: SampleFarm? = nil, believed: SampleFarm? = nil, layout: FieldLayout? = nil,
                       at seconds: Int64 = 0, sabotage: Sabotage? = nil) -> World {
        World(plan: (farm ?? self.farm).plan, believed: believed?.plan, layout: layout, seed: 1,
              startUnix: day + seconds, sabotage: sabotage)
    }

    /// A world in which zone 1 has been watering for a while.
    private func watering(_ world: World, for duration: Duration = .seconds(60)) -> World {
        world.run(for: .seconds(2))
        world.order(.run(zone, for: .minutes(30)))
        world.run(for: duration)
        return world
    }

    @Test func `1: a line on in the first scan of a life`() {
        let world = world(sabotage: .startsWithLineOn)
        world.run(for: .seconds(5))
        #expect(world.violations.broken == [1])
    }

    @Test func `2: a guard and a scan that count no time on`() {
        let short = SampleFarm(maximumOn: .minutes(2))
        let world = watering(world(short, believed: SampleFarm(maximumOn: .hours(9)), sabotage: .guardForgetsMaximumOn), for: .minutes(4))
        #expect(world.violations.broken == [2])
    }

    @Test func `3: a guard that keeps lines on when the scan is dead`() {
        let world = watering(world(sabotage: .guardForgetsLease))
        world.crash()
        world.run(for: .seconds(3))
        #expect(world.violations.broken == [3])
    }

    @Test func `4: a line that moves by itself`() {
        let world = world(sabotage: .lineMovesByItself)
        world.run(for: .seconds(303))
        #expect(world.violations.broken == [4])
    }

    @Test func `5: a pump started on a float switch that nobody can read`() {
        let world = world(believed: SampleFarm(watchesDry: false), layout: farm.layoutWithPolledFloat)
        world.run(for: .seconds(2))
        world.begin(.deviceSilent(DeviceIndex(0)))
        world.run(for: .seconds(10))
        #expect(watering(world, for: .seconds(20)).violations.broken == [5])
    }

    @Test func `6: a pump that runs on when its float switch falls silent`() {
        let world = watering(world(believed: SampleFarm(watchesDry: false), layout: farm.layoutWithPolledFloat))
        world.begin(.deviceSilent(DeviceIndex(0)))
        world.run(for: .seconds(10))
        #expect(world.violations.broken == [6])
    }

    @Test func `7: an old value with a new time`() {
        let world = world(sabotage: .oldValueMadeNew)
        world.run(for: .seconds(12))
        world.begin(.deviceSilent(DeviceIndex(1)))
        world.run(for: .seconds(30))
        #expect(world.violations.broken == [7])
    }

    @Test func `8: more zones at once than the well gives`() {
        let world = world(believed: SampleFarm(capacity: 100))
        world.run(for: .seconds(2))
        for zone in 0..<3 { world.order(.run(ZoneIndex(zone), for: .minutes(10))) }
        world.run(for: .minutes(2))
        #expect(world.violations.broken == [8])
    }

    @Test(arguments: [true, false]) func `8: zones that exclude each other, more valves than allowed`(excludes: Bool) {
        let bounded = excludes ? SampleFarm(excludes: true) : SampleFarm(valvesAtOnce: 1)
        func broken(_ believed: SampleFarm) -> [Int] {
            let world = world(bounded, believed: believed)
            world.run(for: .seconds(2))
            for zone in 0..<3 { world.order(.run(ZoneIndex(zone), for: .minutes(2))) }
            world.run(for: .minutes(8))
            return world.violations.broken
        }
        #expect(broken(SampleFarm()) == [8] && broken(bounded) == [])
    }

    @Test func `31: water that no run is told of`() {
        func broken(_ sabotage: Sabotage?) -> [Int] {
            let world = watering(world(sabotage: sabotage), for: .minutes(3))
            world.order(.stopAll)
            world.run(for: .minutes(20))
            return world.violations.broken
        }
        #expect(broken(.booksAreLost) == [31] && broken(nil) == [])
    }

    @Test func `9: a pump that runs though the well is seen empty`() {
        let world = watering(world(believed: SampleFarm(watchesDry: false)))
        world.begin(.sourceEmpty(SourceIndex(0)))
        world.run(for: .seconds(5))
        #expect(world.violations.broken == [9])
    }

    @Test func `9: a pump that runs though its protection reports a fault`() {
        let world = watering(world(SampleFarm(watchesPump: true), believed: farm), for: .seconds(80))
        world.begin(.motorFault(farm.pump))
        world.run(for: .seconds(1))
        #expect(world.violations.broken == [9])
    }

    @Test func `12: a pump that does not rest`() {
        let tired = SampleFarm(watchesPump: true, rest: .minutes(5))
        let world = watering(world(tired, believed: SampleFarm(watchesPump: true, rest: .zero)), for: .seconds(60))
        world.order(.stopAll)
        world.run(for: .seconds(30))
        #expect(watering(world).violations.broken == [12])
    }

    @Test func `12: starts that a restart forgets`() {
        let world = world(SampleFarm(watchesPump: true, startsPerHour: 2, rest: .zero), sabotage: .restartForgetsStarts)
        for _ in 0..<2 {
            _ = watering(world, for: .seconds(40))
            world.order(.stopAll)
            world.run(for: .seconds(30))
        }
        #expect(world.violations.all == [])
        world.crash()
        world.run(for: .seconds(2))
        world.startProcess()
        #expect(watering(world, for: .seconds(40)).violations.broken == [12])
    }

    @Test func `14: a restart that clears a trip`() {
        let world = world(sabotage: .restartForgetsTrips)
        world.begin(.valveStuckClosed(farm.valves[0]))
        let tripped = watering(world, for: .minutes(2))
        tripped.crash()
        tripped.run(for: .seconds(2))
        tripped.startProcess()
        #expect(watering(tripped, for: .seconds(5)).violations.broken == [14])
    }

    @Test func `15: a scan that does not look at the emergency stop`() {
        let world = watering(world(believed: SampleFarm(watchesStop: false)))
        world.begin(.emergencyStopPressed)
        world.run(for: .seconds(1))
        #expect(world.violations.broken == [15])
    }

    @Test func `17: a start that is forgotten over a restart`() {
        let twice = SampleFarm(starts: [360, 362], runMinutes: 1)
        let world = world(twice, at: 59 * 60, sabotage: .restartForgetsLastStart)
        world.run(for: .seconds(190))
        world.crash()
        world.run(for: .seconds(5))
        world.startProcess()
        world.run(for: .seconds(20))
        #expect(world.violations.broken == [17])
    }

    @Test func `17: a ledger that says what is not on the disk`() {
        let world = world(at: 59 * 60, sabotage: .ledgerClaimsTooMuch)
        world.slowLedger(to: .seconds(30))
        world.run(for: .seconds(80))
        #expect(world.violations.broken == [17])
    }

    @Test func `18: a start caught up outside its window`() {
        func farm(_ window: Duration) -> SampleFarm {
            SampleFarm(starts: [360, 362], missed: .catchUp(within: window), runMinutes: 1)
        }
        let world = world(farm(.minutes(5)), believed: farm(.hours(20)), at: 59 * 60)
        world.run(for: .seconds(90))
        world.crash()
        world.run(for: .minutes(10))
        world.startProcess()
        world.run(for: .seconds(20))
        #expect(world.violations.broken == [18])
    }

    private func dry(rest: Duration, atMost: Int, until hour: Int = 23) -> SampleFarm {
        let trigger = Trigger(.condition(Condition(.soil, isAbove: false, limit: 0.99), until: 0.99), until: TimeOfDay(hour: hour, minute: 0) ?? .midnight,
                              rest: rest, atMostADay: atMost)
        return SampleFarm(programs: [ProgramPlan(steps: [.init(zone: zone, give: .fixed(.time(.seconds(30))))], starts: .trigger(trigger))])
    }

    @Test func `18: a sensor that starts a program again without its rest`() {
        let world = world(dry(rest: .minutes(20), atMost: 5), believed: dry(rest: .minutes(3), atMost: 5))
        world.run(for: .minutes(9))
        #expect(world.violations.broken == [18])
    }

    @Test func `18: a sensor that starts a program once more than it may`() {
        let world = world(dry(rest: .minutes(3), atMost: 1), believed: dry(rest: .minutes(3), atMost: 5))
        world.run(for: .minutes(9))
        #expect(world.violations.broken == [18])
    }

    @Test func `18: a sensor that starts a program outside of its hours`() {
        let world = world(dry(rest: .minutes(3), atMost: 5, until: 4), believed: dry(rest: .minutes(3), atMost: 5))
        world.run(for: .minutes(4))
        #expect(world.violations.broken == [18])
    }

    @Test func `19: time that follows the wall clock`() {
        let world = watering(world(sabotage: .wallDrivesMonotonic))
        world.stepClock(by: .hours(1))
        world.run(for: .minutes(1))
        #expect(world.violations.broken == [19])
    }

    @Test func `20: an unset clock that is called set`() {
        let world = world(at: 59 * 60, sabotage: .clockClaimsTrust)
        world.distrustClock()
        world.run(for: .seconds(90))
        #expect(world.violations.broken == [20])
    }

    @Test func `23: randomness that no seed governs`() {
        func hash(_ sabotage: Sabotage?) -> UInt64 {
            let world = World(plan: farm.plan, seed: 5, startUnix: day, faults: FaultRates(.many, seed: 5),
                              commandsEvery: .minutes(2), sabotage: sabotage)
            world.run(for: .minutes(6))
            return world.hash
        }
        #expect(hash(nil) == hash(nil))
        #expect(hash(.unseededNoise) != hash(.unseededNoise))
    }

    /// Without a saboteur none of the situations above breaks anything.
    @Test func `the same situations are clean when nothing is broken`() {
        let world = world(SampleFarm(starts: [360, 362], runMinutes: 1), layout: farm.layoutWithPolledFloat, at: 59 * 60)
        world.run(for: .seconds(190))
        for fault in [PlantFault.deviceSilent(DeviceIndex(0)), .sourceEmpty(SourceIndex(0)), .emergencyStopPressed,
                      .valveStuckClosed(farm.valves[0])] {
            let running = watering(world)
            running.begin(fault)
            running.run(for: .minutes(1))
            running.crash()
            running.run(for: .seconds(5))
            running.startProcess()
            running.end(fault)
            running.stepClock(by: .hours(1))
            running.run(for: .minutes(1))
            running.order(.resetAll)
        }
        #expect(world.violations.all == [])
    }
}
