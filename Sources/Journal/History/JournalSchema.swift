import GRDB

/// Tables of `journal.db`; docs/journal-format.md tells every byte of them.
///
/// Blocks and minutes are found by one number, made of time and series (see `RowKey`): they arrive in order of time, so
/// writing only ever touches the last pages, and a stretch of time is a stretch of the table.
enum JournalSchema {
    /// Files of format 1, plain rows, never left our desks: one is set aside like a file of a stranger.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("2") { database in
            try database.execute(sql: Meta.schema)
            try database.execute(sql: tables)
            try database.execute(sql: JournalViews.sql)
        }
        return migrator
    }

    /// Numbers are whole: value × 10^decimals of the series. `sum`: value × seconds. `good`: milliseconds.
    private static let tables = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY, tag TEXT NOT NULL, unit TEXT NOT NULL, decimals INTEGER NOT NULL,
            UNIQUE (tag, unit, decimals)
        );
        CREATE TABLE frames (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY, start INTEGER NOT NULL, tick INTEGER NOT NULL, count INTEGER NOT NULL,
            times BLOB, states BLOB, numbers BLOB NOT NULL, crc INTEGER NOT NULL
        );
        CREATE TABLE minutes (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE hours (id INTEGER PRIMARY KEY, min INTEGER, max INTEGER, last INTEGER, sum REAL, good INTEGER);
        CREATE TABLE days (id INTEGER PRIMARY KEY, min INTEGER, max INTEGER, last INTEGER, sum REAL, good INTEGER);
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, trust INTEGER NOT NULL, kind INTEGER NOT NULL,
            severity INTEGER NOT NULL, subjectKind TEXT NOT NULL, subject TEXT NOT NULL,
            cause TEXT NOT NULL, causeZh TEXT NOT NULL, causeEn TEXT NOT NULL,
            value REAL, "limit" REAL, duration INTEGER NOT NULL, textZh TEXT NOT NULL, textEn TEXT NOT NULL
        );
        CREATE INDEX eventsByTime ON events (at);
        """
}

/// The number of a row: time in the high bits, series in the low 20.
enum RowKey {
    static let seriesMax: Int64 = (1 << 20) - 1
    private static let timeMax: Int64 = (1 << 43) - 1

    /// - Parameter time: seconds (blocks, minutes), hours or days since 1970; clamped to what fits.
    static func of(_ time: Int64, _ series: Int64) -> Int64 {
        min(max(time, 0), timeMax) << 20 | (series & seriesMax)
    }

    static func time(_ key: Int64) -> Int64 { key >> 20 }
    static func series(_ key: Int64) -> Int64 { key & seriesMax }
}
