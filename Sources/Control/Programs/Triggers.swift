import ProcessImage
import Quantities

/// Whether one zone of a triggered program calls for water.
struct Thirst: BitwiseCopyable {
    private(set) var isThirsty = false
    /// The condition has held without a break since.
    private var heldSince: Instant?
    /// The day on which its probe was told as not believed.
    var oddProbeToldOn: CivilDate?

    /// One odd reading is no thirst.
    private static let heldFor: Duration = .minutes(1)

    /// An unknown value keeps what was known, and no thirst comes from it.
    mutating func look(_ condition: Condition, until: Double, _ value: Double?, at now: Instant) {
        guard let value else {
            heldSince = nil
            return
        }
        if condition.holds(value) {
            let since = heldSince ?? now
            heldSince = since
            if now - since >= Self.heldFor { isThirsty = true }
        } else {
            heldSince = nil
            if condition.isAbove ? value <= until : value >= until { isThirsty = false }
        }
    }
}

/// Starts that something measured gives. Each takes the lowest number of its local day that was not decided yet; when all
/// are, the day has had its starts, whatever the clock or the process did meanwhile.
extension IrrigationControl {
    mutating func watchTriggers(_ unixSeconds: Int64, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<book.count {
            guard let trigger = book.rules[number].trigger else { continue }
            recallLastStart(of: ProgramIndex(number), unixSeconds, image.now)
            watch(trigger, ProgramIndex(number), unixSeconds, image, &records)
        }
    }

    private mutating func watch(_ trigger: Trigger, _ program: ProgramIndex, _ unixSeconds: Int64, _ image: borrowing InputImage,
                                _ records: inout RecordBuffer) {
        programs[program].isPostponed = false
        let (date, time) = book.local(unixSeconds)
        let calls = switch trigger.kind {
        case .condition(let condition, let until): someZoneCalls(condition, until: until, program, on: date, image, &records)
        case .radiation(let sum): sunCalls(sum, program, on: date)
        }
        guard calls, trigger.isOpen(at: time), book.runs(program, on: date), hasRested(program, trigger, image.now),
              !standing.isStopped(program), !isUnderWay(program),
              let occurrence = nextOccurrence(program, trigger, on: date) else { return }
        guard settle(occurrence, late: 0, image, &records) else { return }
        if case .radiation = trigger.kind { programs[program].sunAtStart = weather.radiationToday.value?.base }
    }

    private func nextOccurrence(_ program: ProgramIndex, _ trigger: Trigger, on date: CivilDate) -> Occurrence? {
        for number in 0..<trigger.atMostADay {
            let occurrence = Occurrence(program: program, date: date, number: UInt8(truncatingIfNeeded: number))
            if !memory.isDecided(occurrence) { return occurrence }
        }
        return nil
    }

    private func hasRested(_ program: ProgramIndex, _ trigger: Trigger, _ now: Instant) -> Bool {
        programs[program].startedLast.map { now - $0 >= trigger.rest } ?? true
    }

    /// The last start of an earlier life, by the wall clock; one that seems to lie ahead was just now.
    private mutating func recallLastStart(of program: ProgramIndex, _ unixSeconds: Int64, _ now: Instant) {
        guard let before = earlierStarts[program] else { return }
        earlierStarts[program] = nil
        guard programs[program].startedLast == nil else { return }
        programs[program].startedLast = now + .seconds(min(before - unixSeconds, 0))
    }

    private mutating func someZoneCalls(_ condition: Condition, until: Double, _ program: ProgramIndex, on date: CivilDate,
                                        _ image: borrowing InputImage, _ records: inout RecordBuffer) -> Bool {
        var any = false
        for number in book.rules[program].steps.range {
            let value = measure(condition.measured, book.steps[number].zone, image).value
            thirsts[number].look(condition, until: until, value, at: image.now)
            if value == nil, condition.measured == .soil { tellOddProbe(number, on: date, image, &records) }
            if value != nil, thirsts[number].isThirsty { any = true }
        }
        return any
    }

    /// A zone that waits for a probe nobody believes gets no water by it: that is told on each day. The water balance tells of its own.
    private mutating func tellOddProbe(_ step: Int, on date: CivilDate, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let zone = book.steps[step].zone
        guard thirsts[step].oddProbeToldOn != date, balance.plans[zone]?.probe == nil, hasOddProbe(zone, image) else { return }
        thirsts[step].oddProbeToldOn = date
        records.event(Event(.probeRejected, .zone(zone)))
    }

    /// Sun is counted from the last start, or from midnight. In a new life it is counted from now when the day had a start.
    private mutating func sunCalls(_ sum: Irradiation, _ program: ProgramIndex, on date: CivilDate) -> Bool {
        guard let today = weather.radiationToday.value?.base else { return false }
        let hadStart = memory.isDecided(Occurrence(program: program, date: date, number: 0))
        var counted = programs[program].sunAtStart ?? (hadStart ? today : 0)
        if today < counted { counted = 0 }
        programs[program].sunAtStart = counted
        return today - counted >= sum.base
    }

    /// A start is still being weighed, or some zone still waits for or gets its water.
    private func isUnderWay(_ program: ProgramIndex) -> Bool {
        if programs[program].pending != nil { return true }
        for number in book.rules[program].steps.range {
            let zone = book.steps[number].zone
            if zones[zone].hand?.cause == .program(program) || zones[zone].next?.cause == .program(program) { return true }
        }
        return false
    }
}
