import Control
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan

/// A field without wires: readings as they are set, outputs as they are permitted, a line for each change.
struct TestField: FieldPort, ~Copyable {
    var readings: [PointIndex: Reading] = [:]
    var levels: [OutputLevel]
    /// Read back what was permitted; `false`: nothing is read back.
    var answers = true
    /// Outputs that stay as they are whatever they are told.
    var stuck: [OutputIndex: OutputLevel] = [:]
    var commits = 0

    init(outputs: Int) {
        levels = Array(repeating: .off, count: outputs)
    }

    mutating func latch(into image: inout InputImage) {
        for (point, reading) in readings { image.latch(reading, at: point) }
        for (number, level) in levels.enumerated() where answers {
            let output = OutputIndex(number)
            image.latch(OutputFeedback(level: stuck[output] ?? level, at: image.now), of: output)
        }
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        commits += 1
        for number in 0..<outputs.count { levels[number] = outputs[OutputIndex(number)].level }
    }
}

/// Keeps every record, and a ledger that is on disk at once unless told otherwise.
struct TestRecords: RecordPort, ~Copyable {
    var all: [Record] = []
    var holdsLedger = false
    var ledgerDurableThrough: UInt64 = 0
    var ledgerIsWritable = true
    var journalIsWritable = true
    var dropped: UInt64 = 0

    mutating func push(_ record: Record) {
        all.append(record)
        if case .ledger(_, let number) = record.body, !holdsLedger { ledgerDurableThrough = number }
    }
}

/// One source with pump P, master MV and three zones of 10 m3/h on V1, V2, V3 (8 s travel), flow meter FT, stop line ES,
/// suction switch LS, one device, a soil probe in the first zone; each zone has 2000 m2.
final class World {
    static let pump = OutputIndex(0)
    static let master = OutputIndex(1)
    static let valves = [OutputIndex(2), OutputIndex(3), OutputIndex(4)]
    static let stopLine = PointIndex(0)
    static let suction = PointIndex(1)
    static let flow = PointIndex(2)
    static let total = PointIndex(3)
    static let device = PointIndex(4)
    static let soilProbe = PointIndex(5)
    static var soilGauge: GaugePoint {
        guard let gauge = tables(programs: 0).gauge(soilProbe) else { preconditionFailure("the probe measures something") }
        return gauge
    }
    static let tags = ["P", "MV", "V1", "V2", "V3"]
    /// 2026-11-23 is a Monday; 05:59:00 in Shanghai.
    static let mondayBeforeSix: Int64 = 1_795_384_740

    var cycle: ScanCycle<TestField, TestRecords>
    let inbox = CommandInbox()
    var now: Instant
    var unixNanoseconds: Int64
    var trust = ClockTrust.synced
    let period: Duration
    private var commands: UInt64 = 0
    /// What water would flow, from the valves; set to override.
    var flowOverride: Double?
    var litres = 0.0
    var metersAnswer = true
    /// What the device's point reads; `nil`: that it answers.
    var deviceAnswers: Reading?
    /// What the soil probe reads, in per cent; its moment is that of the scan.
    var soil = Reading.neverRead
    var stopIsPressed = false
    var suctionIsDry = false

    init(programs: [ProgramPlan] = [], capacity: Flow? = nil, quotas: [QuotaPlan] = [], windows: [WaterWindow] = [],
         clock: LocalClock = .shanghai, restored: Restored = Restored(),
         startAt unixSeconds: Int64 = World.mondayBeforeSix, period: Duration = .milliseconds(100)) {
        self.period = period
        let tables = World.tables(programs: programs.count, clock: clock)
        let plan = ScanPlan(tables: tables, control: World.control(tables, programs, capacity, quotas, windows),
                            interlocks: World.interlocks(tables), period: period,
                            deviceOnline: [tables.digital(World.device)].compactMap { $0 })
        cycle = ScanCycle(plan: plan, restored: restored, inbox: inbox, field: TestField(outputs: tables.outputs.count),
                          records: TestRecords())
        now = Instant(nanoseconds: 1_000_000_000_000)
        unixNanoseconds = unixSeconds * 1_000_000_000
    }

    static func tables(programs: Int, clock: LocalClock = .shanghai) -> SiteTables {
        func point(_ tag: String, _ unit: String, digital: Bool = false) -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .seconds(5),
                            badAfter: .seconds(15), isDigital: digital)
        }
        let kinds: [OutputKind] = [.pump, .masterValve, .valve, .valve, .valve]
        let outputs = zip(tags, kinds).map { tag, kind in
            OutputDefinition(label: Label(tag: tag), kind: kind, safe: .off, maximumOn: .hours(2),
                             travel: kind == .pump ? .zero : kind == .valve ? .seconds(8) : .seconds(4))
        }
        let points = [point("ES", "1", digital: true), point("LS", "1", digital: true), point("FT", "m3/h"),
                      point("FQ", "L"), point("dev", "1", digital: true), point("soil", "%")]
        return SiteTables(site: Label(tag: "test"), clock: clock, points: points, outputs: outputs,
                          zones: ["east", "middle", "west"].map { Label(tag: $0) }, sources: [Label(tag: "well")],
                          programs: (0..<programs).map { Label(tag: "program-\($0)") }, devices: [Label(tag: "meter")])
    }

    static func control(_ tables: SiteTables, _ programs: [ProgramPlan], _ capacity: Flow?, _ quotas: [QuotaPlan],
                        _ windows: [WaterWindow]) -> ControlPlan {
        let source = SourcePlan(pump: pump, masterValve: master, masterTravel: .seconds(4), capacity: capacity,
                                flow: tables.quantity(flow), total: tables.quantity(total))
        let zones = valves.enumerated().map { number, valve in
            ZonePlan(source: SourceIndex(0), valve: valve, travel: .seconds(8), nominalFlow: .cubicMetersPerHour(10),
                     area: .squareMeters(2000), soil: number == 0 ? tables.quantity(soilProbe) : nil)
        }
        return ControlPlan(clock: tables.clock, sources: [source], zones: zones, programs: programs, quotas: quotas, windows: windows)
    }

    static func interlocks(_ tables: SiteTables) -> InterlockPlan {
        let source = SourceGuard(pump: pump, masterValve: master, dryWhen: tables.digital(suction), flow: tables.quantity(flow),
                                 leakFlow: .litersPerMinute(5), burstFactor: 1.3)
        let zones = valves.map {
            ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: .cubicMetersPerHour(10), leastFlow: .cubicMetersPerHour(2))
        }
        return InterlockPlan(outputs: tables.outputs, emergencyStop: tables.digital(stopLine).map { EmergencyStop(pressed: $0) },
                             sources: [source], zones: zones)
    }

    // MARK: Turning

    func turn(lateness: Duration = .zero) {
        let flow = flowNow
        litres += flow / 3.6 * period.seconds
        cycle.field.readings[World.stopLine] = .good(stopIsPressed ? 1 : 0, at: now)
        cycle.field.readings[World.suction] = .good(suctionIsDry ? 1 : 0, at: now)
        cycle.field.readings[World.device] = deviceAnswers ?? .good(1, at: now)
        cycle.field.readings[World.soilProbe] = soil.taken(at: now)
        if metersAnswer {
            cycle.field.readings[World.flow] = .good(flow, at: now)
            cycle.field.readings[World.total] = .good(litres, at: now)
        }
        cycle.run(at: now, wall: WallTime(unixNanoseconds: unixNanoseconds, trust: trust), lateness: lateness)
        now = now + period
        unixNanoseconds += period.nanoseconds
    }

    func turn(for duration: Duration) {
        for _ in 0..<Int(duration.seconds / period.seconds + 0.5) { turn() }
    }

    /// 10 m3/h through each open valve while the pump runs.
    private var flowNow: Double {
        if let flowOverride { return flowOverride }
        guard isOn(World.pump), isOn(World.master) else { return 0 }
        return 10 * Double(World.valves.filter { cycle.field.levels[$0.offset].isOn }.count)
    }

    func isOn(_ output: OutputIndex) -> Bool { cycle.field.levels[output.offset].isOn }

    func stepWall(by duration: Duration) { unixNanoseconds += duration.nanoseconds }

    @discardableResult
    func send(_ kind: Command.Kind, expiresIn: Duration = .minutes(1)) -> UInt64 {
        commands += 1
        _ = inbox.offer(Command(id: commands, kind: kind, author: .localOperator, expires: now + expiresIn))
        return commands
    }

    // MARK: What was seen

    var events: [Event] {
        cycle.records.all.compactMap { if case .event(let event) = $0.body { event } else { nil } }
    }

    func events(_ kind: EventKind) -> [Event] { events.filter { $0.kind == kind } }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }

    var ledger: [LedgerEntry] {
        cycle.records.all.compactMap { if case .ledger(let entry, _) = $0.body { entry } else { nil } }
    }

    var endedRuns: [(outcome: RunOutcome, watered: Duration, volume: Volume, isEstimated: Bool, cause: Cause)] {
        ledger.compactMap { if case .runEnded(_, let outcome, let watered, let volume, let isEstimated, let cause) = $0 {
            (outcome, watered, volume, isEstimated, cause) } else { nil } }
    }

    func outcome(of command: UInt64) -> CommandOutcome? {
        for entry in ledger { if case .commandDone(command, let outcome) = entry { return outcome } }
        return nil
    }

    func phase(_ zone: Int) -> ZonePhase? {
        for record in cycle.records.all.reversed() {
            if case .zone(ZoneIndex(zone), let status) = record.body { return status.phase }
        }
        return nil
    }

    /// Each change of an output as `seconds since the first scan, tag, on or off`.
    var timeline: [String] {
        var levels = Array(repeating: OutputLevel.off, count: World.tags.count)
        var lines: [String] = []
        for record in cycle.records.all {
            guard case .output(let output, let level, _) = record.body, levels[output.offset] != level else { continue }
            levels[output.offset] = level
            let tenths = (record.instant.nanoseconds - 1_000_000_000_000 + 50_000_000) / 100_000_000
            lines.append("\(tenths / 10).\(tenths % 10) \(World.tags[output.offset]) \(level)")
        }
        return lines
    }
}

extension Reading {
    /// The same reading, of another moment.
    fileprivate func taken(at now: Instant) -> Reading {
        switch quality {
        case .good: .good(recorded, at: now)
        case .uncertain: .uncertain(recorded, reason, at: now)
        case .bad: .bad(reason, at: now)
        }
    }
}
