import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
@testable import Simulator
import Testing

/// One submersible cage in the layered water of August, with probes at three depths beside it.
private struct DeepCageFarm {
    /// 2026-08-10 06:00 at the farm.
    static let startUnix: Int64 = 1_786_312_800
    static let sink = OutputIndex(1), rise = OutputIndex(2), position = PointIndex(1)
    private static let depths = [5.0, 20, 40]
    let plan: ScanPlan

    init(deepest: Length = .meters(32)) {
        let tables = Self.tables()
        let oxygen = SeaProbePlan(cage: CageIndex(0), .oxygen, tables.gauge(PointIndex(0))!, low: 0.1, high: 20, leap: 3,
                                  noOlderThan: .seconds(90))
        let air = AerationStage(cage: CageIndex(0), output: OutputIndex(0), on: .milligramsPerLiter(5), off: .milligramsPerLiter(6))
        let position: PointOf<Length>! = tables.quantity(Self.position)
        let depth = DepthPlan(cage: CageIndex(0), sink: Self.sink, rise: Self.rise, position: position, shallowest: .meters(4),
                              deepest: deepest, warmest: .celsius(16), leastOxygen: .milligramsPerLiter(6), settle: .minutes(30), rest: .hours(1), asks: false)
        let probes = Self.depths.indices.map { number in
            DepthProbe(cage: CageIndex(0), depth: .meters(Self.depths[number]), temperature: tables.quantity(PointIndex(2 + 2 * number))!,
                       oxygen: tables.quantity(PointIndex(3 + 2 * number))!)
        }
        let keeps = AerationPlan(emergency: .milligramsPerLiter(3), siren: nil, salinity: .psu(31))
        let feeding = FeedingPlan(cages: [CagePlan(aeration: keeps)], probes: [oxygen], stages: [air], depths: [depth],
                                  depthProbes: probes)
        let winch = WinchGuard(cage: CageIndex(0), sink: Self.sink, rise: Self.rise, position: position, shallowest: .meters(4),
                               deepest: deepest)
        let interlocks = InterlockPlan(outputs: tables.outputs, emergencyStop: nil, sources: [], zones: [], winches: [winch], cageCount: 1)
        plan = ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], feeding: feeding),
                        interlocks: interlocks, period: .milliseconds(500), deviceOnline: [tables.digital(PointIndex(8))!])
    }

    private static func tables() -> SiteTables {
        func point(_ tag: String, _ unit: String) -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit)!, decimals: 3, device: unit == "1" ? nil : DeviceIndex(0),
                            uncertainAfter: .seconds(4), badAfter: .seconds(9), isDigital: unit == "1")
        }
        func output(_ tag: String, _ kind: OutputKind) -> OutputDefinition {
            OutputDefinition(label: Label(tag: tag), kind: kind, safe: kind == .aerator ? .on : .off, maximumOn: .hours(12))
        }
        return SiteTables(site: Label(tag: "deep"), clock: .shanghai,
                          points: [point("do", "mg/L"), point("depth", "m")]
                              + depths.flatMap { [point("t-\($0)", "degC"), point("o-\($0)", "mg/L")] } + [point("online", "1")],
                          outputs: [output("AE", .aerator), output("SI", .winch), output("RI", .winch)],
                          devices: [Label(tag: "bus")], cages: [Label(tag: "c")])
    }

    func world(believed: DeepCageFarm? = nil, seed: UInt64 = 1, faults: FaultRates = .none) -> World {
        World(plan: plan, believed: believed?.plan, seed: seed, startUnix: Self.startUnix, faults: faults)
    }
}

@Suite("A submersible cage in the layers of summer") struct DeepCageTests {
    @Test func `it is let down to the shallowest water that is cold and rich enough, once that has been so for its time`() {
        let world = DeepCageFarm().world(), seen = CageDiary()
        world.onRecord = { seen.note($0) }
        #expect(world.plant.seaFarm.wiring.winches.count == 1 && world.evidence.cages[0].depth < 5)
        world.run(for: .minutes(25))
        #expect(seen.count(.depthMoving) == 0)
        world.run(for: .hours(2))
        let depth = world.evidence.cages[0].depth
        #expect(seen.count(.depthMoving) == 1 && seen.count(.depthReached) == 1)
        #expect((15...30).contains(depth), "\(depth) m")
        let water = world.plant.trueValue(of: PointIndex(4))
        #expect(world.violations.count == 0, "\(world.violations.all.first.map { "\($0)" } ?? ""), \(water) °C at 20 m")
    }

    @Test func `a winch that does not move is given up and told; one whose position is silent stands still`() {
        let world = DeepCageFarm().world(), seen = CageDiary()
        world.onRecord = { seen.note($0) }
        world.begin(.feeding(.winchJammed(CageIndex(0))))
        world.run(for: .hours(1))
        #expect(seen.count(.depthStuck) == 1 && !world.evidence.physical[DeepCageFarm.sink.offset].isOn)
        world.end(.feeding(.winchJammed(CageIndex(0))))
        world.order(.setDepth(CageIndex(0), .meters(30)))
        world.run(for: .minutes(1))
        #expect(world.evidence.physical[DeepCageFarm.sink.offset].isOn)
        world.begin(.deviceSilent(DeviceIndex(0)))
        world.run(for: .minutes(1))
        #expect(!world.evidence.physical[DeepCageFarm.sink.offset].isOn && world.violations.count == 0)
    }

    @Test func `told of other limits than there are, it is driven too deep, and the checker sees it`() {
        let world = DeepCageFarm().world(believed: DeepCageFarm(deepest: .meters(48)))
        world.run(for: .minutes(1))
        world.order(.setDepth(CageIndex(0), .meters(45)))
        world.run(for: .minutes(30))
        #expect(world.violations.broken == [8], "\(world.violations.broken)")
    }

    @Test(arguments: 1...3) func `whatever goes wrong, it is driven one way at a time and within its limits`(seed: Int) {
        let world = DeepCageFarm().world(seed: UInt64(seed), faults: FaultRates(.many, seed: UInt64(seed)))
        for hour in 0..<6 {
            world.order(.setDepth(CageIndex(0), .meters(hour % 2 == 0 ? 31.8 : 4.2)))
            world.run(for: .hours(1))
        }
        #expect(world.violations.count == 0, "\(world.violations.all.first.map { "\($0)" } ?? "")")
    }

    @Test func `water is stirred on top, cold and poorer below, and of one kind in winter`() {
        let summer = Sea(airMean: 24), winter = Sea(airMean: 5)
        for (depth, celsius) in [(0.0, 24.0), (10, 24), (30, 9), (60, 9)] { #expect(summer.temperature(at: depth) == celsius) }
        #expect(abs(summer.temperature(at: 20) - 16.5) < 1e-9)
        #expect(summer.oxygen(at: 5) == summer.open && abs(summer.oxygen(at: 40) / SeaOxygen.saturation(9, 31) - 0.85) < 1e-9)
        #expect(winter.temperature(at: 60) == winter.temperature && winter.oxygen(at: 60) == winter.open)
    }
}
