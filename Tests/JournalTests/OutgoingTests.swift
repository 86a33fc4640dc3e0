import Foundation
import GRDB
import Journal
import Language
import ProcessImage
import Quantities
import Testing

/// Rows that go upstream: copies made where the ledger is written, by ids that are never used again.
@Suite struct OutgoingTests {
    private let run = RunID(rawValue: 9)
    private let monday = CivilDate(year: 2026, month: 11, day: 23) ?? CivilDate(daysSinceEpoch: 0)

    private func water(_ feed: inout Feed, _ run: RunID, litres: Double) -> UInt64 {
        feed.ledger(.runStarted(run, east, .program(morning), planned: .volume(.liters(600))))
        feed.ledger(.runProgress(run, watered: .seconds(60), volume: .liters(litres / 2), isEstimated: false))
        return feed.ledger(.runEnded(run, .completed, watered: .seconds(125), volume: .liters(litres), isEstimated: true, .idle))
    }

    private func told(_ journal: Journal, _ stream: OutgoingStream) throws -> [OutgoingRow] {
        let heads = try #require(try journal.outgoingHeads()), head = heads.heads[stream.rawValue] ?? 0
        return head == 0 ? [] : try journal.outgoing(stream, 1...head, of: heads.store)
    }

    @Test func `a run, a dose, a meal and a command are told when they are over, bit for bit, and once`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        let litres = 812.0 / 7
        _ = water(&feed, run, litres: litres)
        let dose = DoseSoFar(run: run, zone: east, channel: ChannelIndex(0), planned: .liters(2), intended: .liters(2), commanded: .liters(2), metered: .liters(1.9))
        feed.ledger(.dosePlanned(dose, RecipeIndex(0), batch: 7))
        feed.ledger(.doseEnded(dose, DoseHour(channel: ChannelIndex(0), hour: sixOClock / 3600, volume: .liters(2)), .interrupted, .dosing(.ledger)))
        let meal = MealID(cage: CageIndex(0), date: monday, number: 1), missed = MealID(cage: CageIndex(0), date: monday, number: 2)
        for row: MealRow in [.started(meal, planned: .kilograms(9)), .quantum(meal, given: .zero, intent: .kilograms(1)), .ended(meal, .short, given: .kilograms(0.7)),
                             .ended(missed, .missed, given: .zero)] { feed.ledger(.feedMeal(row)) }
        let command = journal.nextCommandID()
        journal.noteCommand(command, author: "老王", text: "stop east-1")
        let last = feed.ledger(.commandDone(command, .done))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let runs = try told(journal, .runs)
        #expect(runs.map(\.id) == [1] && runs[0].at == feed.wall.unixSeconds * 1000)
        #expect(runs[0].values[1] == .text("east-1") && runs[0].values[5] == .number(600) && runs[0].values[6] == .number(125))
        #expect(runs[0].values[7] == .number(litres) && runs[0].values[8] == .integer(1) && runs[0].values[9] == .text("completed"))
        let doses = try told(journal, .doses)
        #expect(doses.count == 1 && doses[0].values[8] == .number(2), "after a restart all that may have been given counts")
        #expect(doses[0].values[9...13] == [.number(400), .number(60), .number(40), .number(120), .text("interrupted")])
        #expect(try told(journal, .meals).map { $0.values[4...5] } == [[.number(0.7), .text("short")], [.number(0), .text("missed")]])
        let audit = try told(journal, .audit)
        #expect(audit.suffix(2).map { $0.values[2] } == [.text("given"), .text("done")] && audit.last?.values[5] == .text("done"))
    }

    @Test func `an alarm is told when it comes, when somebody has seen it, and when it is gone`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        let alarm = AlarmID(.tripNoFlow, .zone(east))
        for state: AlarmState in [.unacknowledged, .acknowledged, .normal] {
            feed.push(.alarm(alarm, state))
            feed.pass(.seconds(1))
            let due: OutgoingValue = .text("\(state)")
            #expect(eventually { try told(journal, .alarms).last?.values[3] == due }, "\(state)")
        }
        let rows = try told(journal, .alarms)
        #expect(rows.map(\.id) == [1, 2, 3] && rows.allSatisfy { $0.values[0] == .text("tripNoFlow") && $0.values[2] == .text("east-1") })
        #expect(rows.allSatisfy { $0.values[4] == .text(EventKind.tripNoFlow.text.zh) && $0.values[5] == .text(EventKind.tripNoFlow.text.en) })
    }

    @Test func `what became of a schedule is told as such, besides its row of the audit; nobody else's words are taken for it`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        let id = journal.nextCommandID()
        journal.noteSchedule(id, step: "active", version: 12, words: "in force: from 24 November")
        journal.noteCommand(journal.nextCommandID(), author: "老王", text: "schedule active 13: mine")
        journal.noteCommand(journal.nextCommandID(), author: "tidegated", text: "schedules")
        let last = feed.ledger(.commandDone(id, .done))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let rows = try told(journal, .schedules)
        #expect(rows.map(\.values) == [[.integer(Int64(id)), .text("active"), .integer(12), .text("in force: from 24 November")]])
        #expect(try told(journal, .audit).count { $0.values[0] != .null } >= 4)
    }

    @Test func `what has arrived is forgotten, numbers go on over a restart, and a gap is told with the marks`() throws {
        let folder = try Folder()
        var journal = Journal.started(in: folder)
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        var last: UInt64 = 0
        for number in 1...5 { last = water(&feed, RunID(rawValue: UInt64(number)), litres: 100) }
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let store = try #require(try journal.outgoingHeads()?.store)
        try journal.keepOutgoing(marks: ["runs": 3], of: store)
        #expect(try journal.outgoing(.runs, 1...9, of: store).map(\.id) == [4, 5])
        #expect(journal.stop())
        journal = Journal.started(in: folder)
        try journal.keepOutgoing(true)
        var heads = try #require(try journal.outgoingHeads())
        #expect(heads.store == store && heads.heads["runs"] == 5 && heads.marks["runs"] == 3)
        let id = try journal.giveUpOutgoing("hours", 1...70, rows: 64, marks: ["hours": 70, "runs": 2], of: store, at: feed.wall)
        heads = try #require(try journal.outgoingHeads())
        #expect(id == 1 && heads.marks["hours"] == 70 && heads.marks["runs"] == 3, "a mark never goes back")
        #expect(try journal.outgoing(.gaps, 1...1, of: store).first?.values == [.text("hours"), .integer(1), .integer(70), .integer(64)])
        var again = Feed(journal)
        let row = water(&again, RunID(rawValue: 6), litres: 100)
        #expect(eventually { journal.port.ledgerDurableThrough == row })
        #expect(try journal.outgoing(.runs, 1...9, of: store).map(\.id) == [4, 5, 6])
        #expect(journal.stop())
    }

    @Test func `where nobody is told nothing is kept, and another beginning has another store`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        let before = water(&feed, run, litres: 100)
        #expect(eventually { journal.port.ledgerDurableThrough == before })
        #expect(try journal.outgoingHeads() == nil)
        try journal.keepOutgoing(true)
        let first = try #require(try journal.outgoingHeads())
        #expect(first.heads["runs"] == 0)
        try journal.keepOutgoing(false)
        #expect(try journal.outgoingHeads() == nil)
        try journal.keepOutgoing(true)
        #expect(try journal.outgoingHeads()?.store != first.store)
    }

    @Test func `numbers of an old store read, forget and give up nothing in the new one`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        try journal.keepOutgoing(true)
        let old = try #require(try journal.outgoingHeads()?.store)
        try journal.keepOutgoing(false)
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        let last = water(&feed, run, litres: 100)
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(throws: QueryRefused.self) { try journal.outgoing(.runs, 1...9, of: old) }
        #expect(throws: QueryRefused.self) { try journal.keepOutgoing(marks: ["runs": 900], of: old) }
        #expect(throws: QueryRefused.self) {
            try journal.giveUpOutgoing("hours", 1...900, rows: 900, marks: ["hours": 900, "runs": 900], of: old, at: feed.wall)
        }
        #expect(try journal.outgoingHeads()?.marks.values.max() == 0)
        #expect(try told(journal, .runs).count == 1)
        #expect(try told(journal, .gaps).isEmpty)
    }

    @Test func `each whole hour and day is told once, as it was recorded`() throws {
        let journal = Journal.started(in: try Folder(), plan: RecordingPlan(flushEvery: .seconds(1), foldEvery: .minutes(10)))
        defer { journal.stop() }
        try journal.keepOutgoing(true)
        var feed = Feed(journal)
        // From nine in the evening until a quarter to one, another value each minute.
        let nine = sixOClock + 15 * 3600, midnight = nine + 3 * 3600
        feed.wall = WallTime(unixSeconds: nine, trust: .synced)
        for step in 0..<(3 * 3600 + 45 * 60) / 2 {
            if step % 30 == 0 { feed.sample(Double(step / 30 % 60) + 0.25) }
            feed.push(.statistics(ScanStatistics()))
            feed.pass(.seconds(2))
            if step % 1_000 == 999 { usleep(60_000) }
        }
        let late = WallTime(unixSeconds: midnight + 40 * 60, trust: .synced)
        try journal.tellRollups(upTo: WallTime(unixSeconds: nine + 9 * 3600, trust: .unset))
        #expect(try told(journal, .hours).isEmpty, "a clock that nobody trusts tells nothing")
        let ten = WallTime(unixSeconds: nine + 3600 + 20 * 60, trust: .synced)
        #expect(eventually {
            try journal.tellRollups(upTo: ten)
            return try told(journal, .hours).count > 0
        })
        try journal.tellRollups(upTo: ten)
        #expect(try told(journal, .hours).map(\.at) == [nine * 1000], "from the newest whole hour on")
        #expect(eventually {
            try journal.tellRollups(upTo: late)
            return try told(journal, .days).count == 1
        })
        let hours = try told(journal, .hours), recorded = try journal.rollups(of: "FT-101.flow", .hour)
        #expect(hours.map(\.at) == (0...2).map { (nine + $0 * 3600) * 1000 })
        for row in hours {
            let same = try #require(recorded.first { $0.unixSeconds * 1000 == row.at })
            #expect(row.values == [.text("FT-101.flow"), .text("m3/h"), .number(same.mean), .number(same.min), .number(same.max), .number(same.last),
                                   .number(same.goodShare)])
        }
        #expect(try told(journal, .days).map(\.at) == [(midnight - 24 * 3600) * 1000])
    }
}
