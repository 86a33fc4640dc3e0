import GRDB

/// Tables of `journal.db`.
///
/// Rows of samples and rollups are found by one number, made of time and series (see `RowKey`): they arrive in order of
/// time, so writing only ever touches the last pages, and a stretch of time is a stretch of the table.
enum JournalSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: Meta.schema)
            try database.execute(sql: version1)
        }
        return migrator
    }

    /// Values are whole numbers: value × 10^decimals of the series. `sum`: value × seconds. `good`: milliseconds.
    private static let version1 = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY, tag TEXT NOT NULL, unit TEXT NOT NULL, decimals INTEGER NOT NULL,
            UNIQUE (tag, unit, decimals)
        );
        CREATE TABLE samples (id INTEGER PRIMARY KEY, value INTEGER, quality INTEGER NOT NULL, reason INTEGER NOT NULL);
        CREATE TABLE minutes (id INTEGER PRIMARY KEY, min INTEGER, max INTEGER, last INTEGER, sum REAL, good INTEGER);
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

    /// - Parameter time: milliseconds, minutes, hours or days since 1970; clamped to 1970 … 2248.
    static func of(_ time: Int64, _ series: Int64) -> Int64 {
        min(max(time, 0), timeMax) << 20 | (series & seriesMax)
    }

    static func time(_ key: Int64) -> Int64 { key >> 20 }
}

/// Lengths of rollups: each has a table of its own.
enum RollupTable: String, CaseIterable {
    case minutes, hours, days
}
