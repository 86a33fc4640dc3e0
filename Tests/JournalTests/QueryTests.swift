import Foundation
@testable import Journal
import Language
import ProcessImage
import Quantities
import Testing

@Suite struct QueryTests {
    @Test func `runs and totals tell what was given, by local day`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        var last: UInt64 = 0
        for (number, zone) in [0, 1, 0].enumerated() {
            let run = RunID(rawValue: UInt64(number + 1))
            feed.ledger(.runStarted(run, ZoneIndex(zone), .program(morning), planned: .time(.minutes(10))))
            feed.pass(.minutes(10))
            last = feed.ledger(.runEnded(run, .completed, watered: .minutes(10), volume: .cubicMeters(1.5), .idle))
            feed.pass(.hours(11))
        }
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let runs = try journal.runs(from: 0, to: .max)
        #expect(runs.map(\.zone) == ["east-1", "east-2", "east-1"])
        #expect(runs.allSatisfy { $0.outcome == .completed && $0.cause.code == "program:morning-drip" })
        #expect(try journal.runs(zone: "east-2", from: 0, to: .max).count == 1)
        let today = try #require(CivilDate(year: 2026, month: 11, day: 23))
        #expect(try journal.totals(from: 0, to: .max) == [
            ZoneDay(zone: "east-1", date: today, runs: 1, watered: .minutes(10), volume: .cubicMeters(1.5)),
            ZoneDay(zone: "east-2", date: today, runs: 1, watered: .minutes(10), volume: .cubicMeters(1.5)),
            ZoneDay(zone: "east-1", date: today.adding(days: 1), runs: 1, watered: .minutes(10), volume: .cubicMeters(1.5)),
        ])
    }

    @Test func `old events stay readable and old points stay found when the site file changes`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        let feed = Feed(journal)
        feed.sample(3.25)
        feed.push(.event(Event(.deviceLost, .device(DeviceIndex(0)), duration: .seconds(30))))
        #expect(eventually { try journal.events(from: 0, to: .max).count == 1 })
        let asWritten = try journal.events(from: 0, to: .max)
        #expect(journal.stop())
        let other = SiteTables(site: greenhouse.site, clock: .shanghai, points: [
            greenhouse.points[1], greenhouse.points[2], point("FT-101.flow", "m3/h", decimals: 3),
        ], outputs: [])
        let next = Journal.started(in: folder, tables: other)
        defer { next.stop() }
        #expect(eventually { try next.events(from: 0, to: .max) == asWritten })
        #expect(asWritten.first?.subject == SubjectTag(kind: "device", tag: "soil-a"))
        #expect(try next.events(from: 0, to: .max, subject: SubjectTag(kind: "zone", tag: "east-1")).isEmpty)
        Feed(next).push(.sample(PointIndex(2), .good(4.125, at: feed.instant)))
        #expect(eventually { try next.samples(of: "FT-101.flow").count == 2 })
        #expect(Set(try next.samples(of: "FT-101.flow").map(\.value)) == [3.25, 4.125])
        #expect(try next.history(tag: "V-1", from: 0, to: .max, resolution: .samples).unit == "")
    }

    @Test func `auto picks the finest a screen can use, and the newest rows are told`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        for number in 0..<30 {
            feed.sample(Double(number))
            feed.pass(.seconds(6))
        }
        feed.sample(30)
        #expect(eventually { try journal.samples(of: "FT-101.flow").count == 31 })
        let spans: [(Int64, Resolution)] = [(3_600, .samples), (86_400, .minute), (30 * 86_400, .hour), (400 * 86_400, .day)]
        for (span, resolution) in spans {
            #expect(try journal.history(tag: "FT-101.flow", from: sixOClock, to: sixOClock + span).resolution == resolution)
        }
        let short = try journal.history(tag: "FT-101.flow", from: sixOClock, to: sixOClock + 3_600, limit: 2)
        guard case .samples(let rows) = short.rows else { return #expect(Bool(false), "samples were asked for") }
        #expect(short.isTruncated && rows.map(\.value) == [29, 30])
    }

    @Test func `an output is history like a point`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        feed.push(.output(valve, .on, .program(morning)))
        feed.pass(.seconds(6))
        feed.push(.output(valve, .off, .idle))
        #expect(eventually { try journal.samples(of: "V-1").map(\.value) == [1, 0] })
    }

    @Test func `what has no place in a row is kept as unknown, never as a number`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        for value in [1e300, .infinity, .nan, 7] {
            feed.sample(value)
            feed.pass(.seconds(1))
        }
        #expect(eventually { journal.storage()[1].rows == 4 })
        let rows = try journal.samples(of: "FT-101.flow")
        #expect(rows.map(\.value) == [nil, nil, nil, 7])
        #expect(rows.map(\.quality) == [.bad, .bad, .bad, .good])
    }

    @Test func `samples give way to rows of the ledger when the ring is nearly full`() throws {
        let journal = Journal(folder: try Folder().path, tables: greenhouse, plan: Journal.quick)
        var feed = Feed(journal)
        for _ in 0..<10_000 { feed.sample(1) }
        #expect(journal.port.dropped > 0)
        let before = journal.port.dropped
        let number = feed.ledger(.tripLatched(TripID(.leak, .site)))
        #expect(journal.port.dropped == before)
        journal.start()
        defer { journal.stop() }
        #expect(eventually { journal.port.ledgerDurableThrough == number })
    }

    @Test func `a missing number holds the durable mark back`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        let feed = Feed(journal)
        for number in [1, 2, 4, 5] as [UInt64] { feed.push(.ledger(.tripLatched(TripID(.leak, .site)), number: number)) }
        #expect(eventually { journal.restore().trips.isEmpty && journal.port.ledgerDurableThrough == 2 })
        usleep(200_000)
        #expect(journal.port.ledgerDurableThrough == 2)
    }

    @Test func `rows of the ledger are bounded in memory, and progress goes first`() {
        var batch = LedgerBatch()
        var isTaken = true
        let wall = WallTime(unixSeconds: sixOClock, trust: .synced)
        for number in 0..<200_000 as Range<UInt64> {
            let entry = LedgerEntry.runProgress(RunID(rawValue: number % 3), watered: .seconds(Int(number)), volume: .zero)
            isTaken = isTaken && batch.take(LedgerRow(number: number, wall: wall, entry: entry))
        }
        #expect(isTaken && batch.rows.count <= Bounds.ledgerRowsCompacted + 3)
        for number in 0..<UInt64(Bounds.ledgerRowsMax) + 1 where isTaken {
            isTaken = batch.take(LedgerRow(number: number, wall: wall, entry: .tripLatched(TripID(.leak, .site))))
        }
        #expect(!isTaken && batch.rows.count == Bounds.ledgerRowsMax)
    }
}
