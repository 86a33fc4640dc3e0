import GRDB
import ProcessImage
import Quantities

/// Rows of the ledger about canal gates: when they moved, and the levels that must not fall fast.
extension LedgerTables {
    /// `level`: m over the sill.
    static let gateSchema = """
        CREATE TABLE gateMoves (
            gate TEXT NOT NULL, at INTEGER NOT NULL, trust INTEGER NOT NULL,
            PRIMARY KEY (gate, at)
        ) WITHOUT ROWID;
        CREATE TABLE gateLevels (
            gate TEXT NOT NULL, at INTEGER NOT NULL, trust INTEGER NOT NULL, level REAL NOT NULL,
            PRIMARY KEY (gate, at)
        ) WITHOUT ROWID;
        """

    /// Older rows count for nothing.
    private static let dayCounts: Int64 = 86_400_000
    /// A day of one in five minutes, and some more.
    private static let levelsKept = 300

    func write(moveOf gate: GateIndex, at wall: WallTime) throws {
        let tag = tables.subjectTag(.gate(gate)).tag
        try database.cachedStatement(sql: "INSERT OR IGNORE INTO gateMoves (gate, at, trust) VALUES (?, ?, ?)")
            .execute(arguments: [tag, wall.unixMilliseconds, wall.trust.rawValue])
        try forget("gateMoves", of: tag, but: Limits.gateMovesMax)
    }

    func write(level: Length, of gate: GateIndex, at wall: WallTime) throws {
        let tag = tables.subjectTag(.gate(gate)).tag
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO gateLevels (gate, at, trust, level) VALUES (?, ?, ?, ?)")
            .execute(arguments: [tag, wall.unixMilliseconds, wall.trust.rawValue, level.meters])
        try forget("gateLevels", of: tag, but: Self.levelsKept)
    }

    private func forget(_ table: String, of gate: String, but kept: Int) throws {
        try database.cachedStatement(sql: """
            DELETE FROM \(table) WHERE gate = ? AND at NOT IN (SELECT at FROM \(table) WHERE gate = ? ORDER BY at DESC LIMIT ?)
            """).execute(arguments: [gate, gate, kept])
    }

    func gateMoves() throws -> [(gate: GateIndex, age: Duration)] {
        try past("gateMoves").map { (gate: $0.gate, age: $0.age) }
    }

    func gateLevels() throws -> [(gate: GateIndex, level: Length, age: Duration)] {
        try past("gateLevels").map { try (gate: $0.gate, level: .meters($0.row.get("level", as: Double.self)), age: $0.age) }
    }

    /// No more time is known to have passed than up to the last moment the clock was trusted: what was, counts rather for too
    /// long than for too short.
    private func past(_ table: String) throws -> [(gate: GateIndex, age: Duration, row: Row)] {
        let now = try Meta.get(.lastWall, in: database) ?? 0
        return try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY at").compactMap { row in
            guard case .gate(let gate)? = tables.subject(SubjectTag(kind: "gate", tag: try row.get("gate"))) else { return nil }
            let at = try WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust"))
            let age = at.isTrusted ? max(now &- at.unixMilliseconds, 0) : 0
            return age < Self.dayCounts ? (gate: gate, age: .milliseconds(age), row: row) : nil
        }
    }
}
