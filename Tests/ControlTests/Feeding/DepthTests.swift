import ProcessImage
import Quantities
import Testing
@testable import Control

/// A cage on a winch in layered water.
private final class Winch {
    static let plan: DepthPlan = {
        let position: PointOf<Length>! = tables.quantity(PointIndex(0))
        return DepthPlan(cage: CageIndex(0), sink: OutputIndex(0), rise: OutputIndex(1), position: position, shallowest: .meters(4), deepest: .meters(50),
                         warmest: .celsius(16), leastOxygen: .milligramsPerLiter(7), settle: .hours(1), rest: .hours(2), stuckAfter: .seconds(60))
    }()
    static let depths = [5.0, 20, 40]
    static let tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [point("depth", "m")] + depths.indices.flatMap { [point("t\($0)", "degC"), point("o\($0)", "mg/L")] },
                                   outputs: [("SI", 0), ("RI", 1)].map { OutputDefinition(label: Label(tag: $0.0), kind: .winch, safe: .off, maximumOn: .hours(2)) },
                                   cages: [Label(tag: "c")])

    private static func point(_ tag: String, _ unit: String) -> PointDefinition {
        PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .hours(20), badAfter: .hours(30))
    }

    var depth: Double? = 10
    /// Of 5, 20 and 40 m.
    var temperatures = [22.0, 14, 9], oxygens: [Double?] = [8, 8, 7.5]
    var control: DepthControl
    var image = InputImage(tables: tables)
    var demands = Demands(outputs: tables.outputs)
    var events: [Event] = []
    var seconds = 0
    /// It does not move though it is driven.
    var isJammed = false
    var isFed = false

    init(asks: Bool = true) {
        let base = Self.plan
        let plan = DepthPlan(cage: base.cage, sink: base.sink, rise: base.rise, position: base.position, shallowest: base.shallowest, deepest: base.deepest,
                             warmest: base.warmest, leastOxygen: base.leastOxygen, settle: base.settle, rest: base.rest, asks: asks, stuckAfter: base.stuckAfter)
        control = DepthControl([plan], probes: Self.depths.indices.map { number in
            let temperature: PointOf<Temperature>! = Self.tables.quantity(PointIndex(1 + number * 2)), oxygen: PointOf<Density>! = Self.tables.quantity(PointIndex(2 + number * 2))
            return DepthProbe(cage: CageIndex(0), depth: .meters(Self.depths[number]), temperature: temperature, oxygen: oxygen)
        })
    }

    var status: DepthStatus { control.status(of: CageIndex(0)) ?? DepthStatus() }
    var sinks: Bool { demands[OutputIndex(0)].level.isOn }
    var rises: Bool { demands[OutputIndex(1)].level.isOn }

    func run(_ time: Duration) {
        for _ in 0..<Int(time.seconds) { turn() }
    }

    func turn() {
        seconds += 1
        image.begin(now: Instant(nanoseconds: Int64(seconds) * 1_000_000_000), wall: WallTime(unixSeconds: 1_780_279_200, trust: .synced))
        if !isJammed, let at = depth { depth = at + (sinks ? 0.05 : 0) - (rises ? 0.05 : 0) }
        image.latch(depth.map { .good($0, at: image.now) } ?? .bad(.noAnswer, at: image.now), at: PointIndex(0))
        for number in Self.depths.indices {
            image.latch(.good(temperatures[number], at: image.now), at: PointIndex(1 + number * 2))
            image.latch(oxygens[number].map { .good($0, at: image.now) } ?? .bad(.noAnswer, at: image.now), at: PointIndex(2 + number * 2))
        }
        demands.reset()
        var records = RecordBuffer(capacity: 16)
        var cages = Dense<CageIndex, CageState>(repeating: CageState(), count: 1)
        if isFed { cages[0].run = MealRun(MealID(cage: CageIndex(0), date: CivilDate(daysSinceEpoch: 20_000), number: 0), planned: .kilograms(1), at: image.now) }
        control.step(image, cages, &demands, &records)
        for number in 0..<records.count { if case .event(let event) = records[number] { events.append(event) } }
    }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }
}

@Suite struct DepthTests {
    private let cage = CageIndex(0)

    @Test func `the shallowest depth that is cold and rich enough with a margin is chosen, and nothing is supposed of water nobody sees`() {
        var profile = DepthProfile()
        profile.add(.meters(5), .celsius(22), .milligramsPerLiter(8))
        profile.add(.meters(20), .celsius(14), .milligramsPerLiter(8))
        profile.add(.meters(40), .celsius(9), .milligramsPerLiter(7))
        let plan = Winch.plan
        #expect(profile.water(at: .meters(12.5))?.temperature == .celsius(18) && profile.water(at: .meters(4)) == nil && profile.water(at: .meters(41)) == nil)
        // 15 °C, a degree below 16, by the line from 22 °C at 5 m to 14 °C at 20 m: 18.125 m; in steps of half a metre from 4 m: 18.5 m.
        #expect(profile.better(than: .meters(10), plan) == .meters(18.5))
        #expect(profile.better(than: .meters(18), plan) == nil, "too near to be worth a move")
        #expect(profile.better(than: .meters(30), plan) == .meters(18.5), "light and the way to the surface")
        var poor = DepthProfile()
        poor.add(.meters(5), .celsius(22), .milligramsPerLiter(8))
        poor.add(.meters(40), .celsius(9), .milligramsPerLiter(5))
        #expect(poor.better(than: .meters(10), plan) == nil, "where it is cold there is no oxygen")
        var blind = DepthProfile()
        blind.add(.meters(5), .celsius(22), .milligramsPerLiter(8))
        blind.add(.meters(20), .celsius(.nan), .milligramsPerLiter(8))
        #expect(blind.count == 1 && blind.better(than: .meters(10), plan) == nil)
    }

    @Test func `a better depth is proposed once it has been better for its time, and moved to on a person's word alone`() {
        let winch = Winch()
        winch.run(.minutes(59))
        #expect(winch.status.proposed == nil)
        winch.run(.minutes(2))
        #expect(winch.status.proposed == .meters(18.5) && winch.count(.depthProposed) == 1)
        winch.run(.hours(3))
        #expect(winch.depth == 10 && winch.count(.depthProposed) == 1)
        #expect(winch.control.accept(cage) == .done)
        winch.turn()
        #expect(winch.sinks && !winch.rises && winch.status.isMoving)
        winch.run(.minutes(10))
        #expect(abs((winch.depth ?? 0) - 18.5) <= 0.25 && !winch.sinks && winch.status.goal == nil && winch.count(.depthReached) == 1)
    }

    @Test func `where the plan may, it moves by itself, and rests before the next move`() {
        let winch = Winch(asks: false)
        winch.run(.hours(2))
        #expect(abs((winch.depth ?? 0) - 18.5) <= 0.25)
        winch.temperatures = [14, 12, 9]
        winch.run(.minutes(50))
        #expect(winch.status.goal == nil)
        winch.run(.hours(3))
        #expect((winch.depth ?? 0) <= 5.25, "the surface has cooled")
    }

    @Test func `without its depth, while it is fed, or stuck, it stays where it is`() {
        let winch = Winch()
        winch.turn()
        #expect(winch.control.order(.meters(60), cage) == .refusedRange && winch.control.order(.meters(20), cage) == .done)
        winch.isFed = true
        winch.run(.minutes(1))
        #expect(winch.depth == 10)
        winch.isFed = false
        winch.run(.seconds(20))
        #expect((winch.depth ?? 0) > 10.5)
        let kept = winch.depth
        winch.depth = nil
        winch.run(.seconds(30))
        #expect(!winch.sinks && winch.status.depth == nil && winch.status.goal == .meters(20))
        winch.depth = kept
        winch.isJammed = true
        winch.run(.seconds(70))
        #expect(!winch.sinks && winch.status.isStuck && winch.count(.depthStuck) == 1)
        winch.run(.minutes(10))
        #expect(!winch.sinks && winch.count(.depthStuck) == 1, "not tried again before somebody orders it")
        winch.isJammed = false
        #expect(winch.control.order(.meters(20), cage) == .done)
        winch.run(.minutes(5))
        #expect(abs((winch.depth ?? 0) - 20) <= 0.25)
        #expect(winch.control.hold(cage) == .done && winch.control.accept(cage) == .refusedNothingToDo && winch.control.order(.meters(9), CageIndex(3)) == .refusedNothingToDo)
    }
}
