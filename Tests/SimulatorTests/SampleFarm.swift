import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator

/// A small farm built by hand: a well with pump, master valve, meter and float switch; three zones; two soil probes.
struct SampleFarm {
    /// 2026-06-01 05:00 at the farm.
    static let startUnix: Int64 = 1_780_261_200

    let pump = OutputIndex(0)
    let master = OutputIndex(1)
    let valves = [OutputIndex(2), OutputIndex(3), OutputIndex(4)]
    let flowPoint = PointIndex(0)
    let totalPoint = PointIndex(1)
    let dryPoint = PointIndex(2)
    let stopPoint = PointIndex(3)
    let moisturePoint = PointIndex(4)
    let secondMoisturePoint = PointIndex(6)
    let pressurePoint = PointIndex(11)
    let protectionPoint = PointIndex(12)
    let currentPoint = PointIndex(13)

    let tables: SiteTables
    let plan: ScanPlan

    /// - Parameters:
    ///   - starts: minutes after midnight.
    ///   - watchesDry: `false` for a plan that does not know the float switch.
    ///   - watchesPump: pressure behind the pump, its motor's protection and current, its starts; a dry run retried.
    ///   - programs: in place of the one that starts at `starts`.
    init(starts: [Int] = [6 * 60], missed: MissedPolicy = .catchUp(within: .hours(2)), runMinutes: Int = 5,
         maximumOn: Duration = .hours(2), capacity: Double = 24, watchesDry: Bool = true, watchesStop: Bool = true,
         watchesPump: Bool = false, startsPerHour: Int? = 10, rest: Duration = .seconds(20), meterReports: Duration? = .zero,
         hasPump: Bool = true, isLatching: Bool = false, requiresProof: Bool = false,
         excludes: Bool = false, valvesAtOnce: Int? = nil, period: Duration = .milliseconds(100),
         programs: [ProgramPlan]? = nil, windows: [WaterWindow] = [], clock: LocalClock = .shanghai) {
        let tables = SampleFarm.tables(maximumOn: maximumOn, programs: programs?.count ?? 1, windows: windows.count,
                                       isLatching: isLatching, clock)
        self.tables = tables
        let flow: PointOf<Flow>? = tables.quantity(PointIndex(0))
        let total: PointOf<Volume>? = tables.quantity(PointIndex(1))
        let valves = [OutputIndex(2), OutputIndex(3), OutputIndex(4)]
        let (pump, master): (OutputIndex?, OutputIndex?) = hasPump ? (OutputIndex(0), OutputIndex(1)) : (nil, nil)
        let source = SourcePlan(pump: pump, masterValve: master, masterTravel: .seconds(4),
                                capacity: .cubicMetersPerHour(capacity), flow: flow, total: total)
        let nominal = Flow.cubicMetersPerHour(12)
        let zones = valves.enumerated().map { number, valve in
            ZonePlan(source: SourceIndex(0), valve: valve, travel: .seconds(6), nominalFlow: nominal, area: .mu(3),
                     exclusion: excludes ? 1 : 0, soil: tables.quantity(PointIndex(number == 0 ? 4 : 6)))
        }
        let program = ProgramPlan(zones: [ZoneIndex(0), ZoneIndex(1), ZoneIndex(2)],
                                  durations: Array(repeating: .minutes(runMinutes), count: 3),
                                  starts: starts.compactMap { TimeOfDay(hour: $0 / 60, minute: $0 % 60) },
                                  days: .weekdays(0x7F), missed: missed)
        let interlocks = InterlockPlan(
            outputs: tables.outputs,
            emergencyStop: watchesStop ? tables.digital(PointIndex(3)).map { EmergencyStop(pressed: $0) } : nil,
            sources: [SourceGuard(pump: pump, masterValve: master,
                                  dryWhen: watchesDry ? tables.digital(PointIndex(2)) : nil, dryNoOlderThan: .seconds(3),
                                  dryRetry: watchesPump ? DryRetry() : nil, flow: flow, meterReports: meterReports,
                                  leakFlow: .cubicMetersPerHour(0.5), burstFactor: 1.3,
                                  pressure: watchesPump ? SampleFarm.pressure(tables) : nil)],
            zones: valves.map {
                ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: nominal, leastFlow: .cubicMetersPerHour(2),
                          lowFlow: FlowLimit(nominal * 0.6, after: .minutes(2), stops: false))
            },
            motors: watchesPump ? [SampleFarm.motor(tables, startsPerHour, rest)] : [], requiresProof: requiresProof)
        plan = ScanPlan(tables: tables,
                        control: ControlPlan(clock: clock, sources: [source], zones: zones, programs: programs ?? [program],
                                             valvesAtOnce: valvesAtOnce, windows: windows),
                        interlocks: interlocks, period: period,
                        deviceOnline: [tables.digital(PointIndex(8))!, tables.digital(PointIndex(9))!],
                        guardOnline: tables.digital(PointIndex(10)))
    }

    var wiring: PlantWiring {
        PlantWiring(tables: tables, control: plan.control, interlocks: plan.interlocks)
    }

    func plant(seed: UInt64 = 1, hour: Int64 = 6) -> Plant {
        Plant(wiring: wiring, seed: seed, localSeconds: 20_000 * 86_400 + hour * 3600)
    }

    /// The float switch hangs on the first soil probe's bus instead of the guard.
    var layoutWithPolledFloat: FieldLayout {
        let usual = FieldLayout(guessedFrom: plan)
        var supplies = usual.supplies
        supplies[dryPoint.offset] = .device(DeviceIndex(0), every: .seconds(1))
        return FieldLayout(supplies: supplies, holders: usual.holders, setpoints: usual.setpoints)
    }

    private static func pressure(_ tables: SiteTables) -> PressureGuard? {
        tables.quantity(PointIndex(11)).map {
            PressureGuard(point: $0, maximum: .kilopascals(280), dryBelow: .kilopascals(60), drop: 0.25)
        }
    }

    private static func motor(_ tables: SiteTables, _ startsPerHour: Int?, _ rest: Duration) -> MotorGuard {
        MotorGuard(output: OutputIndex(0), faultWhen: tables.digital(PointIndex(12)), current: tables.quantity(PointIndex(13)),
                   dryBelow: .amperes(6), startsPerHour: startsPerHour, rest: rest)
    }

    private static func tables(maximumOn: Duration, programs: Int, windows: Int, isLatching: Bool, _ clock: LocalClock) -> SiteTables {
        func point(_ tag: String, _ unit: String, device: Int? = nil, digital: Bool = false,
                   counter: Bool = false) -> PointDefinition {
            let slow = device != nil && !digital
            return PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit)!, decimals: counter ? 3 : 1,
                                   device: device.map { DeviceIndex($0) },
                                   uncertainAfter: slow ? .seconds(10) : .seconds(2),
                                   badAfter: slow ? .seconds(30) : .seconds(4), isDigital: digital, isCounter: counter)
        }
        func output(_ tag: String, _ kind: OutputKind, _ travel: Int) -> OutputDefinition {
            OutputDefinition(label: Label(tag: tag), kind: kind, safe: .off, maximumOn: maximumOn, travel: .seconds(travel),
                             isLatching: isLatching && kind == .valve)
        }
        return SiteTables(
            site: Label(tag: "sample"), clock: clock,
            points: [
                point("FT-1", "m3/h"), point("FT-1.total", "m3", counter: true), point("D1", "1", digital: true),
                point("D2", "1", digital: true), point("soil-a.moisture", "%", device: 0),
                point("soil-a.temperature", "degC", device: 0), point("soil-b.moisture", "%", device: 1),
                point("soil-b.conductivity", "uS/cm", device: 1), point("soil-a.online", "1", device: 0, digital: true),
                point("soil-b.online", "1", device: 1, digital: true), point("guard.online", "1", digital: true),
                point("PT-1", "kPa"), point("D3", "1", digital: true), point("P-1.current", "A"),
            ],
            outputs: [
                output("P-1", .pump, 0), output("MV-1", .masterValve, 4), output("V-1", .valve, 6),
                output("V-2", .valve, 6), output("V-3", .valve, 6),
            ],
            zones: ["east-1", "east-2", "west-1"].map { Label(tag: $0) }, sources: [Label(tag: "well")],
            programs: (0..<programs).map { Label(tag: $0 == 0 ? "morning" : "program-\($0)") },
            devices: ["soil-a", "soil-b"].map { Label(tag: $0) }, windows: (0..<windows).map { Label(tag: "window-\($0)") })
    }
}
