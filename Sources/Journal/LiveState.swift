public import ProcessImage
public import Quantities

/// The site as the records tell it: what screens show. Built from records alone, so it can never touch the scan.
public struct LiveSnapshot: Sendable {
    public struct Output: Sendable {
        public var level: OutputLevel
        public var cause: Cause
        public var since: WallTime
    }

    public struct Zone: Sendable {
        public var status: ZoneStatus
        /// When the phase was entered.
        public var since: WallTime
        /// Why the last start did or did not order water for it, in order. Empty: none was weighed in this life.
        public var findings: [Finding] = []
        /// The start they belong to, and when it was weighed.
        public var weighed: Occurrence?
        public var weighedAt = WallTime(unixNanoseconds: 0, trust: .unset)
    }

    public struct Gate: Sendable {
        public var status: GateStatus
        /// When its reason came.
        public var since: WallTime
    }

    public struct Alarm: Sendable {
        public var id: AlarmID
        public var state: AlarmState
        /// When it was raised.
        public var since: WallTime
        /// The event that raised it, for its text. `nil`: raised before this life of the process.
        public var event: Event?
    }

    public var scan: UInt64 = 0
    public var instant = Instant.start
    public var wall = WallTime(unixNanoseconds: 0, trust: .unset)
    /// By `PointIndex`.
    public var readings: [Reading] = []
    /// By `OutputIndex`.
    public var outputs: [Output] = []
    /// By `SetpointIndex`: why each is what its point shows.
    public var setpoints: [Cause] = []
    /// By `ZoneIndex`.
    public var zones: [Zone] = []
    /// By `GateIndex`.
    public var gates: [Gate] = []
    /// Every alarm that is not normal, oldest first.
    public var alarms: [Alarm] = []
    /// What people ordered that stands.
    public var standing: [StandingOrder] = []
    /// What became of the latest commands, newest last, with what stood against them; `outcomesKept` at most.
    public var outcomes: [(command: UInt64, outcome: CommandOutcome, because: [Event])] = []
    public static let outcomesKept = 64
    private var against: [Event] = []
    private static let againstKept = 64
    /// Of lasting kinds, in one scan, whose alarm has not come yet.
    private var heard: [Event] = []
    private var heardIn: UInt64 = 0
    private static let heardKept = 256
    /// By `OutputIndex`: proven on the spot as it is wired now.
    public var proven: [Bool] = []
    /// By `DosingUnitIndex`.
    public var dosing: [DosingStatus] = []
    /// By `ChannelIndex`. `nil`: not told yet.
    public var channels: [ChannelStatus?] = []
    /// What the rows about dosing add up to: debts, tanks, calibrations, hours. Nothing else of it is kept here.
    public var doseBooks = Restored()
    /// By `CageIndex`.
    public var cages: [CageStatus] = []
    /// Of submersible cages.
    public var depths: [CageIndex: DepthStatus] = [:]
    /// By `FeedLineIndex`.
    public var feedLines: [LineStatus] = []
    /// By `SiloIndex`.
    public var silos: [SiloStatus] = []
    public var statistics = ScanStatistics()
    public var ledgerIsWritable = true
    public var journalIsWritable = true

    public init() {}
}

extension LiveSnapshot {
    /// Nothing heard yet: every reading never read, every output at its safe state, the alarms of the last life.
    init(tables: SiteTables, restored: Restored) {
        let before = WallTime(unixNanoseconds: 0, trust: .unset)
        readings = Array(repeating: .neverRead, count: tables.points.count)
        outputs = tables.outputs.map { Output(level: $0.safe, cause: .idle, since: before) }
        setpoints = tables.setpoints.map { _ in .idle }
        zones = Array(repeating: Zone(status: ZoneStatus(), since: before), count: tables.zones.count)
        gates = Array(repeating: Gate(status: GateStatus(), since: before), count: tables.gates.count)
        proven = tables.outputs.indices.map { restored.proven.contains(OutputIndex($0)) }
        dosing = Array(repeating: DosingStatus(), count: tables.dosingUnits.count)
        channels = Array(repeating: nil, count: tables.channels.count)
        doseBooks.flushDebts = restored.flushDebts
        doseBooks.tanks = restored.tanks
        doseBooks.calibrations = restored.calibrations
        doseBooks.doseHours = restored.doseHours
        cages = Array(repeating: CageStatus(), count: tables.cages.count)
        feedLines = Array(repeating: LineStatus(), count: tables.feedLines.count)
        silos = Array(repeating: SiloStatus(), count: tables.silos.count)
        standing = restored.standing
        alarms = restored.alarms.map { Alarm(id: $0.id, state: $0.state, since: before, event: nil) }
    }

    mutating func apply(_ record: Record) {
        scan = record.scan
        instant = record.instant
        wall = record.wall
        switch record.body {
        case .sample(let point, let reading):
            if readings.indices.contains(point.offset) { readings[point.offset] = reading }
        case .output(let output, let level, let cause):
            guard outputs.indices.contains(output.offset) else { return }
            let since = outputs[output.offset].level == level ? outputs[output.offset].since : record.wall
            outputs[output.offset] = Output(level: level, cause: cause, since: since)
        case .setpoint(let setpoint, let cause):
            if setpoints.indices.contains(setpoint.offset) { setpoints[setpoint.offset] = cause }
        case .zone(let zone, let status):
            guard zones.indices.contains(zone.offset) else { return }
            let since = zones[zone.offset].status.phase == status.phase ? zones[zone.offset].since : record.wall
            zones[zone.offset].status = status
            zones[zone.offset].since = since
        case .dosing(let unit, let status): if dosing.indices.contains(unit.offset) { dosing[unit.offset] = status }
        case .channel(let channel, let status): if channels.indices.contains(channel.offset) { channels[channel.offset] = status }
        case .cage(let cage, let status): if cages.indices.contains(cage.offset) { cages[cage.offset] = status }
        case .depth(let cage, let status): depths[cage] = status
        case .line(let line, let status): if feedLines.indices.contains(line.offset) { feedLines[line.offset] = status }
        case .silo(let silo, let status): if silos.indices.contains(silo.offset) { silos[silo.offset] = status }
        case .gate(let gate, let status):
            guard gates.indices.contains(gate.offset) else { return }
            let since = gates[gate.offset].status.reason == status.reason ? gates[gate.offset].since : record.wall
            gates[gate.offset] = Gate(status: status, since: since)
        case .event(let event):
            attach(event)
            // Of an order that has its outcome in the same scan, after them.
            if event.kind.isAgainstStart, against.count < LiveSnapshot.againstKept { against.append(event) }
        case .alarm(let id, let state): set(id, state, at: record.wall)
        case .statistics(let new): statistics = new
        case .ledger(.commandDone(let command, let outcome), _):
            if outcomes.count == LiveSnapshot.outcomesKept { outcomes.removeFirst() }
            outcomes.append((command, outcome, against))
            against = []
        case .ledger(.outputProven(let output, _), _):
            if proven.indices.contains(output.offset) { proven[output.offset] = true }
        case .ledger(.finding(let occurrence, let zone, let step, let finding), _):
            weigh(finding, step, zone, occurrence, at: record.wall)
        case .ledger(.standing(let order), _):
            standing.removeAll { order.replaces($0) }
            standing.append(order)
        case .ledger(.standingEnded(let kind, let subject), _):
            standing.removeAll { $0.kind == kind && $0.subject == subject }
        case .ledger(let entry, _): doseBooks.apply(dosing: entry)
        }
    }

    private mutating func weigh(_ finding: Finding, _ step: UInt8, _ zone: ZoneIndex, _ occurrence: Occurrence,
                                at wall: WallTime) {
        guard zones.indices.contains(zone.offset) else { return }
        if step == 0 { zones[zone.offset].findings = [] }
        zones[zone.offset].findings.append(finding)
        zones[zone.offset].weighed = occurrence
        zones[zone.offset].weighedAt = wall
    }

    private mutating func set(_ id: AlarmID, _ state: AlarmState, at wall: WallTime) {
        let known = alarms.firstIndex { $0.id == id }
        switch (known, state) {
        case (let index?, .normal): alarms.remove(at: index)
        case (let index?, _): alarms[index].state = state
        case (nil, .normal): break
        case (nil, _):
            let event = heardIn == scan ? heard.last { $0.kind == id.kind && $0.subject == id.subject } : nil
            alarms.append(Alarm(id: id, state: state, since: wall, event: event))
        }
    }

    /// An event of a lasting kind is what its alarm is about. The scan tells it before the alarm, as a rule.
    private mutating func attach(_ event: Event) {
        if let index = alarms.firstIndex(where: { $0.id == AlarmID(event.kind, event.subject) }) {
            alarms[index].event = event
        } else if event.kind.isAlarm {
            if heardIn != scan { heard = [] }
            heardIn = scan
            if heard.count < LiveSnapshot.heardKept { heard.append(event) }
        }
    }
}

/// The newest snapshot for those who ask, and the records up to it for everybody else. It lives on while the disk hangs.
public final class LiveState: Sendable {
    private let drain: Drain

    init(_ drain: Drain) {
        self.drain = drain
    }

    /// A copy as of the last scan. Waits for nobody but others who ask.
    public func snapshot() -> LiveSnapshot { drain.snapshot() }
}

extension EventKind {
    /// What stands against a start by hand.
    fileprivate var isAgainstStart: Bool { self == .startOverWindow || self == .startOverQuota || self == .startRefused }
}
