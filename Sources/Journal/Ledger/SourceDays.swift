import GRDB
public import ProcessImage
public import Quantities

/// Water of one source and local day beside the zones, and what its meter counted.
public struct SourceDay: Sendable, Hashable {
    /// The source's tag.
    public let source: String
    public let date: CivilDate
    public var used: [WaterUse: Volume] = [:]
    /// `nil`: no meter counted.
    public var metered: Volume?

    public init(source: String, date: CivilDate) {
        self.source = source
        self.date = date
    }
}

extension LedgerTables {
    static let meteredSchema = """
        CREATE TABLE metered (date INTEGER NOT NULL, source TEXT NOT NULL, litres REAL NOT NULL, PRIMARY KEY (date, source)) WITHOUT ROWID;
        """

    /// Of the newest day of each source that the site has.
    func metered() throws -> [Metered] {
        try Row.fetchAll(database, sql: "SELECT source, max(date) AS date, litres FROM metered GROUP BY source").compactMap { row in
            guard case .source(let source)? = tables.subject(SubjectTag(kind: "source", tag: try row.get("source"))),
                  let days = Int32(exactly: try row.get("date", as: Int64.self)) else { return nil }
            return Metered(source: source, date: CivilDate(daysSinceEpoch: days), volume: .liters(try row.get("litres")))
        }
    }
}

extension Journal {
    /// From a date on, by date, then by source. Waits for the disk.
    public func sourceDays(from date: CivilDate) throws(QueryRefused) -> [SourceDay] {
        try askLedger { database in
            var days: [Key: SourceDay] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM waterUsed WHERE date >= ?", arguments: [date.daysSinceEpoch]) {
                let key = try Key(row)
                guard let use = UInt8(exactly: try row.get("use", as: Int64.self)).flatMap(WaterUse.init(rawValue:)) else { continue }
                days[key, default: key.day].used[use] = .liters(try row.get("litres"))
            }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM metered WHERE date >= ?", arguments: [date.daysSinceEpoch]) {
                let key = try Key(row)
                days[key, default: key.day].metered = .liters(try row.get("litres"))
            }
            return days.values.sorted { ($0.date, $0.source) < ($1.date, $1.source) }
        }
    }
}

private struct Key: Hashable {
    let source: String
    let date: CivilDate

    init(_ row: Row) throws {
        source = try row.get("source")
        date = CivilDate(daysSinceEpoch: Int32(clamping: try row.get("date", as: Int64.self)))
    }

    var day: SourceDay { SourceDay(source: source, date: date) }
}
