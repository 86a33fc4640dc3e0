import Interlocks
import ProcessImage
import Quantities
import Testing

/// A pump with a drive whose speed is 0 … 50 Hz, 5 Hz/s up and 10 Hz/s down, and a control valve that stands alone, 0 … 100 %
/// with 20 % for safe. One scan is 100 ms.
private final class SetpointBench {
    static let pump = OutputIndex(0)
    static let valve = OutputIndex(1)
    static let speed = SetpointIndex(0)
    static let opening = SetpointIndex(1)
    static let step = Duration.milliseconds(100)

    var image: InputImage
    var demands: Demands
    var interlocks: Interlocks
    var records = RecordBuffer(capacity: 200)
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var events: [Event] = []
    var feedback: [SetpointIndex: SetpointFeedback] = [:]
    var isOnline = 1.0
    var isStopped = 0.0

    init(requiresProof: Bool = false, readbackDelay: Duration = .seconds(3)) {
        let tables = SetpointBench.tables
        image = InputImage(tables: tables)
        demands = Demands(outputs: tables.outputs, setpoints: tables.setpoints)
        let plan = InterlockPlan(
            outputs: tables.outputs, emergencyStop: tables.digital(PointIndex(3)).map { EmergencyStop(pressed: $0) },
            sources: [SourceGuard(pump: SetpointBench.pump, masterValve: nil, dryWhen: nil, flow: nil, leakFlow: nil, burstFactor: nil)],
            zones: [ZoneGuard(source: SourceIndex(0), valve: SetpointBench.valve, nominalFlow: nil, leastFlow: nil)],
            requiresProof: requiresProof,
            setpoints: tables.setpoints.map { SetpointGuard($0, reach: $0.output == nil ? nil : tables.digital(PointIndex(2))) },
            readbackDelay: readbackDelay)
        interlocks = Interlocks(plan: plan)
    }

    static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("VFD", "Hz"), ("CV", "%"), ("DEV", "1"), ("ES", "1")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5),
                            badAfter: .seconds(15), isDigital: $1 == "1")
        },
        outputs: [OutputDefinition(label: Label(tag: "P"), kind: .pump, safe: .off, maximumOn: .hours(1)),
                  OutputDefinition(label: Label(tag: "V"), kind: .valve, safe: .off, maximumOn: .hours(1))],
        zones: [Label(tag: "z")], sources: [Label(tag: "well")],
        setpoints: [
            SetpointDefinition(label: Label(tag: "VFD"), kind: .speed, unit: Unit(symbol: "Hz") ?? Unit.all[0], range: 0...50, safe: 0,
                               risePerSecond: 5, fallPerSecond: 10, output: pump, point: PointIndex(0)),
            SetpointDefinition(label: Label(tag: "CV"), kind: .opening, unit: Unit(symbol: "%") ?? Unit.all[0], range: 0...100, safe: 20,
                               risePerSecond: 100, fallPerSecond: 100, output: nil, point: PointIndex(1)),
        ])

    func scan(speed: Double? = nil, opening: Double? = nil, pump: OutputLevel = .on, valve: OutputLevel = .on,
              commands: [Command.Kind] = []) {
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced))
        image.latch(.good(isOnline, at: now), at: PointIndex(2))
        image.latch(.good(isStopped, at: now), at: PointIndex(3))
        for (setpoint, told) in feedback { image.latch(told, of: setpoint) }
        for (number, kind) in commands.enumerated() {
            _ = image.latch(Command(id: UInt64(number + 1), kind: kind, author: .localOperator, expires: now))
        }
        demands.reset()
        demands[SetpointBench.pump] = Demand(pump, because: .manual(1))
        demands[SetpointBench.valve] = Demand(valve, because: .manual(1))
        if let speed { demands[SetpointBench.speed] = SetpointDemand(speed, because: .manual(1)) }
        if let opening { demands[SetpointBench.opening] = SetpointDemand(opening, because: .manual(1)) }
        records.clear()
        interlocks.judge(demands, image, &records)
        for number in 0..<records.count { if case .event(let event) = records[number] { events.append(event) } }
        now = now + SetpointBench.step
    }

    func scans(_ count: Int, speed: Double? = nil, opening: Double? = nil) {
        for _ in 0..<count { scan(speed: speed, opening: opening) }
    }

    func value(_ setpoint: SetpointIndex) -> Double { interlocks.outputs[setpoint].value }
    func cause(_ setpoint: SetpointIndex) -> Cause { interlocks.outputs[setpoint].cause }

    /// The pump at 30 Hz.
    func run() { scans(70, speed: 30, opening: 20) }
}

@Suite struct `Set-points` {
    @Test func `a set-point rises and falls no faster than it may, and gets where it was told`() {
        let bench = SetpointBench()
        bench.scan(speed: 0)
        bench.scan(speed: 30)
        #expect(abs(bench.value(SetpointBench.speed) - 0.5) < 1e-9)
        bench.scans(59, speed: 30)
        #expect(abs(bench.value(SetpointBench.speed) - 30) < 1e-9)
        bench.scan(speed: 10)
        #expect(abs(bench.value(SetpointBench.speed) - 29) < 1e-9)
        bench.scans(19, speed: 10)
        #expect(abs(bench.value(SetpointBench.speed) - 10) < 1e-9)
    }

    @Test func `a demand outside the range is bounded, and a scan held up for a minute moves it for one second`() {
        let bench = SetpointBench()
        bench.scans(200, speed: 999, opening: -40)
        #expect(bench.value(SetpointBench.speed) == 50 && bench.value(SetpointBench.opening) == 0)
        #expect(bench.interlocks.outputs[SetpointBench.speed].isRefused)
        bench.scans(100, speed: 0)
        bench.now = bench.now + .minutes(1)
        bench.scan(speed: 50)
        #expect(abs(bench.value(SetpointBench.speed) - 5) < 1e-9)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is no number is the safe value, told once`(wrong: Double) {
        let bench = SetpointBench()
        bench.run()
        bench.scans(5, speed: wrong, opening: wrong)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.value(SetpointBench.opening) == 20)
        #expect(bench.cause(SetpointBench.speed) == .interlock(.notANumber))
        #expect(bench.events.filter { $0.kind == .setpointNotANumber }.count == 2)
        bench.scan(speed: 30)
        #expect(abs(bench.value(SetpointBench.speed) - 0.5) < 1e-9, "and from there it begins anew")
    }

    @Test func `nobody asking is the safe value, at the rate it may move`() {
        let bench = SetpointBench()
        bench.scans(100, opening: 80)
        bench.scan()
        #expect(abs(bench.value(SetpointBench.opening) - 70) < 1e-9)
        bench.scans(10)
        #expect(bench.value(SetpointBench.opening) == 20)
    }

    @Test func `a pump that is off or refused has its speed at the safe value in the same scan, with the same cause`() {
        let bench = SetpointBench()
        bench.run()
        bench.scan(speed: 30, pump: .off)
        #expect(bench.value(SetpointBench.speed) == 0)
        bench.run()
        bench.scan(speed: 30, valve: .off)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.cause(SetpointBench.speed) == .interlock(.deadHead))
        #expect(bench.image.verdict(of: SetpointBench.speed).hold == nil, "the image is of the scan before")
        #expect(bench.interlocks.verdict(of: SetpointBench.speed).hold == .interlock(.deadHead))
    }

    @Test func `the emergency stop makes every set-point safe, its output or not`() {
        let bench = SetpointBench()
        bench.run()
        bench.scans(20, speed: 30, opening: 80)
        bench.isStopped = 1
        bench.scan(speed: 30, opening: 80)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.value(SetpointBench.opening) == 20)
        bench.isStopped = 0
        bench.scan(speed: 30, opening: 80)
        #expect(bench.value(SetpointBench.opening) == 20, "the trip stands")
    }

    @Test func `a drive that does not answer: speed safe, and its pump is stopped by its own contact`() {
        let bench = SetpointBench()
        bench.run()
        bench.isOnline = 0
        bench.scan(speed: 30)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.cause(SetpointBench.speed) == .interlock(.unreachable))
        #expect(bench.interlocks.outputs[SetpointBench.pump].level == .off)
        bench.isOnline = 1
        bench.scan(speed: 30)
        #expect(abs(bench.value(SetpointBench.speed) - 0.5) < 1e-9)
    }

    @Test func `a drive that does not hold what it was told trips with its pump, and is reset when it does`() {
        let bench = SetpointBench()
        let trip = TripID(.setpointReadback, .point(PointIndex(0)))
        bench.run()
        bench.feedback[SetpointBench.speed] = SetpointFeedback(value: 12, agrees: false, at: bench.now)
        bench.scans(30, speed: 30)
        #expect(bench.value(SetpointBench.speed) == 30)
        bench.scans(2, speed: 30)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.cause(SetpointBench.speed) == .trip(trip))
        #expect(bench.interlocks.outputs[SetpointBench.pump].cause == .trip(trip))
        #expect(bench.events.contains { $0.kind == .tripSetpointReadback })
        bench.scan(speed: 30, commands: [.reset(trip)])
        #expect(bench.value(SetpointBench.speed) == 0, "the cause stands")
        bench.feedback[SetpointBench.speed] = SetpointFeedback(value: 0, agrees: true, at: bench.now)
        bench.scan(speed: 30, commands: [.reset(trip)])
        bench.scan(speed: 30)
        #expect(bench.value(SetpointBench.speed) > 0 && bench.interlocks.outputs[SetpointBench.pump].level == .on)
    }

    @Test func `what cannot be read back says nothing, and a lease that ran out is told once`() {
        let bench = SetpointBench()
        bench.run()
        bench.feedback[SetpointBench.speed] = SetpointFeedback(value: nil, agrees: nil, at: bench.now, leaseExpired: true)
        bench.scans(100, speed: 30)
        #expect(bench.value(SetpointBench.speed) == 30)
        #expect(bench.events.filter { $0.kind == .leaseExpired }.count == 1)
    }

    @Test func `a pump that nobody has proven has no speed`() {
        let bench = SetpointBench(requiresProof: true)
        bench.scans(5, speed: 30)
        #expect(bench.value(SetpointBench.speed) == 0 && bench.cause(SetpointBench.speed) == .interlock(.notProven))
        #expect(bench.interlocks.verdict(of: SetpointBench.speed).lacksProof)
    }

    /// Every kind of demand after every kind of demand, with everything that can stand in the way.
    @Test func `whatever is demanded and read, a set-point is a number in its range, moves within its rate or to safe, and is safe when its output is off`() {
        let wanted = [Double.nan, -.infinity, -1, 0, 12.5, 50, 51, .infinity]
        var looked = 0
        for first in wanted {
            for second in wanted {
                for state in 0..<32 {
                    let bench = SetpointBench()
                    bench.scans(40, speed: first.isFinite ? 25 : nil)
                    var before = bench.value(SetpointBench.speed)
                    bench.isOnline = state & 1 == 0 ? 1 : 0
                    bench.isStopped = state & 2 == 0 ? 0 : 1
                    for demand in [first, second] {
                        bench.scan(speed: demand, pump: state & 4 == 0 ? .on : .off, valve: state & 8 == 0 ? .on : .off)
                        let value = bench.value(SetpointBench.speed)
                        #expect((0...50).contains(value))
                        #expect(value == 0 || value - before <= 0.5 + 1e-9 && before - value <= 1 + 1e-9)
                        if !bench.interlocks.outputs[SetpointBench.pump].level.isOn || !demand.isFinite { #expect(value == 0) }
                        before = value
                        looked += 1
                        if state & 16 != 0 { bench.isOnline = 1 - bench.isOnline }
                    }
                }
            }
        }
        #expect(looked == 8 * 8 * 32 * 2)
    }
}
