@testable import Control
import Language
import ProcessImage
import Quantities

/// Control alone against a field that does at once what is demanded: valves with travel, pumps, a meter on each source
/// with a step and a pace of its own. One second a step. What stands in the field is kept for the tests to look at.
final class HydraulicBench {
    struct Meter {
        /// m3 of one count.
        var step = 0.001
        /// Seconds between two reports.
        var every = 1
        /// Whether there is a reading of flow beside the total.
        var showsFlow = true
        var isStuck = false
        var isSilent = false
        /// Added to what it shows: a meter that was exchanged.
        var offset = 0.0
    }

    struct Ended {
        let run: RunID
        let outcome: RunOutcome
        let watered: Duration
        let volume: Volume
        let isEstimated: Bool
        let cause: Cause
    }

    let plan: ControlPlan
    var control: IrrigationControl
    private let tables: SiteTables
    private var image: InputImage
    private var demands: Demands
    private var records = RecordBuffer(capacity: 8192)
    private var rows: UInt64 = 0
    private(set) var second = 0
    private var commands: [Command] = []
    private var commandCount: UInt64 = 0

    var meters: [Meter]
    /// m3/h each zone really takes alone.
    var flows: [Double]
    /// m3 that really went: into each zone, through each meter.
    private(set) var given: [Double]
    private(set) var metered: [Double]
    private(set) var level: [OutputLevel]
    private var since: [Instant]
    private var shown: [Double]
    /// What keeps an output off.
    var holds: [OutputIndex: Cause] = [:]
    /// Readings by point.
    var readings: [PointIndex: Double] = [:]

    private(set) var planned: [RunID: (zone: ZoneIndex, amount: Amount, cause: Cause)] = [:]
    private(set) var ended: [RunID: Ended] = [:]
    private(set) var progress: [RunID: Volume] = [:]
    private(set) var events: [Event] = []
    private(set) var used: [WaterUsed] = []
    /// What the meters' days were told to be, the newest last.
    private(set) var told: [Metered] = []
    private(set) var learned: [ZoneIndex: Learned] = [:]
    private(set) var drawn: [(volume: Volume, isQuiet: Bool)] = []
    /// By zone: the second of its last end.
    private(set) var endedAt: [Int: Int] = [:]
    /// Only a saboteur's: events and rows that are lost.
    var mutes: Set<EventKind> = []
    var losesBooks = false
    /// Called after each step.
    var onStep: ((HydraulicBench) -> Void)?

    /// 2026-06-01 05:00 at the farm.
    static let startUnix: Int64 = 1_780_261_200

    /// - Parameters:
    ///   - believe: what control is told in place of the plan; only a saboteur's.
    ///   - make: the plan from the points: flow and total of each source, then `extra` points.
    init(sources: Int, outputs: [OutputDefinition], extra: [PointDefinition] = [], restored: Restored = Restored(),
         flows: [Double] = [], believe: (ControlPlan) -> ControlPlan = { $0 }, make: (SiteTables) -> ControlPlan) {
        let points = (0..<sources).flatMap { source in
            [HydraulicBench.point("flow-\(source)", "m3/h"), HydraulicBench.point("total-\(source)", "m3", counter: true)]
        }
        tables = SiteTables(site: Label(tag: "bench"), clock: .shanghai, points: points + extra, outputs: outputs)
        plan = make(tables)
        image = InputImage(tables: tables)
        control = IrrigationControl(plan: believe(plan), restored: restored)
        demands = Demands(outputs: tables.outputs)
        meters = Array(repeating: Meter(), count: sources)
        self.flows = flows.isEmpty ? plan.zones.map { $0.nominalFlow?.base ?? 10 } : flows
        given = plan.zones.map { _ in 0 }
        metered = Array(repeating: 0, count: sources)
        shown = Array(repeating: 0, count: sources)
        level = outputs.map { _ in .off }
        since = outputs.map { _ in .never }
    }

    static func point(_ tag: String, _ unit: String, counter: Bool = false, digital: Bool = false) -> PointDefinition {
        PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .minutes(20),
                        badAfter: .hours(1), isDigital: digital, isCounter: counter)
    }

    static func output(_ tag: String, _ kind: OutputKind, travel: Int = 0) -> OutputDefinition {
        OutputDefinition(label: Label(tag: tag), kind: kind, safe: .off, maximumOn: .hours(24), travel: .seconds(travel))
    }

    var now: Instant { Instant.start + .seconds(second) }

    @discardableResult
    func order(_ order: RunOrder) -> Bool {
        let isTaken = control.enqueue(order, now, &records)
        note()
        return isTaken
    }

    func run(for seconds: Int) { for _ in 0..<seconds { step() } }

    /// Until nothing is left to do, or the time is up.
    func runUntilDone(within seconds: Int) {
        let end = second + seconds
        repeat { step() } while second < end && plan.zones.indices.contains { status($0).phase != .idle }
    }

    func planAhead(for time: Duration) -> [RunAhead] {
        PlanAhead(plan: plan, tables: tables, control: control, image: image).runs(for: time)
    }

    /// What control demands over a time while the field follows, by the control itself or by a copy of it; both begin now.
    func trace(copied: Bool, for seconds: Int) -> [Int] {
        var twin = IrrigationControl(plan: plan, restored: Restored())
        twin.take(from: control)
        if copied { swap(&control, &twin) }
        let before = (level, since, second, given, metered, shown, rows)
        var levels: [Int] = []
        let old = onStep
        onStep = { bench in levels.append(bench.level.reduce(0) { $0 * 2 + ($1.isOn ? 1 : 0) }) }
        run(for: seconds)
        onStep = old
        (level, since, second, given, metered, shown, rows) = before
        if copied { swap(&control, &twin) }
        return levels
    }

    func send(_ kind: Command.Kind) {
        commandCount += 1
        commands.append(Command(id: commandCount, kind: kind, author: .localOperator, expires: now + .minutes(1)))
    }

    var isBackwashing: Bool { control.isBackwashing(SourceIndex(0)) }
    var isFouled: Bool { control.isFouled(SourceIndex(0)) }

    func status(_ zone: Int) -> ZoneStatus { control.status(of: ZoneIndex(zone)) }

    func step() {
        second += 1
        flow()
        image.begin(now: now, wall: WallTime(unixSeconds: Self.startUnix + Int64(second), trust: .synced))
        image.latchLedger(durableThrough: rows, isWritable: true)
        for command in commands { _ = image.latch(command) }
        commands = []
        readMeters()
        for (point, value) in readings { image.latch(.good(value, at: now), at: point) }
        for number in level.indices {
            let output = OutputIndex(number)
            image.latch(Verdict(level: level[number], since: since[number], hold: holds[output]), of: output)
        }
        demands.reset()
        control.step(image, &demands, &records)
        for number in level.indices {
            let output = OutputIndex(number)
            let wanted = holds[output] == nil ? demands[output].level : .off
            if level[number] != wanted { (level[number], since[number]) = (wanted, now) }
        }
        note()
        onStep?(self)
    }

    func isOn(_ output: OutputIndex) -> Bool { level[output.offset].isOn }

    /// On, or still on its way to be closed.
    func isMoving(_ output: OutputIndex, travel: Duration) -> Bool { isOn(output) || now - since[output.offset] < travel }

    // MARK: The field

    func isDriven(_ source: Int) -> Bool {
        let plan = plan.sources[source]
        return (plan.pump.map { isOn($0) } ?? true)
            && (plan.masterValve.map { isOn($0) && now - since[$0.offset] > plan.masterTravel } ?? true)
    }

    private func flow() {
        for source in metered.indices where isDriven(source) {
            for (zone, zonePlan) in plan.zones.enumerated()
            where zonePlan.source.offset == source && isOn(zonePlan.valve) && now - since[zonePlan.valve.offset] > zonePlan.travel {
                given[zone] += flows[zone] / 3600
                metered[source] += flows[zone] / 3600
            }
            for filter in plan.filters where filter.source.offset == source {
                for valve in filter.flushValves where isOn(valve) { metered[source] += (filter.flow?.base ?? 10) / 3600 }
            }
        }
    }

    private func readMeters() {
        for source in metered.indices where !meters[source].isSilent && (second == 1 || second % meters[source].every == 0) {
            let meter = meters[source]
            if !meter.isStuck { shown[source] = (metered[source] / meter.step).rounded(.down) * meter.step + meter.offset }
            let taking = plan.zones.indices.reduce(0.0) { sum, zone in
                let zonePlan = plan.zones[zone]
                let isTaking = zonePlan.source.offset == source && isDriven(source) && isOn(zonePlan.valve)
                    && now - since[zonePlan.valve.offset] > zonePlan.travel
                return sum + (isTaking ? flows[zone] : 0)
            }
            image.latch(.good(shown[source], at: now), at: PointIndex(2 * source + 1))
            let flow = meter.isStuck ? 0 : taking
            if meter.showsFlow { image.latch(.good(flow, at: now), at: PointIndex(2 * source)) }
        }
    }

    // MARK: What was left behind

    private func note() {
        for number in 0..<records.count {
            switch records[number] {
            case .event(let event): if !mutes.contains(event.kind) { events.append(event) }
            case .ledger(let entry, let row):
                rows = row
                note(entry)
            default: continue
            }
        }
        records.clear()
    }

    private func note(_ entry: LedgerEntry) {
        switch entry {
        case .runStarted(let run, let zone, let cause, let amount): planned[run] = (zone, amount, cause)
        case .runProgress(let run, _, let volume, let isEstimated):
            progress[run] = volume
            if let old = ended[run] {
                ended[run] = Ended(run: run, outcome: old.outcome, watered: old.watered, volume: volume, isEstimated: isEstimated,
                                   cause: old.cause)
            }
        case .runEnded(let run, let outcome, let watered, let volume, let isEstimated, let cause):
            progress[run] = volume
            if let zone = planned[run]?.zone { endedAt[zone.offset] = second }
            ended[run] = Ended(run: run, outcome: outcome, watered: watered, volume: volume, isEstimated: isEstimated, cause: cause)
        case .waterUsed(let row) where !losesBooks:
            used.removeAll { $0.source == row.source && $0.date == row.date && $0.use == row.use }
            used.append(row)
        case .metered(let row): told.append(row)
        case .learned(let zone, let value): learned[zone] = value
        case .sourceDrawn(_, let volume, let isQuiet): drawn.append((volume, isQuiet))
        default: break
        }
    }

    func end(of zone: Int) -> [Ended] {
        ended.values.filter { planned[$0.run]?.zone.offset == zone }.sorted { $0.run < $1.run }
    }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }

    /// m3 booked to the zones of a source, and beside them.
    func booked(_ source: Int) -> (zones: Double, beside: Double) {
        let zones = progress.reduce(0.0) { sum, row in
            guard let zone = planned[row.key]?.zone, plan.zones[zone.offset].source.offset == source else { return sum }
            return sum + row.value.cubicMeters
        }
        return (zones, used.filter { $0.source.offset == source }.reduce(0) { $0 + $1.volume.cubicMeters })
    }
}

extension HydraulicBench {
    /// One well with pump (output 0) and zones of one valve each (outputs 1 …), 4 s of travel.
    static func well(zones flows: [Double?], capacity: Double? = nil, travel: Int = 4, exclusion: [UInt64] = [], atOnce: Int? = nil,
                     valvesAtOnce: Int? = nil, recovery: ((SiteTables) -> Recovery)? = nil, extra: [PointDefinition] = [],
                     filters: ((SiteTables) -> [FilterPlan])? = nil, flushValves: Int = 0, meter: Bool = true, real: [Double] = [],
                     programs: [ProgramPlan] = [], restored: Restored = Restored()) -> HydraulicBench {
        let outputs = [output("P", .pump)] + flows.indices.map { output("V\($0)", .valve, travel: travel) }
            + (0..<flushValves).map { output("F\($0)", .valve) }
        return HydraulicBench(sources: 1, outputs: outputs, extra: extra, restored: restored, flows: real) { tables in
            let source = SourcePlan(
                pump: OutputIndex(0), masterValve: nil, capacity: capacity.map { .cubicMetersPerHour($0) },
                flow: meter ? tables.quantity(PointIndex(0)) : nil, total: meter ? tables.quantity(PointIndex(1)) : nil,
                zonesAtOnce: atOnce, recovery: recovery?(tables))
            return ControlPlan(
                clock: .shanghai, sources: [source],
                zones: flows.enumerated().map { number, flow in
                    ZonePlan(source: SourceIndex(0), valve: OutputIndex(number + 1), travel: .seconds(travel),
                             nominalFlow: flow.map { .cubicMetersPerHour($0) },
                             exclusion: exclusion.isEmpty ? 0 : exclusion[number])
                },
                programs: programs.isEmpty ? [ProgramPlan(zones: [], durations: [], starts: [], days: .weekdays(0), missed: .skip)] : programs,
                filters: filters?(tables) ?? [], valvesAtOnce: valvesAtOnce)
        }
    }

    func program(_ zone: Int, _ amount: Amount, priority: UInt8 = 5, soak: SoakRule? = nil, shift: UInt16 = 0) {
        order(RunOrder(zone: ZoneIndex(zone), amount: amount, cause: .program(ProgramIndex(0)), priority: priority, soak: soak,
                       shift: shift))
    }
}
