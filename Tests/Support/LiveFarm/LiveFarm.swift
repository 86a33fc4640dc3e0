import Control
import Foundation
import Interlocks
public import Journal
public import LocalAPI
public import ProcessImage
public import Quantities
import Language
import Scan
import Synchronization

/// A small farm that lives: the real scan, the real journal in a folder of its own, the real API on a real socket, with
/// a field of readings instead of wires, at twenty times real time. For tests of the API and of the command line.
///
/// One well with pump P-1 and master MV-1, zones east-1 and east-2 of 10 m3/h on V-1 and V-2, meter FT-101, stop line
/// ES-1, level switch LS-1, a soil probe that answers and one that does not; canal gate gate-3 on GU-1 and GD-1; program morning at 18:30 every day, program
/// dry at 06:01, which gives east-2 nothing because its soil is wet, and program flood, which never starts by itself and gives
/// more than the site's quota.
public final class LiveFarm: Sendable {
    /// What a test changes in the field.
    public struct Field: Sendable {
        public var isStopPressed = false
        public var isWellDry = false
        public var hasFlow = true
        /// The scan stands still.
        public var isHeld = false
    }

    public let folder: String
    public let socketPath: String
    public let tables: SiteTables
    public let journal: Journal
    public let inbox = CommandInbox()
    private let twin = ControlTwin()
    private let field = Mutex(Field())
    private let time = Mutex(Instant(nanoseconds: 1_000_000_000_000))
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    private let api = Mutex<LocalAPI.Serving?>(nil)
    private let trust: ClockTrust
    /// 2026-11-23 is a Monday; 06:00:00 in Shanghai.
    public static let start: Int64 = 1_795_384_800
    static let period = Duration.milliseconds(100)

    public init(trust: ClockTrust = .synced) throws {
        folder = NSTemporaryDirectory() + "tidegate-farm-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        socketPath = folder + "/tidegate.sock"
        tables = FarmPlan.tables
        self.trust = trust
        journal = Journal(folder: folder, tables: tables, plan: RecordingPlan(flushEvery: .seconds(1)))
        journal.start()
    }

    /// Turns the scan and opens the socket.
    public func open() async throws {
        Thread.detachNewThread { [self] in turn() }
        serve()
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let canBeAsked = FileManager.default.fileExists(atPath: socketPath) && (try? journal.events(from: 0, to: 1)) != nil
            if canBeAsked, journal.live.snapshot().scan > 10 { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Changes the field from the next scan on.
    public func change(_ change: (inout Field) -> Void) {
        field.withLock { change(&$0) }
    }

    public func serve() {
        let server = LocalAPI(context: context)
        api.withLock { $0 = try? server.serve(socketPath: socketPath) }
    }

    public func close() async {
        isEnding.store(true, ordering: .relaxed)
        ended.wait()
        api.withLock { $0?.end() }
        journal.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    public var now: Instant { time.withLock { $0 } }

    public var context: Context {
        let control = FarmPlan.control
        return Context(
            tables: tables, inbox: inbox, journal: journal,
            zones: control.zones.map { .init(valve: $0.valve, source: $0.source, area: $0.area, nominalFlow: $0.nominalFlow) },
            outputWiring: (1...tables.outputs.count).map {
                .init(place: "R\($0) gpiochip0:\($0 + 4)", leaseHolder: .guard, lease: .milliseconds(800))
            },
            inputWiring: [(FarmPlan.stopLine, .init(place: "D1 gpiochip0:16")), (FarmPlan.suction, .init(place: "D2 gpiochip0:17"))],
            scanPeriod: LiveFarm.period, isRealtime: false, startedAt: WallTime(unixSeconds: LiveFarm.start, trust: .synced),
            siteFile: "configs/farm.yaml", version: "0.1.0", now: { [self] in now },
            upcoming: { from, to in
                control.upcoming(from: from, until: to).map {
                    .init(program: $0.program, unixSeconds: $0.unixSeconds, zones: $0.steps.map { ($0.zone, control.amount(of: $0)) })
                }
            },
            planAhead: { [twin] time in
                var looks = 0
                return twin.planAhead(FarmPlan.scan, for: time) {
                    usleep(1_000)
                    looks += 1
                    return looks < 2_000
                }?.map {
                    .init(zone: $0.zone, cause: $0.cause, planned: $0.planned, ordered: $0.ordered, opens: $0.opens, ends: $0.ends,
                          outcome: $0.outcome, watered: $0.watered, volume: $0.volume, waitsFor: $0.waitsFor, waits: $0.waits)
                }
            },
            buses: { [.init(tag: "soil", answering: 1, devices: 2)] },
            links: { [
                .init(kind: .waterBureau, tag: "county", end: "10.41.7.20:8651", isUp: true, trouble: nil, heardAgo: .seconds(12), waiting: 0,
                      refused: 2, dropped: 0),
                .init(kind: .beidou, tag: "beidou", end: "/dev/ttyUSB0", isUp: false,
                      trouble: Phrase(zh: "没有卡", en: "no card"), heardAgo: nil, waiting: 3, refused: 0, dropped: 1),
            ] },
            programs: [
                .init(starts: Phrase(verbatim: "18:30"), limits: nil, gives: [(ZoneIndex(0), Phrase(Duration.minutes(20))), (ZoneIndex(1), Phrase(Duration.minutes(15)))]),
                .init(starts: Phrase(verbatim: "06:01"), limits: Phrase(zh: "须 东区墒情 < 10.0 %", en: "when soil moisture east < 10.0 %"),
                      gives: [(ZoneIndex(1), Phrase(verbatim: "2.00 m3"))]),
                .init(starts: Phrase(zh: "人工", en: "by hand"), limits: nil, gives: [(ZoneIndex(1), Phrase(verbatim: "600.0 m3"))]),
            ],
            quotas: control.quotas.map { quota in .init(zone: quota.zone, limit: quota.limit) { quota.period.beginning(of: $0) } },
            gates: control.gates.map {
                .init(goal: $0.goal, bounds: $0.orders, raise: $0.raise, lower: $0.lower, position: $0.position.index,
                      upstream: $0.upstream.index, downstream: $0.downstream?.index, movesPerDay: $0.manners.movesPerDay,
                      locks: [Phrase(zh: "封冻期 12-01 .. 02-28", en: "ice period 12-01 .. 02-28")])
            }, hasMeter: control.sources.map { $0.total != nil }, fertigation: fertigation(control.fertigation),
            feeding: .init(cages: [.init(line: FeedLineIndex(0), dayAtMost: .kilograms(12), probes: [(.oxygen, FarmPlan.oxygen)]),
                                   .init(probes: [(.oxygen, FarmPlan.oxygen)])],
                           lines: [.init(silo: SiloIndex(0), outputs: [OutputIndex(7)])],
                           silos: [.init(capacity: .kilograms(1000), low: .kilograms(100), feed: Phrase(zh: "浮性料", en: "floating"))]))
    }

    private func fertigation(_ plan: FertigationPlan) -> Context.Fertigation {
        .init(units: plan.units.map { .init(source: $0.source) },
              channels: plan.channels.map { .init(unit: $0.unit, tank: $0.tank, output: $0.output, rate: $0.rate, ceilings: $0.ceilings) },
              tanks: plan.tanks.map { .init(capacity: $0.capacity, low: $0.low, level: nil, holds: Phrase(verbatim: "N 30.0 g/L, K2O 60.0 g/L")) },
              recipes: [.init(unit: DosingUnitIndex(0), targets: Phrase(zh: "前清水 25 %，后冲洗 25 %", en: "25 % clear water before, 25 % after"),
                              parts: [.init(channel: ChannelIndex(0), gives: Phrase(verbatim: "5.00 L/m3 (1:200)"), holds: Phrase(verbatim: "N 150, K2O 300 mg/L"))],
                              table: [], programs: [])])
    }

    // MARK: The scan

    private func turn() {
        var cycle = ScanCycle(plan: FarmPlan.scan, restored: journal.restore(), inbox: inbox, twin: twin,
                              field: FarmField(outputs: tables.outputs.count), records: journal.port)
        var wall = LiveFarm.start * 1_000_000_000
        while !isEnding.load(ordering: .relaxed) {
            let state = field.withLock { $0 }
            if !state.isHeld {
                let now = self.now
                cycle.field.read(state, at: now)
                cycle.run(at: now, wall: WallTime(unixNanoseconds: wall, trust: trust), lateness: .zero)
                time.withLock { $0 = $0 + LiveFarm.period }
                wall += LiveFarm.period.nanoseconds
            }
            usleep(5_000)
        }
        ended.signal()
    }
}

/// Readings as the test wants them, flow from the open valves, outputs read back as they were permitted.
struct FarmField: FieldPort, ~Copyable {
    var levels: [OutputLevel]
    var readings: [PointIndex: Reading] = [:]
    var litres = 0.0
    /// m, of the gate.
    var opening = 0.5

    init(outputs: Int) { levels = Array(repeating: .off, count: outputs) }

    mutating func read(_ state: LiveFarm.Field, at now: Instant) {
        let runs = levels[0].isOn && levels[1].isOn && state.hasFlow
        let flow = runs ? 10 * Double(levels[2...3].count { $0.isOn }) : 0
        opening += (levels[4].isOn ? 0.001 : 0) - (levels[5].isOn ? 0.001 : 0)
        litres += flow / 3.6 * LiveFarm.period.seconds
        readings = [
            FarmPlan.stopLine: .good(state.isStopPressed ? 1 : 0, at: now), FarmPlan.suction: .good(state.isWellDry ? 1 : 0, at: now),
            FarmPlan.flow: .good(flow, at: now), FarmPlan.total: .good(litres, at: now),
            FarmPlan.moisture: .good(24.6 + 3 * sin(now.nanoseconds == 0 ? 0 : Double(now.nanoseconds) / 6e10), at: now),
            FarmPlan.silent: .bad(.noAnswer, at: now), FarmPlan.opening: .good(opening, at: now),
            FarmPlan.above: .good(2, at: now), FarmPlan.below: .good(1.2, at: now),
            FarmPlan.oxygen: .good(7.5, at: now),
        ]
    }

    mutating func latch(into image: inout InputImage) {
        for (point, reading) in readings { image.latch(reading, at: point) }
        for (number, level) in levels.enumerated() {
            image.latch(OutputFeedback(level: level, at: image.now), of: OutputIndex(number))
        }
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        for number in 0..<outputs.count { levels[number] = outputs[OutputIndex(number)].level }
    }
}
