public import ProcessImage
import Quantities

/// What others see of dosing: screens, alarms.
extension FertigationControl {
    public func status(of unit: DosingUnitIndex) -> DosingStatus {
        let state = states[unit]
        let recipe = state.recipe.map { book.recipes[$0] }
        var status = DosingStatus()
        status.reason = state.tuning != nil && state.reason == .dosing ? .tuning : state.reason
        status.stop = state.view.stop
        status.recipe = state.recipe
        status.zone = state.view.zone ?? state.trial?.zone
        status.passed = state.view.passed
        status.phaseWater = state.view.phaseWater
        status.rawEC = state.rawEC.map { Conductivity(base: $0) }
        status.ec = state.ec.measured.map { Conductivity(base: $0) }
        status.ph = state.ph.measured.map { Acidity(base: $0) }
        if recipe?.ec != nil { status.ecTarget = state.ec.target.map { Conductivity(base: $0) } }
        if recipe?.ph != nil { status.phTarget = state.ph.target.map { Acidity(base: $0) } }
        status.proposed = state.proposed?.model
        status.proposedLoop = state.proposed?.loop
        return status
    }

    public func status(of channel: ChannelIndex) -> ChannelStatus {
        let state = channels[channel]
        let plan = book.channels[channel].plan
        var status = ChannelStatus(rate: state.rate)
        status.ratio = Fraction(base: state.ratio)
        let sums = sums(of: channel, plan.unit)
        status.planned = sums.planned
        status.commanded = sums.commanded
        status.metered = plan.meter == nil ? nil : sums.metered
        status.tankLeft = tanks[plan.tank].left
        status.isDisabled = state.isDisabled
        status.calibrated = state.cylinder
        return status
    }

    /// Whether nothing is dosed in the runs of now for a reason that a person should know of.
    private func isStopped(_ unit: DosingUnitIndex) -> Bool {
        switch states[unit].view.stop {
        case nil, .given, .stoppedByHand, .disabled: false
        default: true
        }
    }

    // MARK: Alarms

    /// Units, each disabled or stopped; channels, each disabled or off its calibration; tanks; zones.
    public var alarmCount: Int {
        states.count == 0 ? 0 : (states.count + channels.count) * 2 + tanks.count + zones.count
    }

    /// - Parameter number: 0 ..< `alarmCount`; the same alarm has the same number always.
    public func alarm(at number: Int, _ irrigation: borrowing IrrigationControl) -> (id: AlarmID, stands: Bool) {
        var number = number
        if number < states.count * 2 {
            let unit = DosingUnitIndex(number / 2)
            return number % 2 == 0 ? (AlarmID(.doseStopped, .dosingUnit(unit)), isStopped(unit))
                : (AlarmID(.dosingDisabled, .dosingUnit(unit)), states[unit].isDisabled)
        }
        number -= states.count * 2
        if number < channels.count * 2 {
            let channel = ChannelIndex(number / 2)
            return number % 2 == 0 ? (AlarmID(.channelDrift, .channel(channel)), channels[channel].drifts)
                : (AlarmID(.dosingDisabled, .channel(channel)), channels[channel].isDisabled)
        }
        number -= channels.count * 2
        if number < tanks.count { return (AlarmID(.tankLow, .tank(TankIndex(number))), tanks[number].isLow) }
        let zone = ZoneIndex(number - tanks.count)
        return (AlarmID(.notFlushed, .zone(zone)), isOwed(zone, irrigation))
    }
}

extension FertigationControl {
    /// What a run takes of each channel, for plans. Allocates; not for the scan.
    func doses(of recipe: RecipeIndex, water: Volume, _ area: Area?) -> [DoseAhead] {
        let rule = book.recipes[recipe]
        return rule.parts.range.map { number in
            let part = book.parts[number]
            return DoseAhead(channel: part.channel, stock: expected(part, rule.unit, rule, water: water, area))
        }
    }
}
