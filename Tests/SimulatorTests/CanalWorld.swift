import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator

/// A whole scan over the simulated canal: one gate, two gauges, a position, limits, a silt contact, and the clock.
final class Canal {
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
    private(set) var unix: Int64
    private var lastCommand: UInt64 = 0
    var trust = ClockTrust.synced
    let inbox = CommandInbox()
    /// m, over the time so far, once a minute.
    private(set) var levels: [Double] = []
    private let watched: PointIndex

    /// - Parameters:
    ///   - begin: what the canal stands at in the beginning, where that is not the goal.
    ///   - restored: of an earlier life.
    init(_ goal: GateGoal = .downstream(.meters(1.2)), from begin: GateGoal? = nil, manners: GateManners = GateManners(), locks: Bool = false,
         at unix: Int64 = june, restored: Restored = Restored()) {
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
        cycle = ScanCycle(plan: plan, restored: restored, inbox: inbox, field: CanalField(plant: plant), records: CanalRecords())
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

    /// Gives an order and turns once.
    @discardableResult
    func order(_ kind: Command.Kind) -> CommandOutcome? {
        lastCommand += 1
        _ = inbox.offer(Command(id: lastCommand, kind: kind, author: .localOperator, expires: .notDue))
        run(.seconds(1))
        return cycle.records.outcomes[lastCommand]
    }

    @discardableResult
    func order(_ order: GateOrder, for time: Duration? = nil) -> CommandOutcome? { self.order(.setGate(Self.gate, order, for: time)) }

    /// What a next life takes over from the rows of this one.
    var restored: Restored {
        var restored = Restored()
        for row in cycle.records.rows {
            let age = Duration.seconds(unix - row.at)
            switch row.entry {
            case .standing(let order): restored.standing = restored.standing.filter { !order.replaces($0) } + [order]
            case .standingEnded(let kind, _): restored.standing.removeAll { $0.kind == kind }
            case .gateMoved(let gate): restored.gateMoves.append((gate: gate, age: age))
            case .gateLevel(let gate, let level): restored.gateLevels.append((gate: gate, level: level, age: age))
            default: break
            }
        }
        return restored
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

struct CanalField: FieldPort, ~Copyable {
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

struct CanalRecords: RecordPort, ~Copyable {
    var events: [Event] = []
    var alarms: [(AlarmID, AlarmState)] = []
    var rows: [(entry: LedgerEntry, at: Int64)] = []
    var outcomes: [UInt64: CommandOutcome] = [:]
    var ledgerDurableThrough: UInt64 = 0
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0

    mutating func push(_ record: Record) {
        switch record.body {
        case .event(let event): events.append(event)
        case .alarm(let id, let state): alarms.append((id, state))
        case .ledger(let entry, let number):
            ledgerDurableThrough = number
            rows.append((entry, record.wall.unixSeconds))
            if case .commandDone(let command, let outcome) = entry { outcomes[command] = outcome }
        default: break
        }
    }
}
