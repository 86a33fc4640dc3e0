import GRDB
import ProcessImage
public import Quantities

/// Rows of the ledger about the books of net cages: what people booked of fish, fasts, appetites, silos.
extension LedgerTables {
    /// `mean`, `holds`: kg; `from`, `until`: seconds since 1970; `date`: days since 1970; `count`: fish. A change's `kind` is one of
    /// `StockBookRow.Kind`.
    static let feedBookSchema = """
        CREATE TABLE stockBook (
            id INTEGER PRIMARY KEY, cage TEXT NOT NULL, kind TEXT NOT NULL, count REAL NOT NULL, mean REAL,
            command INTEGER NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX stockBookByCage ON stockBook (cage, at);
        CREATE TABLE fasts (
            cage TEXT NOT NULL, kind INTEGER NOT NULL, "from" INTEGER NOT NULL, until INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (cage, kind)
        ) WITHOUT ROWID;
        CREATE TABLE appetites (cage TEXT PRIMARY KEY, extra REAL NOT NULL, date INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE silos (silo TEXT PRIMARY KEY, holds REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// Changes of stock that are kept: years of a large farm.
    private static let stockBookMax = 200_000

    func write(feedBook entry: LedgerEntry, at: Int64) throws {
        switch entry {
        case .stockBooked(let cage, let change, let command): try write(change, of: cage, command, at: at)
        case .feedFast(let cage, let kind, let fast): try write(fast, kind, of: cage, at: at)
        case .feedAppetite(let cage, let order):
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO appetites (cage, extra, date, at) VALUES (?, ?, ?, ?)")
                .execute(arguments: [tag(cage), order.extra, order.on.daysSinceEpoch, at])
        case .siloHolds(let silo, let mass):
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO silos (silo, holds, at) VALUES (?, ?, ?)")
                .execute(arguments: [tables.subjectTag(.silo(silo)).tag, mass.kilograms, at])
        default: break
        }
    }

    private func tag(_ cage: CageIndex) -> String { tables.subjectTag(.cage(cage)).tag }

    private func write(_ change: StockChange, of cage: CageIndex, _ command: UInt64, at: Int64) throws {
        guard let (kind, count, mean) = StockBookRow.parts(of: change) else { return }
        try database.cachedStatement(sql: "INSERT INTO stockBook (cage, kind, count, mean, command, at) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [tag(cage), kind.rawValue, count, mean?.kilograms, Int64(bitPattern: command), at])
        try database.cachedStatement(sql: "DELETE FROM stockBook WHERE id <= ? - ?")
            .execute(arguments: [database.lastInsertedRowID, Self.stockBookMax])
    }

    private func write(_ fast: FeedFast?, _ kind: FastKind, of cage: CageIndex, at: Int64) throws {
        guard let fast else {
            return try database.cachedStatement(sql: "DELETE FROM fasts WHERE cage = ? AND kind = ?")
                .execute(arguments: [tag(cage), kind.rawValue])
        }
        try database.cachedStatement(sql: #"INSERT OR REPLACE INTO fasts (cage, kind, "from", until, at) VALUES (?, ?, ?, ?, ?)"#)
            .execute(arguments: [tag(cage), kind.rawValue, fast.from, fast.until, at])
    }

    func restoreFeedBooks(into restored: inout Restored) throws {
        restored.fasts = try Row.fetchAll(database, sql: "SELECT * FROM fasts").compactMap { row in
            guard let cage = try cage(row), let raw = UInt8(exactly: try row.get("kind", as: Int64.self)),
                  let kind = FastKind(rawValue: raw) else { return nil }
            return (cage: cage, fast: FeedFast(kind, from: try row.get("from"), until: try row.get("until")))
        }
        restored.appetites = try Row.fetchAll(database, sql: "SELECT * FROM appetites").compactMap { row in
            guard let cage = try cage(row), let date = Int32(exactly: try row.get("date", as: Int64.self)) else { return nil }
            return (cage: cage, order: AppetiteOrder(extra: try row.get("extra"), on: CivilDate(daysSinceEpoch: date)))
        }
        restored.silos = try Row.fetchAll(database, sql: "SELECT * FROM silos").compactMap { row in
            guard case .silo(let silo)? = tables.subject(SubjectTag(kind: "silo", tag: try row.get("silo"))) else { return nil }
            return (silo: silo, holds: .kilograms(try row.get("holds")))
        }
    }
}

/// One change of a cage's stock, as it was booked.
public struct StockBookRow: Sendable, Hashable {
    /// Raw values are stable.
    public enum Kind: String, Sendable, CaseIterable { case stocked, sampled, died, movedIn, movedOut }

    public let cage: String
    public let kind: Kind
    public let count: Double
    /// Where fish were weighed, or came with a weight.
    public let mean: Mass?
    /// Seconds since 1970.
    public let at: Int64

    /// `nil`: growth by feed, which is no booking.
    static func parts(of change: StockChange) -> (kind: Kind, count: Double, mean: Mass?)? {
        switch change {
        case .stocked(let stock): (.stocked, stock.count, stock.mean)
        case .sampled(let count, let mean): (.sampled, count, mean)
        case .died(let count, let mean): (.died, count, mean)
        case .movedIn(let stock): (.movedIn, stock.count, stock.mean)
        case .movedOut(let count): (.movedOut, count, nil)
        case .grown: nil
        }
    }
}
