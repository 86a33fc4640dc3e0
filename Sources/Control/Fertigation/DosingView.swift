import Agronomy
import ProcessImage
import Quantities

/// What flows where in this scan: whose water it is, how far each run is, what the probes say.
extension FertigationControl {
    mutating func look(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage) {
        let plan = book.units[unit]
        var view = UnitView()
        for number in irrigation.zonesOfSource[plan.source].range {
            let zone = irrigation.zoneList[number]
            let state = irrigation.zones[zone]
            zones[zone].isMember = false
            hear(zone, state.hand)
            zones[zone].isOpen = !state.isShut || state.wantsWater
            guard zones[zone].isOpen else { continue }
            view.open += 1
            view.water += zones[zone].passed
            guard let run = state.hand, let dosing = run.dosing, state.phase != .queued else {
                view.inputs.insert(.foreign)
                continue
            }
            join(zone, run, irrigation.progress(run, dosing), dosing, isEnding: state.phase == .stopping, &view)
        }
        lookAtWater(unit, irrigation, image, &view)
        lookAtProbes(unit, image, &view)
        if !states[unit].gives { states[unit].clear += max(view.water, .zero) }
        states[unit].view = view
    }

    /// Water that went through the zone since the scan before: negative where the meter's word takes back what was reckoned.
    private mutating func hear(_ zone: ZoneIndex, _ run: Run?) {
        zones[zone].passed = .zero
        zones[zone].heard = .zero
        zones[zone].unheard = run?.reckoned ?? .zero
        guard let run else { return }
        if zones[zone].run != run.id {
            // Doses of the run before are closed first; it is at its end.
            guard !zones[zone].isPlanned else { return }
            zones[zone].begin(run)
        }
        zones[zone].passed = run.volume - zones[zone].volume
        zones[zone].heard = run.metered - zones[zone].metered
        zones[zone].volume = run.volume
        zones[zone].metered = run.metered
    }

    private mutating func join(_ zone: ZoneIndex, _ run: Run, _ progress: Volume, _ dosing: RunDosing, isEnding: Bool,
                               _ view: inout UnitView) {
        guard view.recipe == nil || view.recipe == dosing.recipe, zones[zone].run == run.id else {
            view.inputs.insert(.foreign)
            return
        }
        view.recipe = dosing.recipe
        view.zone = view.zone ?? zone
        view.members += 1
        view.inputs.insert(.hasRun)
        zones[zone].isMember = true
        advance(zone, progress, dosing, isEnding)
        view.stop = view.stop ?? zones[zone].stop
        if view.stop != nil { view.inputs.insert(.isStopped) }
        switch zones[zone].stage {
        case .before:
            view.inputs.insert(.anyBefore)
            view.show(progress, of: dosing.before)
        case .dose: view.show(progress - dosing.before, of: dosing.dose)
        case .after:
            view.inputs.insert(.anyAfter)
            view.show(progress - dosing.before - dosing.dose, of: dosing.after)
        }
        view.dose += dosing.dose
        view.doseLeft += max(min(dosing.before + dosing.dose - progress, dosing.dose), .zero)
    }

    /// A stage never goes back, whatever the meter puts right.
    private mutating func advance(_ zone: ZoneIndex, _ progress: Volume, _ dosing: RunDosing, _ isEnding: Bool) {
        if zones[zone].stage == .before, progress >= dosing.before { zones[zone].stage = .dose }
        if isEnding || (zones[zone].stage == .dose && progress >= dosing.before + dosing.dose) { zones[zone].stage = .after }
    }

    private mutating func lookAtWater(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                                      _ view: inout UnitView) {
        let plan = book.units[unit]
        let isFlowing = flows(plan, irrigation, image)
        states[unit].flow = irrigation.sources[plan.source].flow
        states[unit].provenSince = isFlowing ? states[unit].provenSince ?? image.now : nil
        if let since = states[unit].provenSince, image.now - since >= plan.steady { view.inputs.insert(.flows) }
        if irrigation.isBackwashing(plan.source) { view.inputs.insert(.backwash) }
        if let recipe = view.recipe, holdsOldMix(unit, recipe, irrigation) { view.inputs.insert(.oldMix) }
        lookAtHolds(&view, image)
    }

    /// Proven, not commanded: what a meter or a switch shows in this scan, with a pump that runs and a zone that is open.
    private func flows(_ plan: DosingUnitPlan, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage) -> Bool {
        let source = irrigation.sourcePlans[plan.source]
        guard irrigation.sources[plan.source].drivenSince != nil, irrigation.sources[plan.source].open.count > 0 else { return false }
        guard source.flow != nil || plan.flowSwitch != nil else { return false }
        if let point = source.flow {
            guard let flow = image.value(of: point, noOlderThan: plan.flowNoOlderThan).value, flow >= plan.leastFlow else { return false }
        }
        return plan.flowSwitch.map { image.isOn($0, noOlderThan: plan.flowNoOlderThan) == .known(true) } ?? true
    }

    private func holdsOldMix(_ unit: DosingUnitIndex, _ recipe: RecipeIndex, _ irrigation: borrowing IrrigationControl) -> Bool {
        let state = states[unit]
        if let last = state.dosedLast, book.clash(last, recipe), state.clear < book.units[unit].form.volume * 2 { return true }
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isMember, let debt = zones[zone].debt, debt.run != zones[zone].run else { continue }
            if book.clash(debt.recipe, recipe) { return true }
        }
        return false
    }

    /// The interlocks book ahead in a ledger row of their own: until it is on disk they wait as control does for its rows.
    private func lookAtHolds(_ view: inout UnitView, _ image: borrowing InputImage) {
        guard let recipe = view.recipe else { return }
        for number in book.recipes[recipe].parts.range {
            guard let hold = image.verdict(of: book.channels[book.parts[number].channel].plan.output).hold else { continue }
            if hold == .interlock(.doseUnbooked) { view.waitsForRow = true } else { view.inputs.insert(.held) }
        }
    }

    // MARK: Probes

    private mutating func lookAtProbes(_ unit: DosingUnitIndex, _ image: borrowing InputImage, _ view: inout UnitView) {
        let probes = book.units[unit].probes
        let recipe = view.recipe.map { book.recipes[$0] }
        if let raw = book.units[unit].raw.probe.flatMap({ value(of: $0, probes.noOlderThan, image) }) { states[unit].rawEC = raw }
        let ec = judge(TwoProbes(.higher, tolerance: probes.ecTolerance.base), probes.ec.map { value(of: $0, probes.noOlderThan, image) },
                       probes.ecWitness.map { value(of: $0, probes.noOlderThan, image) })
        let ph = judge(TwoProbes(recipe?.raisesPH == true ? .higher : .lower, tolerance: probes.phTolerance.base),
                       probes.ph.map { image.value(of: $0, noOlderThan: probes.noOlderThan).value?.pH },
                       probes.phWitness.map { image.value(of: $0, noOlderThan: probes.noOlderThan).value?.pH })
        states[unit].ec.see(ec, at: image.now)
        states[unit].ph.see(ph, at: image.now)
        if states[unit].ec.isDoubted(at: image.now) || states[unit].ph.isDoubted(at: image.now) { view.inputs.insert(.disagree) }
        let lacks = (recipe?.ec != nil && probes.ec != nil && ec.value == nil) || (recipe?.ph != nil && probes.ph != nil && ph.value == nil)
        if lacks || states[unit].ecProbe.isFrozen || states[unit].phProbe.isFrozen { view.inputs.insert(.blind) }
    }

    /// At 25 °C, compensated once.
    private func value(of probe: ECProbe, _ limit: Duration, _ image: borrowing InputImage) -> Double? {
        guard let shown = image.value(of: probe.point, noOlderThan: limit).value else { return nil }
        guard let point = probe.temperature else { return shown.base }
        guard let water = image.value(of: point, noOlderThan: limit).value else { return nil }
        return UncompensatedConductivity(millisiemensPerCentimeter: shown.base).at25(water, perDegree: probe.perDegree)?.base
    }

    /// - Parameters: `nil` for a probe that is not there, a value that is `nil` for one that can not be read.
    private func judge(_ pair: TwoProbes, _ first: Double??, _ second: Double??) -> (value: Double?, isApart: Bool) {
        guard let second else { return (first ?? nil, false) }
        switch pair.judge(first ?? nil, second) {
        case .agree(let value), .alone(let value): return (value, false)
        case .disagree(let value): return (value, true)
        case .none: return (nil, false)
        }
    }

    /// Of two probes the interlocks judge which one is frozen.
    mutating func watchFrozen(_ unit: DosingUnitIndex, _ recipe: RecipeRule, over elapsed: Duration) {
        let probes = book.units[unit].probes
        if recipe.ec != nil, probes.ecWitness == nil {
            _ = states[unit].ecProbe.step(states[unit].ec.measured, isDosing: true, over: elapsed)
        }
        if recipe.ph != nil, probes.phWitness == nil {
            _ = states[unit].phProbe.step(states[unit].ph.measured, isDosing: true, over: elapsed)
        }
    }
}

extension UnitView {
    fileprivate mutating func show(_ passed: Volume, of phase: Volume) {
        guard members == 1 else { return }
        self.passed = max(passed, .zero)
        phaseWater = phase
    }
}
