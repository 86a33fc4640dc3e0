import ProcessImage
import Quantities

/// Runs that measure a zone for a person: alone, bounded, and without effect until somebody accepts what they found.
extension IrrigationControl {
    private static var flowTime: Duration { .minutes(5) }
    private static var valveTime: Duration { .minutes(2) }

    mutating func obeyCalibration(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .calibrate(let zone, let what): calibrate(zone, what, command.id, image, &records)
            case .acceptCalibration(let zone): records.ledger(.commandDone(command.id, accept(zone, &records)))
            default: continue
            }
        }
    }

    private mutating func calibrate(_ zone: ZoneIndex, _ what: Calibration, _ command: UInt64, _ image: borrowing InputImage,
                                    _ records: inout RecordBuffer) {
        guard zone.offset < zones.count, isMeasured(zone) else {
            records.ledger(.commandDone(command, .refusedUnmeasured))
            return
        }
        guard zones[zone].trip == nil, zones[zone].hand == nil else {
            records.ledger(.commandDone(command, zones[zone].trip == nil ? .refusedBusy : .refusedByTrip))
            return
        }
        let order = RunOrder(zone: zone, amount: .time(what == .flow ? Self.flowTime : Self.valveTime), cause: .manual(command),
                             obeysWindows: false, calibration: what == .flow ? .flow : .overrun)
        zones[zone].proposed = nil
        _ = enqueue(order, image.now, &records)
        zones[zone].unanswered = command
        if what == .valve { orderTravelTest(zone, command, image, &records) }
    }

    /// A flow that is only reckoned teaches nothing.
    private func isMeasured(_ zone: ZoneIndex) -> Bool {
        let source = sourcePlans[zonePlans[zone].source]
        return source.total != nil || source.flow != nil
    }

    mutating func propose(flow: Flow, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        let before = expectedFlow(of: zone)
        zones[zone].proposed = zones[zone].learned
        zones[zone].proposed?.flow = flow
        records.event(Event(.flowCalibrated, .zone(zone), value: flow.base, limit: before?.base ?? .nan))
    }

    mutating func propose(overrun: Volume, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        let learned = zones[zone].learned
        zones[zone].proposed = learned
        zones[zone].proposed?.overrun = overrun
        records.event(Event(.overrunCalibrated, .zone(zone), value: overrun.base, limit: learned.overrun.base))
    }

    /// The calibrating run is over; if it found nothing, that is told.
    func endCalibration(_ zone: ZoneIndex, _ records: inout RecordBuffer) {
        guard zones[zone].hand?.calibration?.finds == true, zones[zone].proposed == nil else { return }
        records.event(Event(.calibrationEmpty, .zone(zone)))
    }

    private mutating func accept(_ zone: ZoneIndex, _ records: inout RecordBuffer) -> CommandOutcome {
        guard zone.offset < zones.count, let proposed = zones[zone].proposed else { return .refusedNothingToDo }
        zones[zone].learned = proposed
        zones[zone].proposed = nil
        records.ledger(.learned(zone, proposed))
        return .done
    }
}
