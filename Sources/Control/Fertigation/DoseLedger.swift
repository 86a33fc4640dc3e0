import ProcessImage
import Quantities

/// What is on disk of a dose. A quantum is given only once the row that says so is there; after a power cut it counts as given.
extension FertigationControl {
    /// Whether each channel of the recipe may give what this scan may take. Plans what is not planned, and orders the next rows.
    mutating func isBooked(_ unit: DosingUnitIndex, _ recipe: RecipeIndex, _ irrigation: borrowing IrrigationControl,
                           _ image: borrowing InputImage, _ records: inout RecordBuffer) -> Bool {
        var isReady = true
        share(unit, irrigation)
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isMember else { continue }
            if !zones[zone].isPlanned { plan(zone, unit, recipe, irrigation, image, &records) }
            for place in book.recipes[recipe].parts.range {
                let part = book.parts[place]
                if !isBooked(part, zone, unit, book.recipes[recipe], image, &records) { isReady = false }
            }
        }
        return isReady && states[unit].pending == nil
    }

    /// Each open zone's part of the water, as what is given now is booked.
    private mutating func share(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl) {
        let view = states[unit].view
        let range = irrigation.zonesOfSource[book.units[unit].source].range
        var isTold = view.water > .zero
        for number in range where zones[irrigation.zoneList[number]].isMember {
            if zones[irrigation.zoneList[number]].passed < .zero { isTold = false }
        }
        for number in range {
            let zone = irrigation.zoneList[number]
            let part = isTold ? zones[zone].passed / view.water : 1 / Double(max(view.members, 1))
            zones[zone].share = zones[zone].isMember ? part : 0
        }
    }

    private mutating func plan(_ zone: ZoneIndex, _ unit: DosingUnitIndex, _ recipe: RecipeIndex, _ irrigation: borrowing IrrigationControl,
                               _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let run = irrigation.zones[zone].hand, let dosing = run.dosing else { return }
        zones[zone].isPlanned = true
        owe(zone, recipe, flushVolume(zone, dosing, irrigation), &records)
        for number in book.recipes[recipe].parts.range {
            let part = book.parts[number]
            let planned = expected(part, unit, book.recipes[recipe], water: dosing.dose, irrigation.zonePlans[zone].area)
            plan(zone, part.channel, planned, recipe, &records)
        }
        records.event(Event(.doseStarted, .zone(zone), because: run.cause))
    }

    mutating func plan(_ zone: ZoneIndex, _ channel: ChannelIndex, _ planned: Volume, _ recipe: RecipeIndex?,
                       _ records: inout RecordBuffer) {
        let rule = book.channels[channel]
        doses[DoseSlot(zone, rule)] = Dose(planned: planned, rows: 1)
        let batch = tanks[rule.plan.tank].batch
        records.ledger(.dosePlanned(soFar(zone, channel), recipe, batch: batch))
    }

    private mutating func isBooked(_ part: RecipePlan.Part, _ zone: ZoneIndex, _ unit: DosingUnitIndex, _ recipe: RecipeRule,
                                   _ image: borrowing InputImage, _ records: inout RecordBuffer) -> Bool {
        let slot = DoseSlot(zone, book.channels[part.channel])
        if doses[slot].row <= image.ledgerDurableThrough { doses[slot].durable = doses[slot].intended }
        guard wants(part, unit, recipe) else { return true }
        let dose = doses[slot]
        let quantum = quantum(dose, part.channel)
        if dose.durable == dose.intended, dose.intended - dose.commanded < quantum * 0.5 {
            intend(quantum, zone, part.channel, unit, image, &records)
        }
        return dose.durable - dose.commanded >= reach(part.channel) * zones[zone].share
    }

    private func wants(_ part: RecipePlan.Part, _ unit: DosingUnitIndex, _ recipe: RecipeRule) -> Bool {
        let left = left(of: part, unit)
        if part.mode.isPlanned { return left > .zero }
        return ratio(part, unit, recipe, left) > 0
    }

    /// A 48th of the dose, but no less than what a channel gives at a time; behind the planned dose they grow, so that the rows of a
    /// run stay few.
    private func quantum(_ dose: Dose, _ channel: ChannelIndex) -> Volume {
        let least = channels[channel].rate.portion(book.channels[channel].plan.drive) * 2
        let part = max(dose.planned * (1 / Double(Limits.quantaPerDose)), least)
        return dose.rows > Limits.quantaPerDose ? max(part, dose.intended * 0.125) : part
    }

    /// What may come before the next look.
    private func reach(_ channel: ChannelIndex) -> Volume {
        switch channels[channel].rate {
        case .flow(let flow): flow.volume(over: .milliseconds(500))
        case .stroke(let stroke): stroke
        }
    }

    /// Orders the row of the next quantum, as far as the ceilings leave one.
    mutating func intend(_ wanted: Volume, _ zone: ZoneIndex, _ channel: ChannelIndex, _ unit: DosingUnitIndex,
                         _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let slot = DoseSlot(zone, book.channels[channel])
        let (room, ceiling) = room(zone, channel)
        let quantum = min(wanted, room)
        guard quantum >= min(wanted, reach(channel)) else {
            guard doses[slot].intended - doses[slot].commanded < reach(channel), states[unit].pending == nil else { return }
            states[unit].pending = .ceiling
            return records.event(Event(.ceilingReached, .channel(channel), limit: ceiling.base * 1000))
        }
        doses[slot].intended += quantum
        doses[slot].rows += 1
        turnHour(channel, image)
        channels[channel].count(quantum)
        doses[slot].row = records.ledger(.doseIntent(soFar(zone, channel), hour(channel)))
    }

    /// What the ceilings leave, and the one that leaves least.
    private func room(_ zone: ZoneIndex, _ channel: ChannelIndex) -> (room: Volume, ceiling: Volume) {
        let ceilings = book.channels[channel].plan.ceilings
        var (room, ceiling) = (Volume(base: .greatestFiniteMagnitude), Volume.zero)
        func bound(_ most: Volume?, _ used: Volume) {
            guard let most, max(most - used, .zero) < room else { return }
            room = max(most - used, .zero)
            ceiling = most
        }
        bound(ceilings.perRun, doses[DoseSlot(zone, book.channels[channel])].intended)
        bound(ceilings.perHour, channels[channel].rolling.inHour)
        bound(ceilings.perDay, channels[channel].rolling.inDay)
        return (room, ceiling)
    }

    // MARK: The end of a dose

    /// Closes what is over, once what was given last has been heard.
    mutating func closeDoses(_ unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                             _ records: inout RecordBuffer) {
        guard states[unit].reason != .dosing, !isOn(unit, image) else { return }
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isPlanned else { continue }
            if irrigation.zones[zone].hand?.id != zones[zone].run {
                let last = irrigation.zones[zone].last.flatMap { $0.run == zones[zone].run ? $0.ending : nil }
                close(zone, unit, last?.outcome ?? .tripped, last?.cause ?? .idle, image, &records)
            } else if zones[zone].recipe == nil {
                // Clear water that takes what channels give while they are calibrated, one after another.
                if states[unit].trial == nil { close(zone, unit, .completed, .dosing(.calibrating), image, &records) }
            } else if let stop = zones[zone].stop {
                close(zone, unit, stop == .stoppedByHand || stop == .disabled ? .stopped : .tripped, .dosing(stop), image, &records)
            } else if zones[zone].stage == .after {
                close(zone, unit, .completed, .dosing(.given), image, &records)
            }
        }
    }

    private func isOn(_ unit: DosingUnitIndex, _ image: borrowing InputImage) -> Bool {
        for number in book.channelsOfUnit[unit].range {
            if image.verdict(of: book.channels[book.channelList[number]].plan.output).level.isOn { return true }
        }
        return false
    }

    mutating func close(_ zone: ZoneIndex, _ unit: DosingUnitIndex?, _ outcome: RunOutcome, _ cause: Cause, _ image: borrowing InputImage,
                        _ records: inout RecordBuffer) {
        guard let unit else { return }
        zones[zone].isPlanned = false
        zones[zone].share = 0
        zones[zone].stop = zones[zone].stop ?? .given
        for number in book.channelsOfUnit[unit].range {
            let channel = book.channelList[number]
            let slot = DoseSlot(zone, book.channels[channel])
            guard doses[slot].rows > 0 else { continue }
            close(zone, channel, outcome, cause, image, &records)
            doses[slot] = Dose()
        }
        if !zones[zone].hasGiven { forgive(zone, &records) }
    }

    private mutating func close(_ zone: ZoneIndex, _ channel: ChannelIndex, _ outcome: RunOutcome, _ cause: Cause,
                                _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let slot = DoseSlot(zone, book.channels[channel])
        let dose = doses[slot]
        turnHour(channel, image)
        let unused = max(dose.intended - dose.commanded, .zero)
        channels[channel].rolling.giveBack(unused)
        channels[channel].inHour = max(channels[channel].inHour - unused, .zero)
        doses[slot].intended = dose.commanded
        if dose.commanded == .zero { doses[slot].metered = nil }
        records.ledger(.doseEnded(soFar(zone, channel), hour(channel), outcome, cause))
        tell(book.channels[channel].plan.tank, &records)
        records.event(Event(.doseEnded, .channel(channel), because: .needed(by: zone), value: dose.commanded.base * 1000,
                            limit: dose.planned.base * 1000))
        let missing = dose.planned - dose.commanded
        guard missing > max(dose.planned * 0.02, reach(channel)), isMeant(zone, channel) || outcome != .completed else { return }
        records.event(Event(.doseShort, .channel(channel), because: cause, value: missing.base * 1000, limit: dose.planned.base * 1000))
    }

    /// Its plan is what the recipe wants, and not what a loop was thought to take.
    private func isMeant(_ zone: ZoneIndex, _ channel: ChannelIndex) -> Bool {
        guard let recipe = zones[zone].recipe else { return false }
        for number in book.recipes[recipe].parts.range where book.parts[number].channel == channel {
            switch book.parts[number].mode {
            case .ec, .ph: return false
            default: return true
            }
        }
        return false
    }

    // MARK: An earlier life

    /// The process died in it: what was intended counts as given, and is not given again.
    mutating func closeOpen(_ dose: DoseSoFar, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard dose.channel.offset < channels.count else { return }
        var dose = dose
        let rule = book.channels[dose.channel]
        // The tank was told last before this dose.
        tanks[rule.plan.tank].left = tanks[rule.plan.tank].left.map { max($0 - dose.intended, .zero) }
        dose.commanded = dose.intended
        turnHour(dose.channel, image)
        records.ledger(.doseEnded(dose, hour(dose.channel), .interrupted, .idle))
        tell(rule.plan.tank, &records)
        guard dose.intended > .zero else { return }
        records.event(Event(.doseInterrupted, .channel(dose.channel), value: dose.intended.base * 1000, limit: dose.planned.base * 1000))
    }

    mutating func restore(_ channel: ChannelIndex, _ hours: [DoseHour], _ image: borrowing InputImage) {
        let now = image.wall.unixSeconds / 3600
        for hour in hours where hour.channel == channel {
            let ago = image.wall.isTrusted ? now - hour.hour : 0
            channels[channel].rolling.restore(hour.volume, hoursAgo: Int(min(max(ago, 0), 25)))
            guard hour.hour == now else { continue }
            channels[channel].hour = now
            channels[channel].inHour = hour.volume
        }
    }

    // MARK: Rows

    func soFar(_ zone: ZoneIndex, _ channel: ChannelIndex) -> DoseSoFar {
        let dose = doses[DoseSlot(zone, book.channels[channel])]
        return DoseSoFar(run: zones[zone].run, zone: zone, channel: channel, planned: dose.planned, intended: dose.intended,
                         commanded: dose.commanded, metered: book.channels[channel].plan.meter == nil ? nil : dose.metered)
    }

    private mutating func turnHour(_ channel: ChannelIndex, _ image: borrowing InputImage) {
        let hour = image.wall.unixSeconds / 3600
        guard channels[channel].hour != hour else { return }
        channels[channel].hour = hour
        channels[channel].inHour = .zero
    }

    private func hour(_ channel: ChannelIndex) -> DoseHour {
        DoseHour(channel: channel, hour: channels[channel].hour, volume: channels[channel].inHour)
    }

    func tell(_ tank: TankIndex, _ records: inout RecordBuffer) {
        guard let left = tanks[tank].left else { return }
        records.ledger(.tank(tank, TankState(left: left, batch: tanks[tank].batch)))
    }
}
