import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator

/// Five net cages: two behind a barrel with a weighed hopper, two behind valves, one under a feeder of its own. The first has three
/// stages of air, the last of pure oxygen, and two oxygen probes.
struct NetCageFarm {
    /// What can be left out of what the code under test is told, one by one.
    enum Part: CaseIterable {
        case oxygenGate, air, escalation, siren, dayLimit, purge, airGuard, selectorGuard, lock, oxygenLimit
    }

    /// 2026-06-01 05:00 at the farm.
    static let startUnix: Int64 = 1_780_261_200
    static let rate = MassRate.gramsPerSecond(80)
    static let mealTimes = [320, 630, 930]
    /// kg.
    static let ration = 12.0
    static let dayAtMost = 15.0

    enum Output: Int, CaseIterable {
        case air0, air0b, oxygen0, air1, air2, air3, air4, horn
        case blowerA, doserA, spreaderA, barrel
        case blowerB, doserB, spreaderB, valveB0, valveB1
        case doserC, spreaderC

        var index: OutputIndex { OutputIndex(rawValue) }
        var kind: OutputKind {
            switch self {
            case .air0, .air0b, .air1, .air2, .air3, .air4: .aerator
            case .oxygen0: .valve
            case .horn: .horn
            case .blowerA, .blowerB: .blower
            case .doserA, .doserB, .doserC: .feeder
            default: .other
            }
        }
    }

    enum Point: Int, CaseIterable {
        case do0, do0b, do1, do2, do3, do4, water, salt, current, waves, wind, uneaten
        case amps0, pressureA, warmthA, scaleA, markA0, markA1, pressureB, markB0, markB1, key4, stop
        case online0, online1, online2, guardOnline

        var index: PointIndex { PointIndex(rawValue) }
        var unit: String {
            switch self {
            case .do0, .do0b, .do1, .do2, .do3, .do4: "mg/L"
            case .water, .warmthA: "degC"
            case .salt: "psu"
            case .current, .wind: "m/s"
            case .waves: "m"
            case .uneaten: "%"
            case .amps0: "A"
            case .pressureA, .pressureB: "kPa"
            case .scaleA: "kg"
            default: "1"
            }
        }
        /// Probes on two buses, the line's on a third; marks, keys and the stop are lines of the guard.
        var device: DeviceIndex? {
            switch self {
            case .do0, .do1, .do3, .water, .current, .waves: DeviceIndex(0)
            case .do0b, .do2, .do4, .salt, .wind, .uneaten: DeviceIndex(1)
            case .amps0, .pressureA, .warmthA, .scaleA, .pressureB: DeviceIndex(2)
            default: nil
            }
        }
    }

    let plan: ScanPlan

    /// - Parameter without: parts of the plans that are left out.
    init(without: Set<Part> = []) {
        let tables = Self.tables()
        plan = ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], feeding: Self.feeding(tables, without)),
                        interlocks: Self.interlocks(tables, without), period: .milliseconds(500),
                        deviceOnline: [Point.online0, .online1, .online2].map { tables.digital($0.index)! },
                        guardOnline: tables.digital(Point.guardOnline.index))
    }

    private static func tables() -> SiteTables {
        let points = Point.allCases.map { point in
            let isSlow = point.device.map { $0.offset < 2 } ?? false
            return PointDefinition(label: Label(tag: "\(point)"), unit: Unit(symbol: point.unit)!, decimals: 3, device: point.device,
                                   uncertainAfter: .seconds(isSlow ? 60 : 2), badAfter: .seconds(isSlow ? 120 : 4), isDigital: point.unit == "1")
        }
        let outputs = Output.allCases.map {
            OutputDefinition(label: Label(tag: "\($0)"), kind: $0.kind, safe: $0.kind == .aerator ? .on : .off, maximumOn: .hours(12))
        }
        return SiteTables(site: Label(tag: "cages"), clock: .shanghai, points: points, outputs: outputs,
                          devices: (0..<3).map { Label(tag: "bus-\($0)") },
                          cages: (0..<5).map { Label(tag: "c-\($0)") }, feedLines: ["a", "b", "c"].map { Label(tag: "line-\($0)") })
    }

    // MARK: Feeding

    private static func feeding(_ tables: SiteTables, _ without: Set<Part>) -> FeedingPlan {
        FeedingPlan(cages: (0..<5).map { cage($0, without) }, probes: probes(tables), gates: gates(without), stages: stages(tables, without),
                    lines: lines(tables, without), outlets: outlets(tables))
    }

    private static func cage(_ number: Int, _ without: Set<Part>) -> CagePlan {
        let rules = mealTimes.map { MealRule(.clock(TimeOfDay(hour: $0 / 60, minute: $0 % 60)!), share: 1) }
        let isLimited = !without.contains(.dayLimit)
        let meals = MealPlan(rules, waitAtMost: .hours(1), lastsAtMost: .minutes(40), rest: .hours(1),
                             dayAtMost: .kilograms(isLimited ? dayAtMost : 60), quantum: .kilograms(0.5))
        let feed = CageFeed(line: FeedLineIndex(number / 2), outlet: UInt8(number % 2), meals: meals, ration: .fixed(.kilograms(ration)))
        let aeration = AerationPlan(emergency: .milligramsPerLiter(3), siren: without.contains(.siren) ? nil : Output.horn.index, salinity: .psu(31))
        return CagePlan(aeration: aeration, feed: feed)
    }

    private static func probes(_ tables: SiteTables) -> [SeaProbePlan] {
        func probe(_ cage: Int, _ quantity: SeaQuantity, _ point: Point, _ low: Double, _ high: Double, leap: Double) -> SeaProbePlan {
            // A pellet counter that shows 0 all night is not frozen.
            SeaProbePlan(cage: CageIndex(cage), quantity, tables.gauge(point.index)!, low: low, high: high, leap: leap,
                         stuckAfter: .hours(quantity == .uneaten ? 100 : 6), noOlderThan: .seconds(90))
        }
        var probes = [(0, Point.do0), (0, .do0b), (1, .do1), (2, .do2), (3, .do3), (4, .do4)].map { probe($0, .oxygen, $1, 0.1, 20, leap: 3) }
        for cage in 0..<5 { probes.append(probe(cage, .temperature, .water, -2, 35, leap: 3)) }
        return probes + [
            probe(1, .salinity, .salt, 5, 40, leap: 5), probe(2, .current, .current, 0, 3, leap: 1), probe(2, .waves, .waves, 0, 10, leap: 3),
            probe(3, .wind, .wind, 0, 50, leap: 30), probe(4, .uneaten, .uneaten, 0, 1, leap: 2),
        ]
    }

    private static func gates(_ without: Set<Part>) -> [FeedGatePlan] {
        let oxygen = without.contains(.oxygenGate) ? [] : (0..<5).map {
            FeedGatePlan(cage: CageIndex($0), .oxygen, stop: 4, resume: 5.5, reduce: 5)
        }
        return oxygen + [
            FeedGatePlan(cage: CageIndex(0), .warmth, stop: 27, resume: 26), FeedGatePlan(cage: CageIndex(1), .saturation, stop: 0.5, resume: 0.6),
            FeedGatePlan(cage: CageIndex(2), .current, stop: 0.48, resume: 0.4), FeedGatePlan(cage: CageIndex(2), .waves, stop: 1.5, resume: 1.2),
            FeedGatePlan(cage: CageIndex(3), .wind, stop: 13.8, resume: 12),
            FeedGatePlan(cage: CageIndex(4), .uneaten, stop: 0.5, resume: 0.2, stopAfter: .seconds(60), whenBlind: 0.8),
        ]
    }

    private static func stages(_ tables: SiteTables, _ without: Set<Part>) -> [AerationStage] {
        func stage(_ cage: Int, _ output: Output, on: Double, off: Double, isPure: Bool = false, proof: Point? = nil) -> AerationStage {
            AerationStage(cage: CageIndex(cage), output: output.index, isPureOxygen: isPure, on: .milligramsPerLiter(on), off: .milligramsPerLiter(off),
                          proof: proof.flatMap { tables.gauge($0.index) }, proofLeast: proof == nil ? 0 : 2)
        }
        let isHeld = !without.contains(.air), isBounded = !without.contains(.oxygenLimit)
        let further = [stage(0, .air0b, on: 4.5, off: 5.5), stage(0, .oxygen0, on: 4, off: isBounded ? 6 : 15, isPure: true)]
        return [stage(0, .air0, on: isHeld ? 5 : 0.2, off: isHeld ? 6 : 0.4, proof: .amps0)] + (without.contains(.escalation) ? [] : further)
            + [(1, Output.air1), (2, .air2), (3, .air3), (4, .air4)].map { stage($0, $1, on: isHeld ? 5 : 0.2, off: isHeld ? 6 : 0.4) }
    }

    private static func lines(_ tables: SiteTables, _ without: Set<Part>) -> [FeedLineWiring] {
        let purge = without.contains(.purge) ? Duration.seconds(2) : .seconds(45)
        func air(_ pressure: Point, _ warmth: Point?) -> LineAirPlan {
            LineAirPlan(pressure: tables.quantity(pressure.index)!, still: .kilopascals(1), least: .kilopascals(10), most: .kilopascals(30),
                        temperature: warmth.flatMap { tables.quantity($0.index) }, hottest: .celsius(60))
        }
        return [
            FeedLineWiring(plan: FeedLinePlan(selector: .rotary, outlets: 2, purge: purge), blower: Output.blowerA.index, doser: Output.doserA.index,
                           spreader: Output.spreaderA.index, air: air(.pressureA, .warmthA), rate: rate, scale: tables.quantity(Point.scaleA.index)),
            FeedLineWiring(plan: FeedLinePlan(selector: .valves, outlets: 2, purge: purge), blower: Output.blowerB.index, doser: Output.doserB.index,
                           spreader: Output.spreaderB.index, air: air(.pressureB, nil), rate: rate),
            FeedLineWiring(plan: FeedLinePlan(selector: .none, outlets: 1, hasBlower: false), doser: Output.doserC.index,
                           spreader: Output.spreaderC.index, rate: rate),
        ]
    }

    private static func outlets(_ tables: SiteTables) -> [OutletWiring] {
        [(0, Output.barrel, Point.markA0), (0, .barrel, .markA1), (1, .valveB0, .markB0), (1, .valveB1, .markB1)].map {
            OutletWiring(line: FeedLineIndex($0), drive: $1.index, mark: tables.digital($2.index)!)
        }
    }

    // MARK: Interlocks

    private static func interlocks(_ tables: SiteTables, _ without: Set<Part>) -> InterlockPlan {
        func feed(_ doser: Output, _ blower: Output, _ pressure: Point) -> FeedGuard {
            FeedGuard(doser: doser.index, blower: blower.index, pressure: tables.quantity(pressure.index)!, still: .kilopascals(1),
                      least: .kilopascals(10), most: .kilopascals(30))
        }
        let feeds = without.contains(.airGuard) ? [] : [feed(.doserA, .blowerA, .pressureA), feed(.doserB, .blowerB, .pressureB)]
        let selectors = without.contains(.selectorGuard) || feeds.isEmpty ? [] : [SelectorGuard(feed: 0, drive: Output.barrel.index)]
        return InterlockPlan(
            outputs: tables.outputs, emergencyStop: tables.digital(Point.stop.index).map { EmergencyStop(pressed: $0) }, sources: [], zones: [],
            feeds: feeds, selectors: selectors, cages: without.contains(.lock) ? [] : locks(tables), cageContacts:
                without.contains(.lock) ? [] : [CageContact(cage: CageIndex(4), contact: tables.digital(Point.key4.index)!)], cageCount: 5)
    }

    private static func locks(_ tables: SiteTables) -> [CageGuard] {
        func guards(_ cage: Int, _ outputs: [Output], _ mark: Point?) -> [CageGuard] {
            outputs.map { CageGuard(cage: CageIndex(cage), output: $0.index, servesWhen: mark.flatMap { tables.digital($0.index) }) }
        }
        let (a, b) = ([Output.blowerA, .doserA, .spreaderA, .barrel], [Output.blowerB, .doserB, .spreaderB])
        return guards(0, a, .markA0) + guards(1, a, .markA1) + guards(2, b, .markB0) + guards(3, b, .markB1)
            + guards(2, [.valveB0], nil) + guards(3, [.valveB1], nil) + guards(4, [.doserC, .spreaderC], nil)
    }
}

extension World {
    /// - Parameters:
    ///   - believed: what the code under test is told in place of the farm.
    ///   - hour: when it begins; at five, twenty minutes before the first meal.
    convenience init(_ farm: NetCageFarm, believed: NetCageFarm? = nil, from hour: Int64 = 5, seed: UInt64 = 1, faults: FaultRates = .none,
                     commandsEvery: Duration? = nil, sabotage: Sabotage? = nil) {
        self.init(plan: farm.plan, believed: believed?.plan, seed: seed, startUnix: NetCageFarm.startUnix + (hour - 5) * 3600, faults: faults,
                  commandsEvery: commandsEvery, sabotage: sabotage)
    }
}
