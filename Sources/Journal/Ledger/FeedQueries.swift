import GRDB
public import ProcessImage
public import Quantities

/// One meal as the ledger has it.
public struct MealEntry: Sendable, Hashable {
    public let cage: String
    public let date: CivilDate
    /// From 1; meals by hand have none.
    public let number: Int?
    public let planned: Mass
    /// At most: what was about to be given when the controller died counts.
    public let given: Mass
    /// `nil`: it goes on.
    public let outcome: MealOutcome?
    /// Seconds since 1970 at its beginning.
    public let at: Int64
}

/// Questions to the ledger about net cages.
extension Journal {
    /// Meals of local days, oldest first.
    /// - Parameters:
    ///   - cage: a cage's tag; `nil`: all.
    ///   - to: included.
    public func meals(cage: String? = nil, from: CivilDate, to: CivilDate) throws(QueryRefused) -> [MealEntry] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT * FROM meals WHERE date >= ? AND date <= ? AND (? IS NULL OR cage = ?) ORDER BY date, at, cage, number LIMIT ?
                """, arguments: [from.daysSinceEpoch, to.daysSinceEpoch, cage, cage, Journal.rowsMax]).compactMap { try MealEntry($0) }
        }
    }

    /// What people booked of the fish of a cage, oldest first.
    /// - Parameters:
    ///   - from: seconds since 1970, included.
    ///   - to: not included.
    public func stockBook(cage: String? = nil, from: Int64, to: Int64) throws(QueryRefused) -> [StockBookRow] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT * FROM stockBook WHERE at >= ? AND at < ? AND (? IS NULL OR cage = ?) ORDER BY id LIMIT ?
                """, arguments: [from * 1000, to * 1000, cage, cage, Journal.rowsMax]).compactMap { try StockBookRow($0) }
        }
    }
}

extension MealEntry {
    /// `nil` for numbers that no meal has.
    fileprivate init?(_ row: Row) throws {
        guard let days = Int32(exactly: try row.get("date", as: Int64.self)),
              let number = UInt8(exactly: try row.get("number", as: Int64.self)) else { return nil }
        cage = try row.get("cage")
        date = CivilDate(daysSinceEpoch: days)
        self.number = number < MealID.byHand ? Int(number) + 1 : nil
        planned = .kilograms(try row.get("planned"))
        given = .kilograms(try row.get("given"))
        outcome = try row.get("outcome", as: Int64?.self).flatMap { UInt8(exactly: $0) }.flatMap(MealOutcome.init(rawValue:))
        at = try row.get("at", as: Int64.self) / 1000
    }
}

extension StockBookRow {
    /// `nil` for a kind that this version does not know.
    fileprivate init?(_ row: Row) throws {
        guard let kind = Kind(rawValue: try row.get("kind")) else { return nil }
        self.kind = kind
        cage = try row.get("cage")
        count = try row.get("count")
        mean = try row.get("mean", as: Double?.self).map { .kilograms($0) }
        at = try row.get("at", as: Int64.self) / 1000
    }
}
