import ProcessImage
import Quantities

/// What people order of dosing.
extension FertigationControl {
    mutating func obey(_ irrigation: inout IrrigationControl, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            let outcome: CommandOutcome
            switch command.kind {
            case .stopDosing(let unit): outcome = stop(unit)
            case .disableDosing(let subject): outcome = disable(subject, command.id, &records)
            case .enableDosing(let subject): outcome = enable(subject, command.id, &records)
            case .setTank(let tank, let volume): outcome = fill(tank, volume, command.id, &records)
            case .calibrateChannel(let channel, let time):
                outcome = beginTrial(channel, min(time, Limits.cylinderMax), strokes: 0, command.id, irrigation, image, &records)
            case .calibrateStrokes(let channel, let strokes):
                let count = UInt32(min(max(strokes, 0), Limits.cylinderStrokesMax))
                outcome = beginTrial(channel, .zero, strokes: count, command.id, irrigation, image, &records)
            case .prove(let output, let time):
                guard let channel = channel(movedBy: output) else { continue }
                outcome = prove(channel, min(time, Limits.proofMax), command.id, irrigation, image, &records)
            case .acceptCylinder(let channel, let volume): outcome = accept(channel, volume, command.id, image, &records)
            case .tune(let unit, let loop): outcome = tune(unit, loop, command.id, &records)
            case .acceptTuning(let unit): outcome = acceptTuning(unit, command.id, &records)
            case .flush(let zone):
                flush(zone, command.id, &irrigation, image, &records)
                continue
            default: continue
            }
            records.ledger(.commandDone(command.id, outcome))
        }
    }

    private mutating func stop(_ unit: DosingUnitIndex) -> CommandOutcome {
        guard unit.offset < states.count, states[unit].recipe != nil || states[unit].trial != nil else { return .refusedNothingToDo }
        states[unit].pending = .stoppedByHand
        states[unit].trial?.isOver = true
        return .done
    }

    // MARK: On and off

    private mutating func disable(_ subject: Subject, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard set(subject, isDisabled: true) else { return .refusedNothingToDo }
        records.ledger(.standing(StandingOrder(.dosingOff, subject, command: command)))
        records.event(Event(.dosingDisabled, subject, because: .manual(command)))
        return .done
    }

    private mutating func enable(_ subject: Subject, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard isDisabled(subject), set(subject, isDisabled: false) else { return .refusedNothingToDo }
        records.ledger(.standingEnded(.dosingOff, subject))
        records.event(Event(.dosingEnabled, subject, because: .manual(command)))
        return .done
    }

    private mutating func set(_ subject: Subject, isDisabled: Bool) -> Bool {
        switch subject {
        case .dosingUnit(let unit):
            guard unit.offset < states.count else { return false }
            states[unit].isDisabled = isDisabled
        case .channel(let channel):
            guard channel.offset < channels.count else { return false }
            channels[channel].isDisabled = isDisabled
        default: return false
        }
        return true
    }

    /// Of a dosing unit or channel.
    private func isDisabled(_ subject: Subject) -> Bool {
        switch subject {
        case .dosingUnit(let unit): unit.offset < states.count && states[unit].isDisabled
        case .channel(let channel): channel.offset < channels.count && channels[channel].isDisabled
        default: false
        }
    }

    // MARK: Tanks and lines

    private mutating func fill(_ tank: TankIndex, _ volume: Volume, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard tank.offset < tanks.count, volume.base >= 0, volume.base.isFinite else { return .refusedNothingToDo }
        tanks[tank].left = volume
        tanks[tank].batch = command
        tell(tank, &records)
        records.event(Event(.tankSet, .tank(tank), because: .manual(command), value: volume.base * 1000))
        return .done
    }

    /// The run answers the command itself.
    private mutating func flush(_ zone: ZoneIndex, _ command: UInt64, _ irrigation: inout IrrigationControl, _ image: borrowing InputImage,
                                _ records: inout RecordBuffer) {
        guard zone.offset < zones.count, zones[zone].debt != nil else {
            records.ledger(.commandDone(command, .refusedNothingToDo))
            return
        }
        irrigation.run(zone, .volume(zones[zone].owed * 1.1), command, image, &records)
    }

    // MARK: Tuning

    private mutating func tune(_ unit: DosingUnitIndex, _ loop: DosingLoop, _ command: UInt64,
                               _ records: inout RecordBuffer) -> CommandOutcome {
        guard unit.offset < states.count, states[unit].reason == .dosing else { return .refusedNoWater }
        guard states[unit].tuning == nil else { return .refusedBusy }
        guard let test = stepTest(unit, loop) else { return .refusedNothingToDo }
        states[unit].tuning = Tuning(loop: loop, command: command, test: test)
        states[unit].proposed = nil
        records.event(Event(.tuneStarted, .dosingUnit(unit), because: .manual(command)))
        return .done
    }

    private mutating func acceptTuning(_ unit: DosingUnitIndex, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard unit.offset < states.count, let (loop, model) = states[unit].proposed else { return .refusedNothingToDo }
        states[unit].proposed = nil
        states[unit].set(model, of: loop)
        beginLoop(unit, loop)
        records.ledger(.loopTuned(unit, loop, model, command: command))
        records.event(Event(.tuneAccepted, .dosingUnit(unit)))
        return .done
    }
}
