import Foundation
import Journal
import ProcessImage
import Quantities
import Synchronization
import Testing

/// A child process writes and is killed with -9 at a moment of its own; then the files are looked at.
@Suite(.serialized) struct CrashTests {
    /// Under 100 ms: counted from the start of the process, so that it dies while opening; else from its first durable row.
    @Test(arguments: [15, 60, 101, 170, 333, 590, 1_010])
    func `what was acknowledged is there after kill -9, and samples are a prefix`(milliseconds: Int) async throws {
        let folder = try Folder()
        let path = folder.path
        let result = await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, milliseconds = milliseconds as Int] in
            Child.write(into: path, dyingAfter: milliseconds)
        }
        #expect(result != nil)
        let acknowledged = try Child.acknowledged(in: path)
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(journal.restore().ledgerIsComplete)
        let runs = try journal.runs(from: 0, to: .max, limit: Journal.rowsMax)
        #expect(acknowledged > 0 || milliseconds < 100)
        #expect(Set(runs.map(\.id.rawValue)).isSuperset(of: (0..<acknowledged).map { $0 + 1 }))
        #expect(journal.restore().nextRun.rawValue > acknowledged)
        #expect(eventually { (try? journal.samples(of: "FT-101.flow")) != nil })
        let values = try journal.samples(of: "FT-101.flow").map { $0.value ?? -1 }
        #expect(values == (0..<values.count).map(Double.init))
        #expect(try journal.checkAudit() == .intact(rows: Int(try journal.audit(limit: Journal.rowsMax).count)))
    }
}

/// What the child does until it dies: runs and counted samples, unless said otherwise.
enum Child {
    static func write(into path: String, dyingAfter milliseconds: Int) {
        run(into: path, dyingAfter: milliseconds) { number, feed in
            feed.sample(Double(number))
            if number % 4 == 0 { feed.ledger(.runStarted(RunID(rawValue: UInt64(number / 4 + 1)), east, .program(morning), planned: .time(.minutes(1)))) }
        } also: { number, journal in
            if number % 20 == 0 { journal.noteCommand(journal.nextCommandID(), author: "test", text: "run east-1") }
        }
    }

    /// Feeds as fast as a scan of 5 ms, and notes each number that is durable.
    static func run(into path: String, dyingAfter milliseconds: Int, _ write: (Int, inout Feed) -> Void, also: (Int, Journal) -> Void = { _, _ in }) {
        let isWriting = Mutex(milliseconds < 100)
        @Sendable func die() {
            while !isWriting.withLock({ $0 }) { usleep(1_000) }
            usleep(UInt32(milliseconds * 1_000))
            kill(getpid(), SIGKILL)
        }
        Thread.detachNewThread { die() }
        let journal = Journal(folder: path, tables: greenhouse, plan: RecordingPlan(flushEvery: .milliseconds(100)),
                              scanPeriod: .milliseconds(5))
        journal.start()
        let notes = open(path + "/acknowledged", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        var feed = Feed(journal)
        var noted: UInt64 = 0
        for number in 0..<1_000_000 {
            write(number, &feed)
            also(number, journal)
            feed.pass(.milliseconds(5))
            usleep(5_000)
            let durable = journal.port.ledgerDurableThrough
            if durable > noted {
                noted = durable
                var value = durable
                _ = Foundation.write(notes, &value, 8)
                isWriting.withLock { $0 = true }
            }
        }
    }

    /// The newest number the child wrote down as durable.
    static func acknowledged(in path: String) throws -> UInt64 {
        let data = FileManager.default.contents(atPath: path + "/acknowledged") ?? Data()
        return stride(from: 0, to: data.count / 8 * 8, by: 8).map { start in
            data[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }.max() ?? 0
    }
}
