import GRDB

/// The few numbers a database keeps about itself.
enum Meta: String {
    /// Number of the newest batch written; see `Outbox`.
    case batch
    /// The journal was closed in order, so it need not be read through at the next start.
    case closedInOrder
    /// Samples kept, about.
    case sampleCount
    /// Newest row of the audit.
    case auditNewest
    /// The next run and command no row bears yet.
    case nextRun, nextCommand
    /// The newest wall time the scan was sure of, milliseconds since 1970.
    case lastWall
    /// When this ledger was begun without knowledge of what was before, milliseconds since 1970.
    case begunAfterLoss
    /// Which store upstream counts these rows in; none: nothing goes upstream.
    case store
    /// The newest hour and local day, since 1970, that was told upstream.
    case lastHour, lastDay

    static let schema = "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"

    static func get(_ key: Meta, in database: Database) throws -> Int64? {
        let statement = try database.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?")
        return try Int64.fetchOne(statement, arguments: [key.rawValue])
    }

    static func set(_ key: Meta, _ value: Int64, in database: Database) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
            .execute(arguments: [key.rawValue, value])
    }
}

extension Row {
    /// A column of a file that may be damaged: what does not fit is thrown, never trapped on.
    func get<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        try decode(type, forColumn: column)
    }
}
