import CAllocationCounter
import Interlocks
import ProcessImage
import Quantities
import Testing

/// The guards of one dosing unit with everything there is to watch, driven hard.
private struct DosingBenchmark: ~Copyable {
    private static let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai,
        points: [("FT", "m3/h"), ("FQ", "m3"), ("PT", "kPa"), ("TRAY", "1"), ("EC-1", "mS/cm"), ("EC-2", "mS/cm"), ("A.total", "L"),
                 ("A.level", "cm")].map {
            PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15),
                            isDigital: $1 == "1")
        },
        outputs: [("P", OutputKind.pump), ("V", .valve), ("A", .doser), ("B", .doser)].map {
            OutputDefinition(label: Label(tag: $0), kind: $1, safe: .off, maximumOn: .hours(99))
        },
        zones: [Label(tag: "z")], sources: [Label(tag: "well")], dosingUnits: [Label(tag: "head")],
        channels: [Label(tag: "A"), Label(tag: "B")])

    private var image = InputImage(tables: tables)
    private var demands = Demands(outputs: tables.outputs)
    private var interlocks: Interlocks
    private var records = RecordBuffer(capacity: 300)
    private var now = Instant(nanoseconds: 1_000_000_000_000)
    private var total = 0.0
    private var rows: UInt64 = 0
    private(set) var dosed = 0

    init() {
        let tables = Self.tables
        let flow: PointOf<Flow> = tables.quantity(PointIndex(0))!, ec = tables.gauge(PointIndex(4))!
        let pressure: PointOf<Pressure> = tables.quantity(PointIndex(2))!, meter: PointOf<Volume> = tables.quantity(PointIndex(6))!
        let unit = DosingUnitGuard(source: SourceIndex(0), leastFlow: .cubicMetersPerHour(4), total: tables.quantity(PointIndex(1)),
                                   pressure: PressureWindow(point: pressure, least: .kilopascals(100), most: .kilopascals(300)),
                                   leakTray: tables.digital(PointIndex(3)))
        let ceilings = DoseCeilings(inWater: Fraction(base: 0.02), perRun: .liters(200), perHour: .liters(400), perDay: .liters(900))
        let channels = [OutputIndex(2), OutputIndex(3)].map { output in
            ChannelGuard(unit: DosingUnitIndex(0), output: output, rate: .flow(.litersPerHour(300)), ceilings: ceilings,
                         meter: output.offset == 2 ? DosingMeter(total: meter, leak: .liters(1)) : nil,
                         tank: TankGuard(level: tables.gauge(PointIndex(7)), least: 0.1), longestPulse: .seconds(6), needsConductivity: true)
        }
        let probes = ProbeGuard(unit: DosingUnitIndex(0), kind: .conductivity, first: ec, second: tables.gauge(PointIndex(5)),
                                band: .init(most: 3.5), cut: .init(most: 6), apart: 0.3, resolution: 0.01)
        interlocks = Interlocks(plan: InterlockPlan(
            outputs: tables.outputs, emergencyStop: nil,
            sources: [SourceGuard(pump: OutputIndex(0), masterValve: nil, dryWhen: nil, flow: flow, leakFlow: nil, burstFactor: nil)],
            zones: [ZoneGuard(source: SourceIndex(0), valve: OutputIndex(1), nominalFlow: .cubicMetersPerHour(12), leastFlow: nil)],
            dosing: DosingGuards(units: [unit], channels: channels, probes: [probes],
                                 exclusions: [ExclusionGuard(ChannelIndex(0), ChannelIndex(1), flush: .liters(20))],
                                 balances: [BalanceGuard(ChannelIndex(0), ChannelIndex(1), tolerance: 0.5, least: .liters(500))])))
    }

    /// One scan: A and B by turns, a probe that wanders off, a tank that is empty, a flow that is gone now and then.
    mutating func scan(_ number: Int) {
        now = now + .milliseconds(500)
        total += 12.0 * 0.5 / 3600
        image.begin(now: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced))
        let ec = 2 + Double(number % 7) * 0.01
        image.latch(.good(number % 400 < 3 ? 0 : 12, at: now), at: PointIndex(0))
        image.latch(.good(total, at: now), at: PointIndex(1))
        image.latch(.good(200, at: now), at: PointIndex(2))
        image.latch(.good(0, at: now), at: PointIndex(3))
        image.latch(.good(ec, at: now), at: PointIndex(4))
        image.latch(.good(number % 900 < 40 ? ec + 0.5 : ec, at: now), at: PointIndex(5))
        image.latch(.good(0, at: now), at: PointIndex(6))
        image.latch(number % 700 < 5 ? .bad(.noAnswer, at: now) : .good(50, at: now), at: PointIndex(7))
        image.latchLedger(durableThrough: rows, isWritable: true)
        demands.reset()
        for output in 0..<2 { demands[OutputIndex(output)] = Demand(.on, because: .manual(1)) }
        demands[OutputIndex(number / 120 % 2 == 0 ? 2 : 3)] = Demand(number % 10 < 4 ? .on : .off, because: .manual(1))
        records.clear()
        interlocks.judge(demands, image, &records)
        for place in 0..<records.count { if case .ledger(_, let row) = records[place] { rows = row } }
        if interlocks.outputs[OutputIndex(2)].level.isOn || interlocks.outputs[OutputIndex(3)].level.isOn { dosed += 1 }
    }
}

@Suite struct DosingAllocationTests {
    @Test func `ten thousand scans under the guards of dosing allocate nothing`() {
        var bench = DosingBenchmark()
        for number in 0..<2000 { bench.scan(number) }
        let (before, dosed) = (allocations_of_this_thread(), bench.dosed)
        for number in 2000..<12_000 { bench.scan(number) }
        #expect(allocations_of_this_thread() == before)
        #expect(bench.dosed > dosed + 500, "it doses meanwhile")
    }
}
