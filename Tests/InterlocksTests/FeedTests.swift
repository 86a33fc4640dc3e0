import Interlocks
import ProcessImage
import Quantities
import Testing

/// The interlocks of one feed line alone: doser, blower and the drive of a selector, a pressure, and a cage's key switch.
private final class FeedBench {
    static let (doser, blower, drive) = (OutputIndex(0), OutputIndex(1), OutputIndex(2))
    static let (pressure, serves, key) = (PointIndex(0), PointIndex(1), PointIndex(2))
    static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("pressure", "kPa"), ("serves", "1"), ("key", "1")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15), isDigital: $1 == "1")
        },
        outputs: [("doser", OutputKind.feeder), ("blower", .blower), ("drive", .other)].map {
            OutputDefinition(label: Label(tag: $0), kind: $1, safe: .off, maximumOn: .hours(1))
        }, cages: [Label(tag: "cage")])

    private var image = InputImage(tables: tables)
    private var demands = Demands(outputs: tables.outputs)
    private var interlocks: Interlocks
    private var records = RecordBuffer(capacity: 100)
    private var now = Instant(nanoseconds: 1_000_000_000_000)
    var shown: Double? = 0
    var isServed: Bool? = false
    var isKeyOn: Bool? = false

    init() {
        let guarded = [Self.doser, Self.blower].map { CageGuard(cage: CageIndex(0), output: $0, servesWhen: Self.tables.digital(Self.serves)) }
        let feeds: [FeedGuard] = Self.tables.quantity(Self.pressure).map {
            [FeedGuard(doser: Self.doser, blower: Self.blower, pressure: $0, still: .kilopascals(1), least: .kilopascals(10), most: .kilopascals(30))]
        } ?? []
        interlocks = Interlocks(plan: InterlockPlan(
            outputs: Self.tables.outputs, emergencyStop: nil, sources: [], zones: [], feeds: feeds, selectors: [SelectorGuard(feed: 0, drive: Self.drive)],
            cages: guarded, cageContacts: Self.tables.digital(Self.key).map { [CageContact(cage: CageIndex(0), contact: $0)] } ?? [], cageCount: 1))
    }

    /// - Parameter wanted: doser, blower, drive.
    func scan(_ wanted: (Bool, Bool, Bool)) {
        now = now + .milliseconds(500)
        image.begin(now: now, wall: WallTime(unixNanoseconds: 0, trust: .unset))
        image.latch(shown.map { .good($0, at: now) } ?? .bad(.noAnswer, at: now), at: Self.pressure)
        image.latch(isServed.map { .good($0 ? 1 : 0, at: now) } ?? .bad(.noAnswer, at: now), at: Self.serves)
        image.latch(isKeyOn.map { .good($0 ? 1 : 0, at: now) } ?? .bad(.noAnswer, at: now), at: Self.key)
        for output in [Self.doser, Self.blower, Self.drive] { image.latch(OutputFeedback(level: interlocks.outputs[output].level, at: now), of: output) }
        demands.reset()
        if wanted.0 { demands[Self.doser] = Demand(.on, because: .idle) }
        if wanted.1 { demands[Self.blower] = Demand(.on, because: .idle) }
        if wanted.2 { demands[Self.drive] = Demand(.on, because: .idle) }
        records.clear()
        interlocks.judge(demands, image, &records)
    }

    func isOn(_ output: OutputIndex) -> Bool { interlocks.outputs[output].level.isOn }
    func cause(_ output: OutputIndex) -> Cause { interlocks.outputs[output].cause }
}

@Suite struct FeedTests {
    @Test func `whatever is demanded, no doser turns without proven air and no selector while its pipe is not still`() {
        var dosed = 0, turned = 0
        for seed in 0..<40 {
            var draw = Draw(UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
            let bench = FeedBench()
            for _ in 0..<500 {
                if draw.next(4) == 0 { bench.shown = [nil, 0, 0, 0.5, 5, 15, 20, 20, 29, 31, .nan][Int(draw.next(11))] }
                let blew = bench.isOn(FeedBench.blower)
                bench.scan((draw.next(3) > 0, draw.next(3) > 0, draw.next(3) == 0))
                let (doses, turns, blows) = (bench.isOn(FeedBench.doser), bench.isOn(FeedBench.drive), bench.isOn(FeedBench.blower))
                if doses { #expect(blew && blows && (bench.shown.map { $0 >= 10 && $0 <= 30 } ?? false), "\(String(describing: bench.shown))") }
                if turns { #expect(!blew && !blows && (bench.shown.map { $0 < 1 } ?? false), "\(String(describing: bench.shown))") }
                dosed += doses ? 1 : 0
                turned += turns ? 1 : 0
            }
        }
        #expect(dosed > 100 && turned > 100, "\(dosed) \(turned)")
    }

    @Test func `a key switch that is on, or cannot be read, holds what serves its cage, and what may serve it`() {
        let bench = FeedBench()
        bench.shown = 20
        for _ in 0..<3 { bench.scan((true, true, false)) }
        #expect(bench.isOn(FeedBench.doser))
        bench.isKeyOn = true
        bench.scan((true, true, false))
        #expect(bench.isOn(FeedBench.doser), "it serves another cage")
        for served in [true, nil] as [Bool?] {
            bench.isServed = served
            bench.scan((true, true, false))
            #expect(!bench.isOn(FeedBench.doser) && !bench.isOn(FeedBench.blower) && bench.cause(FeedBench.blower) == .interlock(.cageLocked))
        }
        bench.isServed = true
        bench.isKeyOn = nil
        bench.scan((true, true, false))
        #expect(!bench.isOn(FeedBench.blower))
        bench.isKeyOn = false
        bench.scan((true, true, false))
        #expect(bench.isOn(FeedBench.blower))
    }
}
