import Control
import ProcessImage
import Quantities
import Scan
import Testing

struct TripTests {
    private func running(_ zones: [Int] = [0], period: Duration = .milliseconds(100)) -> World {
        let world = World(period: period)
        world.turn()
        for zone in zones { world.send(.run(ZoneIndex(zone), for: .minutes(30))) }
        world.turn(for: .seconds(30))
        return world
    }

    @Test func `The emergency stop drops everything in the same scan, latches, and is cleared only when released`() {
        let world = running()
        #expect(world.isOn(World.pump))
        world.stopIsPressed = true
        world.turn()
        #expect(World.tags.indices.allSatisfy { !world.isOn(OutputIndex($0)) })
        let early = world.send(.resetAll)
        world.turn()
        #expect(world.outcome(of: early) == .refusedCauseStands && world.count(.resetRefused) == 1)
        world.stopIsPressed = false
        world.turn(for: .seconds(5))
        let refused = world.send(.run(ZoneIndex(1), for: .minutes(1)))
        world.turn()
        #expect(world.outcome(of: refused) == .refusedByTrip && world.phase(0) == .tripped)
        let reset = world.send(.resetAll)
        world.turn(for: .seconds(1))
        #expect(world.outcome(of: reset) == .done && world.phase(0) == .idle)
        #expect(world.endedRuns.map(\.outcome) == [.tripped] && world.count(.tripEmergencyStop) == 1)
        #expect(world.endedRuns.first?.cause == .trip(TripID(.emergencyStop, .site)))
    }

    @Test func `A stop line that is not read for 2 s counts as pressed; at the start it only holds`() {
        let world = running()
        for _ in 0..<25 {
            world.now = world.now + world.period
            world.cycle.run(at: world.now, wall: WallTime(unixNanoseconds: world.unixNanoseconds, trust: .synced), lateness: .zero)
        }
        #expect(world.count(.tripEmergencyStop) == 1 && !world.isOn(World.pump))

        let fresh = World()
        fresh.cycle.run(at: fresh.now, wall: WallTime(unixNanoseconds: fresh.unixNanoseconds, trust: .synced), lateness: .zero)
        #expect(fresh.count(.tripEmergencyStop) == 0)
        fresh.now = fresh.now + .seconds(11)
        fresh.cycle.run(at: fresh.now, wall: WallTime(unixNanoseconds: fresh.unixNanoseconds, trust: .synced), lateness: .zero)
        #expect(fresh.count(.tripEmergencyStop) == 1)
    }

    @Test func `A source that runs dry stops the pump in the same scan and ends the run`() {
        let world = running()
        world.suctionIsDry = true
        world.turn()
        #expect(!world.isOn(World.pump) && world.count(.tripDryRun) == 1)
        world.turn()
        #expect(!world.isOn(World.valves[0]) && world.endedRuns.map(\.outcome) == [.tripped])
    }

    @Test func `A source that is dry before the start trips nothing: the run waits for water, and a person's not for ever`() {
        let world = World(period: .seconds(1))
        world.suctionIsDry = true
        world.turn()
        let command = world.send(.run(ZoneIndex(0), for: .minutes(10)))
        world.turn(for: .minutes(2))
        #expect(world.outcome(of: command) == .queued && world.count(.tripDryRun) == 0)
        #expect(world.timeline.isEmpty && world.endedRuns.isEmpty)
        world.suctionIsDry = false
        world.turn(for: .minutes(1))
        #expect(world.isOn(World.pump))
        world.send(.stopAll)
        world.turn(for: .minutes(1))
        world.suctionIsDry = true
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(10)))
        world.turn(for: .hours(4) + .minutes(1))
        #expect(world.endedRuns.map(\.outcome) == [.stopped, .notStarted])
        #expect(world.endedRuns.last?.cause == .interlock(.suctionLevel))
    }

    @Test func `A zone without flow is closed after 30 s, and the next is tried; two in a row stop the pump`() {
        let world = running([0, 1, 2])
        world.flowOverride = 0.2
        world.turn(for: .seconds(31))
        #expect(world.count(.tripNoFlow) == 1 && world.phase(0) == .tripped && world.count(.tripDryRun) == 0)
        world.turn(for: .seconds(60))
        #expect(world.count(.tripNoFlow) == 2 && world.count(.tripDryRun) == 1)
        #expect(World.tags.indices.allSatisfy { !world.isOn(OutputIndex($0)) })
        #expect(world.endedRuns.map(\.outcome) == [.tripped, .tripped, .notStarted])
    }

    @Test func `A meter that does not answer stops nothing; it is told, and volume is nominal flow and time`() {
        let world = running(period: .seconds(1))
        world.metersAnswer = false
        world.turn(for: .minutes(30))
        #expect(world.events.allSatisfy { $0.kind != .tripNoFlow } && world.count(.pointBad) == 1)
        world.turn(for: .minutes(5))
        #expect(world.endedRuns.map(\.outcome) == [.completed])
        #expect(world.endedRuns.first.map { abs($0.volume.cubicMeters - 5) < 0.05 } == true)
    }

    @Test func `A burst shuts pump and master valve after 10 s`() {
        let world = running()
        world.flowOverride = 13.5
        world.turn(for: .seconds(9))
        #expect(world.count(.tripBurst) == 0)
        world.turn(for: .seconds(2))
        #expect(world.count(.tripBurst) == 1 && !world.isOn(World.pump) && !world.isOn(World.master))
    }

    @Test func `Water that flows with every valve closed for a minute is a leak`() {
        let world = World()
        world.flowOverride = 1
        world.turn(for: .seconds(59))
        #expect(world.count(.tripLeak) == 0)
        world.turn(for: .seconds(12))
        #expect(world.count(.tripLeak) == 1)
    }

    @Test func `A valve that stays open when told to close holds pump and master until it is seen to`() {
        let world = running()
        world.cycle.field.stuck[World.valves[0]] = .on
        world.send(.stopAll)
        world.turn(for: .seconds(40))
        #expect(world.count(.tripReadback) == 1)
        let early = world.send(.resetAll)
        world.turn()
        #expect(world.outcome(of: early) == .refusedCauseStands)
        world.cycle.field.stuck = [:]
        world.turn()
        let reset = world.send(.resetAll)
        world.turn()
        #expect(world.outcome(of: reset) == .done)
    }

    @Test func `An output away from its safe state for its maximum goes back and latches`() {
        let world = World(period: .seconds(1))
        world.turn()
        world.send(.run(ZoneIndex(0), for: .hours(3)))
        world.turn(for: .hours(2) + .seconds(30))
        #expect(world.count(.tripMaximumOn) == 1 && !world.isOn(World.valves[0]))
        #expect(world.endedRuns.map(\.outcome) == [.tripped])
    }

    @Test func `Trips and alarms of an earlier life still stand after a restart`() {
        var restored = Restored()
        restored.trips = [TripID(.burst, .source(SourceIndex(0)))]
        restored.alarms = [(AlarmID(.tripBurst, .source(SourceIndex(0))), .acknowledged)]
        let world = World(restored: restored)
        world.turn(for: .seconds(1))
        let command = world.send(.run(ZoneIndex(0), for: .minutes(1)))
        world.turn(for: .seconds(20))
        #expect(world.outcome(of: command) == .refusedByTrip && world.timeline.isEmpty)
        #expect(world.count(.tripBurst) == 0, "it is not told a second time")
    }
}
