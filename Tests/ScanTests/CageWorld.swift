import Control
import Interlocks
import ProcessImage
import Quantities
import Scan

/// What is really there: two cages on one blower, the pipe, and the water.
final class CageSea {
    static let rate = MassRate.gramsPerSecond(80)
    var oxygen: [Double?] = [8, 8]
    var water = 16.0
    /// What reaches each cage, kg.
    var given = [0.0, 0.0]
    /// Harm done, to be told by name.
    var harm: [String] = []
    var position = 0
    var inPipe = 0.0
    var levels: [Bool] = Array(repeating: false, count: 6)
    private var turning = 0
    private var blowing = 0
    var scan = 0
    /// Held where it is: readings of the oxygen probe of cage 0 are this old.
    var isStale = false

    static let aerator = 0, blower = 1, doser = 2, spreader = 3, drive = 4, horn = 5

    /// What the field does in the time of one scan.
    func live(_ period: Duration) {
        let dose = levels[Self.doser] ? Self.rate.mass(over: period).kilograms : 0
        if levels[Self.doser] {
            if !levels[Self.blower] { harm.append("doses without air") }
            if position < 0 { harm.append("doses between outlets") }
        }
        inPipe += dose
        if levels[Self.drive] {
            if levels[Self.blower] { harm.append("turns under air") }
            turning += 1
            position = turning % 8 < 4 ? -1 : turning / 8 % 2 == 0 ? 1 : 0
        }
        blowing = levels[Self.blower] ? blowing + 1 : 0
        guard levels[Self.blower], position >= 0 else { return }
        // Half of what is in the pipe arrives each scan.
        given[position] += inPipe / 2
        inPipe /= 2
        if inPipe < 1e-6 { inPipe = 0 }
    }

    /// A fan needs some scans to blow, and the pipe to be still.
    var pressure: Double { levels[Self.blower] ? (blowing > 3 ? 20 : 5) : 0 }
    func total() -> Double { given[0] + given[1] + inPipe }
}

struct CageField: FieldPort, ~Copyable {
    let sea: CageSea

    mutating func latch(into image: inout InputImage) {
        sea.scan += 1
        let live = sea.scan % 2 == 0 ? 1e-4 : 0, now = image.now
        // Nothing here allocates: what is counted is the scan's.
        for number in 0..<2 where number > 0 || !sea.isStale {
            if let value = sea.oxygen[number] {
                image.latch(.good(value + live, at: now), at: PointIndex(number))
            } else {
                image.latch(.bad(.noAnswer, at: now), at: PointIndex(number))
            }
        }
        image.latch(.good(sea.water + live, at: now), at: PointIndex(2))
        image.latch(.good(sea.pressure, at: now), at: PointIndex(3))
        image.latch(.good(sea.position == 0 ? 1 : 0, at: now), at: PointIndex(4))
        image.latch(.good(sea.position == 1 ? 1 : 0, at: now), at: PointIndex(5))
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        for number in 0..<6 { sea.levels[number] = outputs[OutputIndex(number)].level.isOn }
    }
}

/// A ledger whose rows take some scans to reach the disk; what has not is lost with the process.
final class CageLedger {
    var rows: [(entry: LedgerEntry, scan: Int)] = []
    var events: [Event] = []
    var statuses: [CageIndex: CageStatus] = [:]
    var outcomes: [CommandOutcome] = []
    var scan = 0
    var lag = 2
    var keeps = true

    var durable: Int {
        var number = rows.count
        while number > 0, scan - rows[number - 1].scan < lag { number -= 1 }
        return number
    }

    /// What a new life reads from the disk.
    func restored(onto before: Restored) -> Restored {
        var restored = before
        for (entry, _) in rows.prefix(durable) { restored.apply(feeding: entry) }
        return restored
    }
}

struct CageRecords: RecordPort, ~Copyable {
    let ledger: CageLedger
    var ledgerDurableThrough: UInt64 { UInt64(ledger.durable) }
    var ledgerIsWritable: Bool { true }
    var journalIsWritable: Bool { true }
    var dropped: UInt64 { 0 }

    mutating func push(_ record: Record) {
        guard ledger.keeps else {
            // Memory taken ahead: the count of rows is all that the scan needs.
            if case .ledger(let entry, _) = record.body, ledger.rows.count < ledger.rows.capacity { ledger.rows.append((entry, ledger.scan)) }
            return
        }
        switch record.body {
        case .ledger(let entry, _):
            if case .commandDone(_, let outcome) = entry { ledger.outcomes.append(outcome) }
            ledger.rows.append((entry, ledger.scan))
        case .event(let event): ledger.events.append(event)
        case .cage(let cage, let status): ledger.statuses[cage] = status
        default: break
        }
    }

    mutating func endScan() { ledger.scan += 1 }
}

/// A deck with its controller, that can be killed and begun anew.
final class CageDeck {
    static let period = Duration.milliseconds(500)
    /// 2026-06-01 05:55 in Shandong.
    static let dawn: Int64 = 1_780_243_200 + 5 * 3600 + 55 * 60
    let sea: CageSea
    private(set) var ledger = CageLedger()
    private(set) var before = Restored()
    let inbox = CommandInbox()
    private let plan: ScanPlan
    private var cycle: ScanCycle<CageField, CageRecords>
    private(set) var turns = 0
    private var commands: UInt64 = 0

    static func plan(meals: Double = 2, priorities: [UInt8] = [5, 5]) -> ScanPlan {
        let names = [("do-0", "mg/L"), ("do-1", "mg/L"), ("water", "degC"), ("press", "kPa"), ("mark-0", "1"), ("mark-1", "1")]
        let points = names.map { PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .hours(20), badAfter: .hours(30), isDigital: $1 == "1") }
        let kinds: [(String, OutputKind, OutputLevel)] = [("AE", .aerator, .on), ("BL", .blower, .off), ("DO", .feeder, .off), ("SP", .other, .off), ("SE", .other, .off), ("HN", .horn, .off)]
        let outputs = kinds.map { OutputDefinition(label: Label(tag: $0), kind: $1, safe: $2, maximumOn: .hours(12)) }
        let tables = SiteTables(site: Label(tag: "deck"), clock: .shanghai, points: points, outputs: outputs,
                                cages: [Label(tag: "c-0"), Label(tag: "c-1")], feedLines: [Label(tag: "line")])
        func need<Value>(_ value: Value?) -> Value { value ?? { preconditionFailure("the deck is whole") }() }
        let cages = [CageIndex(0), CageIndex(1)], line = FeedLineIndex(0)
        let probes = cages.flatMap { cage in
            [SeaProbePlan(cage: cage, .oxygen, need(tables.gauge(PointIndex(cage.offset))), low: 0, high: 25, leap: 30, stuckAfter: .hours(2), noOlderThan: .seconds(60)),
             SeaProbePlan(cage: cage, .temperature, need(tables.gauge(PointIndex(2))), low: -2, high: 40, leap: 30)]
        }
        let gates = cages.map { FeedGatePlan(cage: $0, .oxygen, stop: 4, resume: 5.5, reduce: 5, stopAfter: .seconds(5), resumeAfter: .seconds(30)) }
        let pressure: PointOf<Pressure> = need(tables.quantity(PointIndex(3)))
        let (still, least, most) = (Pressure.kilopascals(1), Pressure.kilopascals(10), Pressure.kilopascals(30))
        let wiring = FeedLineWiring(plan: FeedLinePlan(selector: .rotary, outlets: 2, purge: .seconds(20), purgeAtMost: .seconds(60)), blower: OutputIndex(CageSea.blower),
                                    doser: OutputIndex(CageSea.doser), spreader: OutputIndex(CageSea.spreader),
                                    air: LineAirPlan(pressure: pressure, still: still, least: least, most: most), rate: CageSea.rate)
        let six = need(TimeOfDay(hour: 6, minute: 0))
        let feeds = cages.map { cage in
            CageFeed(line: line, outlet: UInt8(cage.offset), meals: MealPlan([MealRule(.clock(six), share: 1)], waitAtMost: .minutes(30), lastsAtMost: .minutes(20), rest: .zero,
                                                                             dayAtMost: .kilograms(5), quantum: .kilograms(0.5), pace: .even),
                     ration: .fixed(.kilograms(meals)), priority: priorities[cage.offset])
        }
        let aeration = AerationPlan(emergency: .milligramsPerLiter(3), siren: OutputIndex(CageSea.horn), salinity: .psu(31))
        let feeding = FeedingPlan(cages: feeds.map { CagePlan(aeration: aeration, feed: $0) }, probes: probes, gates: gates,
                                  stages: [AerationStage(cage: cages[0], output: OutputIndex(CageSea.aerator), on: .milligramsPerLiter(5), off: .milligramsPerLiter(6))],
                                  lines: [wiring], outlets: [4, 5].map { OutletWiring(line: line, drive: OutputIndex(CageSea.drive), mark: need(tables.digital(PointIndex($0)))) })
        let guarded = [CageSea.blower, CageSea.doser, CageSea.spreader, CageSea.drive].map {
            CageGuard(cage: cages[0], output: OutputIndex($0), servesWhen: tables.digital(PointIndex(4)))
        }
        let interlocks = InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [], zones: [],
                                       feeds: [FeedGuard(doser: OutputIndex(CageSea.doser), blower: OutputIndex(CageSea.blower), pressure: pressure, still: still, least: least, most: most)],
                                       selectors: [SelectorGuard(feed: 0, drive: OutputIndex(CageSea.drive))], cages: guarded, cageCount: 2)
        return ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], feeding: feeding), interlocks: interlocks, period: period)
    }

    init(_ plan: ScanPlan = CageDeck.plan(), sea: CageSea = CageSea()) {
        self.plan = plan
        self.sea = sea
        cycle = ScanCycle(plan: plan, restored: before, inbox: inbox, field: CageField(sea: sea), records: CageRecords(ledger: ledger))
    }

    /// The process dies: what was not on disk is lost, the doser and the blower run until their lease is over, and it begins anew.
    func kill() {
        sea.live(.milliseconds(800))
        sea.levels = [true, false, false, false, false, false]
        before = ledger.restored(onto: before)
        let next = CageLedger()
        next.lag = ledger.lag
        next.events = ledger.events
        ledger = next
        cycle = ScanCycle(plan: plan, restored: before, inbox: inbox, field: CageField(sea: sea), records: CageRecords(ledger: ledger))
    }

    func turn() {
        turns += 1
        let passed = Int64(turns) * Self.period.nanoseconds
        sea.live(Self.period)
        cycle.run(at: Instant(nanoseconds: passed), wall: WallTime(unixNanoseconds: Self.dawn * 1_000_000_000 + passed, trust: .synced), lateness: .zero)
    }

    func run(_ time: Duration) { for _ in 0..<Int(time.seconds / Self.period.seconds) { turn() } }

    func order(_ kind: Command.Kind, by author: Author = .localOperator) {
        commands += 1
        _ = inbox.offer(Command(id: commands, kind: kind, author: author, expires: Instant(nanoseconds: .max / 2)))
        turn()
    }

    func isOn(_ output: Int) -> Bool { sea.levels[output] }
    func count(_ kind: EventKind) -> Int { ledger.events.count { $0.kind == kind } }
    /// On disk, or lost on its way: what the ledger says was given at most.
    var booked: Double { ledger.restored(onto: before).meals.reduce(0) { $0 + $1.given.kilograms } }
}
