import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator
import Testing

/// A whole scan over the simulated canal: one gate, two gauges, a position, limits, a silt contact, and the clock.
private final class Canal {
    static let (raise, lower) = (OutputIndex(0), OutputIndex(1))
    static let (position, upstream, downstream) = (PointIndex(0), PointIndex(1), PointIndex(2))
    static let (top, bottom, torque, silt, meter) = (PointIndex(3), PointIndex(4), PointIndex(5), PointIndex(6), PointIndex(7))
    static let gate = GateIndex(0)
    /// 2026-06-01 00:00 in Shanghai.
    static let june: Int64 = 1_780_243_200
    /// 2027-01-01 00:00 in Shanghai.
    static let newYear: Int64 = 1_798_732_800

    var cycle: ScanCycle<CanalField, CanalRecords>
    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    private var unix: Int64
    var trust = ClockTrust.synced
    let inbox = CommandInbox()
    /// m, over the time so far, once a minute.
    private(set) var levels: [Double] = []
    private let watched: PointIndex

    /// - Parameter begin: what the canal stands at in the beginning, where that is not the goal.
    init(_ goal: GateGoal = .downstream(.meters(1.2)), from begin: GateGoal? = nil, manners: GateManners = GateManners(), locks: Bool = false, at unix: Int64 = june) {
        let tables = Self.tables
        let winter = DateRange(from: MonthDay(month: 12, day: 1)!, to: MonthDay(month: 2, day: 28)!)
        let locks = locks ? GateLocks(ice: winter, siltWhen: tables.digital(Self.silt)) : GateLocks()
        let plan = ScanPlan(
            tables: tables,
            control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], gates: [Self.plan(goal, manners, locks)]),
            interlocks: InterlockPlan(outputs: tables.outputs, emergencyStop: nil, sources: [], zones: [], gates: [
                GateGuard(raise: Self.raise, lower: Self.lower, position: tables.quantity(Self.position)!, top: tables.digital(Self.top),
                          bottom: tables.digital(Self.bottom), torque: tables.digital(Self.torque)),
            ]), period: .seconds(1))
        let standing = ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], gates: [Self.plan(begin ?? goal, manners, locks)])
        let plant = Plant(wiring: PlantWiring(tables: tables, control: standing, interlocks: plan.interlocks), seed: 1, localSeconds: unix)
        if case .upstream = goal { watched = Self.upstream } else { watched = Self.downstream }
        cycle = ScanCycle(plan: plan, restored: Restored(), inbox: inbox, field: CanalField(plant: plant), records: CanalRecords())
        self.unix = unix
    }

    private static func plan(_ goal: GateGoal, _ manners: GateManners, _ locks: GateLocks) -> GatePlan {
        GatePlan(goal: goal, raise: raise, lower: lower, position: tables.quantity(position)!, upstream: tables.quantity(upstream)!,
                 downstream: tables.quantity(downstream), flow: tables.quantity(meter),
                 gate: UnderflowGate(width: .meters(3), most: .meters(1.5)), flowMax: .cubicMetersPerHour(6 * 3600),
                 pool: CanalPool(area: .squareMeters(20_000), delay: .minutes(5)), manners: manners, locks: locks)
    }

    private static let tables = SiteTables(
        site: Label(tag: "canal"), clock: .shanghai,
        points: [("opening", "m"), ("above", "m"), ("below", "m"), ("top", "1"), ("bottom", "1"), ("torque", "1"), ("silt", "1"), ("flow", "m3/s")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1)!, decimals: 3, uncertainAfter: .seconds(5), badAfter: .seconds(15),
                            isDigital: $1 == "1")
        },
        outputs: ["up", "down"].map { OutputDefinition(label: Label(tag: $0), kind: .gate, safe: .off, maximumOn: .minutes(10)) },
        gates: [Label(tag: "G-1")])

    func run(_ time: Duration) {
        let end = now + time
        while now < end {
            now = now + .seconds(1)
            unix += 1
            cycle.run(at: now, wall: WallTime(unixSeconds: unix, trust: trust), lateness: .zero)
            if unix % 60 == 0 { levels.append(level) }
        }
    }

    /// m, what is kept.
    var level: Double { cycle.field.plant.trueValue(of: watched) }
    var opening: Double { cycle.field.plant.opening(of: Self.gate).meters }
    var isMoving: Bool { cycle.field.plant.levels.contains(.on) }

    var events: [Event] { cycle.records.events }
    var moves: Int { events.count { $0.kind == .gateMoved } }
    func causes(_ kind: EventKind) -> [Cause] { events.filter { $0.kind == kind }.map(\.cause) }

    /// The most the level fell within a time, m.
    func mostFall(withinMinutes minutes: Int) -> Double {
        levels.indices.map { at in (levels[max(0, at - minutes)...at].max() ?? 0) - levels[at] }.max() ?? 0
    }
}

private struct CanalField: FieldPort, ~Copyable {
    var plant: Plant
    /// What says nothing.
    var silent: Set<PointIndex> = []
    /// What says something else than the plant.
    var forced: [PointIndex: Double] = [:]
    var bothOn = 0

    init(plant: Plant) { self.plant = plant }

    mutating func latch(into image: inout InputImage) {
        for number in 0..<image.pointCount {
            let point = PointIndex(number)
            let reading = Reading.good(forced[point] ?? plant.value(of: point), at: image.now)
            image.latch(silent.contains(point) ? .bad(.noAnswer, at: image.now) : reading, at: point)
        }
        for number in 0..<image.outputCount {
            image.latch(OutputFeedback(level: plant.levels[number], at: image.now), of: OutputIndex(number))
        }
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        var count = 0
        for number in 0..<outputs.count {
            plant.set(outputs[OutputIndex(number)].level, of: OutputIndex(number))
            if outputs[OutputIndex(number)].level.isOn { count += 1 }
        }
        if count > 1 { bothOn += 1 }
        plant.advance(by: .seconds(1))
    }
}

private struct CanalRecords: RecordPort, ~Copyable {
    var events: [Event] = []
    var alarms: [(AlarmID, AlarmState)] = []
    var ledgerDurableThrough: UInt64 = 0
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0

    mutating func push(_ record: Record) {
        switch record.body {
        case .event(let event): events.append(event)
        case .alarm(let id, let state): alarms.append((id, state))
        case .ledger(_, let number): ledgerDurableThrough = number
        default: break
        }
    }
}

@Suite struct CanalTests {
    @Test func `the level below a gate comes back into its deadband after the offtakes take a third more, and stays`() {
        let canal = Canal()
        canal.run(.hours(6))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(3.2 * 3600), ofGate: Canal.gate)
        canal.run(.hours(24))
        let last = canal.levels.suffix(12 * 60)
        let worst = last.map { abs($0 - 1.2) }.max() ?? 1
        #expect(worst <= 0.03, "\(worst) m")
        #expect(abs(canal.level - 1.2) <= 0.015, "\(canal.level)")
        #expect(canal.moves > 0 && canal.moves < 60)
    }

    @Test func `the level above a gate comes back into its deadband after a step of inflow`() {
        let canal = Canal(.upstream(.meters(1.8)))
        canal.run(.hours(6))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(3 * 3600), ofGate: Canal.gate)
        canal.run(.hours(24))
        let worst = canal.levels.suffix(12 * 60).map { abs($0 - 1.8) }.max() ?? 1
        #expect(worst <= 0.03, "\(worst) m")
    }

    @Test func `a gate that keeps a flow gives it by its meter, though its equation is a tenth off`() {
        let canal = Canal(.flow(.cubicMetersPerHour(2.4 * 3600)))
        canal.run(.hours(6))
        let flow = canal.cycle.field.plant.trueValue(of: Canal.meter)
        #expect(abs(flow - 2.4) <= 0.05 * 2.4, "\(flow) m3/s")
    }

    @Test func `a gate moves no more often than it may in 24 h, and rests between two moves`() {
        let canal = Canal(manners: GateManners(rest: .minutes(5), movesPerDay: 6))
        for hour in 0..<24 {
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour((hour % 2 == 0 ? 4 : 1.5) * 3600), ofGate: Canal.gate)
            canal.run(.hours(1))
        }
        #expect(canal.moves == 6)
    }

    @Test func `a set-point far below lets the level fall no faster than 0.15 m in an hour and 0.3 m in a day`() {
        let low = Canal(.downstream(.meters(0.5)), from: .downstream(.meters(1.2)))
        low.run(.hours(30))
        let (hour, day) = (low.mostFall(withinMinutes: 60), low.mostFall(withinMinutes: 24 * 60))
        #expect(hour <= 0.15 && day <= 0.3, "\(hour) m in an hour, \(day) m in a day")
        #expect(1.2 - low.level > 0.2, "it falls at all: \(low.level)")
    }

    @Test func `a gate whose level, position or flow is lost holds where it is, with both drives off, and says so`() {
        for (lost, reason) in [(Canal.upstream, GateReason.levelUnknown), (Canal.downstream, .levelUnknown), (Canal.position, .positionUnknown)] {
            let canal = Canal()
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
            while !canal.isMoving { canal.run(.seconds(1)) }
            canal.cycle.field.silent = [lost]
            canal.run(.seconds(2))
            let held = canal.opening
            #expect(!canal.isMoving && held > 0.1)
            canal.run(.hours(3))
            #expect(canal.opening == held)
            #expect(canal.causes(.gateBlind) == [.gate(reason)])
            #expect(canal.cycle.records.alarms.contains { $0.0 == AlarmID(.gateBlind, .gate(Canal.gate)) && $0.1 == .unacknowledged })
            canal.cycle.field.silent = []
            canal.run(.hours(1))
            #expect(canal.opening != held && canal.causes(.gateReleased).count == 1)
        }
        let canal = Canal(.flow(.cubicMetersPerHour(3 * 3600)))
        canal.cycle.field.silent = [Canal.meter]
        canal.run(.hours(1))
        #expect(canal.moves == 0 && canal.causes(.gateBlind) == [.gate(.flowUnknown)])
    }

    @Test func `in the ice period, with silt, or without a trusted clock to tell, a gate does not move`() {
        let ice = Canal(locks: true, at: Canal.newYear)
        let silt = Canal(locks: true)
        silt.cycle.field.forced = [Canal.silt: 1]
        let mute = Canal(locks: true)
        mute.cycle.field.silent = [Canal.silt]
        let unset = Canal(locks: true)
        unset.trust = .unset
        for (canal, reason) in [(ice, GateReason.ice), (silt, .silt), (mute, .silt), (unset, .dateUnknown)] {
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
            canal.run(.hours(2))
            #expect(canal.moves == 0 && canal.causes(.gateHeld) == [.gate(reason)])
        }
        let free = Canal(locks: true)
        free.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        free.run(.hours(2))
        #expect(free.moves > 0)
    }

    @Test func `a gate that is driven and does not move trips within its time, holds, and is controlled again after a reset`() {
        let canal = Canal()
        canal.cycle.field.plant.begin(.valveStuckClosed(Canal.raise))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        canal.run(.hours(2))
        let trip = TripID(.gateStuck, .gate(Canal.gate))
        #expect(canal.events.count { $0.kind == .tripGateStuck } == 1 && !canal.isMoving)
        #expect(canal.events.first { $0.kind == .tripGateStuck }.map { $0.duration >= .seconds(30) && $0.duration < .seconds(33) } == true)
        canal.cycle.field.plant.endAllFaults()
        let before = canal.opening
        canal.run(.hours(1))
        #expect(canal.opening == before)
        #expect(canal.inbox.offer(Command(id: 1, kind: .reset(trip), author: .localOperator, expires: .notDue)))
        canal.run(.hours(1))
        #expect(canal.opening > before)
    }

    @Test func `the torque switch stops the way it came from and leaves the other free`() {
        let canal = Canal()
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        while !canal.isMoving { canal.run(.seconds(1)) }
        canal.cycle.field.forced = [Canal.torque: 1]
        canal.run(.seconds(2))
        #expect(!canal.isMoving && canal.events.contains { $0.kind == .gateTorque })
        canal.cycle.field.forced = [:]
        let held = canal.opening
        canal.run(.hours(1))
        #expect(canal.opening == held, "upwards stays shut until it has been driven down")
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(0.5 * 3600), ofGate: Canal.gate)
        canal.run(.hours(3))
        #expect(canal.opening < held)
    }
}
