import Interlocks
import ProcessImage
import Quantities
import Testing

/// The interlocks of one gate alone: drives up and down, a position, both limits and a torque switch.
private final class GateBench {
    static let (up, down) = (OutputIndex(0), OutputIndex(1))
    static let (position, top, bottom, torque) = (PointIndex(0), PointIndex(1), PointIndex(2), PointIndex(3))
    static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("opening", "m"), ("top", "1"), ("bottom", "1"), ("torque", "1")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1)!, decimals: 3, uncertainAfter: .seconds(5), badAfter: .seconds(15),
                            isDigital: $1 == "1")
        },
        outputs: ["up", "down"].map { OutputDefinition(label: Label(tag: $0), kind: .gate, safe: .off, maximumOn: .hours(1)) },
        gates: [Label(tag: "G")])

    private var image = InputImage(tables: tables)
    private var demands = Demands(outputs: tables.outputs)
    private var interlocks: Interlocks
    private var records = RecordBuffer(capacity: 100)
    private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
    var readings: [PointIndex: Double?] = [position: 0.5, top: 0, bottom: 0, torque: 0]
    /// What is read back; `nil`: what was permitted.
    var feedback: [OutputIndex: OutputLevel] = [:]

    init() {
        interlocks = Interlocks(plan: InterlockPlan(
            outputs: Self.tables.outputs, emergencyStop: nil, sources: [], zones: [],
            gates: [GateGuard(raise: Self.up, lower: Self.down, position: Self.tables.quantity(Self.position)!, top: Self.tables.digital(Self.top),
                              bottom: Self.tables.digital(Self.bottom), torque: Self.tables.digital(Self.torque))]))
    }

    func scan(up: Bool, down: Bool, after time: Duration = .milliseconds(100)) {
        now = now + time
        image.begin(now: now, wall: WallTime(unixNanoseconds: 0, trust: .unset))
        for (point, value) in readings { image.latch(value.map { .good($0, at: now) } ?? .bad(.noAnswer, at: now), at: point) }
        for output in [Self.up, Self.down] {
            image.latch(OutputFeedback(level: feedback[output] ?? interlocks.outputs[output].level, at: now), of: output)
        }
        demands.reset()
        if up { demands[Self.up] = Demand(.on, because: .gate(.moving)) }
        if down { demands[Self.down] = Demand(.on, because: .gate(.moving)) }
        records.clear()
        interlocks.judge(demands, image, &records)
    }

    func isOn(_ output: OutputIndex) -> Bool { interlocks.outputs[output].level.isOn }
    func cause(_ output: OutputIndex) -> Cause { interlocks.outputs[output].cause }
}

@Suite struct GateTests {
    @Test func `a gate's two drives are never on together, nor within 2 s of each other, whatever is demanded or read`() {
        for seed in 0..<50 {
            var draw = Draw(UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            let bench = GateBench()
            var last: (output: OutputIndex, at: Instant)?
            for _ in 0..<400 {
                for point in [GateBench.top, GateBench.bottom, GateBench.torque] where draw.next(8) == 0 {
                    bench.readings[point] = .some([0, 0, 1, nil][draw.next(4)])
                }
                bench.readings[GateBench.position] = draw.next(20) == 0 ? .some(nil) : Double(draw.next(150)) / 100
                bench.feedback = draw.next(6) == 0 ? [draw.next(2) == 0 ? GateBench.up : GateBench.down: draw.next(2) == 0 ? .on : .off] : [:]
                bench.scan(up: draw.next(2) == 0, down: draw.next(2) == 0, after: .milliseconds(100 * (1 + draw.next(20))))
                #expect(!(bench.isOn(GateBench.up) && bench.isOn(GateBench.down)), "seed \(seed)")
                for output in [GateBench.up, GateBench.down] where bench.isOn(output) {
                    if let last, last.output != output { #expect(bench.now - last.at >= .seconds(2), "seed \(seed)") }
                    last = (output, bench.now)
                }
            }
        }
    }

    @Test func `demanded both at once neither moves, and a drive that reads on keeps the other off`() {
        let bench = GateBench()
        bench.scan(up: true, down: true)
        #expect(!bench.isOn(GateBench.up) && !bench.isOn(GateBench.down) && bench.cause(GateBench.up) == .interlock(.oppositeDrive))
        bench.feedback = [GateBench.down: .on]
        bench.scan(up: true, down: false)
        #expect(!bench.isOn(GateBench.up))
        bench.feedback = [:]
        bench.scan(up: true, down: false)
        #expect(bench.isOn(GateBench.up))
    }

    @Test func `a limit switch, or one that cannot be read, stops the drive that way and not the other`() {
        for reading in [1, nil] as [Double?] {
            let bench = GateBench()
            bench.scan(up: true, down: false)
            #expect(bench.isOn(GateBench.up))
            bench.readings[GateBench.top] = .some(reading)
            bench.scan(up: true, down: false)
            #expect(!bench.isOn(GateBench.up) && bench.cause(GateBench.up) == .interlock(.gateLimit))
            bench.scan(up: false, down: true, after: .seconds(3))
            #expect(bench.isOn(GateBench.down))
        }
    }

    @Test func `a torque switch that cannot be read holds both drives`() {
        let bench = GateBench()
        bench.readings[GateBench.torque] = .some(nil)
        bench.scan(up: true, down: false)
        bench.scan(up: false, down: true)
        #expect(!bench.isOn(GateBench.down) && bench.cause(GateBench.up) == .interlock(.gateTorque))
    }

    @Test func `a gate that moves the wrong way is stuck too, and stays held`() {
        let bench = GateBench()
        for step in 0..<320 {
            bench.readings[GateBench.position] = 0.5 - Double(step) * 0.001
            bench.scan(up: true, down: false)
        }
        let trip = Cause.trip(TripID(.gateStuck, .gate(GateIndex(0))))
        #expect(!bench.isOn(GateBench.up) && bench.cause(GateBench.up) == trip)
        bench.scan(up: false, down: true, after: .seconds(10))
        #expect(!bench.isOn(GateBench.down))
    }
}

/// Numbers that come again from their seed.
struct Draw {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed | 1 }
    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
