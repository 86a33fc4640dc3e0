@testable import Control
import ProcessImage
import Quantities
import Testing

/// Farms drawn from seeds: sources, flows, capacities, limits, filters, meters; orders with soaks, shifts and priorities.
struct RandomFarmTests {
    private func broken(_ farm: RandomFarm) -> [FarmRules.Rule: String] {
        var rules = FarmRules(farm)
        farm.turn { rules.look($0) }
        rules.conclude(farm.bench)
        return rules.broken
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `Every rule holds on every farm, and everybody is served`(seed: UInt64) {
        let farm = RandomFarm(seed: seed)
        let broken = broken(farm)
        #expect(broken.isEmpty, "\(broken)")
        #expect(farm.bench.ended.values.contains { $0.outcome == .completed })
    }

    // MARK: Each rule can be broken

    private func isCaught(_ rule: FarmRules.Rule, believe: (ControlPlan) -> ControlPlan = { $0 },
                          meddle: @escaping (RunOrder) -> RunOrder = { $0 }, sabotage: (HydraulicBench) -> Void = { _ in }) -> Bool {
        (1...12 as ClosedRange<UInt64>).contains { seed in
            let farm = RandomFarm(seed: seed, believe: believe, meddle: meddle)
            sabotage(farm.bench)
            return broken(farm)[rule] != nil
        }
    }

    @Test func `Control that believes in a larger well, no exclusion, no limit or no recovery is caught`() {
        #expect(isCaught(.capacity, believe: { $0.with(sources: { $0.with(capacity: .cubicMetersPerHour(500), zonesAtOnce: nil) }) }))
        #expect(isCaught(.exclusion, believe: { $0.with(zones: { $0.withoutExclusion }) }))
        #expect(isCaught(.valvesAtOnce, believe: { $0.with(valvesAtOnce: .some(nil)) }))
        #expect(isCaught(.power, believe: { $0.with(power: .some(nil)) }))
        #expect(isCaught(.recovery, believe: { $0.with(sources: { $0.withoutRecovery }) }))
        #expect(isCaught(.window, believe: { $0.with(windows: []) }))
    }

    @Test func `A pump of the wrong source is caught`() {
        #expect(isCaught(.deadHead, believe: { plan in
            let pumps = plan.sources.map(\.pump)
            var place = 0
            return plan.with(sources: { source in
                place += 1
                return source.with(pump: pumps[place % pumps.count])
            })
        }))
    }

    @Test func `Soaks cut short, untold shortfalls, lost books and orders without an end are caught`() {
        #expect(isCaught(.soak, meddle: { order in
            var order = order
            order.soak = order.soak.map { SoakRule(run: $0.run, rest: .zero) }
            return order
        }))
        #expect(isCaught(.dose, sabotage: { $0.mutes = [.timeShort, .volumeShort] }))
        #expect(isCaught(.sums, sabotage: { $0.losesBooks = true }))
        #expect(isCaught(.served, meddle: { order in
            var order = order
            order.row = .max
            order.patience = .hours(1000)
            return order
        }))
    }
}

extension ControlPlan {
    fileprivate func with(sources change: ((SourcePlan) -> SourcePlan)? = nil, zones zoneChange: ((ZonePlan) -> ZonePlan)? = nil,
                          windows newWindows: [WaterWindow]? = nil, valvesAtOnce: Int?? = .none, power: Power?? = .none) -> ControlPlan {
        ControlPlan(clock: clock, sources: change.map { sources.map($0) } ?? sources, zones: zoneChange.map { zones.map($0) } ?? zones,
                    programs: programs, windows: newWindows ?? windows, filters: filters, valvesAtOnce: valvesAtOnce ?? self.valvesAtOnce, power: power ?? self.power)
    }
}

extension SourcePlan {
    fileprivate func with(capacity: Flow?, zonesAtOnce: Int?) -> SourcePlan {
        SourcePlan(pump: pump, masterValve: masterValve, masterTravel: masterTravel, capacity: capacity, flow: flow, total: total,
                   overlap: overlap, pressureRelief: pressureRelief, zonesAtOnce: zonesAtOnce, power: power, recovery: recovery)
    }

    fileprivate var withoutRecovery: SourcePlan {
        SourcePlan(pump: pump, masterValve: masterValve, masterTravel: masterTravel, capacity: capacity, flow: flow, total: total,
                   overlap: overlap, pressureRelief: pressureRelief, zonesAtOnce: zonesAtOnce, power: power)
    }

    fileprivate func with(pump: OutputIndex?) -> SourcePlan {
        SourcePlan(pump: pump, masterValve: masterValve, masterTravel: masterTravel, capacity: capacity, flow: flow, total: total,
                   overlap: overlap, pressureRelief: pressureRelief, zonesAtOnce: zonesAtOnce, power: power, recovery: recovery)
    }
}

extension ZonePlan {
    fileprivate var withoutExclusion: ZonePlan {
        ZonePlan(source: source, valve: valve, travel: travel, nominalFlow: nominalFlow, area: area)
    }
}
