import Interlocks
import Language
import ProcessImage
import Quantities

/// The interlocks of a dosing unit alone. A source with pump P, master MV and valves V1 and V2 that travel at once, and a flush
/// valve FV; channels A and B (300 L/h), acid C (100 L/h) and chlorine D, a pump of 2 mL a stroke. Water flows at 12 m3/h
/// when pump, master and a valve are on, and the meter counts it.
final class DosingBench {
    static let (pump, master, valve, other, flush) = (OutputIndex(0), OutputIndex(1), OutputIndex(2), OutputIndex(3), OutputIndex(4))
    static let (a, b, acid, chlorine) = (OutputIndex(5), OutputIndex(6), OutputIndex(7), OutputIndex(8))
    static let (flow, total, pressure, tray) = (PointIndex(0), PointIndex(1), PointIndex(2), PointIndex(3))
    static let (ec, ecWitness, ph, phWitness) = (PointIndex(4), PointIndex(5), PointIndex(6), PointIndex(7))
    static let (meterA, meterB, level, empty) = (PointIndex(8), PointIndex(9), PointIndex(10), PointIndex(11))
    static let unit = DosingUnitIndex(0)
    static let water: [OutputIndex: OutputLevel] = [pump: .on, master: .on, valve: .on]

    static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("FT", "m3/h"), ("FQ", "m3"), ("PT", "kPa"), ("TRAY", "1"), ("EC-1", "mS/cm"), ("EC-2", "mS/cm"), ("PH-1", "pH"),
                 ("PH-2", "pH"), ("A.total", "L"), ("B.total", "L"), ("A.level", "cm"), ("C.empty", "1")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], decimals: 3, uncertainAfter: .seconds(20),
                            badAfter: .seconds(60), isDigital: $1 == "1")
        },
        outputs: [("P", OutputKind.pump), ("MV", .masterValve), ("V1", .valve), ("V2", .valve), ("FV", .flushValve), ("A", .doser),
                  ("B", .doser), ("C", .doser), ("D", .doser)].map {
            OutputDefinition(label: Label(tag: $0), kind: $1, safe: .off, maximumOn: .hours(99))
        },
        zones: [Label(tag: "z1"), Label(tag: "z2")], sources: [Label(tag: "well")],
        dosingUnits: [Label(tag: "head")], channels: ["A", "B", "C", "D"].map { Label(tag: $0) })

    /// What a test does not ask for is not looked at.
    struct Guards {
        var pressure = false
        var preFlush = Duration.seconds(10)
        var tray = false
        var slack = Volume.liters(200)
        var ceilings = DoseCeilings.none
        var meters = false
        var tanks = false
        var longestPulse: Duration?
        /// V2 is a further valve of the first zone, and no zone of its own.
        var isPaired = false
        var needs = false
        var probes: [ProbeGuard] = []
        var exclusions: [ExclusionGuard] = []
        var balances: [BalanceGuard] = []
    }

    static func conductivity(band: ProbeGuard.Band = .init(), cut: ProbeGuard.Band = .init(), apart: Double = .infinity,
                             resolution: Double = 0, stopsWater: Bool = false) -> ProbeGuard {
        ProbeGuard(unit: unit, kind: .conductivity, first: tables.gauge(ec)!, second: tables.gauge(ecWitness), band: band, cut: cut,
                   apart: apart, resolution: resolution, stopsWater: stopsWater)
    }

    static func acidity(band: ProbeGuard.Band = .init(), cut: ProbeGuard.Band = .init(least: 4.5), apart: Double = .infinity) -> ProbeGuard {
        ProbeGuard(unit: unit, kind: .acidity, first: tables.gauge(ph)!, second: tables.gauge(phWitness), band: band, cut: cut, apart: apart)
    }

    static func plan(_ guards: Guards) -> InterlockPlan {
        let flowPoint: PointOf<Flow>? = tables.quantity(flow)
        let window = PressureWindow(point: tables.quantity(pressure)!, least: .kilopascals(100), most: .kilopascals(300))
        let unit = DosingUnitGuard(source: SourceIndex(0), leastFlow: .cubicMetersPerHour(4), total: tables.quantity(total),
                                   pressure: guards.pressure ? window : nil, preFlush: guards.preFlush,
                                   leakTray: guards.tray ? tables.digital(tray) : nil, slack: guards.slack)
        func channel(_ output: OutputIndex, _ rate: ChannelRate, meter: PointIndex? = nil, tank: TankGuard? = nil,
                     ec: Bool = false, ph: Bool = false) -> ChannelGuard {
            let meter = guards.meters ? meter.flatMap { tables.quantity($0) }.map { DosingMeter(total: $0, leak: .liters(0.2)) } : nil
            return ChannelGuard(unit: Self.unit, output: output, rate: rate, ceilings: guards.ceilings, meter: meter,
                                tank: guards.tanks ? tank : nil, longestPulse: guards.longestPulse,
                                needsConductivity: guards.needs && ec, needsAcidity: guards.needs && ph)
        }
        let channels = [
            channel(a, .flow(.litersPerHour(300)), meter: meterA, tank: TankGuard(level: tables.gauge(level), least: 0.1), ec: true),
            channel(b, .flow(.litersPerHour(300)), meter: meterB, ec: true),
            channel(acid, .flow(.litersPerHour(100)), tank: TankGuard(emptyWhen: tables.digital(empty)), ph: true),
            channel(chlorine, .stroke(.liters(0.002))),
        ]
        return InterlockPlan(
            outputs: tables.outputs, emergencyStop: nil,
            sources: [SourceGuard(pump: pump, masterValve: master, dryWhen: nil, flow: flowPoint, leakFlow: nil, burstFactor: nil)],
            zones: (guards.isPaired ? [valve] : [valve, other]).map { ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: .cubicMetersPerHour(12), leastFlow: nil) },
            flushes: [FlushGuard(source: SourceIndex(0), valve: flush, flow: nil)],
            dosing: DosingGuards(units: [unit], channels: channels, probes: guards.probes, exclusions: guards.exclusions, balances: guards.balances),
            followers: guards.isPaired ? [ValveFollower(zone: ZoneIndex(0), valve: other)] : [])
    }

    private var image = InputImage(tables: tables)
    private var demands = Demands(outputs: tables.outputs)
    private var interlocks: Interlocks
    private var records = RecordBuffer(capacity: 200)
    private(set) var now = Instant(nanoseconds: 50 * 3_600_000_000_000)
    private(set) var metered = 0.0
    private var rows: UInt64 = 0
    private(set) var events: [Event] = []
    private(set) var booked: [Restored.BookedDose] = []
    /// Rows come to the disk a scan after they were written.
    var isLedgerWritable = true
    /// What is read in place of what would be; `nil` inside: nothing.
    var readings: [PointIndex: Double?] = [:]
    /// How old the flow is.
    var flowAge = Duration.zero
    /// Strokes and time on of each doser, L by the rates of the plan.
    private(set) var given: [OutputIndex: Double] = [:]
    private let step: Duration

    init(_ guards: Guards = Guards(), restored: Restored = Restored(), step: Duration = .milliseconds(500)) {
        interlocks = Interlocks(plan: Self.plan(guards), restored: restored)
        self.step = step
    }

    /// One scan.
    /// - Parameter written: rows that control has written in it.
    func scan(_ wanted: [OutputIndex: OutputLevel], commands: [Command.Kind] = [], written: [LedgerEntry] = []) {
        now = now + step
        let isFlowing = [Self.pump, Self.master].allSatisfy(isOn) && (isOn(Self.valve) || isOn(Self.other))
        if isFlowing { metered += 12 * step.seconds / 3600 }
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced))
        latch(Self.flow, isFlowing ? 12 : 0, age: flowAge)
        for (point, usual) in [(Self.total, metered), (Self.pressure, 200), (Self.tray, 0), (Self.ec, 2), (Self.ecWitness, 2), (Self.ph, 6),
                               (Self.phWitness, 6), (Self.meterA, 0), (Self.meterB, 0), (Self.level, 50), (Self.empty, 0)] { latch(point, usual) }
        for number in 0..<image.outputCount {
            image.latch(OutputFeedback(level: interlocks.outputs[OutputIndex(number)].level, at: now), of: OutputIndex(number))
        }
        for (number, kind) in commands.enumerated() {
            _ = image.latch(Command(id: UInt64(number + 1), kind: kind, author: .localOperator, expires: now))
        }
        image.latchLedger(durableThrough: isLedgerWritable ? rows : 0, isWritable: isLedgerWritable)
        demands.reset()
        for (output, level) in wanted { demands[output] = Demand(level, because: .manual(1)) }
        let before = [Self.a, Self.b, Self.acid, Self.chlorine].filter(isOn)
        records.clear()
        for entry in written { records.ledger(entry) }
        interlocks.judge(demands, image, &records)
        note(before)
    }

    private func latch(_ point: PointIndex, _ usual: Double, age: Duration = .zero) {
        let value = readings[point] ?? .some(usual)
        image.latch(value.map { .good($0, at: now + (.zero - age)) } ?? .bad(.noAnswer, at: now), at: point)
    }

    private func note(_ before: [OutputIndex]) {
        for number in 0..<records.count {
            switch records[number] {
            case .event(let event): events.append(event)
            case .ledger(let entry, let row):
                rows = row
                if case .doseBooked(let channel, let zone, let volume) = entry {
                    booked.append(.init(channel: channel, zone: zone, volume: volume, age: .zero))
                }
            default: break
            }
        }
        for (output, rate) in [(Self.a, 300.0), (Self.b, 300), (Self.acid, 100)] where isOn(output) {
            given[output, default: 0] += rate * step.seconds / 3600
        }
        if isOn(Self.chlorine), !before.contains(Self.chlorine) { given[Self.chlorine, default: 0] += 0.002 }
    }

    /// Scans for a time with the same demands.
    func run(_ seconds: Double, _ wanted: [OutputIndex: OutputLevel] = DosingBench.water, each: () -> Void = {}) {
        for _ in 0..<Int((seconds / step.seconds).rounded()) {
            scan(wanted)
            each()
        }
    }

    /// Clear water has flowed for a while.
    @discardableResult
    func flowing(for seconds: Double = 60) -> DosingBench {
        run(seconds)
        return self
    }

    static func dosing(_ outputs: OutputIndex...) -> [OutputIndex: OutputLevel] {
        outputs.reduce(into: water) { $0[$1] = .on }
    }

    func isOn(_ output: OutputIndex) -> Bool { interlocks.outputs[output].level.isOn }
    func cause(_ output: OutputIndex) -> Cause { interlocks.outputs[output].cause }
    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }

    var standing: Set<TripID> {
        Set((0..<interlocks.tripCount).map { interlocks.trip(at: $0) }.filter(\.stands).map(\.id))
    }

    var warnings: [EventKind] {
        (interlocks.tripCount..<interlocks.alarmCount).map { interlocks.alarm(at: $0) }.filter(\.stands).map(\.id.kind)
    }
}
