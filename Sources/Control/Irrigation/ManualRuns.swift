import ProcessImage
import Quantities

/// People's commands to water and to stop. Manual is a mode, not a bypass: the same queue, sequence and interlocks.
extension IrrigationControl {
    /// A manual run goes before every program that waits, and does not wait for its ledger row: a person is present.
    mutating func obey(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .run(let zone, let time): run(zone, for: time, command.id, image, &records)
            case .prove(let output, let time): prove(output, for: time, command.id, image, &records)
            case .stopZone(let zone):
                let outcome: CommandOutcome = stop(zone, command.id, &records) ? .done : .refusedNothingToDo
                records.ledger(.commandDone(command.id, outcome))
            case .stopAll:
                var any = proof != nil
                proof = nil
                for zone in 0..<zones.count where stop(ZoneIndex(zone), command.id, &records) { any = true }
                records.ledger(.commandDone(command.id, any ? .done : .refusedNothingToDo))
            default: continue
            }
        }
    }

    /// Longer than `Limits.manualRunMax` is cut to it. The outcome follows from `admit`, in the same scan.
    private mutating func run(_ zone: ZoneIndex, for time: Duration, _ command: UInt64, _ image: borrowing InputImage,
                              _ records: inout RecordBuffer) {
        guard time > .zero, zone.offset < zones.count else {
            records.ledger(.commandDone(command, .refusedNothingToDo))
            return
        }
        let cause = Cause.manual(command)
        if let trip = zones[zone].trip {
            records.event(Event(.runRefused, .zone(zone), because: .trip(trip)))
            records.ledger(.commandDone(command, .refusedByTrip))
        } else if proof != nil {
            records.event(Event(.runRefused, .zone(zone), because: cause))
            records.ledger(.commandDone(command, .refusedBusy))
        } else if let lacking = unproven(zone, for: cause, image) {
            records.event(Event(.runRefused, .zone(zone), because: lacking))
            records.ledger(.commandDone(command, .refusedNotProven))
        } else if !enqueue(zone, cause, for: min(time, Limits.manualRunMax), row: 0, image.now, &records) {
            records.event(Event(.runRefused, .zone(zone), because: cause))
            records.ledger(.commandDone(command, .refusedBusy))
        } else if zones[zone].hand?.cause == cause {
            zones[zone].unanswered = command
        } else {
            records.event(Event(.runQueued, .zone(zone), because: .interlock(.capacity)))
            records.ledger(.commandDone(command, .queued))
        }
    }

    /// - Returns: whether there was anything to stop.
    private mutating func stop(_ zone: ZoneIndex, _ command: UInt64, _ records: inout RecordBuffer) -> Bool {
        guard zone.offset < zones.count, zones[zone].hand != nil else { return false }
        let ending = Ending(outcome: .stopped, cause: .manual(command), isPrompt: true)
        if let waiting = zones[zone].next {
            zones[zone].next = nil
            account(for: waiting, zone, .stopped, .manual(command), &records)
        }
        switch zones[zone].phase {
        case .queued:
            answer(zone, .queued, &records)
            close(zone, ending, &records)
        case .stopping: zones[zone].ending = zones[zone].ending.map { Ending(outcome: $0.outcome, cause: $0.cause, isPrompt: true) }
        default: beginStop(zone, ending, &records)
        }
        return true
    }
}
