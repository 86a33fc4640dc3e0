@testable import Interlocks
import Language
import ProcessImage
import Quantities
import Testing

/// A valve and a pump on a bridge, a lamp on a line of the board.
private final class BridgedBench {
    static let valve = OutputIndex(0), pump = OutputIndex(1), lamp = OutputIndex(2)
    static let trip = TripID(.bridge, .device(DeviceIndex(0)))

    var image: InputImage
    var demands: Demands
    var interlocks: Interlocks
    var records = RecordBuffer(capacity: 100)
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var events: [Event] = []

    init(restoring trips: [TripID] = []) throws {
        let point = PointDefinition(label: Label(tag: "bridge.state"), unit: try #require(Unit(symbol: "1")),
                                    uncertainAfter: .seconds(1.5), badAfter: .seconds(5))
        let outputs = [("V", OutputKind.valve), ("P", .pump), ("L", .lamp)].map { tag, kind in
            OutputDefinition(label: Label(tag: tag), kind: kind, safe: .off, maximumOn: .hours(1))
        }
        let tables = SiteTables(site: Label(tag: "bench"), clock: .shanghai, points: [point], outputs: outputs,
                                devices: [Label(tag: "bridge")])
        let bridge = BridgeGuard(device: DeviceIndex(0), state: BridgePoint(index: PointIndex(0)),
                                 outputs: [Self.valve, Self.pump])
        let plan = InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [], zones: [], bridges: [bridge])
        image = InputImage(tables: tables)
        demands = Demands(outputs: outputs)
        interlocks = Interlocks(plan: plan, restoring: trips)
    }

    /// - Parameter state: `nil`: nothing came in this scan.
    func scan(_ state: Reading?, commands: [Command.Kind] = []) {
        now = now + .milliseconds(100)
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced))
        if let state { image.latch(state, at: PointIndex(0)) }
        for (number, kind) in commands.enumerated() {
            _ = image.latch(Command(id: UInt64(number + 1), kind: kind, author: .localOperator, expires: now))
        }
        demands.reset()
        for output in [Self.valve, Self.pump, Self.lamp] { demands[output] = Demand(.on, because: .manual(1)) }
        records.clear()
        interlocks.judge(demands, image, &records)
        for number in 0..<records.count { if case .event(let event) = records[number] { events.append(event) } }
    }

    func scan(_ standing: BridgeStanding, commands: [Command.Kind] = []) {
        scan(.good(Double(standing.rawValue), at: now), commands: commands)
    }

    func level(_ output: OutputIndex) -> OutputLevel { interlocks.outputs[output].level }
    var tripStands: Bool { interlocks.trips.stands(Self.trip) }
}

@Suite struct BridgeInterlockTests {
    private typealias Bench = BridgedBench

    @Test func `outputs of a bridge move only while it is known to be armed; others do not care`() throws {
        let bench = try Bench()
        bench.scan(nil)
        #expect(bench.level(Bench.valve) == .off && bench.level(Bench.lamp) == .on)
        #expect(bench.interlocks.outputs[Bench.valve].cause == .interlock(.bridgeNotArmed))
        bench.scan(.armed)
        #expect(bench.level(Bench.valve) == .on && bench.level(Bench.pump) == .on)
        for reading in [Reading.bad(.noAnswer, at: bench.now), .good(99, at: bench.now), .good(0.5, at: bench.now)] {
            bench.scan(reading)
            #expect(bench.level(Bench.valve) == .off && bench.level(Bench.lamp) == .on, "\(reading)")
            bench.scan(.armed)
        }
    }

    @Test func `what a bridge stood at two seconds ago counts for nothing`() throws {
        let bench = try Bench()
        bench.scan(.armed)
        for _ in 0..<14 { bench.scan(nil) }
        #expect(bench.level(Bench.valve) == .on)
        for _ in 0..<6 { bench.scan(nil) }
        #expect(bench.level(Bench.valve) == .off)
    }

    @Test(arguments: BridgeStanding.allCases)
    func `a standing that needs a person latches a trip, another holds only while it stands`(standing: BridgeStanding) throws {
        let bench = try Bench()
        bench.scan(.armed)
        bench.scan(standing)
        #expect(bench.tripStands == standing.needsPerson)
        bench.scan(.armed)
        #expect(bench.level(Bench.valve) == (standing.needsPerson ? .off : .on))
        #expect(bench.events.count { $0.kind == .tripBridge } == (standing.needsPerson ? 1 : 0))
    }

    @Test func `after the reset the same standing does not trip again before the bridge was armed, and then it does`() throws {
        let bench = try Bench()
        bench.scan(.armed)
        bench.scan(.relayTime)
        bench.scan(.relayTime, commands: [.reset(Bench.trip)])
        #expect(!bench.tripStands)
        bench.scan(.relayTime)
        #expect(!bench.tripStands && bench.level(Bench.valve) == .off)
        bench.scan(.armed)
        #expect(bench.level(Bench.valve) == .on)
        bench.scan(.relayTime)
        #expect(bench.tripStands)
    }

    @Test func `a trip of an earlier life still holds every output of the bridge`() throws {
        let bench = try Bench(restoring: [Bench.trip])
        bench.scan(.armed)
        #expect(bench.tripStands && bench.level(Bench.pump) == .off && bench.level(Bench.lamp) == .on)
        #expect(bench.interlocks.outputs[Bench.pump].cause == .trip(Bench.trip))
    }
}
