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
        if let now { try forgetOld(now: now) }
        if try hasRoom(for: room) { return true }
        return try !forgetForSize()
    }

    private func forgetOld(now: Int64) throws {
        let seconds = now / 1000, day: Int64 = 86_400
        try forget("blocks", before: RowKey.of(Window.start(of: now) - Int64(plan.keepSamplesDays) * day, 0))
        try forget("minutes", before: RowKey.of(Window.start(of: now) - Int64(plan.keepMinutesDays) * day, 0))
        try forget("hours", before: RowKey.of((seconds - Int64(plan.keepHoursDays) * day) / 3_600, 0))
        try database.execute(sql: """
            DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ? ORDER BY at LIMIT ?)
            """, arguments: [now - Int64(plan.keepEventsDays) * day * 1000, Retention.rowsPerStep])
    }

    /// The oldest samples first; when none are left, minutes, hours and events. Days are small and stay.
    /// - Returns: whether anything was left to forget.
    private func forgetForSize() throws -> Bool {
        for table in ["blocks", "minutes", "hours", "events"] where try forget(table, before: .max) > 0 { return true }
        return false
    }

    @discardableResult
    private func forget(_ table: String, before key: Int64) throws -> Int {
        guard let oldest = try Int64.fetchOne(database, sql: "SELECT min(id) FROM \(table)"), oldest < key else { return 0 }
        let end = min(try endOfStep(table, after: oldest), key)
        if table == "blocks" { try forgetCount(before: end) }
        try database.execute(sql: "DELETE FROM \(table) WHERE id < ?", arguments: [end])
        return database.changesCount
    }

    /// Whole windows go, since the rows of one are found from its first; one window goes in any case.
    private func endOfStep(_ table: String, after oldest: Int64) throws -> Int64 {
        let sql = "SELECT id FROM \(table) ORDER BY id LIMIT 1 OFFSET ?"
        let last = try Int64.fetchOne(database, sql: sql, arguments: [Retention.rowsPerStep])
        guard let last, table == "blocks" || table == "minutes" else { return last ?? .max }
        return max(windowStart(last), windowStart(oldest) + Window.length << 20)
    }

    private func windowStart(_ key: Int64) -> Int64 { RowKey.of(Window.start(of: RowKey.time(key) * 1000), 0) }

    private func forgetCount(before end: Int64) throws {
        let going = try Int64.fetchOne(database, sql: "SELECT sum(count) FROM blocks WHERE id < ?", arguments: [end]) ?? 0
        try Meta.set(.sampleCount, max(0, (try Meta.get(.sampleCount, in: database) ?? 0) - going), in: database)
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
