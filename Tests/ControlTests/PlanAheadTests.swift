import Agronomy
@testable import Control
import ProcessImage
import Quantities
import Testing

/// The plan of the coming day is control itself, run ahead.
struct PlanAheadTests {
    private func asked(_ bench: HydraulicBench) {
        bench.program(0, .time(.minutes(25)), soak: SoakRule(run: .minutes(10), rest: .minutes(20)))
        bench.program(1, .volume(.cubicMeters(2)), shift: 1)
        bench.program(2, .volume(.cubicMeters(1)), shift: 1)
        bench.program(3, .time(.minutes(10)), priority: 8)
    }

    @Test func `What is foretold is what then happens, to the scan's second`() {
        let bench = HydraulicBench.well(zones: [12, 10, 8, 20], capacity: 24, exclusion: [1, 0, 0, 1])
        bench.run(for: 5)
        asked(bench)
        bench.run(for: 100)
        let begun = bench.second
        let foretold = bench.planAhead(for: .hours(6))
        bench.runUntilDone(within: 6 * 3600)
        #expect(foretold.count == 4 && bench.ended.count == 4)
        for run in foretold {
            let end = bench.end(of: run.zone.offset).first
            let event = bench.events.first { [.runStarted, .volumeRunStarted].contains($0.kind) && $0.subject == .zone(run.zone) }
            #expect(end?.outcome == run.outcome && event != nil)
            #expect(abs((end?.volume.base ?? 0) - run.volume.base) < 0.06, "\(run) \(String(describing: end))")
            #expect(abs((end?.watered.seconds ?? 0) - run.watered.seconds) < 5, "\(run) \(String(describing: end))")
            let ends = Int((run.ends ?? 0) - HydraulicBench.startUnix)
            #expect(abs(ends - (bench.endedAt[run.zone.offset] ?? 0)) <= 12, "zone \(run.zone.offset): \(ends)")
            #expect(ends > begun)
        }
        #expect(foretold.contains { $0.waitsFor == .interlock(.soak) && $0.waits >= .minutes(40) })
    }

    /// A zone of one mu under maize, 5 mm a day by the averages; one program gives what is missing, another what has evaporated.
    private func balanced() -> HydraulicBench {
        let averages = Array(repeating: MonthAverage(et: .millimeters(5), rain: .millimeters(1)), count: 12)
        let weather = WeatherPlan(place: Location(latitude: .degrees(36.88), longitude: .degrees(118.74), elevation: .meters(23)), averages: averages)
        let april = CivilDate(year: 2026, month: 4, day: 1) ?? CivilDate(daysSinceEpoch: 0)
        let water = WaterPlan(rootZone: RootZone(crop: BalanceBench.maize, soil: SoilTexture.loam.soil, rules: RootZoneRules()), planted: april,
                              area: .mu(1), efficiency: .percent(90), wetted: 0.4, content: .percent(23))
        let starts = [6, 20].map { StartRule.times([.clock(TimeOfDay(hour: $0, minute: 0) ?? .midnight)]) }
        let programs = zip([AmountRule.deficit(.init()), .etSinceIrrigation(.init())], starts).enumerated().map { zone, rule in
            ProgramPlan(steps: [.init(zone: ZoneIndex(zone), give: rule.0)], starts: rule.1)
        }
        let outputs = [HydraulicBench.output("P", .pump)] + (0..<2).map { HydraulicBench.output("V\($0)", .valve, travel: 4) }
        return HydraulicBench(sources: 1, outputs: outputs) { tables in
            let source = SourcePlan(pump: OutputIndex(0), masterValve: nil, capacity: nil, flow: tables.quantity(PointIndex(0)),
                                    total: tables.quantity(PointIndex(1)))
            let zones = (0..<2).map { number in
                ZonePlan(source: SourceIndex(0), valve: OutputIndex(number + 1), travel: .seconds(4), nominalFlow: .cubicMetersPerHour(12), area: .mu(1))
            }
            return ControlPlan(clock: .shanghai, sources: [source], zones: zones, programs: programs, weather: weather, water: [water, water])
        }
    }

    @Test func `What the soil lacks is foretold by the balance itself: each run's order is the one that then is made, and its water is given`() {
        let bench = balanced()
        bench.run(for: 60)
        let foretold = bench.planAhead(for: .hours(50))
        bench.run(for: 50 * 3600)
        #expect(foretold.count == bench.ended.count && foretold.count >= 3, "\(foretold) \(bench.ended)")
        for zone in 0..<2 {
            let ahead = foretold.filter { $0.zone.offset == zone }, real = bench.end(of: zone)
            #expect(ahead.count == real.count)
            for (run, end) in zip(ahead, real) {
                let (asked, made) = (run.planned.volume?.cubicMeters ?? 0, bench.planned[end.run]?.amount.volume?.cubicMeters ?? 0)
                #expect(asked > 1 && abs(asked - made) < 0.02, "\(asked) and \(made) m3")
                #expect(run.outcome == end.outcome && abs(run.volume.base - end.volume.base) < 0.06, "\(run) \(end)")
            }
            #expect(Set(ahead.map(\.planned)).count == ahead.count, "each day has its own amount")
        }
    }

    @Test func `Looking ahead changes nothing`() {
        func trace(_ looks: Bool) -> [Int] {
            let bench = HydraulicBench.well(zones: [12, 10, 8, 20], capacity: 24)
            asked(bench)
            var levels: [Int] = []
            bench.onStep = { bench in levels.append(bench.level.reduce(0) { $0 * 2 + ($1.isOn ? 1 : 0) }) }
            for _ in 0..<60 {
                bench.run(for: 60)
                if looks { _ = bench.planAhead(for: .minutes(30)) }
            }
            return levels
        }
        #expect(trace(true) == trace(false))
    }

    @Test func `A copy of the state goes on exactly as the original`() {
        let farm = RandomFarm(seed: 2)
        for (_, order) in farm.orders { farm.bench.order(order) }
        farm.bench.run(for: 600)
        let copied = farm.bench.trace(copied: true, for: 1200)
        #expect(copied == farm.bench.trace(copied: false, for: 1200) && Set(copied).count > 1)
    }

    @Test func `A program that starts tomorrow, a zone that is tripped, and a source that has to recover are all foretold`() {
        let six = TimeOfDay(hour: 6, minute: 0) ?? .midnight
        let program = ProgramPlan(zones: [ZoneIndex(0), ZoneIndex(1)], durations: [.minutes(10), .minutes(10)], starts: [six],
                                  days: .weekdays(127), missed: .skip)
        let bench = HydraulicBench.well(zones: [12, 12], recovery: { _ in Recovery(most: .cubicMeters(2), rest: .hours(1)) }, programs: [program])
        bench.holds[OutputIndex(2)] = .trip(TripID(.noFlow, .zone(ZoneIndex(1))))
        bench.run(for: 5)
        let runs = bench.planAhead(for: .hours(26))
        let east = runs.filter { $0.zone.offset == 0 }, west = runs.filter { $0.zone.offset == 1 }
        #expect(east.count == 2 && east.allSatisfy { $0.outcome == .completed && abs($0.volume.base - 2) < 0.15 })
        #expect(west.count == 2 && west.allSatisfy { $0.outcome == .notStarted && $0.opens == nil })
        #expect(east.first?.opens == HydraulicBench.startUnix + 3600 + 1 || abs((east.first?.opens ?? 0) - HydraulicBench.startUnix - 3600) <= 10)
    }
}
