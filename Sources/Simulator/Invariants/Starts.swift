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
    private var life = 0

    init(_ plan: ScanPlan) { row = plan.control.programs.map { _ in nil } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            startedThisLife = []
            for index in row.indices { row[index] = nil }
        }
        for record in evidence.records { look(record, evidence, &violations) }
        for case .occurrence(let occurrence, let decision) in evidence.durableRows where decision != .missed {
            if !started.insert(occurrence).inserted { report(occurrence, "came to the disk twice", evidence, &violations) }
        }
    }

    private mutating func look(_ record: Record, _ evidence: Evidence, _ violations: inout ViolationLog) {
        switch record.body {
        case .ledger(.occurrence(let occurrence, let decision), let number) where decision != .missed:
            row[occurrence.program.offset] = number
            let isNew = startedThisLife.insert(occurrence).inserted
            if !isNew || started.contains(occurrence) { report(occurrence, "was started again", evidence, &violations) }
        case .output(let output, let level, .program(let program)):
            guard level != evidence.plan.tables.outputs[output.offset].safe else { return }
            let isOnDisk = row[program.offset].map { $0 <= evidence.durableThrough } ?? false
            if !isOnDisk { violations.report(number, evidence, "\(evidence.tag(output.offset)) moved before the start was on the disk") }
        default: break
        }
    }

    private func report(_ occurrence: Occurrence, _ what: String, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let program = evidence.plan.tables.programs[occurrence.program.offset].tag
        violations.report(number, evidence, "start \(occurrence.number) of \(program), day \(occurrence.date.daysSinceEpoch), \(what)")
    }
}

/// 18. However far the clock steps or the machine was down: a start is on time, or it is the latest missed one and still
/// inside the window of its program.
struct NoBurst: Invariant {
    let number = 18
    let rule = "a start is on time, or the latest missed one inside its window"

    /// A start up to this late is on time.
    private static let onTime: Int64 = 60

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for record in evidence.records {
            guard case .ledger(.occurrence(let occurrence, let decision), _) = record.body, decision != .missed else { continue }
            let program = evidence.plan.control.programs[occurrence.program.offset]
            let clock = evidence.plan.control.clock
            guard Int(occurrence.number) < program.starts.count, program.days.includes(occurrence.date) else {
                violations.report(number, evidence, "a start the program does not have")
                continue
            }
            let due = clock.unixSeconds(date: occurrence.date, time: program.starts[Int(occurrence.number)])
            let late = record.wall.unixSeconds - due
            if let wrong = wrong(decision, late, program) { violations.report(number, evidence, wrong) }
            if decision == .caughtUp, hasLaterMissed(occurrence, due, record.wall.unixSeconds, program, clock) {
                violations.report(number, evidence, "an older start was caught up than the latest missed one")
            }
        }
    }

    private func wrong(_ decision: OccurrenceDecision, _ late: Int64, _ program: ProgramPlan) -> String? {
        if late < 0 { return "a start \(-late) s before its time" }
        if decision == .started { return late > NoBurst.onTime ? "a start \(late) s late counted as on time" : nil }
        guard case .catchUp(let within) = program.missed else { return "a program that skips missed starts caught one up" }
        return late > within.components.seconds ? "a start was caught up \(late) s late" : nil
    }

    private func hasLaterMissed(_ occurrence: Occurrence, _ due: Int64, _ now: Int64, _ program: ProgramPlan,
                                _ clock: LocalClock) -> Bool {
        for day in 0...31 {
            let date = occurrence.date.adding(days: day)
            guard program.days.includes(date) else { continue }
            for start in program.starts {
                let other = clock.unixSeconds(date: date, time: start)
                if other > due, now - other > NoBurst.onTime { return true }
            }
        }
        return false
    }
}
