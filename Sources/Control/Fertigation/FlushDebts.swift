import Agronomy
import ProcessImage
import Quantities

/// Fertiliser in the lines is a debt: noted on disk before the first of it is given, paid by clear water that passes, and told until
/// then. Any clear water of the zone pays; where none comes, a run of clear water is asked for.
extension FertigationControl {
    private static var retryAfter: Duration { .minutes(10) }
    private static var attemptsMost: Int { 3 }
    /// Water that is wanted and does not come for so long, and for what its pump takes to come up, does not flow.
    private static var waterComesWithin: Duration { .minutes(1) }
    /// After a start, so that the field is known first.
    private static var quietAtStart: Duration { .minutes(1) }

    /// Clear water that carries what is dosed out of the lines: to the last emitter where that is known, else most of the flush.
    func flushVolume(_ zone: ZoneIndex, _ dosing: RunDosing?, _ irrigation: borrowing IrrigationControl) -> Volume {
        let least = unit(of: zone, irrigation).map { book.units[$0].form.volume } ?? .zero
        let after = dosing?.after ?? .zero
        let advance = irrigation.pipes[zone].advance
        guard advance > .zero, let flow = irrigation.expectedFlow(of: zone) else { return max(after * 0.9, least) }
        let volume = flow.volume(over: advance)
        return max((dosing == nil ? volume : min(volume, after)) * 0.98, least)
    }

    mutating func owe(_ zone: ZoneIndex, _ recipe: RecipeIndex?, _ volume: Volume, _ records: inout RecordBuffer) {
        let most = max(volume, zones[zone].owed)
        let debt = FlushDebt(zone: zone, recipe: recipe, run: zones[zone].run, volume: most)
        zones[zone].owedBefore = zones[zone].debt != nil
        zones[zone].debt = debt
        zones[zone].owed = most
        zones[zone].isOwedTold = false
        zones[zone].attempts = 0
        zones[zone].flushDue = .never
        records.ledger(.flushOwed(debt))
    }

    /// Nothing was given after all. A debt of before stands.
    mutating func forgive(_ zone: ZoneIndex, _ records: inout RecordBuffer) {
        guard let debt = zones[zone].debt, debt.run == zones[zone].run, !zones[zone].owedBefore else { return }
        pay(zone, &records)
    }

    /// Stock went into the water of every zone that is open, whether it was meant for it or not.
    mutating func note(giving unit: DosingUnitIndex, _ irrigation: borrowing IrrigationControl, _ records: inout RecordBuffer) {
        for number in irrigation.zonesOfSource[book.units[unit].source].range {
            let zone = irrigation.zoneList[number]
            guard zones[zone].isOpen else { continue }
            if let debt = zones[zone].debt {
                // What the meter has not told yet of the water that carries stock pays nothing.
                zones[zone].owed = debt.volume + zones[zone].unheard
            } else {
                owe(zone, nil, flushVolume(zone, nil, irrigation), &records)
            }
        }
    }

    mutating func payDebts(_ irrigation: inout IrrigationControl, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            guard let debt = zones[zone].debt, let unit = unit(of: zone, irrigation) else { continue }
            if zones[zone].isOpen, !states[unit].gives {
                zones[zone].owed = zones[zone].owed - zones[zone].heard
            }
            zones[zone].isDry = isDry(zone, irrigation, image.now)
            if zones[zone].owed <= onTrust(zone, debt, irrigation), !zones[zone].isPlanned {
                records.event(Event(.zoneFlushed, .zone(zone), value: debt.volume.base))
                pay(zone, &records)
            } else if !flows(zone, irrigation) {
                demandFlush(zone, debt, &irrigation, image, &records)
            } else if zones[zone].isDry {
                tellOwed(zone, irrigation.verdict(of: zone, image).hold ?? .dosing(.flushOwed), &records)
            } else if irrigation.zones[zone].waterSince != nil {
                zones[zone].isOwedTold = false
            }
        }
    }

    /// It wants water, and for long nothing has come: its valve or pump is held.
    private mutating func isDry(_ zone: ZoneIndex, _ irrigation: borrowing IrrigationControl, _ now: Instant) -> Bool {
        let lacks = irrigation.zones[zone].wantsWater && irrigation.zones[zone].waterSince == nil
        let comesUp = irrigation.sourcePlans[irrigation.zonePlans[zone].source].drive?.comesUp ?? .zero
        return zones[zone].dry.look(lacks, for: Self.waterComesWithin + comesUp, at: now) != nil
    }

    private mutating func tellOwed(_ zone: ZoneIndex, _ cause: Cause, _ records: inout RecordBuffer) {
        guard !zones[zone].isOwedTold else { return }
        zones[zone].isOwedTold = true
        records.event(Event(.notFlushed, .zone(zone), because: cause, value: max(zones[zone].owed, .zero).base))
    }

    private mutating func pay(_ zone: ZoneIndex, _ records: inout RecordBuffer) {
        zones[zone].debt = nil
        zones[zone].owed = .zero
        records.ledger(.flushPaid(zone))
    }

    /// What pays though the meter has not told it yet: no more than one of its steps, and a tenth of the debt.
    private func onTrust(_ zone: ZoneIndex, _ debt: FlushDebt, _ irrigation: borrowing IrrigationControl) -> Volume {
        let step = irrigation.sources[irrigation.zonePlans[zone].source].meter.step
        return min(zones[zone].unheard, step, debt.volume * 0.1)
    }

    private func flows(_ zone: ZoneIndex, _ irrigation: borrowing IrrigationControl) -> Bool {
        irrigation.zones[zone].wantsWater || irrigation.zones[zone].phase == .stopping
    }

    /// No water comes: it is told, and clear water is asked for unless a person has to.
    private mutating func demandFlush(_ zone: ZoneIndex, _ debt: FlushDebt, _ irrigation: inout IrrigationControl,
                                      _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let state = irrigation.zones[zone]
        tellOwed(zone, state.trip.map { Cause.trip($0) } ?? state.last?.ending.cause ?? .dosing(.flushOwed), &records)
        guard !debt.waitsForPerson else { return }
        if state.trip != nil || state.last?.ending.needsPerson == true || zones[zone].attempts >= Self.attemptsMost {
            return leaveToPerson(zone, debt, &records)
        }
        guard image.now - begun >= Self.quietAtStart, image.now >= zones[zone].flushDue, !zones[zone].isPlanned else { return }
        // The last litres come while the valve closes.
        let volume = zones[zone].owed * 1.1
        guard irrigation.orderFlush(zone, volume, image.now, &records) else { return }
        zones[zone].attempts += 1
        zones[zone].flushDue = image.now + Self.retryAfter
        records.event(Event(.flushOrdered, .zone(zone), value: volume.base))
    }

    private mutating func leaveToPerson(_ zone: ZoneIndex, _ debt: FlushDebt, _ records: inout RecordBuffer) {
        let left = FlushDebt(zone: zone, recipe: debt.recipe, run: debt.run, volume: debt.volume, waitsForPerson: true)
        zones[zone].debt = left
        records.ledger(.flushOwed(left))
    }

    /// Whether the lines hold fertiliser and no water is on its way through them.
    func isOwed(_ zone: ZoneIndex, _ irrigation: borrowing IrrigationControl) -> Bool {
        zones[zone].debt != nil && (!flows(zone, irrigation) || zones[zone].isDry)
    }
}

extension Ending {
    /// Somebody stopped the water, or something is wrong with it: none comes by itself.
    fileprivate var needsPerson: Bool {
        if case .trip = cause { return true }
        return outcome == .stopped
    }
}
