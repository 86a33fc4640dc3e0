import GRDB
import ProcessImage
import Quantities

/// What sources that have to recover have given since their last whole rest.
extension LedgerTables {
    /// `quiet`: nothing flows any more. `at`: milliseconds since 1970.
    static let drawnSchema = """
        CREATE TABLE drawn (
            source TEXT PRIMARY KEY, litres REAL NOT NULL, quiet INTEGER NOT NULL, at INTEGER NOT NULL, trust INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    func write(drawnOf source: SourceIndex, _ volume: Volume, isQuiet: Bool, at wall: WallTime) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO drawn (source, litres, quiet, at, trust) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [tables.subjectTag(.source(source)).tag, volume.liters, isQuiet, wall.unixMilliseconds,
                                 wall.trust.rawValue])
    }

    /// No more time is known to have passed than up to the last moment the clock was trusted: a source counts rather as rested for
    /// too short than for too long.
    func drawn() throws -> [Restored.Drawn] {
        let now = try Meta.get(.lastWall, in: database) ?? 0
        return try Row.fetchAll(database, sql: "SELECT * FROM drawn").compactMap { row in
            guard case .source(let source)? = tables.subject(SubjectTag(kind: "source", tag: try row.get("source"))) else { return nil }
            let at = try WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust"))
            let litres: Double = try row.get("litres")
            let isKnown = try row.get("quiet", as: Bool.self) && at.isTrusted
            return Restored.Drawn(source: source, volume: .liters(litres.isFinite ? max(litres, 0) : .greatestFiniteMagnitude / 1e6),
                                  quietFor: isKnown ? .milliseconds(max(now &- at.unixMilliseconds, 0)) : .zero)
        }
    }
}
