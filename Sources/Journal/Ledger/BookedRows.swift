import GRDB
import ProcessImage
import Quantities

/// What the interlocks booked before it was dosed: enough to know, after any restart, the most that can have been given.
extension LedgerTables {
    /// `stock`: litres; `at`: milliseconds since 1970.
    static let bookedSchema = """
        CREATE TABLE bookedDoses (
            id INTEGER PRIMARY KEY, channel TEXT NOT NULL, zone TEXT NOT NULL, stock REAL NOT NULL, at INTEGER NOT NULL,
            trust INTEGER NOT NULL
        );
        """

    /// Older ones count for nothing: any 24 hours, and the part of an hour by which the interlocks count.
    private static let bookedCount: Int64 = 25 * 3_600_000
    /// Rows that are kept: more than a day of a channel that is dosed without a break.
    private static let bookedMax = 20_000

    /// A row that is written twice counts twice: rather a portion too much than one too little.
    func book(_ stock: Volume, _ channel: ChannelIndex, _ zone: ZoneIndex, at wall: WallTime) throws {
        try database.cachedStatement(sql: "INSERT INTO bookedDoses (channel, zone, stock, at, trust) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [tables.subjectTag(.channel(channel)).tag, tables.subjectTag(.zone(zone)).tag, stock.liters,
                                 wall.unixMilliseconds, wall.trust.rawValue])
        try database.cachedStatement(sql: "DELETE FROM bookedDoses WHERE id <= ? - ?")
            .execute(arguments: [database.lastInsertedRowID, Self.bookedMax])
    }

    /// Whether every dose of the last day was booked in this ledger: it was not begun within it, after a loss.
    func bookedIsComplete() throws -> Bool {
        guard let begun = try Meta.get(.begunAfterLoss, in: database) else { return true }
        return (try Meta.get(.lastWall, in: database) ?? 0) &- begun > Self.bookedCount
    }

    /// As of `motorStarts`: without a trusted moment a dose counts as given just now.
    func bookedDoses() throws -> [Restored.BookedDose] {
        let now = try Meta.get(.lastWall, in: database) ?? 0
        return try Row.fetchAll(database, sql: "SELECT channel, zone, stock, at, trust FROM bookedDoses ORDER BY id").compactMap { row in
            guard case .channel(let channel)? = tables.subject(SubjectTag(kind: "channel", tag: try row.get("channel"))),
                  case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { return nil }
            let at = try WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust"))
            let age = at.isTrusted ? max(now &- at.unixMilliseconds, 0) : 0
            let stock = try row.get("stock", as: Double.self)
            guard age < Self.bookedCount, stock.isFinite, stock > 0 else { return nil }
            return Restored.BookedDose(channel: channel, zone: zone, volume: .liters(stock), age: .milliseconds(age))
        }
    }
}
