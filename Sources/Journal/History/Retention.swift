import GRDB
import ProcessImage
import Quantities

/// Makes room by age and by size, a few thousand rows at a time, so that no write waits long for it.
///
/// Rows go from the old end of each table, so whole pages become free and are used again: the file stops growing and
/// never shrinks, and nothing is ever copied about on the flash (a vacuum would write the file anew).
struct Retention {
    let plan: RecordingPlan
    let database: Database

    /// Rows deleted in one step.
    static let rowsPerStep = 5_000

    /// One step.
    /// - Parameters:
    ///   - now: milliseconds since 1970; `nil` while the clock is not trusted: nothing is then too old.
    ///   - room: bytes that are about to be written.
    /// - Returns: whether there is room for them now.
    func step(now: Int64?, room: Int64) throws -> Bool {
        if let now { try forgetOld(now: now, rows: Retention.rowsPerStep) }
        if try hasRoom(for: room) { return true }
        return try !forgetForSize(rows: Retention.rowsPerStep)
    }

    private func forgetOld(now: Int64, rows: Int) throws {
        let day: Int64 = 86_400_000
        try forget("samples", before: RowKey.of(now - Int64(plan.keepSamplesDays) * day, 0), rows: rows)
        try forget("minutes", before: RowKey.of((now - Int64(plan.keepMinutesDays) * day) / 60_000, 0), rows: rows)
        try forget("hours", before: RowKey.of((now - Int64(plan.keepHoursDays) * day) / 3_600_000, 0), rows: rows)
        try database.execute(sql: """
            DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ? ORDER BY at LIMIT ?)
            """, arguments: [now - Int64(plan.keepEventsDays) * day, rows])
    }

    /// The oldest samples first; when none are left, minutes, hours and events. Days are small and stay.
    /// - Returns: whether anything was left to forget.
    private func forgetForSize(rows: Int) throws -> Bool {
        for table in ["samples", "minutes", "hours", "events"] where try forget(table, before: .max, rows: rows) > 0 {
            return true
        }
        return false
    }

    @discardableResult
    private func forget(_ table: String, before key: Int64, rows: Int) throws -> Int {
        guard let oldest = try Int64.fetchOne(database, sql: "SELECT min(id) FROM \(table)"), oldest < key else { return 0 }
        let last = try Int64.fetchOne(database, sql: "SELECT id FROM \(table) ORDER BY id LIMIT 1 OFFSET ?", arguments: [rows])
        try database.execute(sql: "DELETE FROM \(table) WHERE id < ?", arguments: [min(last ?? .max, key)])
        let count = database.changesCount
        if table == "samples" {
            let kept = try Meta.get(.sampleCount, in: database) ?? 0
            try Meta.set(.sampleCount, max(0, kept - Int64(count)), in: database)
        }
        return count
    }

    /// A sixteenth stays free for what a page that is half full costs.
    private func hasRoom(for bytes: Int64) throws -> Bool {
        try Retention.usedBytes(database) + bytes <= plan.maximumBytes - plan.maximumBytes / 16
    }

    static func usedBytes(_ database: Database) throws -> Int64 {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096)
    }

    /// The hard bound beyond which SQLite itself refuses to let the file grow.
    static func setBound(_ database: Database, plan: RecordingPlan) throws {
        let page = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, plan.maximumBytes / page))")
    }
}
