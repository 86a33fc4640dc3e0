import ProcessImage
import Quantities

/// A part of a flat row. (`Range` is not bitwise copyable.)
struct Part: BitwiseCopyable {
    let lower: Int
    let upper: Int

    init(_ range: Range<Int>) {
        lower = range.lowerBound
        upper = range.upperBound
    }

    var range: Range<Int> { lower..<upper }
}

/// The programs of the plan laid flat, so that the scan reads them without touching an array.
struct ProgramBook: ~Copyable {
    struct Rule: BitwiseCopyable {
        let days: DayRule
        let missed: MissedPolicy
        let steps: Part
        let starts: Part
    }

    struct Step: BitwiseCopyable {
        let zone: ZoneIndex
        let duration: Duration
    }

    let rules: Dense<ProgramIndex, Rule>
    let steps: Dense<ProgramIndex, Step>
    private let starts: Dense<ProgramIndex, TimeOfDay>
    private let clock: LocalClock

    init(_ plan: borrowing ControlPlan) {
        var rules: [Rule] = []
        var steps: [Step] = []
        var starts: [TimeOfDay] = []
        for program in plan.programs {
            let firstStep = steps.count
            let firstStart = starts.count
            for (zone, duration) in zip(program.zones, program.durations) { steps.append(Step(zone: zone, duration: duration)) }
            starts += program.starts
            rules.append(Rule(days: program.days, missed: program.missed,
                              steps: Part(firstStep..<steps.count), starts: Part(firstStart..<starts.count)))
        }
        self.rules = Dense(rules)
        self.steps = Dense(steps)
        self.starts = Dense(starts)
        clock = plan.clock
    }

    var count: Int { rules.count }

    func date(at unixSeconds: Int64) -> CivilDate { clock.local(unixSeconds: unixSeconds).date }

    func startCount(_ program: ProgramIndex) -> Int { rules[program].starts.range.count }

    /// When a start of a day is due; `nil` when the program does not run on that day.
    func due(_ program: ProgramIndex, on date: CivilDate, number: Int) -> Int64? {
        let rule = rules[program]
        guard rule.days.includes(date), rule.starts.range.contains(rule.starts.lower + number) else { return nil }
        return clock.unixSeconds(date: date, time: starts[rule.starts.lower + number])
    }

    /// The first start after a moment, looked for over a week and a day; without one, the moment to look again.
    func nextDue(_ program: ProgramIndex, after unixSeconds: Int64) -> Int64 {
        let today = date(at: unixSeconds)
        for day in 0...8 {
            for number in 0..<startCount(program) {
                if let due = due(program, on: today.adding(days: day), number: number), due > unixSeconds { return due }
            }
        }
        return unixSeconds + 7 * 86_400
    }
}
