import ProcessImage
import Quantities

/// What people order of programs: start one now, pause, resume, rain delay, skip the next start, a percentage. Every order
/// that stands is a ledger row, so it stands after a restart too, and is told on each day it stands.
extension IrrigationControl {
    /// A command about something else is left alone.
    mutating func obeyOrder(_ command: Command, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let outcome: CommandOutcome
        switch command.kind {
        case .startProgram(let program, let over): outcome = startByHand(program, over: over, command.id, image, &records)
        case .pause(let subject, let time): outcome = stand(.pause, subject, for: time, command.id, image, &records)
        case .rainDelay(let time): outcome = stand(.rainDelay, .site, for: time, command.id, image, &records)
        case .skipNext(let program): outcome = stand(.skipNext, .program(program), for: nil, command.id, image, &records)
        case .adjust(let program, let part): outcome = adjust(program, part, command.id, &records)
        case .resume(let subject): outcome = resume(subject, &records)
        case .noteSchedule(let step, let version, let reason):
            records.event(Event(step, version: version, because: reason))
            outcome = .done
        default: return
        }
        records.ledger(.commandDone(command.id, outcome))
    }

    private mutating func stand(_ kind: StandingOrder.Kind, _ subject: Subject, for time: Duration?, _ command: UInt64,
                                _ image: borrowing InputImage, _ records: inout RecordBuffer) -> CommandOutcome {
        guard exists(subject) else { return .refusedNothingToDo }
        // An end by the clock needs a clock.
        guard time == nil || image.wall.isTrusted else { return .refusedClock }
        let until = time.map { image.wall.unixSeconds &+ $0.components.seconds } ?? .max
        let order = StandingOrder(kind, subject, until: until, command: command)
        standing.set(order)
        records.ledger(.standing(order))
        records.event(Event(kind.began, subject, because: .manual(command), duration: time ?? .zero))
        return .done
    }

    private mutating func adjust(_ program: ProgramIndex, _ part: Fraction, _ command: UInt64,
                                 _ records: inout RecordBuffer) -> CommandOutcome {
        guard exists(.program(program)), Limits.adjustRange.contains(part.percent) else { return .refusedNothingToDo }
        let order = StandingOrder(.adjust, .program(program), factor: part.base, command: command)
        standing.set(order)
        if part.base == 1 {
            records.ledger(.standingEnded(.adjust, .program(program)))
        } else {
            records.ledger(.standing(order))
        }
        records.event(Event(.programAdjusted, .program(program), because: .manual(command), value: part.percent))
        return .done
    }

    /// Ends the pause of the subject; of the site, its rain delay too; of a program, also a start that was to be skipped.
    private mutating func resume(_ subject: Subject, _ records: inout RecordBuffer) -> CommandOutcome {
        guard exists(subject) else { return .refusedNothingToDo }
        var any = end(.pause, subject, &records)
        if subject == .site, end(.rainDelay, .site, &records) { any = true }
        if case .program = subject, end(.skipNext, subject, &records) { any = true }
        return any ? .done : .refusedNothingToDo
    }

    private mutating func end(_ kind: StandingOrder.Kind, _ subject: Subject, _ records: inout RecordBuffer) -> Bool {
        guard standing.end(kind, subject) else { return false }
        records.ledger(.standingEnded(kind, subject))
        records.event(Event(kind.ended, subject))
        return true
    }

    private func exists(_ subject: Subject) -> Bool {
        switch subject {
        case .site: true
        case .zone(let zone): zone.offset < zones.count
        case .program(let program): program.offset < programs.count
        default: false
        }
    }

    // MARK: As time goes

    /// The start that a person wanted skipped is taken as such, once.
    mutating func takeSkip(of program: ProgramIndex, _ records: inout RecordBuffer) -> Finding? {
        guard standing.programs[program].skip.stands else { return nil }
        _ = standing.end(.skipNext, .program(program))
        records.ledger(.standingEnded(.skipNext, .program(program)))
        return Finding(.skipNext, .skips)
    }

    /// Once a second, by a clock that is trusted: ends what ran out, and tells each day what still stands.
    mutating func tendOrders(_ unixSeconds: Int64, _ records: inout RecordBuffer) {
        let date = book.local(unixSeconds).date
        let isNewDay = date != toldOrdersOn
        toldOrdersOn = date
        tend(.pause, .site, standing.site, unixSeconds, isNewDay, &records)
        tend(.rainDelay, .site, standing.rainDelay, unixSeconds, isNewDay, &records)
        for number in 0..<zones.count {
            tend(.pause, .zone(ZoneIndex(number)), standing.zones[number], unixSeconds, isNewDay, &records)
        }
        for number in 0..<programs.count {
            tend(.pause, .program(ProgramIndex(number)), standing.programs[number].pause, unixSeconds, isNewDay, &records)
        }
    }

    private mutating func tend(_ kind: StandingOrder.Kind, _ subject: Subject, _ stand: Stand, _ unixSeconds: Int64,
                               _ isNewDay: Bool, _ records: inout RecordBuffer) {
        guard stand.stands else { return }
        if stand.isOver(at: unixSeconds) {
            _ = end(kind, subject, &records)
        } else if isNewDay, kind == .pause {
            records.event(Event(.pauseStands, subject, because: .manual(stand.command)))
        }
    }
}
