import Interlocks
import Language
import ProcessImage
import Quantities

/// The interlocks alone: demands and readings are set by hand, nothing of control is near.
///
/// One source with pump P, master MV (4 s), valves V1 and V2 (8 s), an aerator whose safe state is on; stop line, suction
/// switch, flow meter, pressure, motor contact and current, and whether V2's device answers: all good for 5 s
/// and bad after 15 s. What a test does not ask for in its plan is not looked at.
final class Bench {
    static let pump = OutputIndex(0)
    static let master = OutputIndex(1)
    static let valve = OutputIndex(2)
    static let other = OutputIndex(3)
    static let aerator = OutputIndex(4)
    static let stopLine = PointIndex(0)
    static let suction = PointIndex(1)
    static let flow = PointIndex(2)
    static let pressure = PointIndex(3)
    static let protection = PointIndex(4)
    static let current = PointIndex(5)
    static let online = PointIndex(6)
    static let maximumOn = Duration.seconds(600)

    var image: InputImage
    var demands: Demands
    var interlocks: Interlocks
    var records = RecordBuffer(capacity: 200)
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var events: [Event] = []
    var ledger: [LedgerEntry] = []
    /// What control says it has learned.
    var learned: [ZoneIndex: Flow] = [:]

    convenience init(restoring trips: [TripID] = []) {
        var restored = Restored()
        restored.trips = trips
        self.init(Bench.plan(Bench.tables), restored: restored)
    }

    init(_ plan: InterlockPlan, restored: Restored = Restored()) {
        let tables = Bench.tables
        image = InputImage(tables: tables)
        demands = Demands(outputs: tables.outputs)
        interlocks = Interlocks(plan: plan, restored: restored)
    }

    static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("ES", "1"), ("LS", "1"), ("FT", "m3/h"), ("PT", "kPa"), ("FLT", "1"), ("AT", "A"), ("DEV", "1")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5),
                            badAfter: .seconds(15), isDigital: $1 == "1")
        },
        outputs: [
            OutputDefinition(label: Label(tag: "P"), kind: .pump, safe: .off, maximumOn: maximumOn),
            OutputDefinition(label: Label(tag: "MV"), kind: .masterValve, safe: .off, maximumOn: maximumOn, travel: .seconds(4)),
            OutputDefinition(label: Label(tag: "V1"), kind: .valve, safe: .off, maximumOn: maximumOn, travel: .seconds(8)),
            OutputDefinition(label: Label(tag: "V2"), kind: .valve, safe: .off, maximumOn: maximumOn, travel: .seconds(8)),
            OutputDefinition(label: Label(tag: "A"), kind: .aerator, safe: .on, maximumOn: maximumOn),
        ],
        zones: [Label(tag: "z1"), Label(tag: "z2")], sources: [Label(tag: "well")])

    /// The plan with what a test looks at. Without pump: water comes by gravity.
    static func plan(pressure: PressureGuard? = nil, retry: DryRetry? = nil, reports: Duration? = .zero, low: FlowLimit? = nil,
                     high: FlowLimit? = nil, motor: MotorGuard? = nil, isReached: Bool = false, requiresProof: Bool = false,
                     hasPump: Bool = true) -> InterlockPlan {
        InterlockPlan(
            outputs: tables.outputs, emergencyStop: tables.digital(stopLine).map { EmergencyStop(pressed: $0) },
            sources: [SourceGuard(pump: hasPump ? pump : nil, masterValve: hasPump ? master : nil, dryWhen: tables.digital(suction),
                                  dryRetry: retry, flow: tables.quantity(flow), meterReports: reports,
                                  leakFlow: .cubicMetersPerHour(0.5), burstFactor: 1.3, pressure: pressure)],
            zones: [valve, other].map {
                ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: .cubicMetersPerHour(10),
                          leastFlow: .cubicMetersPerHour(2), lowFlow: low, highFlow: high)
            },
            motors: [motor].compactMap(\.self),
            reach: tables.outputs.indices.map { isReached && OutputIndex($0) == other ? tables.digital(online) : nil },
            requiresProof: requiresProof)
    }

    static func plan(_ tables: SiteTables) -> InterlockPlan {
        InterlockPlan(
            outputs: tables.outputs, emergencyStop: tables.digital(stopLine).map { EmergencyStop(pressed: $0) },
            sources: [SourceGuard(pump: pump, masterValve: master, dryWhen: tables.digital(suction), flow: tables.quantity(flow),
                                  leakFlow: .cubicMetersPerHour(0.5), burstFactor: 1.3)],
            zones: [valve, other].map {
                ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: .cubicMetersPerHour(10), leastFlow: .cubicMetersPerHour(2))
            })
    }

    /// One scan with readings as they are given; what is not given is fresh and good: released, wet, 10 m3/h an open valve.
    func scan(_ wanted: [OutputIndex: OutputLevel] = [:], stop: Reading? = nil, suction: Reading? = nil, flow: Reading? = nil,
              other: [PointIndex: Reading] = [:], reads: [OutputIndex: OutputLevel] = [:], commands: [Command.Kind] = []) {
        let nominal = interlocks.outputs[Bench.pump].level.isOn
            ? 10 * Double([Bench.valve, Bench.other].filter { interlocks.outputs[$0].level.isOn }.count) : 0
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced))
        image.latch(stop ?? .good(0, at: now), at: Bench.stopLine)
        image.latch(suction ?? .good(0, at: now), at: Bench.suction)
        image.latch(flow ?? .good(nominal, at: now), at: Bench.flow)
        let usual: [PointIndex: Double] = [Bench.pressure: 200, Bench.protection: 0, Bench.current: 10, Bench.online: 1]
        for (point, value) in usual { image.latch(other[point] ?? .good(value, at: now), at: point) }
        for number in 0..<image.outputCount {
            let output = OutputIndex(number)
            image.latch(OutputFeedback(level: reads[output] ?? interlocks.outputs[output].level, at: now), of: output)
        }
        for (zone, flow) in learned { image.latch(learned: flow, of: zone) }
        for (number, kind) in commands.enumerated() {
            _ = image.latch(Command(id: UInt64(number + 1), kind: kind, author: .localOperator, expires: now))
        }
        demands.reset()
        for (output, level) in wanted { demands[output] = Demand(level, because: .manual(1)) }
        records.clear()
        interlocks.judge(demands, image, &records)
        for number in 0..<records.count {
            switch records[number] {
            case .event(let event): events.append(event)
            case .ledger(let entry, _): ledger.append(entry)
            default: break
            }
        }
    }

    static let allOn: [OutputIndex: OutputLevel] = [valve: .on, master: .on, pump: .on]

    /// A scan each second with the same demands, readings made anew for each.
    func seconds(_ count: Int, _ wanted: [OutputIndex: OutputLevel] = Bench.allOn, flow: Double? = nil,
                 other: [PointIndex: Double] = [:], _ each: (Int) -> Void = { _ in }) {
        for second in 0..<count {
            scan(wanted, flow: flow.map { .good($0, at: now) }, other: other.mapValues { .good($0, at: now) })
            each(second)
            now = now + .seconds(1)
        }
    }

    /// Everything on and travelled, the pump running.
    func run() {
        for _ in 0..<3 {
            scan([Bench.valve: .on, Bench.master: .on, Bench.pump: .on])
            now = now + .seconds(10)
        }
    }

    func level(_ output: OutputIndex) -> OutputLevel { interlocks.outputs[output].level }

    func isRefused(_ output: OutputIndex) -> Bool { interlocks.outputs[output].isRefused }

    func cause(_ output: OutputIndex) -> Cause { interlocks.outputs[output].cause }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }

    var standing: Set<TripID> {
        Set((0..<interlocks.tripCount).map { interlocks.trip(at: $0) }.filter(\.stands).map(\.id))
    }

    /// Standing alarms that are no trips.
    var warnings: [AlarmID] {
        (interlocks.tripCount..<interlocks.alarmCount).map { interlocks.alarm(at: $0) }.filter(\.stands).map(\.id)
    }
}
