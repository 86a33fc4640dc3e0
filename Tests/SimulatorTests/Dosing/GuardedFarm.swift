import Agronomy
import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator

/// A well with pump, master valve, meter, two zones and a filter; a dosing unit in its main with A and B (300 L/h), acid
/// (100 L/h) and chlorine (2 mL a stroke), two probes each of conductivity and pH. 10 L/m3 of A add 1.6 mS/cm.
struct GuardedFarm {
    /// What can be left out of the guards, one by one.
    enum Guard: CaseIterable {
        case flow, preFlush, witness, pressure, backwash, tank, tray, cut, band, apart, frozen, needs, exclusion, balance, leak
        case inWater, perRun, perHour, perDay, longestPulse, follower
    }

    static let (pump, master, flush) = (OutputIndex(0), OutputIndex(1), OutputIndex(4))
    static let valves = [OutputIndex(2), OutputIndex(3)]
    static let (a, b, acid, chlorine) = (OutputIndex(5), OutputIndex(6), OutputIndex(7), OutputIndex(8))
    static let (flow, total, pressure, tray) = (PointIndex(0), PointIndex(1), PointIndex(2), PointIndex(3))
    static let (ec, ecWitness, ph, phWitness) = (PointIndex(4), PointIndex(5), PointIndex(6), PointIndex(7))
    static let (meterA, meterB, levelA, lowAcid) = (PointIndex(8), PointIndex(9), PointIndex(10), PointIndex(11))
    static let guardOnline = PointIndex(12)

    let plan: ScanPlan

    /// - Parameters:
    ///   - guards: `nil`: the interlocks know of no dosing at all.
    ///   - isPaired: V2 is a further valve of the first zone, and no zone of its own.
    ///   - isGenerous: ceilings of run, hour and day that leave the other guards something to do.
    init(_ guards: Set<Guard>? = Set(Guard.allCases), isPaired: Bool = false, isGenerous: Bool = false,
         period: Duration = .milliseconds(100), programs: [ProgramPlan] = [], recipes: [RecipePlan] = []) {
        let tables = Self.tables(zones: isPaired ? 1 : 2, programs: programs.count, recipes: recipes.count)
        let source = SourcePlan(pump: Self.pump, masterValve: Self.master, capacity: .cubicMetersPerHour(24), flow: tables.quantity(Self.flow),
                                total: tables.quantity(Self.total))
        let zones = Self.valves.prefix(isPaired ? 1 : 2).map {
            ZonePlan(source: SourceIndex(0), valve: $0, travel: .seconds(1), nominalFlow: .cubicMetersPerHour(12), area: .mu(3))
        }
        let filter = FilterPlan(source: SourceIndex(0), flushValves: [Self.flush], every: nil)
        let control = ControlPlan(clock: .shanghai, sources: [source], zones: zones, programs: programs, filters: [filter],
                                  fertigation: Self.fertigation(tables, recipes), followers: isPaired ? Self.further : [])
        plan = ScanPlan(tables: tables, control: control, interlocks: Self.interlocks(guards, isPaired, isGenerous ? 20 : 1, tables), period: period,
                        guardOnline: tables.digital(Self.guardOnline))
    }

    private static func interlocks(_ guards: Set<Guard>?, _ isPaired: Bool, _ factor: Double, _ tables: SiteTables) -> InterlockPlan {
        let hasFlow = guards?.contains(.flow) ?? true
        let source = SourceGuard(pump: pump, masterValve: master, dryWhen: nil, flow: hasFlow ? tables.quantity(flow) : nil,
                                 leakFlow: nil, burstFactor: nil)
        return InterlockPlan(
            outputs: tables.outputs, emergencyStop: nil, sources: [source],
            zones: valves.prefix(isPaired ? 1 : 2).map { ZoneGuard(source: SourceIndex(0), valve: $0, nominalFlow: .cubicMetersPerHour(12), leastFlow: nil) },
            flushes: guards?.contains(.backwash) == true ? [FlushGuard(source: SourceIndex(0), valve: flush, flow: nil)] : [],
            dosing: guards.map { dosing($0, factor, tables) } ?? .none,
            followers: isPaired && guards?.contains(.follower) == true ? further : [])
    }

    private static let further = [ValveFollower(zone: ZoneIndex(0), valve: valves[1])]

    /// Without the flow guard the unit believes a contact that is always on.
    private static func dosing(_ guards: Set<Guard>, _ factor: Double, _ tables: SiteTables) -> DosingGuards {
        let window = PressureWindow(point: tables.quantity(pressure)!, least: .kilopascals(100), most: .kilopascals(240))
        let unit = DosingUnitGuard(
            source: SourceIndex(0), leastFlow: .cubicMetersPerHour(4), flowSwitch: guards.contains(.flow) ? nil : tables.digital(guardOnline),
            total: guards.contains(.witness) || guards.contains(.inWater) || guards.contains(.exclusion) ? tables.quantity(total) : nil,
            pressure: guards.contains(.pressure) ? window : nil, preFlush: guards.contains(.preFlush) ? .seconds(20) : .zero,
            leakTray: guards.contains(.tray) ? tables.digital(tray) : nil)
        let ceilings = DoseCeilings(inWater: guards.contains(.inWater) ? Fraction(base: 0.01) : nil,
                                    perRun: guards.contains(.perRun) ? .liters(5 * factor) : nil, perHour: guards.contains(.perHour) ? .liters(6 * factor) : nil,
                                    perDay: guards.contains(.perDay) ? .liters(8 * factor) : nil)
        func channel(_ output: OutputIndex, _ rate: ChannelRate, _ meter: PointIndex? = nil, _ tank: TankGuard? = nil, ec: Bool = false,
                     ph: Bool = false) -> ChannelGuard {
            let meter = guards.contains(.leak) ? meter.flatMap { tables.quantity($0) }.map { DosingMeter(total: $0, leak: .liters(0.2)) } : nil
            return ChannelGuard(unit: DosingUnitIndex(0), output: output, rate: rate, ceilings: ceilings, meter: meter,
                                tank: guards.contains(.tank) ? tank : nil, longestPulse: guards.contains(.longestPulse) ? .seconds(5) : nil,
                                needsConductivity: guards.contains(.needs) && ec, needsAcidity: guards.contains(.needs) && ph)
        }
        let channels = [
            channel(a, .flow(.litersPerHour(300)), meterA, TankGuard(level: tables.gauge(levelA), least: 0.005), ec: true),
            channel(b, .flow(.litersPerHour(300)), meterB, ec: true),
            channel(acid, .flow(.litersPerHour(100)), nil, TankGuard(emptyWhen: tables.digital(lowAcid)), ph: true),
            channel(chlorine, .stroke(.liters(0.002))),
        ]
        return DosingGuards(
            units: [unit], channels: channels, probes: probes(guards, tables),
            exclusions: guards.contains(.exclusion) ? [ExclusionGuard(ChannelIndex(2), ChannelIndex(3), flush: .liters(100))] : [],
            balances: guards.contains(.balance) ? [BalanceGuard(ChannelIndex(0), ChannelIndex(1))] : [])
    }

    private static func probes(_ guards: Set<Guard>, _ tables: SiteTables) -> [ProbeGuard] {
        let (band, cut, apart) = (guards.contains(.band), guards.contains(.cut), guards.contains(.apart))
        let resolution = guards.contains(.frozen) ? 0.002 : 0
        return [
            ProbeGuard(unit: DosingUnitIndex(0), kind: .conductivity, first: tables.gauge(ec)!, second: tables.gauge(ecWitness),
                       band: .init(most: band ? 3.5 : nil), apart: apart ? 0.3 : .infinity, resolution: resolution),
            ProbeGuard(unit: DosingUnitIndex(0), kind: .acidity, first: tables.gauge(ph)!, second: tables.gauge(phWitness),
                       band: .init(least: band ? 5 : nil), cut: .init(least: cut ? 4.5 : nil), apart: apart ? 0.4 : .infinity),
        ]
    }

    private static func fertigation(_ tables: SiteTables, _ recipes: [RecipePlan]) -> FertigationPlan {
        let probes = DosingProbes(ec: ECProbe(tables.quantity(ec)!), ecWitness: ECProbe(tables.quantity(ecWitness)!),
                                  ph: tables.quantity(ph), phWitness: tables.quantity(phWitness))
        // Stirred where loops steer: slow pulses in a bare pipe are slugs.
        let form = recipes.isEmpty ? MixingForm.inline(.liters(33)) : .tank(.liters(60))
        let unit = DosingUnitPlan(source: SourceIndex(0), form: form, leastFlow: .cubicMetersPerHour(4), probes: probes)
        let duty = ChannelDrive.duty(cycle: .seconds(5), leastOn: .milliseconds(300), leastOff: .milliseconds(300))
        func channel(_ number: Int, _ output: OutputIndex, _ drive: ChannelDrive, _ rate: ChannelRate, _ reaction: ChannelReaction,
                     _ meter: PointIndex? = nil) -> ChannelPlan {
            ChannelPlan(unit: DosingUnitIndex(0), output: output, drive: drive, rate: rate, reaction: reaction,
                        meter: meter.flatMap { tables.quantity($0) }, tank: TankIndex(number))
        }
        let feed = Conductivity.decisiemensPerMeter(0.16)
        return FertigationPlan(
            units: [unit],
            channels: [channel(0, a, duty, .flow(.litersPerHour(300)), .ec, meterA), channel(1, b, duty, .flow(.litersPerHour(300)), .ec, meterB),
                       channel(2, acid, duty, .flow(.litersPerHour(100)), .acid),
                       channel(3, chlorine, .pulses(on: .milliseconds(200), off: .milliseconds(200)), .stroke(.liters(0.002)), .passive)],
            tanks: [TankPlan(capacity: .liters(200), level: tables.quantity(levelA), contents: [.calcium], adds: feed),
                    TankPlan(capacity: .liters(200), contents: [.sulfate], adds: feed),
                    TankPlan(capacity: .liters(200), lowWhen: tables.digital(lowAcid), low: .liters(5), contents: [.acid],
                             normality: .perLiter(1)),
                    TankPlan(capacity: .liters(50), contents: [.hypochlorite])],
            recipes: recipes)
    }

    private static func tables(zones: Int, programs: Int, recipes: Int) -> SiteTables {
        let points = [("FT", "m3/h"), ("FQ", "m3"), ("PT", "kPa"), ("TRAY", "1"), ("EC-1", "mS/cm"), ("EC-2", "mS/cm"), ("PH-1", "pH"),
                      ("PH-2", "pH"), ("A.total", "L"), ("B.total", "L"), ("A.level", "L"), ("C.low", "1"), ("guard.online", "1")]
        let outputs: [(String, OutputKind, Int)] = [("P", .pump, 0), ("MV", .masterValve, 1), ("V1", .valve, 1), ("V2", .valve, 1),
                                                    ("FV", .flushValve, 1), ("A", .doser, 0), ("B", .doser, 0), ("C", .doser, 0), ("D", .doser, 0)]
        return SiteTables(
            site: Label(tag: "dosing"), clock: .shanghai,
            points: points.map {
                PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1)!, decimals: 3, uncertainAfter: .seconds(2), badAfter: .seconds(4),
                                isDigital: $1 == "1", isCounter: $1 == "m3")
            },
            outputs: outputs.map {
                OutputDefinition(label: Label(tag: $0), kind: $1, safe: .off, maximumOn: .hours(9), travel: .seconds($2))
            },
            zones: (1...zones).map { Label(tag: "z\($0)") }, sources: [Label(tag: "well")], programs: (0..<programs).map { Label(tag: "program-\($0)") },
            dosingUnits: [Label(tag: "head")],
            channels: ["A", "B", "C", "D"].map { Label(tag: $0) }, tanks: ["A", "B", "C", "D"].map { Label(tag: "tank-\($0)") }, recipes: (0..<recipes).map { Label(tag: "recipe-\($0)") })
    }
}
