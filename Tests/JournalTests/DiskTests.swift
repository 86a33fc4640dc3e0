import Foundation
import GRDB
import Journal
import ProcessImage
import Quantities
import Testing

/// Disks that are full, read-only or hang: the live state goes on, a stop works, and writing goes on when the disk is back.
@Suite(.serialized) struct DiskTests {
    /// A small disk in memory. `nil` where mounting is not permitted.
    private final class SmallDisk {
        let folder: Folder

        init?(kilobytes: Int) throws {
            folder = try Folder()
            guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { return nil }
        }

        func makeReadOnly(_ isReadOnly: Bool) -> Bool {
            mount("tmpfs", folder.path, "tmpfs", UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0), nil) == 0
        }

        deinit { umount2(folder.path, Int32(MNT_DETACH)) }
    }

    private static let mayMount: Bool = (try? SmallDisk(kilobytes: 64)) != nil

    @Test(.enabled(if: mayMount, "skipped: mounting a small disk is not permitted here"))
    func `a full disk stops neither the screen nor the stop, and all waits until there is room`() throws {
        let disk = try #require(try SmallDisk(kilobytes: 900))
        let journal = Journal.started(in: disk.folder)
        var feed = Feed(journal)
        let first = feed.ledger(.runStarted(RunID(rawValue: 1), east, .manual(1), planned: .time(.minutes(1))))
        #expect(eventually { journal.port.ledgerDurableThrough == first && (try? journal.samples(of: "FT-101.flow")) != nil })
        let filler = disk.folder.file("filler")
        #expect(FileManager.default.createFile(atPath: filler, contents: nil))
        let hole = try #require(FileHandle(forWritingAtPath: filler))
        while (try? hole.write(contentsOf: Data(count: 4096))) != nil {}
        var last: UInt64 = 0
        for run in 2..<400 as Range<UInt64> {
            last = feed.ledger(.runStarted(RunID(rawValue: run), east, .manual(run), planned: .time(.minutes(1))))
            feed.sample(Double(run))
            feed.pass(.milliseconds(100))
            usleep(1_000)
        }
        #expect(eventually { !journal.port.ledgerIsWritable && !journal.port.journalIsWritable })
        #expect(journal.port.ledgerDurableThrough < last)
        #expect(eventually { journal.live.snapshot().readings[flow.offset].recorded == 399 })
        #expect(!journal.live.snapshot().ledgerIsWritable)
        #expect(journal.storage()[0].problem != nil)
        try FileManager.default.removeItem(atPath: filler)
        try hole.close()
        #expect(eventually { journal.port.ledgerDurableThrough == last && journal.port.ledgerIsWritable })
        #expect(eventually { journal.port.journalIsWritable })
        let told = try journal.samples(of: "FT-101.flow").map(\.value)
        #expect(told == (2..<400).map(Double.init), "\(told.count) told, \(journal.port.dropped) dropped")
        #expect(journal.stop())
    }

    @Test(.enabled(if: mayMount, "skipped: mounting a small disk is not permitted here"))
    func `a disk found read-only is read for what was, and written when it can be`() throws {
        let disk = try #require(try SmallDisk(kilobytes: 4_000))
        let journal = Journal.started(in: disk.folder)
        var feed = Feed(journal)
        let number = feed.ledger(.tripLatched(TripID(.leak, .site)))
        #expect(eventually { journal.port.ledgerDurableThrough == number })
        #expect(journal.stop())
        #expect(disk.makeReadOnly(true))
        let next = Journal.started(in: disk.folder)
        defer { next.stop() }
        #expect(next.restore().trips == [TripID(.leak, .site)])
        #expect(!next.port.ledgerIsWritable)
        var nextFeed = Feed(next)
        nextFeed.sample(7)
        let waiting = nextFeed.ledger(.tripCleared(TripID(.leak, .site), command: 5))
        #expect(eventually { next.live.snapshot().readings[flow.offset].recorded == 7 && !next.port.journalIsWritable })
        #expect(next.port.ledgerDurableThrough == 0)
        #expect(disk.makeReadOnly(false))
        #expect(eventually { next.port.ledgerDurableThrough == waiting && next.port.ledgerIsWritable })
        #expect(eventually { next.port.journalIsWritable })
    }

    @Test func `while a disk hangs the drain goes on, and what waited is written when it answers`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        #expect(eventually { (try? journal.samples(of: "FT-101.flow")) != nil })
        var feed = Feed(journal)
        let hold = try Hold(on: ["ledger.db", "journal.db"], in: folder)
        let run = feed.ledger(.runStarted(RunID(rawValue: 1), east, .manual(1), planned: .time(.minutes(1))))
        #expect(eventually { !journal.port.ledgerIsWritable })
        for number in 0..<20_000 {
            feed.sample(Double(number % 1_000))
            feed.pass(.milliseconds(5))
            if number % 1_000 == 0 { usleep(60_000) }
        }
        #expect(eventually { journal.live.snapshot().instant.nanoseconds == feed.instant.nanoseconds - 5_000_000 })
        #expect(journal.port.dropped == 0)
        #expect(journal.port.ledgerDurableThrough == 0)
        #expect(journal.noteCommand(journal.nextCommandID(), author: "test", text: "stop all"))
        try hold.letGo()
        #expect(eventually { journal.port.ledgerDurableThrough == run && journal.port.ledgerIsWritable })
        #expect(eventually { try journal.samples(of: "FT-101.flow").count == 20_000 })
        #expect(try journal.audit().first?.text == "stop all")
        #expect(journal.stop())
    }

    @Test func `a stop does not wait for a disk that hangs`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        #expect(eventually { (try? journal.samples(of: "FT-101.flow")) != nil })
        let hold = try Hold(on: ["ledger.db", "journal.db"], in: folder)
        var feed = Feed(journal)
        feed.ledger(.runStarted(RunID(rawValue: 1), east, .manual(1), planned: .time(.minutes(1))))
        #expect(eventually { journal.live.snapshot().instant == feed.instant })
        let begun = ContinuousClock.now
        #expect(!journal.stop(within: .milliseconds(300)))
        #expect(ContinuousClock.now - begun < .seconds(3))
        try hold.letGo()
    }
}

/// Somebody else holds the databases' write locks: every write of ours then waits, as it would for a disk that hangs.
private final class Hold {
    private let queues: [DatabaseQueue]

    init(on names: [String], in folder: Folder) throws {
        queues = try names.map { name in
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: folder.file(name), configuration: configuration)
            try queue.inDatabase { try $0.execute(sql: "BEGIN EXCLUSIVE") }
            return queue
        }
    }

    func letGo() throws {
        for queue in queues { try queue.inDatabase { try $0.execute(sql: "COMMIT") } }
    }
}
