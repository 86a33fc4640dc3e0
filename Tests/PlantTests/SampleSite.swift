import Control
import Field
import Interlocks
import ProcessImage
import Quantities
import Scan
@testable import tidegate_plant

/// A site built by hand: two soil probes and a float sensor on one serial line, a relay with a valve on TCP, a level
/// sensor behind a converter.
enum SampleSite {
    static func farm(tcpPort: UInt16 = 1, converterPort: UInt16 = 2) -> Farm {
        let tables = tables()
        let control = ControlPlan(
            clock: .shanghai, sources: [SourcePlan(pump: nil, masterValve: nil, capacity: nil, flow: nil, total: nil)],
            zones: [ZonePlan(source: SourceIndex(0), valve: OutputIndex(0), travel: .seconds(1), nominalFlow: nil)],
            programs: [])
        let interlocks = InterlockPlan(
            outputs: tables.outputs, emergencyStop: nil,
            sources: [SourceGuard(pump: nil, masterValve: nil, dryWhen: nil, flow: nil, leakFlow: nil, burstFactor: nil)],
            zones: [])
        let scan = ScanPlan(tables: tables, control: control, interlocks: interlocks, period: .milliseconds(100),
                            deviceOnline: (0..<5).map { _ in tables.digital(PointIndex(7))! })
        return Farm(scan: scan, field: field(tcpPort, converterPort), seed: 1, speed: 1, localSeconds: 0,
                    now: SystemClock.now())
    }

    private static func field(_ tcpPort: UInt16, _ converterPort: UInt16) -> FieldPlan {
        let line = BusPlan(tag: "soil", transport: .serial(path: "/dev/ttyS9", SerialSettings(baud: 19_200, parity: .none)),
                           devices: [probe(0, unit: 3, first: 0), probe(1, unit: 4, first: 3), floats()])
        let relay = RegisterOutput(output: OutputIndex(0), table: .coil, address: 2, safe: .off)
        let head = BusPlan(tag: "head", transport: .tcp(host: "127.0.0.1", port: tcpPort),
                           devices: [device(3, "relay", unit: 1, [], [relay])])
        let level = RegisterPoint(point: PointIndex(8), table: .input, address: 4, type: RegisterType(.unsigned(bits: 16)),
                                  scale: 0.001, every: .seconds(1))
        let far = BusPlan(tag: "far", transport: .rtuOverTCP(host: "127.0.0.1", port: converterPort),
                          devices: [device(4, "level", unit: 9, [level], [])])
        return FieldPlan(buses: [line, head, far], lines: LinePlan(driver: .simulated, outputs: [], inputs: [], online: nil))
    }

    private static func probe(_ index: Int, unit: UInt8, first: Int) -> DevicePlan {
        let points = [
            RegisterPoint(point: PointIndex(first), table: .holding, address: 0, type: RegisterType(.unsigned(bits: 16)),
                          scale: 0.1, range: 0...100, every: .seconds(1)),
            RegisterPoint(point: PointIndex(first + 1), table: .holding, address: 1, type: RegisterType(.signed(bits: 16)),
                          scale: 0.1, every: .seconds(1)),
            RegisterPoint(point: PointIndex(first + 2), table: .holding, address: 2, type: RegisterType(.unsigned(bits: 16)),
                          every: .seconds(1)),
        ]
        return device(index, "soil-\(unit)", unit: unit, points, [])
    }

    /// One steady value of 24 V as a float in every word order.
    private static func floats() -> DevicePlan {
        let points = RegisterType.Order.allCases.enumerated().map { index, order in
            RegisterPoint(point: PointIndex(6), table: .holding, address: UInt16(100 + 2 * index),
                          type: RegisterType(.float(bits: 32), order: order), every: .seconds(1))
        }
        return device(2, "floats", unit: 5, points, [])
    }

    private static func device(_ index: Int, _ tag: String, unit: UInt8, _ points: [RegisterPoint],
                               _ outputs: [RegisterOutput]) -> DevicePlan {
        DevicePlan(index: DeviceIndex(index), tag: tag, unit: unit, rules: ReadRules(), points: points, outputs: outputs,
                   online: PointIndex(7))
    }

    private static func tables() -> SiteTables {
        func point(_ tag: String, _ unit: String, _ device: Int?, digital: Bool = false) -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit)!, device: device.map { DeviceIndex($0) },
                            uncertainAfter: .seconds(3), badAfter: .seconds(9), isDigital: digital)
        }
        func probe(_ device: Int) -> [PointDefinition] {
            [point("soil-\(device).moisture", "%", device), point("soil-\(device).temperature", "degC", device),
             point("soil-\(device).conductivity", "uS/cm", device)]
        }
        return SiteTables(
            site: Label(tag: "sample"), clock: .shanghai,
            points: probe(0) + probe(1) + [point("floats.supply", "V", 2), point("online", "1", nil, digital: true),
                                           point("tank.level", "m", 4)],
            outputs: [OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(1))],
            zones: [Label(tag: "east-1")], sources: [Label(tag: "tank")],
            devices: ["soil-3", "soil-4", "floats", "relay", "level"].map { Label(tag: $0) })
    }
}
