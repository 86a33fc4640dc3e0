import Agronomy
import ProcessImage
import Quantities

/// Whether stock goes into the water in this scan, and how much of each.
extension FertigationControl {
    /// A ratio is held this much below its ceiling, so that control stops before anything else has to.
    private static var belowCeiling: Double { 0.98 }

    // MARK: Whether

    mutating func decide(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                         over elapsed: Duration, _ records: inout RecordBuffer) {
        begin(unit)
        var inputs = states[unit].view.inputs
        if let stop = states[unit].pending ?? newStop(unit, image) {
            stopMembers(unit, stop, irrigation, &records)
            inputs.insert(.isStopped)
        }
        states[unit].pending = nil
        let before = states[unit].reason
        let wouldDose = DoseSequence.next(after: before, inputs.union(.isBooked)) == .dosing
        if wouldDose, let recipe = states[unit].recipe {
            watchFrozen(unit, book.recipes[recipe], over: elapsed)
            steer(unit, book.recipes[recipe], over: elapsed, image.now, &records)
            if isBooked(unit, recipe, irrigation, image, &records), !states[unit].view.waitsForRow { inputs.insert(.isBooked) }
        }
        states[unit].reason = DoseSequence.next(after: before, inputs)
        if states[unit].reason != .dosing { restLoops(unit) }
        note(unit, before, image.now, irrigation, &records)
        if states[unit].trial != nil { advanceTrial(unit, irrigation, image, &records) }
    }

    /// A recipe that was not there in the scan before begins anew.
    private mutating func begin(_ unit: DosingUnitIndex) {
        guard states[unit].recipe != states[unit].view.recipe else { return }
        // What the last scan of dosing gave is booked to the recipe by now.
        states[unit].recipe = states[unit].view.recipe
        states[unit].reason = .idle
        beginLoops(unit, flow: states[unit].flow)
    }

    /// What ends the dose of the run, beyond what is known already.
    private func newStop(_ unit: DosingUnitIndex, _ image: borrowing InputImage) -> DosingReason? {
        guard let recipe = states[unit].recipe else { return nil }
        let state = states[unit]
        if state.isDisabled { return .disabled }
        if state.reason.triesPatience, image.now - state.pausedSince > book.units[unit].patience { return .waitedLong }
        for number in book.recipes[recipe].parts.range {
            let channel = book.parts[number].channel
            if channels[channel].isDisabled { return .disabled }
            if tanks[book.channels[channel].plan.tank].isLow { return .tankEmpty }
        }
        return nil
    }

    private mutating func stopMembers(_ unit: DosingUnitIndex, _ stop: DosingReason, _ irrigation: borrowing IrrigationControl,
                                      _ records: inout RecordBuffer) {
        var isNew = false
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isMember, zones[zone].stop == nil, zones[zone].stage != .after else { continue }
            zones[zone].stop = stop
            isNew = true
        }
        guard isNew else { return }
        states[unit].view.stop = stop
        records.event(Event(.doseStopped, .dosingUnit(unit), because: .dosing(stop)))
    }

    private mutating func note(_ unit: DosingUnitIndex, _ before: DosingReason, _ now: Instant, _ irrigation: borrowing IrrigationControl,
                               _ records: inout RecordBuffer) {
        let reason = states[unit].reason
        guard reason != before else { return }
        if before == .dosing, states[unit].tuning != nil {
            states[unit].tuning = nil
            records.event(Event(.tuneFailed, .dosingUnit(unit), because: .dosing(reason)))
        }
        if reason.triesPatience, !before.triesPatience { states[unit].pausedSince = now }
        // A row that is written takes a moment; that is no news.
        if reason.isPause, reason != .ledger, before == .dosing {
            records.event(Event(.dosePaused, .dosingUnit(unit), because: .dosing(reason)))
        } else if reason == .dosing, before.isPause, before != .ledger, hasGiven(unit, irrigation) {
            records.event(Event(.doseGoesOn, .dosingUnit(unit)))
        }
    }

    private func hasGiven(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl) -> Bool {
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            if zones[zone].isMember, zones[zone].hasGiven { return true }
        }
        return false
    }

    // MARK: How much

    mutating func give(_ unit: DosingUnitIndex, over elapsed: Duration, _ demands: inout Demands) {
        for number in book.channelsOfUnit[unit].range { channels[book.channelList[number]].ratio = 0 }
        guard states[unit].reason == .dosing, let recipe = states[unit].recipe else {
            return rest(unit, over: elapsed, &demands)
        }
        for number in book.recipes[recipe].parts.range {
            let part = book.parts[number]
            let rule = book.channels[part.channel]
            let due = due(part, unit, book.recipes[recipe], over: elapsed)
            let isOn = channels[part.channel].driver.step(due: due, over: elapsed)
            demand(rule.plan, isOn, speed: channels[part.channel].driver.speed, .dosing, &demands)
        }
    }

    /// - Parameter speed: of the greatest, where a drive makes it.
    func demand(_ plan: ChannelPlan, _ isOn: Bool, speed: Double, _ reason: DosingReason, _ demands: inout Demands) {
        demands[plan.output] = Demand(isOn ? .on : .off, because: .dosing(reason))
        if let setpoint = plan.drive.setpoint, isOn {
            demands[setpoint.index] = setpoint.demand(Fraction(base: speed), because: .dosing(reason))
        }
    }

    /// Off in this scan, with the reason where there is one.
    private mutating func rest(_ unit: DosingUnitIndex, over elapsed: Duration, _ demands: inout Demands) {
        for number in book.channelsOfUnit[unit].range {
            let channel = book.channelList[number]
            if states[unit].trial?.channel != channel || !states[unit].mayMove { channels[channel].driver.pause(over: elapsed) }
            if states[unit].reason != .idle {
                demands[book.channels[channel].plan.output] = Demand(.off, because: .dosing(states[unit].reason))
            }
        }
        giveTrial(unit, over: elapsed, &demands)
    }

    /// Stock that belongs to the water since the scan before.
    private mutating func due(_ part: RecipePlan.Part, _ unit: DosingUnitIndex, _ recipe: RecipeRule, over elapsed: Duration) -> Volume {
        let view = states[unit].view
        let rate = channels[part.channel].rate
        let plan = book.channels[part.channel].plan
        let left = left(of: part, unit)
        if case .time = part.mode { return min(rate.most(over: elapsed, plan.drive), left) }
        let ratio = ratio(part, unit, recipe, left)
        channels[part.channel].ratio = ratio
        guard left > .zero || !part.mode.isPlanned else { return .zero }
        return view.water * ratio
    }

    /// Stock in the water, by volume.
    func ratio(_ part: RecipePlan.Part, _ unit: DosingUnitIndex, _ recipe: RecipeRule, _ left: Volume) -> Double {
        let rule = book.channels[part.channel]
        let view = states[unit].view
        let wanted = switch part.mode {
        case .ratio(let ratio): ratio.base
        case .quantity, .perArea: left / max(view.doseLeft, view.dose * 0.02)
        case .time: 0.0
        case .ec(let share): states[unit].ec.output / recipe.strength * (share / recipe.shares)
        case .ph: states[unit].ph.output / rule.normality.base
        }
        let ceiling = rule.plan.ceilings.inWater.map { $0.base * Self.belowCeiling } ?? .greatestFiniteMagnitude
        return wanted.isFinite ? min(max(wanted, 0), ceiling) : 0
    }

    /// What the runs of now still have to get of a part that has an end.
    func left(of part: RecipePlan.Part, _ unit: DosingUnitIndex) -> Volume {
        let sums = sums(of: part.channel, unit)
        return max(sums.planned - sums.commanded, .zero)
    }

    func sums(of channel: ChannelIndex, _ unit: DosingUnitIndex) -> (planned: Volume, commanded: Volume, metered: Volume?) {
        var (planned, commanded, metered) = (Volume.zero, Volume.zero, Volume?.some(.zero))
        for number in 0..<zones.count where zones[number].isMember && zones[number].isPlanned {
            let dose = doses[DoseSlot(ZoneIndex(number), book.channels[channel])]
            guard let recipe = zones[number].recipe, book.recipes[recipe].unit == unit else { continue }
            planned += dose.planned
            commanded += dose.commanded
            metered = metered.flatMap { sum in dose.metered.map { sum + $0 } }
        }
        return (planned, commanded, metered)
    }

    /// What a run is to get of a part; of a loop, what it will take if the stock is as strong as it is said to be.
    func expected(_ part: RecipePlan.Part, _ unit: DosingUnitIndex, _ recipe: RecipeRule, water: Volume, _ area: Area?) -> Volume {
        let rule = book.channels[part.channel]
        switch part.mode {
        case .quantity(let volume): return volume
        case .perArea(let depth): return area.map { depth.volume(on: $0) } ?? .zero
        case .time(let time): return channels[part.channel].rate.most(over: time, rule.plan.drive)
        case .ratio(let ratio): return water * ratio.base
        case .ec(let share):
            let raw = states[unit].rawEC ?? book.units[unit].raw.otherwise.base
            let feed = recipe.ec.map { $0.mix(over: raw) - raw } ?? 0
            return water * (feed / recipe.strength * (share / recipe.shares))
        case .ph:
            let raw = book.units[unit].raw
            return water * (raw.alkalinity.acidDemand(leaving: raw.left) / rule.normality)
        }
    }
}

extension DoseMode {
    /// It ends when what is planned is given.
    var isPlanned: Bool {
        switch self {
        case .quantity, .perArea, .time: true
        case .ratio, .ec, .ph: false
        }
    }
}
