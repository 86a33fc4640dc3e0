import Field
import Foundation
import Interlocks
import ProcessImage
import Quantities

/// Register change to coil, through every part the daemon has between them but the farm's own control: poller, latch,
/// one demand, interlocks, commit, poller. The fleet holds the watch. No program of a site can couple a register to an
/// output so directly, so this is not `tidegated` itself.
func measureLoop(port: Int, periodMilliseconds: Int, pollMilliseconds: Int, seconds: Int) -> [String: Double] {
    let loop = ClosedLoop(port: port, pollEvery: .milliseconds(pollMilliseconds))
    let thread = RealtimeThread(name: "scan", period: .milliseconds(periodMilliseconds), priority: 80) { now, lateness in
        loop.turn(now, lateness)
    }
    let locked = RealtimeThread.lockMemory()
    loop.field.start()
    thread.start()
    Thread.sleep(forTimeInterval: TimeInterval(seconds))
    thread.stop()
    loop.field.stop()
    return ["realtime": thread.standing == .realtime ? 1 : 0, "memory_locked": locked ? 1 : 0, "turns": Double(loop.turns),
            "worst_late_us": loop.worst, "period_ms": Double(periodMilliseconds)]
}

/// `@unchecked Sendable`: only the real-time thread touches it until it has been stopped.
private final class ClosedLoop: @unchecked Sendable {
    let field: ModbusField
    private var image: InputImage
    private var demands: Demands
    private var interlocks: Interlocks
    private var records = RecordBuffer(capacity: 1_024)
    private(set) var turns = 0
    private(set) var worst = 0.0
    private static let step = PointIndex(0)
    private static let coil = OutputIndex(0)

    init(port: Int, pollEvery: Duration) {
        let outputs = [OutputDefinition(label: Label(tag: "coil"), kind: .other, safe: .off, maximumOn: .hours(8))]
        let tables = SiteTables(site: Label(tag: "loop"), clock: .shanghai, points: ["step", "online"].map(ClosedLoop.point),
                                outputs: outputs, devices: [Label(tag: "device")])
        let register = RegisterPoint(point: ClosedLoop.step, table: .holding, address: 1000, type: RegisterType(.unsigned(bits: 16)),
                                     every: pollEvery)
        let driven = RegisterOutput(output: ClosedLoop.coil, table: .coil, address: 0, safe: .off)
        let device = DevicePlan(index: DeviceIndex(0), tag: "device", unit: 1, rules: ReadRules(), points: [register],
                                outputs: [driven], online: PointIndex(1))
        field = ModbusField(plan: [BusPlan(tag: "bus", transport: .tcp(host: "127.0.0.1", port: UInt16(port)), devices: [device])],
                            tables: tables)
        image = InputImage(tables: tables)
        demands = Demands(outputs: outputs)
        interlocks = Interlocks(plan: InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [], zones: []))
    }

    private static func point(_ tag: String) -> PointDefinition {
        PointDefinition(label: Label(tag: tag), unit: unit("1"), decimals: 0, uncertainAfter: .seconds(1), badAfter: .seconds(3))
    }

    func turn(_ now: Instant, _ late: Duration) {
        turns += 1
        worst = max(worst, Double(late.nanoseconds) / 1000)
        records.clear()
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_000_000, trust: .synced))
        field.latch(into: &image)
        demands.reset()
        let reading = image.reading(ClosedLoop.step)
        if reading.quality == .good, Int(reading.recorded) & 1 == 1 {
            demands[ClosedLoop.coil] = Demand(.on, because: .manual(1))
        }
        interlocks.judge(demands, image, &records)
        field.commit(interlocks.outputs, at: now)
    }
}
