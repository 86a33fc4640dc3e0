import GRDB
import ProcessImage
import Quantities

/// Rows of the ledger about net cages: meals as they are given, stock, pipes that owe a purge, locks.
extension LedgerTables {
    /// `date`: days since 1970; `planned`, `given`, `mean`: kg. A meal without `outcome` was never ended.
    static let cageSchema = """
        CREATE TABLE meals (
            date INTEGER NOT NULL, cage TEXT NOT NULL, number INTEGER NOT NULL,
            planned REAL NOT NULL DEFAULT 0, given REAL NOT NULL DEFAULT 0, outcome INTEGER, at INTEGER NOT NULL,
            PRIMARY KEY (date, cage, number)
        ) WITHOUT ROWID;
        CREATE TABLE stocks (cage TEXT PRIMARY KEY, count REAL NOT NULL, mean REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE pipes (line TEXT PRIMARY KEY, outlet INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE cageLocks (cage TEXT PRIMARY KEY, command INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// Meals of a day are asked for until the next one has begun.
    private static let daysOfMeals: Int64 = 2

    func write(feeding entry: LedgerEntry, at: Int64) throws {
        switch entry {
        case .feedMeal(let row): try write(row, at: at)
        case .feedStock(let cage, let stock): try write(stock, of: cage, at: at)
        case .feedPipe(let line, let outlet): try write(pipeOf: line, loadedAt: outlet)
        case .feedLock(let cage, let isLocked, let command): try write(lockOf: cage, isLocked, command, at: at)
        default: try write(feedBook: entry, at: at)
        }
    }

    private func write(_ row: MealRow, at: Int64) throws {
        var meal = BookedMeal(meal: row.meal)
        meal.read(row)
        let column = switch row {
        case .started: "planned = excluded.planned"
        case .quantum: "given = excluded.given"
        case .ended: "given = excluded.given, outcome = excluded.outcome"
        }
        try database.cachedStatement(sql: """
            INSERT INTO meals (date, cage, number, planned, given, outcome, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (date, cage, number) DO UPDATE SET \(column)
            """).execute(arguments: [
                row.meal.date.daysSinceEpoch, tables.subjectTag(.cage(row.meal.cage)).tag, row.meal.number,
                meal.planned.kilograms, meal.given.kilograms, meal.outcome?.rawValue, at,
            ])
    }

    private func write(_ stock: CageStock, of cage: CageIndex, at: Int64) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO stocks (cage, count, mean, at) VALUES (?, ?, ?, ?)")
            .execute(arguments: [tables.subjectTag(.cage(cage)).tag, stock.count, stock.mean.kilograms, at])
    }

    private func write(pipeOf line: FeedLineIndex, loadedAt outlet: UInt8?) throws {
        let tag = tables.subjectTag(.line(line)).tag
        guard let outlet else {
            return try database.cachedStatement(sql: "DELETE FROM pipes WHERE line = ?").execute(arguments: [tag])
        }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO pipes (line, outlet) VALUES (?, ?)").execute(arguments: [tag, outlet])
    }

    private func write(lockOf cage: CageIndex, _ isLocked: Bool, _ command: UInt64, at: Int64) throws {
        let tag = tables.subjectTag(.cage(cage)).tag
        guard isLocked else {
            return try database.cachedStatement(sql: "DELETE FROM cageLocks WHERE cage = ?").execute(arguments: [tag])
        }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO cageLocks (cage, command, at) VALUES (?, ?, ?)")
            .execute(arguments: [tag, Int64(bitPattern: command), at])
    }

    func restoreCages(into restored: inout Restored) throws {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(date) FROM meals") ?? 0
        let meals = try Row.fetchAll(database, sql: """
            SELECT * FROM meals WHERE date > ? OR outcome IS NULL ORDER BY date DESC, cage DESC, number DESC LIMIT ?
            """, arguments: [newest &- Self.daysOfMeals, Restored.mealsMax])
        restored.meals = try meals.reversed().compactMap { try meal($0) }
        restored.stocks = try Row.fetchAll(database, sql: "SELECT * FROM stocks").compactMap { row in
            guard let cage = try cage(row) else { return nil }
            return (cage: cage, stock: CageStock(count: try row.get("count"), mean: .kilograms(try row.get("mean"))))
        }
        restored.loadedLines = try Row.fetchAll(database, sql: "SELECT * FROM pipes").compactMap { row in
            guard case .line(let line)? = tables.subject(SubjectTag(kind: "line", tag: try row.get("line"))),
                  let outlet = UInt8(exactly: try row.get("outlet", as: Int64.self)) else { return nil }
            return (line: line, outlet: outlet)
        }
        restored.lockedCages = try Row.fetchAll(database, sql: "SELECT cage FROM cageLocks").compactMap { try cage($0) }
        try restoreFeedBooks(into: &restored)
    }

    func cage(_ row: Row) throws -> CageIndex? {
        guard case .cage(let cage)? = tables.subject(SubjectTag(kind: "cage", tag: try row.get("cage"))) else { return nil }
        return cage
    }

    private func meal(_ row: Row) throws -> BookedMeal? {
        guard let cage = try cage(row), let date = Int32(exactly: try row.get("date", as: Int64.self)),
              let number = UInt8(exactly: try row.get("number", as: Int64.self)) else { return nil }
        let outcome = try row.get("outcome", as: Int64?.self).flatMap { UInt8(exactly: $0) }.flatMap(MealOutcome.init(rawValue:))
        return BookedMeal(meal: MealID(cage: cage, date: CivilDate(daysSinceEpoch: date), number: number),
                          planned: .kilograms(try row.get("planned")), given: .kilograms(try row.get("given")), outcome: outcome)
    }

    /// Fills a new ledger from memory.
    func beginCages(from memory: Restored, at: Int64) throws {
        for meal in memory.meals {
            try write(.started(meal.meal, planned: meal.planned), at: at)
            if let outcome = meal.outcome { try write(.ended(meal.meal, outcome, given: meal.given), at: at) } else {
                try write(.quantum(meal.meal, given: meal.given, intent: .zero), at: at)
            }
        }
        for (cage, stock) in memory.stocks { try write(stock, of: cage, at: at) }
        for (line, outlet) in memory.loadedLines { try write(pipeOf: line, loadedAt: outlet) }
        for cage in memory.lockedCages { try write(lockOf: cage, true, 0, at: at) }
        for (cage, fast) in memory.fasts { try write(feedBook: .feedFast(cage, fast.kind, fast), at: at) }
        for (cage, order) in memory.appetites { try write(feedBook: .feedAppetite(cage, order), at: at) }
        for (silo, holds) in memory.silos { try write(feedBook: .siloHolds(silo, holds), at: at) }
    }
}
