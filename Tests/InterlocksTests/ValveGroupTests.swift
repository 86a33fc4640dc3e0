import Interlocks
import ProcessImage
import Quantities
import Testing

/// The bench's two valves as one zone's.
@Suite struct `Valves of one zone` {
    private func bench(requiresProof: Bool = false) -> Bench {
        let whole = Bench.plan(isReached: true, requiresProof: requiresProof)
        let plan = InterlockPlan(outputs: whole.outputs, emergencyStop: whole.emergencyStop, sources: whole.sources,
                                 zones: [whole.zones[0]], reach: whole.reach, requiresProof: requiresProof,
                                 followers: [ValveFollower(zone: ZoneIndex(0), valve: Bench.other)])
        return Bench(plan)
    }

    private static let allOn: [OutputIndex: OutputLevel] = [Bench.valve: .on, Bench.other: .on, Bench.master: .on, Bench.pump: .on]

    @Test func `one that does not do what it is told is named, and takes its zone, pump and master valve with it`() {
        let bench = bench()
        for _ in 0..<3 {
            bench.scan(Self.allOn, flow: .good(10, at: bench.now))
            bench.now = bench.now + .seconds(10)
        }
        #expect(bench.level(Bench.pump) == .on)
        for _ in 0..<6 {
            bench.scan(Self.allOn, flow: .good(10, at: bench.now), reads: [Bench.other: .off])
            bench.now = bench.now + .seconds(1)
        }
        let trip = TripID(.readback, .output(Bench.other))
        #expect(bench.standing == [trip])
        for output in [Bench.valve, Bench.other, Bench.master, Bench.pump] {
            #expect(bench.level(output) == .off && bench.cause(output) == .trip(trip))
        }
    }

    @Test func `what holds one holds the other, whichever it is`() {
        let bench = bench()
        bench.scan(Self.allOn, other: [Bench.online: .good(0, at: bench.now)])
        #expect(bench.level(Bench.valve) == .off && bench.cause(Bench.valve) == .interlock(.unreachable))
    }

    @Test func `one that is not proven keeps the other free to be proven`() {
        let bench = bench(requiresProof: true)
        bench.scan([:], commands: [.prove(Bench.valve, for: .seconds(30))])
        bench.scan([Bench.valve: .on, Bench.other: .on])
        #expect(bench.level(Bench.valve) == .on && bench.level(Bench.other) == .off)
    }
}
