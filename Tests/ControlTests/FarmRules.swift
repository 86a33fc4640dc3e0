@testable import Control
import ProcessImage
import Quantities

/// What must hold on every farm, seen from outside: the plan, the levels of the outputs, the meters and the records.
struct FarmRules {
    enum Rule: String, CaseIterable {
        case capacity, exclusion, valvesAtOnce, power, soak, recovery, deadHead, window, dose, sums, served
    }

    private(set) var broken: [Rule: String] = [:]
    private let plan: ControlPlan
    private let soaks: [ZoneIndex: [(amount: Amount, soak: SoakRule)]]
    private var overSince: [Int?]
    private var deadSince: [Int?]
    private var closedAt: [Int]
    private var runOfZone: [RunID?]
    private var wasOn: [Bool]
    private var quietFor: [Int]
    private var meteredAtRest: [Double]

    init(_ farm: RandomFarm) {
        plan = farm.bench.plan
        var soaks: [ZoneIndex: [(amount: Amount, soak: SoakRule)]] = [:]
        for (_, order) in farm.orders { if let soak = order.soak { soaks[order.zone, default: []].append((order.amount, soak)) } }
        self.soaks = soaks
        overSince = plan.sources.map { _ in nil }
        deadSince = plan.sources.map { _ in nil }
        closedAt = plan.zones.map { _ in 0 }
        runOfZone = plan.zones.map { _ in nil }
        wasOn = plan.zones.map { _ in false }
        quietFor = plan.sources.map { _ in 0 }
        meteredAtRest = plan.sources.map { _ in 0 }
    }

    private mutating func breach(_ rule: Rule, _ bench: HydraulicBench, _ what: String) {
        if broken[rule] == nil { broken[rule] = "at \(bench.second) s: \(what)" }
    }

    // MARK: Every second

    mutating func look(_ bench: HydraulicBench) {
        for source in plan.sources.indices {
            lookAtLoad(source, bench)
            lookAtPump(source, bench)
            lookAtRecovery(source, bench)
        }
        lookAtSite(bench)
        lookAtWindows(bench)
        for zone in plan.zones.indices { lookAtSoak(zone, bench) }
    }

    private func openZones(_ source: Int, _ bench: HydraulicBench) -> [ZonePlan] {
        plan.zones.filter { $0.source.offset == source && bench.isOn($0.valve) }
    }

    /// Over the capacity only while one zone hands over to the next.
    private mutating func lookAtLoad(_ source: Int, _ bench: HydraulicBench) {
        let open = openZones(source, bench), supply = plan.sources[source]
        let sum = open.reduce(0.0 as Double?) { total, zone in total.flatMap { total in zone.nominalFlow.map { total + $0.base } } }
        let isOver = open.count > 1 && (sum.map { $0 > supply.capacity?.base ?? 0 } ?? true) || open.count > supply.zonesAtOnce ?? .max
        guard isOver else {
            overSince[source] = nil
            return
        }
        let since = overSince[source] ?? bench.second
        overSince[source] = since
        let travel = plan.zones.filter { $0.source.offset == source }.map(\.travel.seconds).max() ?? 0
        if Double(bench.second - since) > 2 * travel + 2 * supply.overlap.seconds + supply.pressureRelief.seconds + 3 {
            breach(.capacity, bench, "source \(source) has \(open.count) zones open")
        }
    }

    private mutating func lookAtPump(_ source: Int, _ bench: HydraulicBench) {
        let isDead = plan.sources[source].pump.map { bench.isOn($0) } == true && openZones(source, bench).isEmpty
        let since = deadSince[source] ?? bench.second
        deadSince[source] = isDead ? since : nil
        // A trip takes the valve first; the interlocks, which are not here, take the pump in the same scan.
        if isDead, bench.second - since > 2 { breach(.deadHead, bench, "pump of source \(source) runs against closed valves") }
    }

    private mutating func lookAtRecovery(_ source: Int, _ bench: HydraulicBench) {
        guard let recovery = plan.sources[source].recovery, let most = recovery.most else { return }
        quietFor[source] = openZones(source, bench).isEmpty ? quietFor[source] + 1 : 0
        if Double(quietFor[source]) >= recovery.rest.seconds { meteredAtRest[source] = bench.metered[source] }
        let drawn = bench.metered[source] - meteredAtRest[source]
        if drawn > most.base * 1.1 + 3 { breach(.recovery, bench, "source \(source) gave \(drawn) m3 without a rest") }
    }

    private mutating func lookAtSite(_ bench: HydraulicBench) {
        let on = plan.zones.count { bench.isOn($0.valve) }
        if let most = plan.valvesAtOnce, on > most { breach(.valvesAtOnce, bench, "\(on) valves are on") }
        let power = plan.sources.reduce(0.0) { $0 + ($1.pump.map { bench.isOn($0) } == true ? $1.power?.base ?? 0 : 0) }
        if let most = plan.power, power > most.base { breach(.power, bench, "pumps draw \(power) W") }
        var groups: UInt64 = 0
        for zone in plan.zones where bench.isMoving(zone.valve, travel: zone.travel) {
            if groups & zone.exclusion != 0 { breach(.exclusion, bench, "zones that exclude each other are open") }
            groups |= zone.exclusion
        }
    }

    /// No program's zone is open within a window, but for the time its valves need to close in order.
    private mutating func lookAtWindows(_ bench: HydraulicBench) {
        let second = (5 * 3600 + bench.second) % 86_400
        for window in plan.windows {
            guard case .hours(let from, let until, _) = window.kind, second > Int(from.secondsSinceMidnight) + 60,
                  second < Int(until.secondsSinceMidnight) else { continue }
            for (zone, zonePlan) in plan.zones.enumerated() where bench.isOn(zonePlan.valve) {
                guard case .program? = bench.planned[bench.status(zone).run]?.cause else { continue }
                breach(.window, bench, "zone \(zone) waters in a window without water")
            }
        }
    }

    private mutating func lookAtSoak(_ zone: Int, _ bench: HydraulicBench) {
        let isOn = bench.isOn(plan.zones[zone].valve)
        let run = bench.status(zone).run
        if isOn, !wasOn[zone], runOfZone[zone] == run, let order = soaks[ZoneIndex(zone)]?.first(where: { $0.amount == bench.planned[run]?.amount }),
           isSoakOver(zone, bench) == false {
            let rested = bench.second - closedAt[zone]
            let least = soaks[ZoneIndex(zone)]?.filter { $0.amount == order.amount }.map(\.soak.rest.seconds).min() ?? 0
            if Double(rested) < least { breach(.soak, bench, "zone \(zone) soaked for \(rested) s of \(least)") }
        }
        if !isOn, wasOn[zone] { closedAt[zone] = bench.second }
        if isOn { runOfZone[zone] = run }
        wasOn[zone] = isOn
    }

    /// Whether the last rest of the zone was for something else than soaking.
    private func isSoakOver(_ zone: Int, _ bench: HydraulicBench) -> Bool {
        bench.events.last { $0.kind == .runRests && $0.subject == .zone(ZoneIndex(zone)) }?.cause != .interlock(.soak)
    }

    // MARK: At the end

    mutating func conclude(_ bench: HydraulicBench) {
        for (run, asked) in bench.planned {
            guard let end = bench.ended[run] else {
                breach(.served, bench, "run \(run.rawValue) of zone \(asked.zone.offset) has no end")
                continue
            }
            lookAtDose(asked.amount, end, asked.zone, bench)
        }
        for source in plan.sources.indices {
            let (booked, metered) = (bench.booked(source), bench.metered[source])
            let resolution = bench.meters[source].step * 2 + 0.02
            if abs(booked.zones + booked.beside - metered) > resolution {
                breach(.sums, bench, "source \(source): \(booked) booked, \(metered) metered")
            }
        }
    }

    private mutating func lookAtDose(_ asked: Amount, _ end: HydraulicBench.Ended, _ zone: ZoneIndex, _ bench: HydraulicBench) {
        switch (asked, end.outcome) {
        case (.time(let time), .completed):
            if end.watered < time { breach(.dose, bench, "\(end.watered) of \(time) given as complete") }
        case (.volume(let volume), .completed):
            // A run that shares its source is measured by shares; alone it is exact to a step and the learned overrun.
            if end.volume.base < volume.base * 0.75 - bench.meters[plan.zones[zone.offset].source.offset].step {
                breach(.dose, bench, "\(end.volume.base) of \(volume.base) m3 given as complete")
            }
        default:
            let isTold = bench.events.contains {
                [.timeShort, .volumeShort].contains($0.kind) && $0.subject == .zone(zone) && $0.cause == end.cause && $0.cause != .idle
            }
            if !isTold { breach(.dose, bench, "zone \(zone.offset) got less than asked and nobody said why: \(end)") }
        }
    }
}
