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

    /// A start that was decided, and the first of the program's zones that is not weighed yet.
    var pending: Occurrence?
    var pendingStep = 0
    /// What stands against the start as a whole.
    var against: Finding?

    var startedLast: Instant?
    /// Sun counted at the last start, MJ/m2 since midnight; `nil`: not looked at yet in this life.
    var sunAtStart: Double?
}

/// Decides which starts of the programs happen: each at most once, over every step of the clock and every restart.
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
        if image.wall.isTrusted {
            untrustedSince = nil
            if image.wall.unixSeconds != calendarLast { lookAtClock(image.wall.unixSeconds, image, &records) }
        } else {
            waitForClock(image, &records)
        }
        weighPending(image, &records)
    }

    private mutating func lookAtClock(_ unixSeconds: Int64, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        if unixSeconds < calendarLast { forgetDueTimes() }
        calendarLast = unixSeconds
        let begunAt = begunAt ?? unixSeconds - Int64((image.now - begun).components.seconds)
        self.begunAt = begunAt
        tendOrders(unixSeconds, &records)
        for number in 0..<book.count where unixSeconds >= programs[number].dueNext {
            decide(ProgramIndex(number), at: unixSeconds, begunAt: begunAt, image, &records)
        }
        watchTriggers(unixSeconds, image, &records)
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

    /// Looks back from now: every start that is on time is begun; the latest that is late is handled by the program's
    /// policy; whatever lies before it is over.
    ///
    /// Where no decision of the program is remembered (a new gateway, a new program, a ledger that was set aside) what was
    /// due before this life of the process is left alone: something unknown to us may have begun it.
    private mutating func decide(_ program: ProgramIndex, at unixSeconds: Int64, begunAt: Int64,
                                 _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        programs[program].isPostponed = false
        // Asked before the look: a start that is decided on the way makes nothing before it ours.
        let earliest = memory.knows(program) ? Int64.min : begunAt
        let today = book.local(unixSeconds).date
        let horizon = lookBack(program)
        var isOpen = false
        var late: (occurrence: Occurrence, due: Int64)?
        var daysSinceLate = 0
        for day in -1...Int(horizon / 86_400 + 1) {
            let date = today.adding(days: -day)
            if late != nil { daysSinceLate += 1 }
            // Starts lie at most a day beside their date.
            guard daysSinceLate <= 3 else { break }
            for number in 0..<book.startCount(program) {
                guard let due = book.due(program, on: date, number: number), due <= unixSeconds,
                      unixSeconds - due <= horizon else { continue }
                let occurrence = Occurrence(program: program, date: date, number: UInt8(truncatingIfNeeded: number))
                if unixSeconds - due > Self.onTimeWithin {
                    if due >= late?.due ?? .min { late = (occurrence, due) }
                } else if due >= earliest, !memory.isDecided(occurrence) {
                    if !settle(occurrence, late: unixSeconds - due, image, &records) { isOpen = true }
                }
            }
        }
        if let late, late.due >= earliest, !memory.isDecided(late.occurrence) {
            if !settle(late.occurrence, late: unixSeconds - late.due, image, &records) { isOpen = true }
        }
        programs[program].dueNext = isOpen ? unixSeconds + 1 : book.nextDue(program, after: unixSeconds)
    }

    private func lookBack(_ program: ProgramIndex) -> Int64 {
        switch book.rules[program].missed {
        case .skip: Self.missedReportedFor
        case .catchUp(let within): max(Self.missedReportedFor, min(within.components.seconds, 31 * 86_400))
        }
    }

    /// - Returns: `false` when it can not be decided now: the ledger can not be written, or the start before it is still
    ///   being weighed.
    mutating func settle(_ occurrence: Occurrence, late: Int64, _ image: borrowing InputImage,
                         _ records: inout RecordBuffer) -> Bool {
        let program = occurrence.program
        guard programs[program].pending == nil else { return false }
        guard image.ledgerIsWritable else {
            programs[program].isPostponed = true
            return false
        }
        let against = whatStandsAgainst(program, late: late, &records)
        let decision = decision(late: late, against)
        programs[program].row = records.ledger(.occurrence(occurrence, decision))
        programs[program].rowSince = image.now
        memory.remember(occurrence)
        programs[program].pending = occurrence
        programs[program].pendingStep = book.rules[program].steps.lower
        programs[program].against = against
        if decision.isStart { programs[program].startedLast = image.now }
        tell(decision, of: program, late: late, against, &records)
        return true
    }

    private func decision(late: Int64, _ against: Finding?) -> OccurrenceDecision {
        if let against { return against.matter == .missed ? .missed : .skipped }
        return late <= Self.onTimeWithin ? .started : .caughtUp
    }

    /// What keeps a start from happening at all: its time is over, or a person said so.
    private mutating func whatStandsAgainst(_ program: ProgramIndex, late: Int64, _ records: inout RecordBuffer) -> Finding? {
        if late > Self.onTimeWithin {
            let missed = Finding(.missed, .skips, value: Double(late))
            guard case .catchUp(let within) = book.rules[program].missed, late <= within.components.seconds else { return missed }
        }
        return standing.standsAgainst(program) ?? takeSkip(of: program, &records)
    }

    private func tell(_ decision: OccurrenceDecision, of program: ProgramIndex, late: Int64, _ against: Finding?,
                      _ records: inout RecordBuffer) {
        let kind: EventKind = switch decision {
        case .started: .programStarted
        case .caughtUp: .programCaughtUp
        case .missed: .programMissed
        case .skipped: .programSkipped
        }
        records.event(Event(kind, .program(program), because: against?.cause ?? .idle, duration: .seconds(late)))
    }

    /// How long a program's run waits for its row: as long as the program's start may be late.
    func patience(of program: ProgramIndex) -> Duration {
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
