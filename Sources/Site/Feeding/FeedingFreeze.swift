import Agronomy
import Control
import Interlocks
import ProcessImage
import Quantities

/// Net cages into plans: what control knows of them, and what the interlocks do.
extension SiteReader {
    func feedingPlan(_ tables: SiteTables) -> FeedingPlan {
        FeedingPlan(cages: cages.map { cage in
            CagePlan(aeration: cage.aeration, feed: cage.feed.map { cageFeed($0) }, conversion: cage.conversion, stock: cage.feed?.stock)
        }, probes: cages.enumerated().flatMap { number, cage in
            cage.probes.compactMap { probe($0, cage, CageIndex(number), tables) }
        }, gates: cages.flatMap(\.gates),
        stages: cages.enumerated().flatMap { number, cage in cage.stages.map { stage($0, CageIndex(number), tables) } },
        lines: feedLines.compactMap { wiring($0, tables) }, outlets: outletWirings(tables), silos: siloPlans(tables),
        depths: depthPlans(tables), depthProbes: depthProbes(tables),
        species: species.map(\.species), slack: slack)
    }

    // MARK: Cages

    private func cageFeed(_ draft: CageFeedDraft) -> CageFeed {
        let line = feedLines[draft.line]
        let least = line.rate.mass(over: doserLease(line)) * 2
        let quantum = max(line.quantum ?? line.rate.mass(over: .seconds(20)), least)
        return CageFeed(line: FeedLineIndex(draft.line), outlet: UInt8(draft.outlet), meals: draft.meals(quantum), ration: draft.ration,
                        priority: draft.priority)
    }

    private func probe(_ probe: (quantity: SeaQuantity, point: PointIndex), _ draft: CageDraft, _ cage: CageIndex,
                       _ tables: SiteTables) -> SeaProbePlan? {
        guard let gauge = tables.gauge(probe.point) else { return nil }
        let bounds = probe.quantity.bounds
        return SeaProbePlan(cage: cage, probe.quantity, gauge, low: bounds.low, high: bounds.high, leap: bounds.leap,
                            stuckAfter: bounds.stuckAfter, noOlderThan: max(.minutes(3), interval(of: probe.point) * 3),
                            isFreshwater: draft.isFreshwater && probe.quantity == .oxygen)
    }

    private func stage(_ stage: StageDraft, _ cage: CageIndex, _ tables: SiteTables) -> AerationStage {
        let seen = stage.proof.map { interval(of: $0.point) * 3 } ?? .zero
        return AerationStage(cage: cage, output: stage.output, isPureOxygen: stage.isPureOxygen, on: stage.on, off: stage.off,
                             leastOn: stage.leastOn, leastOff: stage.leastOff, proof: stage.proof.flatMap { tables.gauge($0.point) },
                             proofLeast: stage.proof?.least ?? 0, proveWithin: max(.seconds(15), seen))
    }

    // MARK: Lines

    /// A line without a doser was refused.
    private func wiring(_ line: FeedLineDraft, _ tables: SiteTables) -> FeedLineWiring? {
        guard let doser = line.doser else { return nil }
        return FeedLineWiring(plan: line.plan, blower: line.blower, doser: doser, spreader: line.spreader,
                              air: line.air.flatMap { air($0, tables) }, rate: line.rate,
                              scale: line.hopper.flatMap { tables.quantity($0) },
                              silo: line.silo.map { SiloIndex($0) }, lease: doserLease(line))
    }

    /// How long it goes on if nothing more is heard of us. A relay's own watchdog takes its time.
    private func doserLease(_ line: FeedLineDraft) -> Duration {
        guard let doser = line.doser else { return lease }
        return switch outputs[doser.offset].lease {
        case .guardProcess, .bridge: lease
        default: max(lease, .seconds(5))
        }
    }

    private func air(_ air: FeedLineDraft.Air, _ tables: SiteTables) -> LineAirPlan? {
        guard let pressure: PointOf<Pressure> = tables.quantity(air.pressure) else { return nil }
        return LineAirPlan(pressure: pressure, still: air.still, least: air.low, most: air.blocked,
                           temperature: air.temperature.flatMap { tables.quantity($0) }, hottest: air.hottest,
                           noOlderThan: airPatience(air))
    }

    private func airPatience(_ air: FeedLineDraft.Air) -> Duration { max(.seconds(3), interval(of: air.pressure) * 3) }

    private func outletWirings(_ tables: SiteTables) -> [OutletWiring] {
        feedLines.enumerated().flatMap { number, line in
            line.outlets.compactMap { outlet in
                tables.digital(outlet.mark).map { OutletWiring(line: FeedLineIndex(number), drive: outlet.drive, mark: $0) }
            }
        }
    }

    // MARK: Interlocks

    /// Lines that blow, in their order.
    func feedGuards(_ tables: SiteTables) -> [FeedGuard] {
        feedLines.compactMap { line in
            guard let doser = line.doser, let blower = line.blower, let air = line.air,
                  let pressure: PointOf<Pressure> = tables.quantity(air.pressure) else { return nil }
            return FeedGuard(doser: doser, blower: blower, pressure: pressure, still: air.still, least: air.low, most: air.blocked,
                             noOlderThan: airPatience(air))
        }
    }

    var selectorGuards: [SelectorGuard] {
        feedLines.filter { $0.blower != nil }.enumerated().flatMap { number, line in
            line.plan.selector == .rotary ? line.outlets.prefix(1).map { SelectorGuard(feed: number, drive: $0.drive) } : []
        }
    }

    /// Everything that feeds a cage stands while people are in it: what serves others too, while it serves this one.
    func cageGuards(_ tables: SiteTables) -> [CageGuard] {
        cages.enumerated().flatMap { number, cage -> [CageGuard] in
            let winches = (cage.depth.map { [$0.sink, $0.rise] } ?? []).map { CageGuard(cage: CageIndex(number), output: $0) }
            guard let feed = cage.feed else { return winches }
            let line = feedLines[feed.line], cage = CageIndex(number)
            let outlet = line.outlets.indices.contains(feed.outlet) ? line.outlets[feed.outlet] : nil
            let mark = outlet.flatMap { tables.digital($0.mark) }
            var guards = winches + [line.doser, line.blower, line.spreader].compactMap(\.self).map { CageGuard(cage: cage, output: $0, servesWhen: mark) }
            if let outlet {
                // Its own valve stands always; a selector that turns, while it stands at this cage.
                guards.append(CageGuard(cage: cage, output: outlet.drive, servesWhen: line.plan.selector == .valves ? nil : mark))
            }
            return guards
        }
    }

    func cageContacts(_ tables: SiteTables) -> [CageContact] {
        cages.enumerated().compactMap { number, cage in
            cage.lockedWhen.flatMap { tables.digital($0) }.map { CageContact(cage: CageIndex(number), contact: $0) }
        }
    }
}

extension SeaQuantity {
    /// What a probe can credibly show, in the base unit, and for how long it may show the same. Oxygen never stands still to the last
    /// digit; deep water keeps its temperature for long; a calm is a calm, and no feed is left where none is given.
    fileprivate var bounds: (low: Double, high: Double, leap: Double, stuckAfter: Duration) {
        switch self {
        case .oxygen: (0, 25, 6, .hours(6))
        case .temperature: (-2, 40, 5, .hours(48))
        case .salinity: (0, 45, 10, .hours(48))
        case .current: (0, 5, 3, .hours(48))
        case .waves: (0, 20, 5, .hours(48))
        case .wind: (0, 75, 40, .hours(48))
        case .sulfide: (0, 10, 10, .hours(24 * 30))
        case .uneaten: (0, 1, 1, .hours(24 * 30))
        }
    }
}
