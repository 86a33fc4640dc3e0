import Control
import ProcessImage
import Quantities
import Scan

/// 17. No occurrence of a program is started twice, and no valve moves for a start that is not on the disk.
struct AtMostOnce: Invariant {
    let number = 17
    let rule = "an occurrence starts at most once, and is on the disk before a valve moves"
    private var started: Set<Occurrence> = []
    private var startedThisLife: Set<Occurrence> = []
    /// By program: the row of its last start in this life.
    private var row: [UInt64?]
    /// Runs of programs that have not ended, each with the row of its start.
    private var runs: [RunID: Waiting] = [:]

    private struct Waiting {
        let program: ProgramIndex
        let zone: ZoneIndex
        let row: UInt64
    }

    private var life = 0

    init(_ plan: ScanPlan) { row = plan.control.programs.map { _ in nil } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            startedThisLife = []
            runs = [:]
            for index in row.indices { row[index] = nil }
        }
        for record in evidence.records { look(record, evidence, &violations) }
        for case .occurrence(let occurrence, let decision) in evidence.durableRows where decision.isStart {
            if !started.insert(occurrence).inserted { report(occurrence, "came to the disk twice", evidence, &violations) }
        }
    }

    private mutating func look(_ record: Record, _ evidence: Evidence, _ violations: inout ViolationLog) {
        switch record.body {
        case .ledger(.occurrence(let occurrence, let decision), let number) where decision.isStart:
            row[occurrence.program.offset] = number
            let isNew = startedThisLife.insert(occurrence).inserted
            if !isNew || started.contains(occurrence) { report(occurrence, "was started again", evidence, &violations) }
        case .ledger(.runStarted(let run, let zone, .program(let program), _), _):
            runs[run] = row[program.offset].map { Waiting(program: program, zone: zone, row: $0) }
        case .ledger(.runEnded(let run, _, _, _, _, _), _): runs[run] = nil
        case .output(let output, let level, .program(let program)):
            guard level != evidence.plan.tables.outputs[output.offset].safe else { return }
            let isOnDisk = runs.values.contains { run in
                run.program == program && run.row <= evidence.durableThrough && isValve(output, of: run.zone, evidence.plan.control)
            }
            if isOnDisk { return }
            violations.report(number, evidence, "\(evidence.tag(output.offset)) moved before the start was on the disk")
        default: break
        }
    }

    private func isValve(_ output: OutputIndex, of zone: ZoneIndex, _ plan: ControlPlan) -> Bool {
        plan.zones[zone.offset].valve == output || plan.followers.contains { $0.zone == zone && $0.valve == output }
    }

    private func report(_ occurrence: Occurrence, _ what: String, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let program = evidence.plan.tables.programs[occurrence.program.offset].tag
        violations.report(number, evidence, "start \(occurrence.number) of \(program), day \(occurrence.date.daysSinceEpoch), \(what)")
    }
}

/// 18. However far the clock steps or the machine was down: a start by the clock is on time, or it is the latest missed one
/// and still inside the window of its program; a start that a sensor gives is inside its hours, one of so many a day, and has
/// rested since the one before.
struct NoBurst: Invariant {
    let number = 18
    let rule = "a start is on time, or the latest missed one inside its window; a sensor's is inside its hours and has rested"
    private var life = 0
    /// By program: its last start in this life.
    private var startedLast: [Instant?]

    /// A start up to this late is on time.
    private static let onTime: Int64 = 60

    init(_ plan: ScanPlan) { startedLast = plan.control.programs.map { _ in nil } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            for index in startedLast.indices { startedLast[index] = nil }
        }
        for record in evidence.records {
            guard case .ledger(.occurrence(let occurrence, let decision), _) = record.body, decision.isStart else { continue }
            let program = evidence.plan.control.programs[occurrence.program.offset]
            let wrong = switch program.starts {
            case .times: wrong(occurrence, decision, record.wall.unixSeconds, program, evidence.plan.control)
            case .trigger(let trigger): wrong(occurrence, trigger, record, program, evidence.plan.control.clock)
            }
            if let wrong { violations.report(number, evidence, wrong) }
            startedLast[occurrence.program.offset] = record.instant
        }
    }

    private func wrong(_ occurrence: Occurrence, _ trigger: Trigger, _ record: Record, _ program: ProgramPlan,
                       _ clock: LocalClock) -> String? {
        let (date, time) = clock.local(unixSeconds: record.wall.unixSeconds)
        guard date == occurrence.date, program.runs(on: date) else { return "a sensor's start on another day than its own" }
        if Int(occurrence.number) >= trigger.atMostADay { return "a sensor's start beyond \(trigger.atMostADay) a day" }
        if time < trigger.from || time >= trigger.until { return "a sensor's start outside of its hours" }
        let rested = startedLast[occurrence.program.offset].map { record.instant - $0 >= trigger.rest } ?? true
        return rested ? nil : "a sensor's start that has not rested"
    }

    private func wrong(_ occurrence: Occurrence, _ decision: OccurrenceDecision, _ now: Int64, _ program: ProgramPlan,
                       _ plan: ControlPlan) -> String? {
        guard let due = plan.due(occurrence.program, on: occurrence.date, number: Int(occurrence.number)) else {
            return "a start the program does not have"
        }
        let late = now - due
        if late < 0 { return "a start \(-late) s before its time" }
        if decision == .started { return late > NoBurst.onTime ? "a start \(late) s late counted as on time" : nil }
        guard case .catchUp(let within) = program.missed else { return "a program that skips missed starts caught one up" }
        if late > within.components.seconds { return "a start was caught up \(late) s late" }
        return hasLaterMissed(occurrence, due, now, plan) ? "an older start was caught up than the latest missed one" : nil
    }

    private func hasLaterMissed(_ occurrence: Occurrence, _ due: Int64, _ now: Int64, _ plan: ControlPlan) -> Bool {
        (-1...31).contains { day in
            let date = occurrence.date.adding(days: day)
            return (0..<Limits.startsPerProgramMax).contains { number in
                guard let other = plan.due(occurrence.program, on: date, number: number) else { return false }
                return other > due && now - other > NoBurst.onTime
            }
        }
    }
}
