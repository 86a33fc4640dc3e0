import ProcessImage
import Quantities

/// A channel is moved so that a person can measure what comes, while clear water flows to take it. It is a dose like any other: on
/// disk before, bounded, counted against the ceilings, and the lines are flushed after it.
extension FertigationControl {
    /// Without flow for longer it is over.
    private static var waitsForFlow: Duration { .seconds(30) }

    mutating func beginTrial(_ channel: ChannelIndex, _ time: Duration, strokes: UInt32, _ command: UInt64,
                             _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                             _ records: inout RecordBuffer) -> CommandOutcome {
        guard channel.offset < channels.count else { return .refusedNothingToDo }
        let plan = book.channels[channel].plan
        let asksStrokes = if case .pulses = plan.drive { true } else { false }
        guard asksStrokes ? strokes > 0 : time > .zero else { return .refusedNothingToDo }
        let state = states[plan.unit]
        guard !state.isDisabled, !channels[channel].isDisabled else { return .refusedDisabled }
        guard state.trial == nil, state.recipe == nil else { return .refusedBusy }
        if case .trip? = image.verdict(of: plan.output).hold { return .refusedByTrip }
        guard state.view.inputs.contains(.flows), let zone = watering(plan.unit, irrigation) else { return .refusedNoWater }
        states[plan.unit].trial = ChannelTrial(channel: channel, zone: zone, time: time, strokes: strokes, command: command,
                                               idleSince: image.now)
        channels[channel].cylinder = nil
        return .done
    }

    /// A doser is proven by moving it as for a cylinder: what goes into the water is booked, bounded and rinsed all the same.
    mutating func prove(_ channel: ChannelIndex, _ time: Duration, _ command: UInt64, _ irrigation: borrowing IrrigationControl,
                        _ image: borrowing InputImage, _ records: inout RecordBuffer) -> CommandOutcome {
        guard case .pulses(let on, let off) = book.channels[channel].plan.drive else {
            return beginTrial(channel, time, strokes: 0, command, irrigation, image, &records)
        }
        return beginTrial(channel, .zero, strokes: UInt32(max(time.seconds / (on + off).seconds, 1)), command, irrigation, image, &records)
    }

    func channel(movedBy output: OutputIndex) -> ChannelIndex? {
        for number in 0..<channels.count where book.channels[number].plan.output == output { return ChannelIndex(number) }
        return nil
    }

    private func watering(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl) -> ZoneIndex? {
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            if zones[zone].isOpen, !zones[zone].isPlanned, irrigation.zones[zone].phase == .watering { return zone }
        }
        return nil
    }

    mutating func advanceTrial(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                               _ records: inout RecordBuffer) {
        guard var trial = states[unit].trial else { return }
        if !zones[trial.zone].isPlanned { plan(trial, unit, irrigation, image, &records) }
        let slot = DoseSlot(trial.zone, book.channels[trial.channel])
        if doses[slot].row <= image.ledgerDurableThrough { doses[slot].durable = doses[slot].intended }
        hear(&trial, image)
        let flows = states[unit].view.inputs.contains(.flows)
        if flows { trial.idleSince = image.now }
        let isDone = trial.strokes > 0 ? trial.seen >= trial.strokes : trial.on >= trial.time
        let isLost = image.now - trial.idleSince > Self.waitsForFlow || irrigation.zones[trial.zone].hand?.id != zones[trial.zone].run
        trial.isOver = trial.isOver || isDone || isLost || states[unit].recipe != nil || states[unit].isDisabled
            || channels[trial.channel].isDisabled || doses[slot].intended == .zero
        states[unit].trial = trial
        channels[trial.channel].cylinder = CalibrationRun(on: trial.on, strokes: trial.seen, isOver: false)
        states[unit].reason = .calibrating
        states[unit].mayMove = flows && !trial.isOver && doses[slot].durable > doses[slot].commanded
        guard trial.isOver, !image.verdict(of: book.channels[trial.channel].plan.output).level.isOn else { return }
        end(trial, unit, &records)
    }

    private mutating func plan(_ trial: ChannelTrial, _ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl,
                               _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let zone = trial.zone
        zones[zone].isPlanned = true
        zones[zone].share = 1
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let other = irrigation.zoneList[number]
            if zones[other].isOpen { owe(other, nil, flushVolume(other, nil, irrigation), &records) }
        }
        let planned = expected(trial)
        plan(zone, trial.channel, planned, nil, &records)
        intend(planned, zone, trial.channel, unit, image, &records)
    }

    private func expected(_ trial: ChannelTrial) -> Volume {
        switch channels[trial.channel].rate {
        case .flow(let flow): flow.volume(over: trial.time)
        case .stroke(let stroke): stroke * Double(trial.strokes)
        }
    }

    private func hear(_ trial: inout ChannelTrial, _ image: borrowing InputImage) {
        trial.seen += UInt32(channels[trial.channel].strokes)
        guard image.verdict(of: book.channels[trial.channel].plan.output).level.isOn else { return }
        trial.on += .seconds((image.now - lastScan).seconds * speed(trial.channel, image))
    }

    /// On for the time, or one stroke after another.
    mutating func giveTrial(_ unit: DosingUnitIndex, over elapsed: Duration, _ demands: inout Demands) {
        guard let trial = states[unit].trial, states[unit].mayMove else { return }
        let plan = book.channels[trial.channel].plan
        var isOn = true
        if case .stroke(let stroke) = channels[trial.channel].rate {
            let isNext = trial.ordered < trial.strokes && trial.ordered == trial.seen
            if isNext { states[unit].trial?.ordered += 1 }
            isOn = channels[trial.channel].driver.step(due: isNext ? stroke : .zero, over: elapsed)
        }
        demand(plan, isOn, speed: 1, .calibrating, &demands)
    }

    private mutating func end(_ trial: ChannelTrial, _ unit: DosingUnitIndex, _ records: inout RecordBuffer) {
        states[unit].trial = nil
        states[unit].reason = .idle
        channels[trial.channel].cylinder = CalibrationRun(on: trial.on, strokes: trial.seen, isOver: true)
        let gave = doses[DoseSlot(trial.zone, book.channels[trial.channel])].commanded
        records.event(Event(.channelMoved, .channel(trial.channel), value: gave.base * 1000, duration: trial.on))
    }

    // MARK: What the cylinder showed

    mutating func accept(_ channel: ChannelIndex, _ measured: Volume, _ command: UInt64, _ image: borrowing InputImage,
                         _ records: inout RecordBuffer) -> CommandOutcome {
        guard channel.offset < channels.count, let moved = channels[channel].cylinder, moved.isOver, measured > .zero,
              measured.base.isFinite else { return .refusedNothingToDo }
        let before = channels[channel].rate
        let plan = book.channels[channel].plan
        let (rate, drift): (ChannelRate, Double)
        switch before {
        case .flow(let flow):
            guard moved.on > .zero else { return .refusedNothingToDo }
            let now = Flow(base: measured.base / moved.on.seconds * 3600)
            (rate, drift) = (.flow(now), now / flow - 1)
        case .stroke(let stroke):
            guard moved.strokes > 0 else { return .refusedNothingToDo }
            let now = measured * (1 / Double(moved.strokes))
            (rate, drift) = (.stroke(now), now / stroke - 1)
        }
        channels[channel].set(rate, plan)
        channels[channel].cylinder = nil
        let at = image.wall.isTrusted ? image.wall.unixSeconds : 0
        let calibration = ChannelCalibration(rate: rate, at: at, drift: Fraction(base: drift), command: command)
        records.ledger(.channelCalibrated(channel, calibration))
        records.event(Event(.channelCalibrated, .channel(channel), value: drift * 100))
        let tolerance = book.units[plan.unit].meterTolerance.base / 2
        if abs(drift) > tolerance { records.event(Event(.channelDrift, .channel(channel), value: drift * 100, limit: tolerance * 100)) }
        return .done
    }
}

extension ChannelState {
    fileprivate mutating func set(_ rate: ChannelRate, _ plan: ChannelPlan) {
        self.rate = rate
        driver = ChannelDriver(plan.drive, rate, turn: driver.turn)
        checkOrdered = .zero
        checkMetered = .zero
        drifts = false
    }
}
