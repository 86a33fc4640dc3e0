import Control
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan

/// What `LiveFarm` is: names, limits, program.
enum FarmPlan {
    static let stopLine = PointIndex(0)
    static let suction = PointIndex(1)
    static let flow = PointIndex(2)
    static let total = PointIndex(3)
    static let moisture = PointIndex(4)
    static let silent = PointIndex(5)
    static let opening = PointIndex(6)
    static let above = PointIndex(7)
    static let below = PointIndex(8)
    static let oxygen = PointIndex(9)

    static let tables = SiteTables(
        site: Label(tag: "shouguang-07", name: Phrase(zh: "寿光七号棚", en: "Shouguang greenhouse 7")), clock: .shanghai,
        points: [
            point("ES-1", "急停", "emergency stop", "1", digital: true), point("LS-1", "井水位低", "well low", "1", digital: true),
            point("FT-101", "总管流量", "main flow", "m3/h"), point("FQ-101", "总水量", "water total", "L", decimals: 0),
            point("soil-a.moisture", "东区墒情", "soil moisture east", "%"), point("soil-b.moisture", "西区墒情", "soil moisture west", "%"),
            point("ZT-1", "闸位", "gate opening", "m", decimals: 3), point("LT-1", "闸前水位", "level above", "m", decimals: 2),
            point("LT-2", "闸后水位", "level below", "m", decimals: 2),
            point("DO-1", "溶氧", "oxygen", "mg/L"),
        ],
        outputs: [
            output("P-1", "井泵", "well pump", .pump), output("MV-1", "主阀", "master valve", .masterValve),
            output("V-1", "东一阀", "valve east 1", .valve), output("V-2", "东二阀", "valve east 2", .valve),
            output("GU-1", "闸门升", "gate up", .gate), output("GD-1", "闸门降", "gate down", .gate),
            output("D-A", "A 肥阀", "valve of stock A", .doser), output("DS-1", "投饵机", "feeder", .feeder),
        ],
        zones: [Label(tag: "east-1", name: Phrase(zh: "东一区", en: "east-1")), Label(tag: "east-2", name: Phrase(zh: "东二区", en: "east-2"))],
        sources: [Label(tag: "well", name: Phrase(zh: "机井", en: "well"))],
        programs: [Label(tag: "morning", name: Phrase(zh: "早灌", en: "morning")), Label(tag: "dry", name: Phrase(zh: "补墒", en: "when dry")),
                   Label(tag: "flood", name: Phrase(zh: "大水", en: "flood"))],
        quotas: [Label(tag: "site-season", name: Phrase(zh: "全站每季", en: "the site per season"))],
        gates: [Label(tag: "gate-3", name: Phrase(zh: "三号闸", en: "gate 3"))],
        dosingUnits: [Label(tag: "head", name: Phrase(zh: "水肥机", en: "fertigation unit"))], channels: [Label(tag: "A", name: Phrase(zh: "A 肥", en: "stock A"))],
        tanks: [Label(tag: "T-A", name: Phrase(zh: "A 桶", en: "tank A"))], recipes: [Label(tag: "feed", name: Phrase(zh: "追肥", en: "feed"))],
        stocks: [StockStrength(product: .gramsPerLiter(200), nitrogen: .gramsPerLiter(30), potash: .gramsPerLiter(60))],
        cages: [Label(tag: "cage-1", name: Phrase(zh: "一号网箱", en: "cage 1")), Label(tag: "cage-2", name: Phrase(zh: "二号网箱", en: "cage 2"))],
        feedLines: [Label(tag: "line-1", name: Phrase(zh: "甲线", en: "line A"))], silos: [Label(tag: "silo-1", name: Phrase(zh: "一号料仓", en: "silo 1"))])

    private static func point(_ tag: String, _ zh: String, _ en: String, _ unit: String, decimals: Int = 1,
                              digital: Bool = false) -> PointDefinition {
        PointDefinition(label: Label(tag: tag, name: Phrase(zh: zh, en: en)), unit: Unit(symbol: unit) ?? Unit.all[0],
                        decimals: decimals, uncertainAfter: .seconds(5), badAfter: .seconds(15), isDigital: digital)
    }

    private static func output(_ tag: String, _ zh: String, _ en: String, _ kind: OutputKind) -> OutputDefinition {
        OutputDefinition(label: Label(tag: tag, name: Phrase(zh: zh, en: en)), kind: kind, safe: .off, maximumOn: .hours(2),
                         travel: .seconds(2))
    }

    static var control: ControlPlan {
        let source = SourcePlan(pump: OutputIndex(0), masterValve: OutputIndex(1), masterTravel: .seconds(2),
                                capacity: .cubicMetersPerHour(12), flow: tables.quantity(flow), total: tables.quantity(total))
        let zones = [2, 3].map {
            ZonePlan(source: SourceIndex(0), valve: OutputIndex($0), travel: .seconds(2), nominalFlow: .cubicMetersPerHour(10))
        }
        let program = ProgramPlan(zones: [ZoneIndex(0), ZoneIndex(1)], durations: [.minutes(20), .minutes(15)],
                                  starts: [TimeOfDay(hour: 18, minute: 30) ?? .midnight], days: .weekdays(0x7F), missed: .skip)
        let dry = Condition(tables.gauge(moisture).map { .point($0) } ?? .soil, isAbove: false, limit: 0.1)
        let whenDry = ProgramPlan(steps: [.init(zone: ZoneIndex(1), give: .fixed(.volume(.cubicMeters(2))))],
                                  starts: .times([.clock(TimeOfDay(hour: 6, minute: 1) ?? .midnight)]), when: [dry])
        let flood = ProgramPlan(steps: [.init(zone: ZoneIndex(1), give: .fixed(.volume(.cubicMeters(600))))],
                                starts: .times([.clock(.midnight)]), days: .weekdays(0))
        return ControlPlan(clock: tables.clock, sources: [source], zones: zones, programs: [program, whenDry, flood],
                           quotas: [QuotaPlan(zone: nil, limit: .cubicMeters(500), period: .month)], gates: gate.map { [$0] } ?? [], fertigation: fertigation, feeding: feeding)
    }

    /// 5 L of stock A in each m3, from a tank of 500 L.
    private static var fertigation: FertigationPlan {
        let unit = DosingUnitPlan(source: SourceIndex(0), form: .inline(.liters(20)), leastFlow: .cubicMetersPerHour(2))
        let channel = ChannelPlan(unit: DosingUnitIndex(0), output: OutputIndex(6),
                                  drive: .duty(cycle: .seconds(5), leastOn: .milliseconds(300), leastOff: .milliseconds(300)),
                                  rate: .flow(.litersPerHour(300)), reaction: .passive, tank: TankIndex(0),
                                  ceilings: DoseCeilings(inWater: Fraction(base: 0.01), perDay: .liters(100)))
        return FertigationPlan(units: [unit], channels: [channel], tanks: [TankPlan(capacity: .liters(500), low: .liters(20))],
                               recipes: [RecipePlan(unit: DosingUnitIndex(0), parts: [.init(ChannelIndex(0), .ratio(Fraction(base: 0.005)))])])
    }

    /// A cage with a feeder above it, 10 kg a day at half past four, and one that is only looked at.
    private static var feeding: FeedingPlan {
        let cages = [CageIndex(0), CageIndex(1)]
        let probes = cages.compactMap { cage in tables.gauge(oxygen).map { SeaProbePlan(cage: cage, .oxygen, $0, low: 0, high: 25, leap: 6) } }
        let meals = MealPlan([MealRule(.clock(TimeOfDay(hour: 16, minute: 30) ?? .midnight), share: 1)], rest: .zero, dayAtMost: .kilograms(12), quantum: .kilograms(0.5))
        let air = AerationPlan(emergency: .milligramsPerLiter(3))
        return FeedingPlan(
            cages: [CagePlan(aeration: air, feed: CageFeed(line: FeedLineIndex(0), meals: meals, ration: .fixed(.kilograms(10)))), CagePlan(aeration: air)],
            probes: probes,
            gates: [FeedGatePlan(cage: cages[0], .oxygen, stop: 4, resume: 5, stopAfter: .zero, resumeAfter: .zero)],
            lines: [FeedLineWiring(plan: FeedLinePlan(selector: .none, outlets: 1, hasBlower: false, airWithin: .seconds(2), airSteady: .seconds(1), purge: .seconds(2)),
                                   doser: OutputIndex(7), rate: .gramsPerSecond(100), silo: SiloIndex(0))],
            silos: [SiloPlan(capacity: .kilograms(1000), low: .kilograms(100))])
    }

    /// Keeps 1.20 m below it, which stands still there.
    static var gate: GatePlan? {
        guard let position: PointOf<Length> = tables.quantity(opening), let upstream: PointOf<Length> = tables.quantity(above) else { return nil }
        return GatePlan(goal: .downstream(.meters(1.2)), raise: OutputIndex(4), lower: OutputIndex(5), position: position, upstream: upstream,
                        downstream: tables.quantity(below), gate: UnderflowGate(width: .meters(3), most: .meters(1.5)),
                        flowMax: .cubicMetersPerSecond(6), pool: CanalPool(area: .squareMeters(20_000), delay: .minutes(5)))
    }

    static var scan: ScanPlan {
        let source = SourceGuard(pump: OutputIndex(0), masterValve: OutputIndex(1), dryWhen: tables.digital(suction),
                                 flow: tables.quantity(flow), leakFlow: .litersPerMinute(5), burstFactor: 1.5)
        let zones = [2, 3].map {
            ZoneGuard(source: SourceIndex(0), valve: OutputIndex($0), nominalFlow: .cubicMetersPerHour(10),
                      leastFlow: .cubicMetersPerHour(2), flowWithin: .seconds(10))
        }
        let interlocks = InterlockPlan(outputs: tables.outputs, emergencyStop: tables.digital(stopLine).map { EmergencyStop(pressed: $0) },
                                       sources: [source], zones: zones,
                                       gates: gate.map { [GateGuard(raise: $0.raise, lower: $0.lower, position: $0.position)] } ?? [],
                                       cages: [CageGuard(cage: CageIndex(0), output: OutputIndex(7))], cageCount: 2)
        return ScanPlan(tables: tables, control: control, interlocks: interlocks, period: LiveFarm.period)
    }
}
