import GRDB

/// Tables of `ledger.db`. Things are named by tag: numbers change with the site file.
enum LedgerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: Meta.schema)
            try database.execute(sql: version1)
        }
        migrator.registerMigration("2 volumes") { try $0.execute(sql: volumes) }
        migrator.registerMigration("3 water") { try $0.execute(sql: water) }
        migrator.registerMigration("programs") { try $0.execute(sql: programs) }
        migrator.registerMigration("water balance") { try $0.execute(sql: LedgerTables.waterSchema) }
        migrator.registerMigration("supervision") { try $0.execute(sql: supervision) }
        migrator.registerMigration("dosing") { try $0.execute(sql: LedgerTables.dosingSchema) }
        migrator.registerMigration("metered") { try $0.execute(sql: LedgerTables.meteredSchema) }
        migrator.registerMigration("gates") { try $0.execute(sql: LedgerTables.gateSchema) }
        migrator.registerMigration("booked doses") { try $0.execute(sql: LedgerTables.bookedSchema) }
        migrator.registerMigration("recovery") { try $0.execute(sql: LedgerTables.drawnSchema) }
        migrator.registerMigration("valve travel") { try $0.execute(sql: travel) }
        migrator.registerMigration("net cages") { try $0.execute(sql: LedgerTables.cageSchema) }
        migrator.registerMigration("feed books") { try $0.execute(sql: LedgerTables.feedBookSchema) }
        migrator.registerMigration("outgoing") { try $0.execute(sql: OutgoingSchema.sql) }
        migrator.registerMigration("traffic") { try $0.execute(sql: OutgoingSchema.traffic) }
        migrator.registerMigration("schedules upstream") { try $0.execute(sql: OutgoingSchema.schedules) }
        return migrator
    }

    /// Milliseconds; none: never measured.
    private static let travel = """
        ALTER TABLE learned ADD COLUMN opens INTEGER;
        ALTER TABLE learned ADD COLUMN closes INTEGER;
        """

    /// What the interlocks must know over a restart. `every`: milliseconds.
    private static let supervision = """
        CREATE TABLE motorStarts (
            output TEXT NOT NULL, at INTEGER NOT NULL, trust INTEGER NOT NULL,
            PRIMARY KEY (output, at)
        ) WITHOUT ROWID;
        CREATE TABLE proofs (
            output TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at INTEGER NOT NULL, trust INTEGER NOT NULL, command INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE meterReports (source TEXT PRIMARY KEY, every INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// `findings`: the reasons of each decision about a zone, with their sentences. `standing`: what people ordered that
    /// stands; `until`: seconds since 1970.
    private static let programs = """
        CREATE TABLE findings (
            date INTEGER NOT NULL, program TEXT NOT NULL, number INTEGER NOT NULL, zone TEXT NOT NULL, step INTEGER NOT NULL,
            matter INTEGER NOT NULL, effect INTEGER NOT NULL, value REAL, bound REAL, zh TEXT NOT NULL, en TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (date, program, number, zone, step)
        ) WITHOUT ROWID;
        CREATE INDEX findingsByZone ON findings (zone, at);
        CREATE TABLE standing (
            kind INTEGER NOT NULL, subjectKind TEXT NOT NULL, subject TEXT NOT NULL,
            until INTEGER NOT NULL, factor REAL NOT NULL, command INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (kind, subjectKind, subject)
        ) WITHOUT ROWID;
        """

    /// `date`: days since 1970. `at`, `since`, `started` …: milliseconds since 1970; `trust`: see `ClockTrust`.
    private static let version1 = """
        CREATE TABLE occurrences (
            program TEXT NOT NULL, date INTEGER NOT NULL, number INTEGER NOT NULL,
            decision INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (date, program, number)
        ) WITHOUT ROWID;
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, zone TEXT NOT NULL, cause TEXT NOT NULL, causeZh TEXT NOT NULL, causeEn TEXT NOT NULL,
            planned INTEGER NOT NULL, started INTEGER NOT NULL, trust INTEGER NOT NULL,
            watered INTEGER NOT NULL DEFAULT 0, litres REAL NOT NULL DEFAULT 0,
            ended INTEGER, endTrust INTEGER, outcome INTEGER, endCause TEXT, endCauseZh TEXT, endCauseEn TEXT
        );
        CREATE INDEX runsByStart ON runs (started);
        CREATE INDEX openRuns ON runs (id) WHERE ended IS NULL;
        CREATE TABLE trips (
            kind INTEGER NOT NULL, subjectKind TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (kind, subjectKind, subject)
        ) WITHOUT ROWID;
        CREATE TABLE alarms (
            kind INTEGER NOT NULL, subjectKind TEXT NOT NULL, subject TEXT NOT NULL,
            state INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (kind, subjectKind, subject)
        ) WITHOUT ROWID;
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, command INTEGER NOT NULL, what INTEGER NOT NULL,
            author TEXT NOT NULL, text TEXT NOT NULL, outcome INTEGER NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL
        );
        CREATE INDEX auditByCommand ON audit (command, what);
        """

    /// A run for a volume has `plannedLitres` and 0 in `planned`. `estimated`: some of the litres are flow × time.
    private static let volumes = """
        ALTER TABLE runs ADD COLUMN plannedLitres REAL;
        ALTER TABLE runs ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
        """

    /// `flow`: m3/h; `overrun`: litres; `use`: see `WaterUse`; `date`: days since 1970.
    private static let water = """
        CREATE TABLE learned (zone TEXT PRIMARY KEY, flow REAL, overrun REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE waterUsed (
            date INTEGER NOT NULL, source TEXT NOT NULL, use INTEGER NOT NULL, litres REAL NOT NULL,
            PRIMARY KEY (date, source, use)
        ) WITHOUT ROWID;
        """
}
