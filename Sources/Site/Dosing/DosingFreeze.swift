import Agronomy
import Control
import ProcessImage
import Quantities

/// What was read of dosing becomes the plan of control.
extension SiteReader {
    func fertigation(_ tables: SiteTables) -> FertigationPlan {
        FertigationPlan(units: dosingUnits.compactMap { unitPlan($0, tables) }, channels: channelPlans(tables), tanks: tankPlans(tables),
                        recipes: recipes.map(\.plan), pipes: zones.map(\.pipes))
    }

    private func unitPlan(_ unit: DosingUnitDraft, _ tables: SiteTables) -> DosingUnitPlan? {
        unit.source.map { source in
            DosingUnitPlan(
                source: source, form: unit.form, leastFlow: unit.leastFlow, flowSwitch: unit.flowSwitch.flatMap { tables.digital($0) },
                flowNoOlderThan: flowAge(source), probes: probePlan(unit.probes, tables), raw: rawWater(unit, tables),
                ecLoop: unit.ec.settings,
                phLoop: unit.ph.settings, steady: unit.steady + .seconds(1), patience: unit.patience)
        }
    }

    /// Proven means seen now: a second, or as often as the meter is read.
    func flowAge(_ source: SourceIndex) -> Duration {
        max(.seconds(1), (sources[source.offset].meter?.every ?? .zero) * 2)
    }

    private func probePlan(_ probes: ProbesDraft, _ tables: SiteTables) -> DosingProbes {
        func ec(_ number: Int) -> ECProbe? { probes.ec.count > number ? ecProbe(probes.ec[number], probes, tables) : nil }
        func ph(_ number: Int) -> PointOf<Acidity>? { probes.ph.count > number ? tables.quantity(probes.ph[number]) : nil }
        return DosingProbes(
            ec: ec(0), ecWitness: ec(1), ecTolerance: probes.ecApart, ph: ph(0), phWitness: ph(1), phTolerance: probes.phApart,
            noOlderThan: probeAge(probes.ec + probes.ph), ecResolution: Conductivity(base: resolution(probes.ec)),
            phResolution: Acidity(base: resolution(probes.ph)))
    }

    private func ecProbe(_ point: PointIndex, _ probes: ProbesDraft, _ tables: SiteTables) -> ECProbe? {
        tables.quantity(point).map {
            ECProbe($0, temperature: probes.temperature.flatMap { tables.quantity($0) }, perDegree: probes.perDegree)
        }
    }

    func probeAge(_ points: [PointIndex]) -> Duration {
        max(.seconds(5), (points.map { interval(of: $0) }.max() ?? .zero) * 3)
    }

    /// The coarsest of the probes' least steps, in base units.
    func resolution(_ probes: [PointIndex]) -> Double {
        probes.map { point in
            let definition = points[point.offset]
            return (0..<definition.decimals).reduce(definition.unit.scale) { step, _ in step / 10 }
        }.max() ?? 0.001
    }

    private func rawWater(_ unit: DosingUnitDraft, _ tables: SiteTables) -> RawWater {
        RawWater(probe: unit.raw.probe.flatMap { ecProbe($0, unit.probes, tables) }, otherwise: unit.raw.conductivity,
                 alkalinity: unit.raw.alkalinity ?? .zero, left: unit.raw.left)
    }

    /// What clears the pipes of a source: the way to the last emitter of its slowest zone, and three times what lies about the
    /// injection.
    func clearWater(_ unit: DosingUnitDraft) -> Volume {
        let advances = zones.filter { $0.source == unit.source }.map { zone in (zone.flow ?? .zero).volume(over: zone.pipes.advance) }
        return max(advances.max() ?? .zero, unit.form.volume * 3, .liters(100))
    }
}
