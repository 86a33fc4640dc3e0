@testable import Scan
import ProcessImage
import Quantities
import Testing

struct AlarmStateTests {
    /// The states an alarm goes through when its condition comes (`+`), goes (`-`) and is acknowledged (`a`).
    private func states(_ steps: String, from restored: AlarmState? = nil) -> [AlarmState] {
        let id = AlarmID(.tripLeak, .source(SourceIndex(0)))
        var alarms = Alarms(supervised: [id], devices: 0, programs: 0, sources: 1, gates: 0, dosing: [], restored: restored.map { [(id, $0)] } ?? [])
        var image = InputImage(tables: SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [], outputs: []))
        var records = RecordBuffer(capacity: 100)
        for (number, step) in steps.enumerated() {
            image.begin(now: .start, wall: WallTime(unixSeconds: 0, trust: .unset))
            switch step {
            case "+": alarms.update(AlarmSlot(0), isActive: true, &records)
            case "-": alarms.update(AlarmSlot(0), isActive: false, &records)
            default:
                _ = image.latch(Command(id: UInt64(number), kind: .acknowledge(id), author: .localOperator, expires: .start))
                alarms.answer(image, &records)
            }
        }
        return (0..<records.count).compactMap { if case .alarm(_, let state) = records[$0] { state } else { nil } }
    }

    @Test func `An alarm is unacknowledged, acknowledged, normal`() {
        #expect(states("+a-") == [.unacknowledged, .acknowledged, .normal])
    }

    @Test func `An alarm that went before anybody saw it stays until it is acknowledged`() {
        #expect(states("+-") == [.unacknowledged, .returned])
        #expect(states("+-a") == [.unacknowledged, .returned, .normal])
    }

    @Test func `An alarm that comes again is unacknowledged again`() {
        #expect(states("+-+") == [.unacknowledged, .returned, .unacknowledged])
        #expect(states("+a-+") == [.unacknowledged, .acknowledged, .normal, .unacknowledged])
    }

    @Test func `The same condition said twice and an acknowledgement of nothing change nothing`() {
        #expect(states("++--a-a") == [.unacknowledged, .returned, .normal])
        #expect(states("a-").isEmpty)
    }

    @Test func `A restored alarm goes on from its state`() {
        #expect(states("+", from: .acknowledged).isEmpty)
        #expect(states("-", from: .acknowledged) == [.normal])
        #expect(states("-", from: .unacknowledged) == [.returned])
        #expect(states("a", from: .returned) == [.normal])
        #expect(states("+", from: .returned) == [.unacknowledged])
    }
}

struct WatchTests {
    private func alarm(_ kind: EventKind, _ world: World) -> [AlarmState] {
        world.cycle.records.all.compactMap {
            if case .alarm(let id, let state) = $0.body, id.kind == kind { state } else { nil }
        }
    }

    @Test func `Late scans are counted and alarmed once, until it has been good for a minute`() {
        let world = World(period: .seconds(1))
        for _ in 0..<3 { world.turn(lateness: .milliseconds(1500)) }
        #expect(alarm(.scanOverrun, world) == [.unacknowledged] && world.count(.scanOverrun) == 1)
        world.turn(for: .seconds(59))
        #expect(alarm(.scanOverrun, world) == [.unacknowledged])
        world.turn(for: .seconds(2))
        #expect(alarm(.scanOverrun, world) == [.unacknowledged, .returned])
        let statistics = world.cycle.records.all.compactMap { if case .statistics(let some) = $0.body { some } else { nil } }
        #expect(statistics.last?.overruns == 3 && statistics.last?.worst == .milliseconds(1500))
    }

    @Test func `A device that is lost and returns is told with how long it was silent`() {
        let world = World(period: .seconds(1))
        world.turn(for: .seconds(5))
        world.deviceAnswers = .good(0, at: world.now)
        world.turn(for: .seconds(10))
        #expect(world.count(.deviceLost) == 1 && alarm(.deviceLost, world) == [.unacknowledged])
        world.deviceAnswers = nil
        world.turn(for: .seconds(2))
        #expect(world.count(.deviceReturned) == 1 && alarm(.deviceLost, world) == [.unacknowledged, .returned])
    }

    @Test func `A device that was never heard of is lost 10 s after the start, not before`() {
        let world = World(period: .seconds(1))
        world.deviceAnswers = .neverRead
        world.turn(for: .seconds(10))
        #expect(world.count(.deviceLost) == 0)
        world.turn(for: .seconds(2))
        #expect(world.count(.deviceLost) == 1)
    }

    @Test func `Dropped records are an alarm with their number`() {
        let world = World(period: .seconds(1))
        world.turn(for: .seconds(2))
        world.cycle.records.dropped = 17
        world.turn(for: .seconds(2))
        #expect(world.events.last { $0.kind == .recordsDropped }?.value == 17 && alarm(.recordsDropped, world) == [.unacknowledged])
    }

    @Test func `An acknowledgement of all answers every alarm, and the event comes before its alarm`() {
        let world = World(period: .seconds(1))
        world.cycle.records.journalIsWritable = false
        world.trust = .unset
        world.turn(for: .seconds(2))
        let bodies = world.cycle.records.all.map(\.body)
        let event = bodies.firstIndex { if case .event(let event) = $0 { event.kind == .journalUnwritable } else { false } }
        let raised = bodies.firstIndex { if case .alarm(let id, _) = $0 { id.kind == .journalUnwritable } else { false } }
        #expect(event != nil && raised != nil && event ?? 0 < raised ?? 0)
        let command = world.send(.acknowledgeAll)
        world.turn()
        #expect(world.outcome(of: command) == .done)
        #expect(alarm(.journalUnwritable, world) == [.unacknowledged, .acknowledged])
        #expect(alarm(.clockUntrusted, world) == [.unacknowledged, .acknowledged])
    }

    @Test func `An event of the program around the scan leaves with the next scan`() {
        let world = World()
        world.cycle.report(Event(.notRealtime, .site))
        world.turn()
        #expect(world.count(.notRealtime) == 1 && world.count(.started) == 1)
    }
}

struct RecorderTests {
    private func samples(_ world: World, of point: PointIndex) -> [Record] {
        world.cycle.records.all.filter { if case .sample(point, _) = $0.body { true } else { false } }
    }

    @Test func `A point that does not change is recorded once a minute, one that changes at each change`() {
        let world = World(period: .seconds(1))
        world.turn(for: .seconds(301))
        let steady = samples(world, of: World.suction)
        #expect((6...7).contains(steady.count), "the first, one within the minute, then one a minute")
        for (earlier, later) in zip(steady, steady.dropFirst()) { #expect(later.instant - earlier.instant <= .seconds(60)) }
        let before = samples(world, of: World.flow).count
        for number in 0..<5 {
            world.flowOverride = Double(number) / 100
            world.turn()
        }
        #expect(samples(world, of: World.flow).count - before >= 4)
    }

    @Test func `A point that goes bad is recorded with its reason`() {
        let world = World(period: .seconds(1))
        world.turn(for: .seconds(5))
        world.metersAnswer = false
        world.turn(for: .seconds(20))
        let qualities = samples(world, of: World.flow).compactMap { record -> Quality? in
            if case .sample(_, let reading) = record.body { reading.quality } else { nil }
        }
        #expect(qualities == [.good, .uncertain, .bad])
    }

    @Test func `A zone's status is recorded at each change of phase and every second while it does something`() {
        let world = World()
        world.turn(for: .seconds(3))
        func statuses() -> Int { world.cycle.records.all.count { if case .zone(ZoneIndex(0), _) = $0.body { true } else { false } } }
        #expect(statuses() == 1)
        world.send(.run(ZoneIndex(0), for: .seconds(10)))
        world.turn(for: .seconds(60))
        #expect((32...40).contains(statuses()))
    }

    @Test func `Every record of a scan bears its number and moment`() {
        let world = World()
        world.turn(for: .seconds(1))
        #expect(world.cycle.records.all.allSatisfy { $0.instant.nanoseconds == 1_000_000_000_000 + Int64($0.scan - 1) * 100_000_000 })
    }
}
