import Foundation
import GRDB
import Journal
import Language
import ProcessImage
import Quantities
import Testing

/// What programs decided and people ordered, over a restart and over a migration.
@Suite struct ProgramRowTests {
    private let today = CivilDate(year: 2026, month: 11, day: 23) ?? CivilDate(daysSinceEpoch: 0)

    private func occurrence(_ number: UInt8 = 0) -> Occurrence { Occurrence(program: morning, date: today, number: number) }

    @Test func `the reasons of a start are told in order with their sentences, the newest start first`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        feed.ledger(.finding(occurrence(), east, step: 0, Finding(.depletion, .allows, value: 0.44, limit: 0.35)))
        feed.ledger(.finding(occurrence(), east, step: 1, Finding(.ordered, .orders, value: 8)))
        feed.pass(.hours(1))
        let last = feed.ledger(.finding(occurrence(1), east, step: 0, Finding(.rain, .skips, value: 0.0062, limit: 0.005, hours: 24)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let rows = try journal.findings(zone: "east-1", from: sixOClock - 60, to: sixOClock + 7200)
        #expect(rows.map(\.text.en) == ["rain of 24 h 6.2 mm > 5.0 mm", "depletion 44 % > 35 %", "gives 8.00 m3"])
        #expect(rows.map(\.text.zh) == ["24 h 降雨 6.2 mm > 5.0 mm", "亏缺 44 % > 35 %", "灌 8.00 m3"])
        #expect(rows.map(\.effect) == [.skips, .allows, .orders] && rows.map(\.number) == [1, 0, 0])
        #expect(try journal.findings(zone: "east-2", from: 0, to: .max / 2000).isEmpty)
        let live = journal.live.snapshot().zones[east.offset]
        #expect(live.findings.map(\.matter) == [.rain] && live.weighed == occurrence(1))
    }

    @Test func `what stands, when each program started last and what was given come back with a new life`() throws {
        let folder = try Folder()
        let tables = SiteTables(site: greenhouse.site, clock: greenhouse.clock, points: greenhouse.points, outputs: greenhouse.outputs,
                                zones: greenhouse.zones, sources: greenhouse.sources, programs: greenhouse.programs, quotas: [Label(tag: "season")])
        let journal = Journal.started(in: folder, tables: tables)
        var feed = Feed(journal)
        let pause = StandingOrder(.pause, .zone(east), command: 7)
        let adjust = StandingOrder(.adjust, .program(morning), factor: 0.8, command: 8)
        feed.ledger(.standing(StandingOrder(.pause, .zone(east), until: sixOClock + 60, command: 5)))
        feed.ledger(.standing(pause))
        feed.ledger(.standing(adjust))
        feed.ledger(.standing(StandingOrder(.rainDelay, .site, until: sixOClock + 60, command: 6)))
        feed.ledger(.standingEnded(.rainDelay, .site))
        feed.ledger(.occurrence(occurrence(), .started))
        feed.ledger(.runStarted(RunID(rawValue: 1), east, .program(morning), planned: .volume(.liters(900))))
        feed.pass(.minutes(10))
        feed.ledger(.occurrence(occurrence(1), .skipped))
        let last = feed.ledger(.runEnded(RunID(rawValue: 1), .completed, watered: .minutes(5), volume: .liters(900), .program(morning)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.live.snapshot().standing == [pause, adjust])
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: tables, plan: Journal.quick).restore()
        #expect(restored.standing == [pause, adjust] && restored.lastStarts == [morning: sixOClock])
        #expect(restored.given == [.init(zone: east, date: today, volume: .liters(900))])
        #expect(restored.decided == [occurrence(), occurrence(1)])
    }

    @Test func `a ledger from before programs had reasons is taken over with all it holds`() throws {
        let folder = try Folder()
        let old = Journal.started(in: folder)
        var feed = Feed(old)
        let last = feed.ledger(.occurrence(occurrence(), .started))
        #expect(eventually { old.port.ledgerDurableThrough == last })
        #expect(old.stop())
        let file = try DatabaseQueue(path: folder.file("ledger.db"))
        try file.write { database in
            try database.execute(sql: "DROP TABLE findings; DROP TABLE standing; DELETE FROM grdb_migrations WHERE identifier = 'programs'")
        }
        try file.close()
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(journal.restore().decided == [occurrence()] && journal.restore().ledgerIsComplete)
        var next = Feed(journal)
        let row = next.ledger(.finding(occurrence(1), east, step: 0, Finding(.paused, .skips)))
        #expect(eventually { journal.port.ledgerDurableThrough == row })
        #expect(try journal.findings(zone: "east-1", from: 0, to: .max / 2000).map(\.matter) == [.paused])
    }
}
