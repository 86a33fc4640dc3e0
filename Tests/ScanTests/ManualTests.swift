import Control
import ProcessImage
import Quantities
import Scan
import Testing

struct ManualTests {
    @Test func `A stop takes the pump off in the scan after the command, and the valves in order`() {
        let world = World()
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(30)))
        world.turn(for: .seconds(40))
        let stop = world.send(.stopZone(ZoneIndex(0)))
        world.turn(for: .seconds(30))
        #expect(world.timeline.suffix(3) == ["40.1 P off", "45.1 MV off", "49.1 V1 off"])
        #expect(world.outcome(of: stop) == .done && world.endedRuns.map(\.outcome) == [.stopped])
    }

    @Test func `A stop of one zone does not wait for the next to open, which then starts afresh`() {
        let world = World()
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(30)))
        world.send(.run(ZoneIndex(1), for: .minutes(1)))
        world.turn(for: .seconds(40))
        world.send(.stopZone(ZoneIndex(0)))
        world.turn(for: .seconds(150))
        #expect(world.timeline.dropFirst(3) == [
            "40.1 P off", "45.1 MV off", "49.1 V1 off", "49.2 V2 on", "57.2 MV on", "61.2 P on",
            "121.2 P off", "126.2 MV off", "130.2 V2 off",
        ])
    }

    @Test func `A person goes before a program that waits, and behind a run that is going`() {
        let time = TimeOfDay(hour: 6, minute: 0) ?? .midnight
        let world = World(programs: [ProgramPlan(zones: [ZoneIndex(0), ZoneIndex(1)], durations: [.minutes(1), .minutes(1)], starts: [time],
                                                 days: .weekdays(127), missed: .skip)])
        world.turn(for: .seconds(80))
        let command = world.send(.run(ZoneIndex(2), for: .minutes(1)))
        world.turn(for: .minutes(6))
        #expect(world.outcome(of: command) == .queued)
        #expect(world.timeline.filter { $0.hasSuffix("on") && $0.contains("V") && !$0.contains("MV") }.map { $0.suffix(5) } == ["V1 on", "V3 on", "V2 on"])
    }

    @Test func `One run in hand and one waiting; the third is refused`() {
        let world = World()
        world.turn()
        let commands = (0..<3).map { _ in world.send(.run(ZoneIndex(0), for: .minutes(1))) }
        world.turn()
        #expect(commands.map { world.outcome(of: $0) } == [.done, .queued, .refusedBusy])
        world.turn(for: .minutes(5))
        #expect(world.endedRuns.map(\.outcome) == [.completed, .completed])
    }

    @Test func `Stop all ends what runs and what waits`() {
        let world = World()
        world.turn()
        for zone in 0..<3 { world.send(.run(ZoneIndex(zone), for: .minutes(10))) }
        world.turn(for: .seconds(30))
        let stop = world.send(.stopAll)
        world.turn(for: .seconds(20))
        #expect(world.outcome(of: stop) == .done && world.endedRuns.map(\.outcome) == [.stopped, .stopped, .stopped])
        #expect(World.tags.indices.allSatisfy { !world.isOn(OutputIndex($0)) })
        let again = world.send(.stopAll)
        world.turn()
        #expect(world.outcome(of: again) == .refusedNothingToDo)
    }

    @Test func `A command that is too old is answered and not carried out`() {
        let world = World()
        world.turn()
        let command = world.send(.run(ZoneIndex(0), for: .minutes(1)), expiresIn: .seconds(-1))
        world.turn(for: .seconds(2))
        #expect(world.outcome(of: command) == .expired && world.count(.commandExpired) == 1 && world.timeline.isEmpty)
    }

    @Test func `A zone that does not exist and a time that is none are refused and trap nothing`() {
        let world = World()
        world.turn()
        let commands = [world.send(.run(ZoneIndex(77), for: .minutes(1))), world.send(.run(ZoneIndex(0), for: .zero)),
                        world.send(.stopZone(ZoneIndex(77))), world.send(.reset(TripID(.burst, .source(SourceIndex(9)))))]
        world.turn()
        #expect(commands.allSatisfy { world.outcome(of: $0) == .refusedNothingToDo })
    }

    @Test func `A run is booked with the meter's volume, its flow is told when it settles, and progress every 10 s`() {
        let world = World()
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(6)))
        world.turn(for: .minutes(8))
        let volume = world.endedRuns.first?.volume.cubicMeters ?? 0
        #expect(abs(volume - 1) < 0.005, "6 min of 10 m3/h are 1 m3, was \(volume)")
        #expect(world.count(.flowSettled) == 1)
        let progress = world.ledger.count { if case .runProgress = $0 { true } else { false } }
        #expect((36...38).contains(progress))
    }

    @Test(arguments: [-500_000.0, 1e9, -0.5])
    func `A meter that is reset or jumps never gives a negative or huge volume`(jump: Double) {
        let world = World()
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(6)))
        world.turn(for: .minutes(3))
        world.litres += jump
        world.turn(for: .minutes(5))
        let volume = world.endedRuns.first?.volume.cubicMeters ?? 0
        #expect(abs(volume - 1) < 0.005)
    }

    @Test func `An orderly end leaves every output safe and every run booked`() {
        let world = World()
        world.turn()
        world.send(.run(ZoneIndex(0), for: .minutes(10)))
        world.send(.run(ZoneIndex(1), for: .minutes(10)))
        world.turn(for: .seconds(60))
        world.cycle.stop(at: world.now, wall: WallTime(unixNanoseconds: world.unixNanoseconds, trust: .synced))
        #expect(World.tags.indices.allSatisfy { !world.isOn(OutputIndex($0)) })
        #expect(world.endedRuns.map(\.outcome) == [.interrupted, .interrupted] && world.count(.stopped) == 1)
    }
}
