import Control
import ProcessImage
import Quantities
import Testing

/// Runs that give a volume instead of a time.
struct VolumeTests {
    @Test func `A volume ends the run when the meter has counted it, and is booked as measured`() throws {
        let world = World()
        world.turn()
        let command = world.send(.run(ZoneIndex(0), .volume(.cubicMeters(0.5))))
        world.turn(for: .minutes(5))
        let run = try #require(world.endedRuns.first)
        #expect(world.outcome(of: command) == .done && run.outcome == .completed && !run.isEstimated)
        #expect(abs(run.volume.cubicMeters - 0.5) < 0.02, "\(run.volume)")
        #expect(abs(run.watered.seconds - 180) < 6, "\(run.watered)")
        #expect(world.count(.volumeRunStarted) == 1 && world.count(.volumeShort) == 0)
    }

    @Test func `Without an answer of the meter a volume is flow × time, and said to be estimated`() throws {
        let world = World()
        world.turn()
        world.metersAnswer = false
        world.turn(for: .minutes(1))
        world.send(.run(ZoneIndex(0), .volume(.cubicMeters(0.5))))
        world.turn(for: .minutes(5))
        let run = try #require(world.endedRuns.first)
        #expect(run.outcome == .completed && run.isEstimated && abs(run.watered.seconds - 180) < 6)
    }

    @Test func `A volume that does not come within 1,3 times its time ends with what is missing and why`() throws {
        let world = World(period: .seconds(1))
        world.turn()
        world.flowOverride = 4
        world.send(.run(ZoneIndex(0), .volume(.cubicMeters(1))))
        world.turn(for: .minutes(12))
        let run = try #require(world.endedRuns.first)
        #expect(run.outcome == .tripped && run.cause == .interlock(.volumeGuard))
        #expect(abs(run.watered.seconds - (360 * 1.3 + 60)) < 20, "\(run.watered)")
        let short = try #require(world.events.first { $0.kind == .volumeShort })
        #expect(short.limit == 1 && abs(short.value - (1 - run.volume.cubicMeters)) < 1e-9)
    }

    @Test func `A person's stop leaves the shortfall on record`() throws {
        let world = World(period: .seconds(1))
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(10)))
        world.turn(for: .minutes(4))
        world.send(.stopZone(ZoneIndex(0)))
        world.turn(for: .minutes(1))
        let run = try #require(world.endedRuns.first)
        let short = try #require(world.events.first { $0.kind == .timeShort })
        #expect(run.outcome == .stopped && short.duration == .minutes(10) - run.watered)
    }
}
