import Interlocks
import ProcessImage
import Quantities
import Testing

@Suite struct WinchTests {
    private static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai, points: [PointDefinition(label: Label(tag: "depth"), unit: Unit(symbol: "m") ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15))],
        outputs: ["sink", "rise"].map { OutputDefinition(label: Label(tag: $0), kind: .winch, safe: .off, maximumOn: .hours(1)) }, cages: [Label(tag: "cage")])

    /// Seeded demands over every depth, read or not.
    @Test func `whatever is demanded, a cage goes not beyond its ends, not blindly, and its two drives are never on together or at once after each other`() throws {
        let position: PointOf<Length> = try #require(Self.tables.quantity(PointIndex(0)))
        let guarded = [0, 1].map { CageGuard(cage: CageIndex(0), output: OutputIndex($0)) }
        var interlocks = Interlocks(plan: InterlockPlan(
            outputs: Self.tables.outputs, emergencyStop: nil, sources: [], zones: [],
            winches: [WinchGuard(cage: CageIndex(0), sink: OutputIndex(0), rise: OutputIndex(1), position: position, shallowest: .meters(4), deepest: .meters(50))], cages: guarded, cageCount: 1))
        var image = InputImage(tables: Self.tables), demands = Demands(outputs: Self.tables.outputs), records = RecordBuffer(capacity: 64)
        var random = SystemRandomNumberGenerator()
        var offSince: [Double] = [-100, -100], was = [false, false], moved = [0, 0]
        var depth: Double?
        var locked = false
        for scan in 0..<20_000 {
            let seconds = Double(scan) * 0.5
            let now = Instant(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9))
            if scan % 20 == 0 { depth = [nil, 3, 4, 4.1, 20, 49.9, 50, 51].randomElement(using: &random) ?? nil }
            image.begin(now: now, wall: WallTime(unixNanoseconds: 0, trust: .unset))
            if scan % 1000 == 999 {
                locked.toggle()
                _ = image.latch(Command(id: UInt64(scan), kind: locked ? .lockCage(CageIndex(0)) : .unlockCage(CageIndex(0)), author: .localOperator, expires: now + .seconds(10)))
            }
            image.latch(depth.map { .good($0, at: now) } ?? .bad(.noAnswer, at: now), at: PointIndex(0))
            for number in 0..<2 { image.latch(OutputFeedback(level: interlocks.outputs[OutputIndex(number)].level, at: now), of: OutputIndex(number)) }
            demands.reset()
            for number in 0..<2 where Bool.random(using: &random) { demands[OutputIndex(number)] = Demand(.on, because: .idle) }
            records.clear()
            interlocks.judge(demands, image, &records)
            let on = (0..<2).map { interlocks.outputs[OutputIndex($0)].level.isOn }
            #expect(!(on[0] && on[1]))
            if on[0] { #expect((depth ?? 99) < 50 && seconds - offSince[1] >= 5 && !locked) }
            if on[1] { #expect((depth ?? 0) > 4 && seconds - offSince[0] >= 5 && !locked) }
            for number in 0..<2 {
                if was[number], !on[number] { offSince[number] = seconds }
                moved[number] += on[number] ? 1 : 0
            }
            was = on
        }
        #expect(moved[0] > 100 && moved[1] > 100, "\(moved)")
    }
}
