public import ProcessImage
public import Quantities

/// A run as it will go if nothing comes in between.
public struct RunAhead: Sendable, Hashable {
    public let zone: ZoneIndex
    public let cause: Cause
    public let planned: Amount
    /// Seconds since 1970 at which its valve opens; `nil`: it never does within the time looked at.
    public var opens: Int64?
    /// Seconds since 1970 of its end; `nil`: not within the time looked at.
    public var ends: Int64?
    public var outcome: RunOutcome?
    public var watered: Duration
    public var volume: Volume
    /// What it waits for the longest, soaking included, and how long.
    public var waitsFor: Cause?
    public var waits: Duration
}

/// The same control, run ahead in virtual time on a copy of its state, against a field in which everything works: valves
/// and pumps follow at once, every zone takes what it is known to take, wells are full, filters clean. Not the scan: it
/// allocates, and it takes as long as it takes.
public struct PlanAhead: ~Copyable {
    private let plan: ControlPlan
    private var control: IrrigationControl
    private var image: InputImage
    private var demands: Demands
    private var records = RecordBuffer(capacity: 4_096)
    private var field: IdealField

    private var runs: [RunID: RunAhead] = [:]
    private var order: [RunID] = []
    private var waiting: [RunID: [Cause: Duration]] = [:]

    private static let busyStep: Duration = .seconds(1)
    private static let idleStep: Duration = .seconds(10)

    /// - Parameters:
    ///   - control: whose state it begins with. Stays as it is.
    ///   - image: of the scan that state is from.
    public init(plan: ControlPlan, tables: borrowing SiteTables, control: borrowing IrrigationControl, image: borrowing InputImage) {
        self.plan = plan
        demands = Demands(outputs: tables.outputs, setpoints: tables.setpoints)
        field = IdealField(plan: plan, tables: tables, image)
        self.control = IrrigationControl(plan: plan, restored: Restored())
        self.image = InputImage(tables: tables)
        self.control.take(from: control)
        self.image.take(from: image)
        for zone in plan.zones.indices.map({ ZoneIndex($0) }) {
            for run in [self.control.zones[zone].hand, self.control.zones[zone].next].compactMap({ $0 }) {
                note(run.id, RunAhead(zone: zone, cause: run.cause, planned: run.planned, opens: nil, watered: run.watered,
                                         volume: run.volume, waits: .zero))
                if run.hasBegun { runs[run.id]?.opens = self.image.wall.unixSeconds }
            }
        }
    }

    /// Every run that is open now or begins within a time, in the order of opening.
    public consuming func runs(for time: Duration) -> [RunAhead] {
        let end = image.now + time
        while image.now < end { step(by: isBusy ? Self.busyStep : Self.idleStep) }
        for (run, waits) in waiting {
            guard let longest = waits.max(by: { $0.value < $1.value }) else { continue }
            runs[run]?.waitsFor = longest.key
            runs[run]?.waits = longest.value
        }
        return order.compactMap { runs[$0] }.sorted { ($0.opens ?? .max, $0.ends ?? .max) < ($1.opens ?? .max, $1.ends ?? .max) }
    }

    private var isBusy: Bool {
        plan.zones.indices.contains { control.zones[$0].hand != nil }
    }

    private mutating func step(by time: Duration) {
        let wall = WallTime(unixNanoseconds: image.wall.unixNanoseconds &+ time.nanoseconds, trust: .synced)
        image.begin(now: image.now + time, wall: wall)
        image.latchLedger(durableThrough: .max, isWritable: true)
        field.turn(by: time, control, into: &image)
        demands.reset()
        records.clear()
        control.step(image, &demands, &records)
        field.follow(demands, at: image.now)
        for number in 0..<records.count { note(records[number]) }
        noteWaits(time)
    }

    // MARK: Telling

    private mutating func note(_ run: RunID, _ ahead: RunAhead) {
        runs[run] = ahead
        order.append(run)
    }

    private mutating func note(_ record: Record.Body) {
        switch record {
        case .ledger(.runStarted(let run, let zone, let cause, let planned), _):
            note(run, RunAhead(zone: zone, cause: cause, planned: planned, opens: nil, watered: .zero, volume: .zero, waits: .zero))
        case .ledger(.runEnded(let run, let outcome, let watered, let volume, _, _), _):
            runs[run]?.ends = image.wall.unixSeconds
            runs[run]?.outcome = outcome
            runs[run]?.watered = watered
            runs[run]?.volume = volume
        case .event(let event):
            guard event.kind == .runStarted || event.kind == .volumeRunStarted, case .zone(let zone) = event.subject,
                  let run = control.zones[zone].hand?.id else { return }
            runs[run]?.opens = image.wall.unixSeconds
        default: break
        }
    }

    private mutating func noteWaits(_ time: Duration) {
        for number in plan.zones.indices {
            let zone = control.zones[number]
            guard zone.phase == .queued, let run = zone.hand, let cause = zone.waits else { continue }
            waiting[run.id, default: [:]][cause, default: .zero] += time
        }
    }
}
