@testable import Control
import ProcessImage
import Quantities
import Testing

private let monday = LocalClock.shanghai.local(unixSeconds: 1_795_384_800).date

private func at(_ hour: Int, _ minute: Int = 0) -> TimeOfDay { TimeOfDay(hour: hour, minute: minute) ?? .midnight }

private func plan(_ programs: [ProgramPlan], clock: LocalClock = .shanghai) -> ControlPlan {
    let source = SourcePlan(pump: nil, masterValve: nil, capacity: nil, flow: nil, total: nil)
    let zone = ZonePlan(source: SourceIndex(0), valve: OutputIndex(0), travel: .zero, nominalFlow: nil)
    return ControlPlan(clock: clock, sources: [source], zones: [zone], programs: programs)
}

private func program(_ starts: [TimeOfDay], _ days: DayRule = .weekdays(127), missed: MissedPolicy = .skip) -> ProgramPlan {
    ProgramPlan(zones: [ZoneIndex(0)], durations: [.minutes(1)], starts: starts, days: days, missed: missed)
}

struct DayRuleTests {
    @Test func `Weekdays count from Monday`() {
        let working = DayRule.weekdays(0b001_1111)
        #expect((0..<7).map { working.includes(monday.adding(days: $0)) } == [true, true, true, true, true, false, false])
    }

    @Test func `Every n days counts from its first day and not before`() {
        let third = DayRule.every(3, from: monday)
        #expect((-3..<7).map { third.includes(monday.adding(days: $0)) }
            == [false, false, false, true, false, false, true, false, false, true])
    }
}

struct UpcomingTests {
    @Test func `The starts of all programs come in order of time, the end not included`() {
        let plan = plan([program([at(6), at(18)]), program([at(7)], .weekdays(0b10))])
        let starts = plan.upcoming(from: 1_795_384_800, until: 1_795_384_800 + 86_400)
        #expect(starts.map { [$0.program.offset, Int($0.unixSeconds - 1_795_384_800) / 3600] } == [[0, 0], [0, 12]])
        let twoDays = plan.upcoming(from: 1_795_384_801, until: 1_795_384_800 + 2 * 86_400)
        #expect(twoDays.map { [$0.program.offset, Int($0.unixSeconds - 1_795_384_800) / 3600] } == [[0, 12], [0, 24], [1, 25], [0, 36]])
        #expect(plan.upcoming(from: 1_795_384_800, until: 1_795_384_800 + 86_400 * 300, limit: 5).count == 5)
        #expect(plan.upcoming(from: 5, until: 4).isEmpty)
    }
}

struct DaylightSavingTests {
    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    static let berlin = LocalClock(name: "Europe/Berlin", firstOffset: 3600, changes: [
        .init(unixSeconds: 1_774_746_000, offset: 7200), .init(unixSeconds: 1_792_890_000, offset: 3600),
    ])

    @Test(arguments: [1_774_746_000 as Int64, 1_792_890_000])
    func `Over a change of the clock a daily program has exactly one start a day`(change: Int64) {
        for time in [at(1, 59), at(2), at(2, 30), at(3)] {
            let bench = ControlBench(plan([program([time])], clock: Self.berlin))
            var dates: [CivilDate] = []
            for minute in 0..<(3 * 1440) {
                bench.step(unixSeconds: change - 36 * 3600 + Int64(minute) * 60)
                dates += bench.started.map(\.date)
            }
            #expect(dates.count == 3 && Set(dates).count == 3, "\(time)")
        }
    }

    @Test func `Two starts that spring throws together both happen`() {
        let bench = ControlBench(plan([program([at(2, 10), at(2, 40)])], clock: Self.berlin))
        var count = 0
        for second in 0..<300 {
            bench.step(unixSeconds: 1_774_746_000 - 120 + Int64(second))
            count += bench.started.count
        }
        #expect(count == 2)
    }
}

struct OccurrenceMemoryTests {
    private func occurrence(_ day: Int, _ number: UInt8 = 0) -> Occurrence {
        Occurrence(program: ProgramIndex(0), date: monday.adding(days: day), number: number)
    }

    /// (`#expect` can not look into a type without copies.)
    private func expect(_ memory: borrowing OccurrenceMemory, _ occurrence: Occurrence, isDecided: Bool,
                        sourceLocation: SourceLocation = #_sourceLocation) {
        let seen = memory.isDecided(occurrence)
        #expect(seen == isDecided, "\(occurrence)", sourceLocation: sourceLocation)
    }

    @Test func `What was decided stays decided, however much follows`() {
        var memory = OccurrenceMemory(programs: 1, restoring: [])
        for day in 0..<500 {
            expect(memory, occurrence(day), isDecided: false)
            memory.remember(occurrence(day))
        }
        for day in 0..<500 { expect(memory, occurrence(day), isDecided: true) }
        expect(memory, occurrence(500), isDecided: false)
        expect(memory, occurrence(499, 1), isDecided: false)
    }

    @Test func `A clock that was years ahead for some starts does not stop the program for those years`() {
        var memory = OccurrenceMemory(programs: 1, restoring: (1000..<1040).map { occurrence($0) })
        for day in 0..<100 {
            expect(memory, occurrence(day), isDecided: false)
            memory.remember(occurrence(day))
            expect(memory, occurrence(day), isDecided: true)
        }
    }

    @Test func `Programs are remembered apart`() {
        var memory = OccurrenceMemory(programs: 2, restoring: [Occurrence(program: ProgramIndex(9), date: monday, number: 0)])
        memory.remember(occurrence(0))
        let known = (memory.knows(ProgramIndex(0)), memory.knows(ProgramIndex(1)))
        #expect(known == (true, false))
        expect(memory, Occurrence(program: ProgramIndex(1), date: monday, number: 0), isDecided: false)
    }
}
