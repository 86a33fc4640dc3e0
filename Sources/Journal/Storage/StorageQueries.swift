import GRDB
import Quantities
import Synchronization

extension Journal {
    /// How both databases are: `ledger.db`, then `journal.db`. Waits for the disk as long as the disk takes; what cannot
    /// be read is told as 0 beside the problem.
    public func storage() -> [StorageReport] {
        let isOpen = (state.ledgerIsWritable.load(ordering: .relaxed), state.journalIsWritable.load(ordering: .relaxed))
        return [
            report(ledger.file, isWritable: isOpen.0, problem: ledger.health.lastProblem) { database in
                (try Int64.fetchOne(database, sql: "SELECT count(*) FROM runs") ?? 0,
                 try Int64.fetchOne(database, sql: "SELECT min(started) FROM runs"))
            },
            report(history.file, isWritable: isOpen.1, problem: history.health.lastProblem) { database in
                (try Meta.get(.sampleCount, in: database) ?? 0,
                 try Int64.fetchOne(database, sql: "SELECT min(id) FROM blocks").map { RowKey.time($0) * 1000 })
            },
        ]
    }

    private func report(_ file: DatabaseFile, isWritable: Bool, problem: String?,
                        contents: (Database) throws -> (rows: Int64, oldest: Int64?)) -> StorageReport {
        let found = try? file.read { database in
            (contents: try contents(database), used: try Retention.usedBytes(database))
        }
        return StorageReport(file: file.path, isWritable: isWritable, problem: problem, fileBytes: file.fileBytes,
                             usedBytes: found?.used ?? 0, rows: found?.contents.rows ?? 0,
                             oldest: found?.contents.oldest, bytesPerDay: pace(file.bytesWritten), setAside: file.filesSetAside())
    }

    private func pace(_ bytes: Int64) -> Int64? {
        let seconds = Double(Moment.monotonic - startedAt) / 1e9
        return seconds < 60 ? nil : Int64(exactly: (Double(bytes) / seconds * 86_400).rounded())
    }
}
