import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing

/// One input of the matrix: what it shows while all is well, and how it fails.
struct MatrixInput: Sendable, CustomTestStringConvertible {
    let quantity: SeaQuantity
    let unit: String
    let well: Double
    /// What another probe on the same line would show.
    let swapped: Double
    let low: Double
    let high: Double
    let leap: Double
    var testDescription: String { "\(quantity)" }

    static let all = [
        MatrixInput(quantity: .oxygen, unit: "mg/L", well: 8, swapped: 16, low: 0, high: 25, leap: 6),
        MatrixInput(quantity: .temperature, unit: "degC", well: 16, swapped: 31, low: -2, high: 40, leap: 5),
        MatrixInput(quantity: .salinity, unit: "psu", well: 31, swapped: 16, low: 0, high: 45, leap: 10),
        MatrixInput(quantity: .current, unit: "m/s", well: 0.2, swapped: 4, low: 0, high: 5, leap: 3),
        MatrixInput(quantity: .waves, unit: "m", well: 0.4, swapped: 8, low: 0, high: 20, leap: 5),
        MatrixInput(quantity: .wind, unit: "m/s", well: 4, swapped: 50, low: 0, high: 75, leap: 40),
        MatrixInput(quantity: .sulfide, unit: "mg/L", well: 0.001, swapped: 8, low: 0, high: 10, leap: 5),
        MatrixInput(quantity: .uneaten, unit: "ratio", well: 0.02, swapped: 0.98, low: 0, high: 1, leap: 0.5),
    ]
}

enum MatrixFault: String, CaseIterable, Sendable {
    case silent, stale, notANumber, stuck, outOfRange, swapped

    /// How long it takes to know.
    var detection: Duration {
        switch self {
        case .stale: MatrixDeck.noOlderThan
        case .stuck: MatrixDeck.stuckAfter
        case .silent, .notANumber, .outOfRange, .swapped: .zero
        }
    }
}

/// A cage under everything that is looked at, on a line with a blower; the field as a plain pipe.
final class MatrixDeck {
    static let noOlderThan = Duration.seconds(60), stuckAfter = Duration.seconds(120), period = Duration.seconds(1)
    static let aerator = 0, blower = 1, doser = 2, siren = 3
    var levels = [true, false, false, false]
    var wrong: (input: SeaQuantity, fault: MatrixFault)?
    var given = 0.0
    private var scans = 0
    private var blowing = 0

    private func shown(_ input: MatrixInput, at now: Instant) -> Reading? {
        // A live probe's last digit moves.
        let live = input.well + (scans % 2 == 0 ? input.well * 1e-4 : 0)
        guard let wrong, wrong.input == input.quantity else { return .good(live, at: now) }
        return switch wrong.fault {
        case .silent: .bad(.noAnswer, at: now)
        case .stale: nil
        case .notANumber: .good(.nan, at: now)
        case .stuck: .good(input.well, at: now)
        case .outOfRange: .good(input.high + 1, at: now)
        case .swapped: .good(input.swapped, at: now)
        }
    }

    func latch(into image: inout InputImage) {
        scans += 1
        for (number, input) in MatrixInput.all.enumerated() {
            if let reading = shown(input, at: image.now) { image.latch(reading, at: PointIndex(number)) }
        }
        blowing = levels[Self.blower] ? blowing + 1 : 0
        image.latch(.good(blowing > 1 ? 20 : blowing > 0 ? 5 : 0, at: image.now), at: PointIndex(MatrixInput.all.count))
        if levels[Self.doser] { given += Self.rate.mass(over: Self.period).kilograms }
    }

    static let rate = MassRate.gramsPerSecond(20)

    static var plan: ScanPlan {
        func need<Value>(_ value: Value?) -> Value { value ?? { preconditionFailure("the deck is whole") }() }
        let points = (MatrixInput.all.map { ("\($0.quantity)", $0.unit) } + [("pressure", "kPa")]).map {
            PointDefinition(label: Label(tag: $0.0), unit: need(Unit(symbol: $0.1)), uncertainAfter: .hours(20), badAfter: .hours(30))
        }
        let kinds: [(String, OutputKind, OutputLevel)] = [("AE", .aerator, .on), ("BL", .blower, .off), ("DS", .feeder, .off), ("HN", .horn, .off)]
        let outputs = kinds.map { OutputDefinition(label: Label(tag: $0), kind: $1, safe: $2, maximumOn: .hours(12)) }
        let tables = SiteTables(site: Label(tag: "deck"), clock: .shanghai, points: points, outputs: outputs, cages: [Label(tag: "c")], feedLines: [Label(tag: "l")])
        let cage = CageIndex(0)
        let probes = MatrixInput.all.enumerated().map { number, input in
            SeaProbePlan(cage: cage, input.quantity, need(tables.gauge(PointIndex(number))), low: input.low, high: input.high, leap: input.leap,
                         stuckAfter: stuckAfter, noOlderThan: noOlderThan, isFreshwater: input.quantity == .oxygen)
        }
        func gate(_ kind: FeedGateKind, _ stop: Double, _ resume: Double) -> FeedGatePlan {
            FeedGatePlan(cage: cage, kind, stop: stop, resume: resume, stopAfter: .seconds(5), resumeAfter: .seconds(10))
        }
        let gates = [gate(.oxygen, 4, 5), gate(.saturation, 0.5, 0.6), gate(.warmth, 27, 26), gate(.cold, 6, 7), gate(.current, 0.8, 0.7),
                     gate(.waves, 1.5, 1.2), gate(.wind, 13.8, 11), gate(.sulfide, 0.005, 0.002), gate(.uneaten, 0.3, 0.1)]
        let pressure: PointOf<Pressure> = need(tables.quantity(PointIndex(MatrixInput.all.count)))
        let (still, least, most) = (Pressure.kilopascals(1), Pressure.kilopascals(10), Pressure.kilopascals(30))
        let line = FeedLineWiring(plan: FeedLinePlan(selector: .none, outlets: 1, purge: .seconds(20), purgeAtMost: .seconds(60)), blower: OutputIndex(blower),
                                  doser: OutputIndex(doser), air: LineAirPlan(pressure: pressure, still: still, least: least, most: most), rate: rate)
        let meals = MealPlan([MealRule(.clock(need(TimeOfDay(hour: 6, minute: 0))), share: 1)], lastsAtMost: .hours(3), dayAtMost: .kilograms(40), quantum: .kilograms(4), pace: .even)
        let air = AerationPlan(emergency: .milligramsPerLiter(3), siren: OutputIndex(siren), blindSirenAfter: .minutes(10))
        let feeding = FeedingPlan(
            cages: [CagePlan(aeration: air, feed: CageFeed(line: FeedLineIndex(0), meals: meals, ration: .fixed(.kilograms(30))))], probes: probes, gates: gates,
            stages: [AerationStage(cage: cage, output: OutputIndex(aerator), on: .milligramsPerLiter(5), off: .milligramsPerLiter(6), leastOn: .zero)], lines: [line])
        let interlocks = InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [], zones: [],
                                       feeds: [FeedGuard(doser: OutputIndex(doser), blower: OutputIndex(blower), pressure: pressure, still: still, least: least, most: most)],
                                       cages: [doser, blower].map { CageGuard(cage: cage, output: OutputIndex($0)) }, cageCount: 1)
        return ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], feeding: feeding), interlocks: interlocks, period: period)
    }
}

struct MatrixField: FieldPort, ~Copyable {
    let deck: MatrixDeck
    mutating func latch(into image: inout InputImage) { deck.latch(into: &image) }
    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        for number in deck.levels.indices { deck.levels[number] = outputs[OutputIndex(number)].level.isOn }
    }
}

/// Sensor × fault × actuator: every input of the gates, every way it fails, feeder, blower and aerator.
@Suite struct CageMatrixTests {
    /// Oxygen cannot be known without what corrects it: these inputs put the aerator on.
    private static let needed: Set<SeaQuantity> = [.oxygen, .temperature, .salinity]

    @Test(arguments: MatrixInput.all, MatrixFault.allCases)
    func `whichever input fails, and however, the doser stands within two scans of the time it takes to know, the pipe is blown out, and the aerator is right`(
        input: MatrixInput, fault: MatrixFault) {
        let deck = MatrixDeck(), ledger = CageLedger()
        var cycle = ScanCycle(plan: MatrixDeck.plan, restored: Restored(), inbox: CommandInbox(), field: MatrixField(deck: deck), records: CageRecords(ledger: ledger))
        var turns: Int64 = 0
        func turn() {
            turns += 1
            let passed = turns * MatrixDeck.period.nanoseconds
            cycle.run(at: Instant(nanoseconds: passed), wall: WallTime(unixNanoseconds: CageDeck.dawn * 1_000_000_000 + passed, trust: .synced), lateness: .zero)
        }
        func run(_ time: Duration) { for _ in 0..<Int(time.seconds) { turn() } }
        while !deck.levels[MatrixDeck.doser], turns < 1000 { turn() }
        run(.seconds(30))
        #expect(deck.levels == [false, true, true, false], "it is being fed, and needs no air")

        deck.wrong = (input.quantity, fault)
        run(fault.detection)
        turn()
        turn()
        #expect(!deck.levels[MatrixDeck.doser], "the doser stands")
        #expect(deck.levels[MatrixDeck.blower], "the pipe is blown out before the air goes")
        #expect(deck.levels[MatrixDeck.aerator] == Self.needed.contains(input.quantity))
        let given = deck.given
        run(.minutes(2))
        #expect(!deck.levels[MatrixDeck.blower] && !deck.levels[MatrixDeck.doser] && deck.given == given)
        run(.minutes(9))
        #expect(deck.levels[MatrixDeck.siren] == Self.needed.contains(input.quantity), "the siren tells of a cage that nobody sees into")

        // Mended: it is fed again only once the probe has settled and the water has been well for its time.
        deck.wrong = nil
        turn()
        turn()
        #expect(!deck.levels[MatrixDeck.doser])
        run(.minutes(16))
        #expect(deck.given > given && !deck.levels[MatrixDeck.aerator] && !deck.levels[MatrixDeck.siren])
    }
}
