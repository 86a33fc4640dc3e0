import Field
import Foundation
import Language
import ProcessImage
import Quantities

/// Devices of 20 adjacent registers that are asked as often as the poller can, and an image that takes what comes.
final class PolledSite {
    static let registers = 20
    let field: ModbusField
    private var image: InputImage

    init(buses: [BusPlan], points: Int, outputs: [OutputDefinition] = []) {
        let tables = SiteTables(
            site: Label(tag: "bench"), clock: .shanghai, points: (0..<points).map(PolledSite.definition), outputs: outputs,
            devices: buses.flatMap(\.devices).map { Label(tag: $0.tag) })
        field = ModbusField(plan: buses, tables: tables)
        image = InputImage(tables: tables)
    }

    private static func definition(_ number: Int) -> PointDefinition {
        PointDefinition(label: Label(tag: "p\(number)"), unit: unit("1"), uncertainAfter: .seconds(3), badAfter: .seconds(10))
    }

    /// One device with its `online` point after its registers.
    /// - Parameter gap: registers nobody wants, in the middle.
    static func device(_ number: Int, unit: UInt8, every: Duration, gap: Int = 0) -> DevicePlan {
        let first = number * (registers + 1)
        let points = (0..<registers).map { register in
            RegisterPoint(point: PointIndex(first + register), table: .holding,
                          address: UInt16(register < registers / 2 ? register : register + gap),
                          type: RegisterType(.signed(bits: 16)), scale: 0.1, every: every)
        }
        return DevicePlan(index: DeviceIndex(number), tag: "d\(number)", unit: unit,
                          rules: ReadRules(), points: points, outputs: [],
                          online: PointIndex(first + registers))
    }

    /// Latches ten times a second, as the scan does.
    func latch(for seconds: Int) {
        for _ in 0..<(seconds * 10) {
            usleep(100_000)
            image.begin(now: SystemClock.now(), wall: WallTime(unixSeconds: 1_795_000_000, trust: .synced))
            field.latch(into: &image)
        }
    }

    func goodPoints() -> Int { (0..<image.pointCount).count { image.reading(PointIndex($0)).quality == .good } }

    var counts: (requests: UInt64, answers: UInt64) {
        field.statistics.reduce((0, 0)) { ($0.0 + $1.counts.requests, $0.1 + $1.counts.answers) }
    }
}

func unit(_ symbol: String) -> Quantities.Unit {
    guard let unit = Quantities.Unit(symbol: symbol) else { preconditionFailure("unit \(symbol)") }
    return unit
}

/// The poller alone, against the fleet; with an interval of a millisecond as fast as it goes.
func measurePoll(port: Int, devices: Int, seconds: Int, warmUp: Int, everyMilliseconds: Int, gap: Int) -> [String: Double] {
    let buses = (0..<devices).map { number in
        BusPlan(tag: "b\(number)", transport: .tcp(host: "127.0.0.1", port: UInt16(port + number)),
                devices: [PolledSite.device(number, unit: 1, every: .milliseconds(everyMilliseconds), gap: gap)])
    }
    return measure(PolledSite(buses: buses, points: devices * (PolledSite.registers + 1)), seconds: seconds, warmUp: warmUp)
}

/// The poller alone on a serial line, as fast as the line goes.
func measureLine(path: String, baud: Int, units: Int, seconds: Int, warmUp: Int) -> [String: Double] {
    let devices = (0..<units).map { PolledSite.device($0, unit: UInt8($0 + 1), every: .milliseconds(1)) }
    let bus = BusPlan(tag: "line", transport: .serial(path: path, SerialSettings(baud: baud, parity: .none, stopBits: 2)),
                      devices: devices)
    return measure(PolledSite(buses: [bus], points: units * (PolledSite.registers + 1)), seconds: seconds, warmUp: warmUp)
}

private func measure(_ site: PolledSite, seconds: Int, warmUp: Int) -> [String: Double] {
    site.field.start()
    site.latch(for: warmUp)
    let (before, began, cpu) = (site.counts, monotonicNanoseconds(), cpuSeconds())
    site.latch(for: seconds)
    let (after, spent) = (site.counts, cpuSeconds() - cpu)
    let took = Double(monotonicNanoseconds() - began) / 1e9
    let answers = Double(after.answers - before.answers)
    let figures = ["seconds": took, "polls": answers, "requests": Double(after.requests - before.requests), "cpu_s": spent,
                   "cpu_us_per_poll": answers > 0 ? spent * 1e6 / answers : 0, "polls_per_s": answers / took,
                   "good_points": Double(site.goodPoints()), "rss_kb": residentKilobytes()]
    site.field.stop()
    return figures
}
