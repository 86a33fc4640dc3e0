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
    var count: Int { upper - lower }
}

/// The programs of the plan laid flat, so that the scan reads them without touching an array.
struct ProgramBook: ~Copyable {
    struct Rule: BitwiseCopyable {
        let days: DayRule
        let missed: MissedPolicy
        /// `nil`: it starts by the clock.
        let trigger: Trigger?
        let stages: UInt8
        let ifUnknown: UnknownPolicy
        let soak: SoakRule?
        let recipe: ProgramRecipe?
        let priority: UInt8
        let windows: UInt32
        let steps: Part
        let starts: Part
        let dates: Part
        let when: Part
        let unless: Part
        let months: Part
    }

    let rules: Dense<ProgramIndex, Rule>
    let steps: Dense<ProgramIndex, ProgramPlan.Step>
    let conditions: Dense<ProgramIndex, Condition>
    let starts: Dense<ProgramIndex, StartTime>
    private let dates: Dense<ProgramIndex, DateRange>
    private let months: Dense<ProgramIndex, Fraction>
    /// How long each program takes, by month: twelve for each.
    private let lengths: Dense<ProgramIndex, Duration>
    private let clock: LocalClock
    let sun: SunClock

    init(_ plan: borrowing ControlPlan) {
        var pages = ProgramPages()
        for program in plan.programs { pages.add(program) }
        rules = Dense(pages.rules)
        steps = Dense(pages.steps)
        starts = Dense(pages.starts)
        conditions = Dense(pages.conditions)
        dates = Dense(pages.dates)
        months = Dense(pages.months)
        lengths = Dense(plan.lengths)
        clock = plan.clock
        sun = plan.sun
    }

    var count: Int { rules.count }

    func local(_ unixSeconds: Int64) -> (date: CivilDate, time: TimeOfDay) { clock.local(unixSeconds: unixSeconds) }

    func startCount(_ program: ProgramIndex) -> Int { rules[program].starts.count }

    func runs(_ program: ProgramIndex, on date: CivilDate) -> Bool {
        let rule = rules[program]
        guard rule.days.includes(date) else { return false }
        guard rule.dates.count > 0 else { return true }
        for number in rule.dates.range where dates[number].includes(date) { return true }
        return false
    }

    /// When a start of a day is due; `nil` when the program does not run on that day.
    func due(_ program: ProgramIndex, on date: CivilDate, number: Int) -> Int64? {
        let rule = rules[program]
        guard number < rule.starts.count, runs(program, on: date) else { return nil }
        return starts[rule.starts.lower + number]
            .unixSeconds(on: date, clock, sun, length: lengths[program.offset * 12 + date.components.month - 1])
    }

    /// The first start after a moment, looked for over a week and two days; without one, the moment to look again.
    func nextDue(_ program: ProgramIndex, after unixSeconds: Int64) -> Int64 {
        let today = local(unixSeconds).date
        let lookAgain = unixSeconds + 7 * 86_400
        var next = lookAgain
        var daysSinceFound = 0
        // Starts lie at most a day beside their date.
        for day in -1...8 where daysSinceFound <= 3 {
            if next < lookAgain { daysSinceFound += 1 }
            for number in 0..<startCount(program) {
                guard let due = due(program, on: today.adding(days: day), number: number), due > unixSeconds else { continue }
                next = min(next, due)
            }
        }
        return next
    }

    /// The part of its amount that a program gives in a month.
    func part(of program: ProgramIndex, on date: CivilDate) -> Double {
        let months = rules[program].months
        guard months.count == 12 else { return 1 }
        return self.months[months.lower + date.components.month - 1].base
    }
}

/// Programs while they are laid flat. (Outside of the book: an initializer of a type without copies can not call its methods.)
private struct ProgramPages {
    var rules: [ProgramBook.Rule] = []
    var steps: [ProgramPlan.Step] = []
    var starts: [StartTime] = []
    var conditions: [Condition] = []
    var dates: [DateRange] = []
    var months: [Fraction] = []

    mutating func add(_ program: ProgramPlan) {
        var times: [StartTime] = []
        var trigger: Trigger?
        switch program.starts {
        case .times(let given): times = given
        case .trigger(let given): trigger = given
        }
        rules.append(ProgramBook.Rule(
            days: program.days, missed: program.missed, trigger: trigger, stages: program.stages, ifUnknown: program.ifUnknown,
            soak: program.soak, recipe: program.recipe, priority: program.priority, windows: program.windows,
            steps: lay(program.steps, in: &steps), starts: lay(times, in: &starts), dates: lay(program.dates, in: &dates),
            when: lay(program.when, in: &conditions), unless: lay(program.unless, in: &conditions),
            months: lay(program.byMonth, in: &months)))
    }

    private func lay<Item>(_ items: [Item], in page: inout [Item]) -> Part {
        let first = page.count
        page += items
        return Part(first..<page.count)
    }
}
