import Foundation
import GRDB
import Journal
import Language
import ProcessImage
import Quantities
import Testing

/// Files that are not what was written. Control goes on, the file is set aside by name, a new one is begun.
@Suite struct DamageTests {
    enum Damage: String, CaseIterable, CustomTestStringConvertible {
        case header, noDatabase, tornPage, foreignTables, future
        var testDescription: String { rawValue }

        func apply(to path: String) throws {
            switch self {
            case .header: try overwrite(path, at: 0, with: Data(repeating: 0x5a, count: 100))
            case .noDatabase: try Data("site: shouguang-07\n".utf8).write(to: URL(fileURLWithPath: path))
            case .tornPage: try overwrite(path, at: 4096 + 512, with: Data(repeating: 0xff, count: 3 * 4096))
            case .foreignTables:
                try FileManager.default.removeItem(atPath: path)
                try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE meta (x)") }
            case .future:
                try DatabaseQueue(path: path).write {
                    try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')")
                }
            }
        }

        private func overwrite(_ path: String, at offset: UInt64, with data: Data) throws {
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: offset)
            try file.write(contentsOf: data)
            try file.close()
        }
    }

    /// A folder with both databases, closed in order, and what the ledger says.
    private func folderWithHistory() throws -> Folder {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        for number in 0..<200 {
            feed.sample(Double(number))
            feed.pass(.milliseconds(100))
        }
        let today = CivilDate(daysSinceEpoch: 20_780)
        feed.ledger(.occurrence(Occurrence(program: morning, date: today, number: 0), .started))
        let last = feed.ledger(.runStarted(RunID(rawValue: 3), east, .program(morning), planned: .time(.minutes(10))))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        return folder
    }

    @Test(arguments: Damage.allCases)
    func `a damaged ledger is set aside and nothing before counts as not given`(damage: Damage) throws {
        let folder = try folderWithHistory()
        try damage.apply(to: folder.file("ledger.db"))
        let journal = Journal.started(in: folder)
        let restored = journal.restore()
        #expect(!restored.ledgerIsComplete)
        #expect(restored.nextRun > RunID(rawValue: 3))
        #expect(folder.names.contains { $0.wholeMatch(of: /ledger\.db\.damaged-\d{4}-\d\d-\d\dT\d{4}Z/) != nil },
                "\(folder.names) \(journal.storage()[0].problem ?? "no problem")")
        var feed = Feed(journal)
        let number = feed.ledger(.runStarted(restored.nextRun, east, .manual(1), planned: .time(.minutes(1))))
        #expect(eventually { journal.port.ledgerDurableThrough == number })
        #expect(journal.port.ledgerIsWritable)
        let events = eventually { try journal.events(from: 0, to: .max).contains { $0.kind == .databaseSetAside && $0.text.en.contains("ledger.db.damaged-") } }
        #expect(events)
        #expect(journal.stop())
        let next = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick)
        #expect(!next.restore().ledgerIsComplete, "a restart soon after knows no more")
        #expect(next.restore().openRuns.count == 1)
    }

    /// Both outputs of the greenhouse proven, and the ledger closed in order.
    private func folderWithProofs() throws -> Folder {
        let folder = try folderWithHistory()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.outputProven(valve, command: 7))
        let last = feed.ledger(.outputProven(OutputIndex(1), command: 8))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        return folder
    }

    @Test(arguments: Damage.allCases)
    func `a damaged ledger leaves the proofs of outputs to their sound copy, and those of a changed wiring to nobody`(damage: Damage) throws {
        let folder = try folderWithProofs()
        try damage.apply(to: folder.file("ledger.db"))
        let rewired = SiteTables(site: greenhouse.site, clock: greenhouse.clock, points: greenhouse.points, outputs: [
            OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(2), wiring: "R9 gpiochip0:25"), greenhouse.outputs[1],
        ], zones: greenhouse.zones, sources: greenhouse.sources, programs: greenhouse.programs, devices: greenhouse.devices)
        #expect(Journal(folder: folder.path, tables: rewired, plan: Journal.quick).restore().proven == [OutputIndex(1)])
        try damage.apply(to: folder.file("ledger.db"))
        let journal = Journal.started(in: folder)
        #expect(journal.restore().proven == [valve, OutputIndex(1)] && !journal.restore().ledgerIsComplete)
        #expect(eventually { try journal.events(from: 0, to: .max).contains { $0.kind == .provenByCopy && $0.text.en.contains("2 of 2 outputs") } })
        #expect(journal.stop())
        #expect(Set(Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore().proven) == [valve, OutputIndex(1)], "the new ledger has them")
    }

    @Test func `a damaged ledger and a copy that is not whole leave every output to be proven again`() throws {
        let sound = try folderWithProofs().file("proofs.copy")
        let text = try String(contentsOfFile: sound, encoding: .utf8)
        let broken = [text.replacing("V-1", with: "V-2"), String(text.dropLast(2)), text + "x", "", text.replacing("proofs 1", with: "proofs 2"),
                      text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n", String(repeating: "x", count: 2_000_000)]
        for copy in broken {
            let folder = try folderWithProofs()
            try Damage.header.apply(to: folder.file("ledger.db"))
            try copy.write(toFile: folder.file("proofs.copy"), atomically: false, encoding: .utf8)
            #expect(Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore().proven.isEmpty, "\(copy.prefix(80))")
        }
    }

    @Test(arguments: Damage.allCases)
    func `a damaged journal is set aside and recording goes on`(damage: Damage) throws {
        let folder = try folderWithHistory()
        if damage == .tornPage {
            try DatabaseQueue(path: folder.file("journal.db")).write { try $0.execute(sql: "DELETE FROM meta WHERE key = 'closedInOrder'") }
        }
        try damage.apply(to: folder.file("journal.db"))
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(journal.restore().ledgerIsComplete)
        let feed = Feed(journal)
        feed.sample(1)
        #expect(eventually { folder.names.contains { $0.hasPrefix("journal.db.damaged-") } })
        #expect(eventually { try journal.samples(of: "FT-101.flow").count == 1 })
        #expect(eventually { journal.port.journalIsWritable })
        #expect(eventually { try journal.events(from: 0, to: .max).contains { $0.kind == .databaseSetAside } })
        #expect(eventually { journal.storage()[1].setAside.count == 1 })
    }

    @Test func `a value that is not of its kind is damage, never a crash`() throws {
        let folder = try folderWithHistory()
        try DatabaseQueue(path: folder.file("ledger.db")).write { try $0.execute(sql: "UPDATE runs SET watered = 'x'") }
        try DatabaseQueue(path: folder.file("journal.db")).write { try $0.execute(sql: "UPDATE blocks SET start = 'x'") }
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(!journal.restore().ledgerIsComplete)
        #expect(folder.names.contains { $0.hasPrefix("ledger.db.damaged-") })
        #expect(eventually { try journal.events(from: 0, to: .max).contains { $0.kind == .databaseSetAside } })
        #expect(throws: QueryRefused.self) { try journal.samples(of: "FT-101.flow") }
    }

    @Test func `an empty file is begun as a new database`() throws {
        let folder = try Folder()
        for name in ["ledger.db", "journal.db"] { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(journal.restore().ledgerIsComplete)
        var feed = Feed(journal)
        let number = feed.ledger(.tripLatched(TripID(.leak, .site)))
        #expect(eventually { journal.port.ledgerDurableThrough == number })
        #expect(!folder.names.contains { $0.contains("damaged") })
    }

    @Test func `a ledger that breaks while we run is begun anew from memory`() throws {
        let folder = try folderWithHistory()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let before = feed.ledger(.tripLatched(TripID(.leak, .site)))
        #expect(eventually { journal.port.ledgerDurableThrough == before })
        try DatabaseQueue(path: folder.file("ledger.db")).write { try $0.execute(sql: "DROP TABLE runs") }
        let after = feed.ledger(.runProgress(RunID(rawValue: 3), watered: .seconds(60), volume: .liters(200)))
        #expect(eventually { journal.port.ledgerDurableThrough == after })
        #expect(folder.names.contains { $0.hasPrefix("ledger.db.damaged-") })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.ledgerIsComplete, "memory knew all that the file had known")
        #expect(restored.decided.count == 1)
        #expect(restored.trips == [TripID(.leak, .site)])
        #expect(restored.openRuns == [.init(run: RunID(rawValue: 3), zone: east, planned: .time(.minutes(10)), watered: .seconds(60), volume: .liters(200))])
        #expect(restored.nextRun == RunID(rawValue: 4))
    }
}
