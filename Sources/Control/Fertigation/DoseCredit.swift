import ProcessImage
import Quantities

/// What each channel really gave since the scan before, by what was permitted, and to whom it went.
extension FertigationControl {
    mutating func hear(_ channel: ChannelIndex, _ image: borrowing InputImage, over elapsed: Duration) {
        let plan = book.channels[channel].plan
        let verdict = image.verdict(of: plan.output)
        channels[channel].rolling.turn(to: image.now)
        channels[channel].gave = .zero
        channels[channel].strokes = 0
        if verdict.level.isOn {
            switch channels[channel].rate {
            case .flow(let flow): channels[channel].gave = flow.volume(over: elapsed) * speed(channel, image)
            case .stroke(let stroke):
                if verdict.since != channels[channel].counted {
                    channels[channel].gave = stroke
                    channels[channel].strokes = 1
                }
            }
            channels[channel].counted = verdict.since
        }
        channels[channel].driver.hear(gave: channels[channel].gave, strokes: channels[channel].strokes, over: elapsed)
        hearMeter(channel, image)
    }

    /// Of the greatest.
    func speed(_ channel: ChannelIndex, _ image: borrowing InputImage) -> Double {
        guard let setpoint = book.channels[channel].plan.drive.setpoint else { return 1 }
        return setpoint.most(image.verdict(of: setpoint.index).value, or: image.feedback(of: setpoint.index))
    }

    private mutating func hearMeter(_ channel: ChannelIndex, _ image: borrowing InputImage) {
        channels[channel].metered = nil
        guard let meter = book.channels[channel].plan.meter else { return }
        guard let total = image.value(of: meter, noOlderThan: .minutes(1)).value, total.base.isFinite else {
            channels[channel].total = nil
            return
        }
        // A total that falls is a meter that began anew.
        channels[channel].metered = channels[channel].total.map { total >= $0 ? total - $0 : .zero }
        channels[channel].total = total
    }

    /// Books it to the runs that got it, in the shares of their water.
    mutating func credit(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ records: inout RecordBuffer) {
        var any = false
        for number in book.channelsOfUnit[unit].range {
            let channel = book.channelList[number]
            let gave = channels[channel].gave
            if gave > .zero {
                any = true
                drain(channel, gave)
            }
            let isBooked = credit(channel, gave, irrigation.zonesOfSource[book.units[unit].source], irrigation)
            if gave > .zero, !isBooked { channels[channel].count(gave) }
            compare(channel, gave, unit, &records)
        }
        states[unit].gives = any
        guard any else { return }
        states[unit].clear = .zero
        states[unit].dosedLast = states[unit].recipe
        note(giving: unit, irrigation, &records)
    }

    /// - Returns: whether a run had it planned.
    private mutating func credit(_ channel: ChannelIndex, _ gave: Volume, _ list: Part, _ irrigation: borrowing IrrigationControl) -> Bool {
        var isBooked = false
        for number in list.range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isPlanned, zones[zone].share > 0 else { continue }
            isBooked = true
            let slot = DoseSlot(zone, book.channels[channel])
            guard doses[slot].rows > 0 else { continue }
            doses[slot].commanded += gave * zones[zone].share
            if gave > .zero { zones[zone].hasGiven = true }
            if doses[slot].commanded > doses[slot].intended {
                channels[channel].count(doses[slot].commanded - doses[slot].intended)
                doses[slot].intended = doses[slot].commanded
            }
            if book.channels[channel].plan.meter != nil, let metered = channels[channel].metered, let sum = doses[slot].metered {
                doses[slot].metered = sum + metered * zones[zone].share
            } else {
                doses[slot].metered = nil
            }
        }
        return isBooked
    }

    private mutating func drain(_ channel: ChannelIndex, _ gave: Volume) {
        let tank = book.channels[channel].plan.tank
        tanks[tank].left = tanks[tank].left.map { max($0 - gave, .zero) }
    }

    /// The meter against what was ordered, each time enough has been ordered to tell.
    private mutating func compare(_ channel: ChannelIndex, _ gave: Volume, _ unit: DosingUnitIndex, _ records: inout RecordBuffer) {
        let plan = book.channels[channel].plan
        guard plan.meter != nil, let metered = channels[channel].metered else { return }
        channels[channel].checkOrdered += gave
        channels[channel].checkMetered += metered
        let (ordered, seen) = (channels[channel].checkOrdered, channels[channel].checkMetered)
        guard ordered >= plan.meterLeast else { return }
        channels[channel].checkOrdered = .zero
        channels[channel].checkMetered = .zero
        let off = seen / ordered - 1
        let tolerance = book.units[unit].meterTolerance.base
        let drifts = abs(off) > tolerance / 2
        if drifts, !channels[channel].drifts {
            records.event(Event(.channelDrift, .channel(channel), value: off * 100, limit: tolerance * 50))
        }
        channels[channel].drifts = drifts
        guard abs(off) > tolerance, states[unit].reason == .dosing else { return }
        records.event(Event(.channelFault, .channel(channel), value: seen.base * 1000, limit: ordered.base * 1000))
        states[unit].pending = .channelFault
    }

    // MARK: Tanks

    mutating func watch(_ tank: TankIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let rule = book.tanks[tank]
        if let level = rule.level, let left = image.value(of: level, noOlderThan: .minutes(1)).value { tanks[tank].left = left }
        let contact = rule.lowWhen.map { image.isOn($0, noOlderThan: .minutes(1)) != .known(false) } ?? false
        tanks[tank].isLow = contact || tanks[tank].left.map { $0 < rule.low } ?? false
        if tanks[tank].isLow, !tanks[tank].isTold {
            records.event(Event(.tankLow, .tank(tank), value: (tanks[tank].left?.base ?? .nan) * 1000, limit: rule.low.base * 1000))
        }
        tanks[tank].isTold = tanks[tank].isLow
    }
}

extension ChannelState {
    /// Counts against the ceilings.
    mutating func count(_ volume: Volume) {
        rolling.add(volume)
        inHour += volume
    }
}
