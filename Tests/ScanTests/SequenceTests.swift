import ProcessImage
import Quantities
import Testing

/// The order of valves, master valve and pump, seen at the outputs through the whole scan.
struct SequenceTests {
    @Test func `A manual run opens valve, master, pump and closes pump, master, valve`() {
        let world = World()
        world.turn()
        let command = world.send(.run(ZoneIndex(0), for: .minutes(1)))
        world.turn(for: .seconds(120))
        #expect(world.timeline == [
            "0.1 V1 on", "8.1 MV on", "12.1 P on",
            "72.1 P off", "77.1 MV off", "81.1 V1 off",
        ])
        #expect(world.outcome(of: command) == .done)
        #expect(world.count(.runStarted) == 1 && world.count(.runEnded) == 1)
    }
}
