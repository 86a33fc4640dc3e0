import ProcessImage
import Quantities

/// What the calendar keeps of one program between scans.
struct ProgramState: BitwiseCopyable {
    /// Wall time at which there is something to decide next.
    var dueNext = Int64.min
    /// The row that the last start waits for, 0 when it is on disk.
    var row: UInt64 = 0
    var rowSince = Instant.never
    /// A start is due and cannot be decided, because the ledger can not be written.
    var isPostponed = false
    var waitsForLedger = false
}

/// Decides which starts of the time programs happen: each at most once, over every step of the clock and every restart.
///
/// A start is decided by (program, local date, number of the day's start), never by "is it time now", and the decision is
/// a ledger row that must be on disk before the first valve moves.
extension IrrigationControl {
    /// Later than this, a start is missed.
    static var onTimeWithin: Int64 { 60 }
    /// Starts missed longer ago than this are not even reported.
    static var missedReportedFor: Int64 { 7 * 86_400 }
    /// A row that is not on disk after this long is worth an alarm.
    static var ledgerPatience: Duration { .seconds(10) }
    /// Programs wait this long for the clock after a start before that is told of each.
    static var clockPatience: Duration { .minutes(1) }

    mutating func runCalendar(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        watchRows(image, &records)
        guard image.wall.isTrusted else {
            waitForClock(image, &records)
            return
        }
        untrustedSince = nil
        let unixSeconds = image.wall.unixSeconds
        guard unixSeconds != calendarLast else { return }
        if unixSeconds < calendarLast { forgetDueTimes() }
        calendarLast = unixSeconds
        let begunAt = begunAt ?? unixSeconds - Int64((image.now - begun).components.seconds)
        self.begunAt = begunAt
        for number in 0..<book.count where unixSeconds >= programs[number].dueNext {
            decide(ProgramIndex(number), at: unixSeconds, begunAt: begunAt, image, &records)
        }
    }

    /// After a step back, starts may be due again that were passed over; those that were decided stay decided.
    private mutating func forgetDueTimes() {
        for number in 0..<book.count { programs[number].dueNext = .min }
    }

    private mutating func waitForClock(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let since = untrustedSince ?? image.now
        if untrustedSince == nil { clockWaitTold = false }
        untrustedSince = since
        guard !clockWaitTold, image.now - since >= Self.clockPatience else { return }
        clockWaitTold = true
        for number in 0..<book.count { records.event(Event(.programWaitsForClock, .program(ProgramIndex(number)))) }
    }

    /// Walks back from now: every start that is on time is begun; the latest that is late is handled by the program's
    /// policy; whatever lies before it is over.
    ///
    /// Where no decision of the program is remembered (a new gateway, a new program, a ledger that was set aside) what was
    /// due before this life of the process is left alone: something unknown to us may have begun it.
    private mutating func decide(_ program: ProgramIndex, at unixSeconds: Int64, begunAt: Int64,
                                 _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        programs[program].isPostponed = false
        // Asked before the walk: a start that is decided on the way makes nothing before it ours.
        let isKnown = memory.knows(program)
        let today = book.date(at: unixSeconds)
        let horizon = lookBack(program)
        search: for day in 0...Int(horizon / 86_400 + 1) {
            let date = today.adding(days: -day)
            for number in stride(from: book.startCount(program) - 1, through: 0, by: -1) {
                guard let due = book.due(program, on: date, number: number), due <= unixSeconds else { continue }
                let late = unixSeconds - due
                guard late <= horizon else { break search }
                let occurrence = Occurrence(program: program, date: date, number: UInt8(truncatingIfNeeded: number))
                if isKnown || due >= begunAt, !memory.isDecided(occurrence) { settle(occurrence, late: late, image, &records) }
                if late > Self.onTimeWithin { break search }
            }
        }
        programs[program].dueNext = programs[program].isPostponed
            ? unixSeconds + 1 : book.nextDue(program, after: unixSeconds)
    }

    private func lookBack(_ program: ProgramIndex) -> Int64 {
        switch book.rules[program].missed {
        case .skip: Self.missedReportedFor
        case .catchUp(let within): max(Self.missedReportedFor, min(within.components.seconds, 31 * 86_400))
        }
    }

    private mutating func settle(_ occurrence: Occurrence, late: Int64, _ image: borrowing InputImage,
                                 _ records: inout RecordBuffer) {
        guard image.ledgerIsWritable else {
            programs[occurrence.program].isPostponed = true
            return
        }
        let decision = decision(on: occurrence.program, late: late)
        let row = records.ledger(.occurrence(occurrence, decision))
        memory.remember(occurrence)
        let kind: EventKind = switch decision {
        case .started: .programStarted
        case .caughtUp: .programCaughtUp
        case .missed: .programMissed
        }
        records.event(Event(kind, .program(occurrence.program), duration: .seconds(late)))
        if decision != .missed { begin(occurrence.program, row: row, image, &records) }
    }

    private func decision(on program: ProgramIndex, late: Int64) -> OccurrenceDecision {
        if late <= Self.onTimeWithin { return .started }
        guard case .catchUp(let within) = book.rules[program].missed, late <= within.components.seconds else { return .missed }
        return .caughtUp
    }

    private mutating func begin(_ program: ProgramIndex, row: UInt64, _ image: borrowing InputImage,
                                _ records: inout RecordBuffer) {
        programs[program].row = row
        programs[program].rowSince = image.now
        for number in book.rules[program].steps.range {
            let step = book.steps[number]
            let order = RunOrder(zone: step.zone, amount: .time(step.duration), cause: .program(program), row: row,
                                 patience: patience(of: program))
            if !enqueue(order, image.now, &records) {
                records.event(Event(.runRefused, .zone(step.zone), because: order.cause))
            }
        }
    }

    /// How long a program's run waits for its row: as long as the program's start may be late.
    private func patience(of program: ProgramIndex) -> Duration {
        guard case .catchUp(let within) = book.rules[program].missed else { return .seconds(Self.onTimeWithin) }
        return within
    }

    private mutating func watchRows(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<programs.count {
            if programs[number].row <= image.ledgerDurableThrough { programs[number].row = 0 }
            let isSlow = programs[number].row != 0 && image.now - programs[number].rowSince >= Self.ledgerPatience
            let waits = programs[number].isPostponed || isSlow
            if waits, !programs[number].waitsForLedger {
                records.event(Event(.programWaitsForLedger, .program(ProgramIndex(number))))
            }
            programs[number].waitsForLedger = waits
        }
    }
}
