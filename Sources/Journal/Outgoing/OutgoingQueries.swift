import GRDB
public import Quantities

/// The rows that go upstream. All of it waits for the disk as long as the disk takes, on the thread of whoever asks.
extension Journal {
    /// From now on what is written is told too; or is not, and what waits is forgotten.
    public func keepOutgoing(_ isKept: Bool) throws(QueryRefused) {
        try changeLedger { database in
            guard isKept else {
                return try database.execute(sql: "DELETE FROM streams; DELETE FROM outgoing; DELETE FROM meta WHERE key = 'store'")
            }
            if try Meta.get(.store, in: database) == nil { try Meta.set(.store, .random(in: 1 ... .max), in: database) }
            for stream in OutgoingStream.allCases.map(\.rawValue) + [Self.state] {
                try database.execute(sql: "INSERT OR IGNORE INTO streams (name) VALUES (?)", arguments: [stream])
            }
        }
    }

    /// `nil`: nothing is kept to be told, as in a ledger that was begun anew.
    public func outgoingHeads() throws(QueryRefused) -> OutgoingHeads? {
        try askLedger { database in
            guard let store = try Meta.get(.store, in: database) else { return nil }
            var heads: [String: UInt64] = [:], marks: [String: UInt64] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT name, head, mark FROM streams") {
                let name: String = try row.get("name")
                heads[name] = UInt64(clamping: try row.get("head", as: Int64.self))
                marks[name] = UInt64(clamping: try row.get("mark", as: Int64.self))
            }
            return OutgoingHeads(store: String(UInt64(bitPattern: store), radix: 16), heads: heads, marks: marks)
        }
    }

    /// A number for the next row of how things are, which nobody keeps.
    public func nextOutgoingState() throws(QueryRefused) -> UInt64 {
        var id: UInt64 = 0
        try changeLedger { database in
            try database.execute(sql: "UPDATE streams SET head = head + 1 WHERE name = ?", arguments: [Self.state])
            id = try Self.head(of: Self.state, in: database)
        }
        return id
    }

    private static let state = "state"

    private static func head(of stream: String, in database: Database) throws -> UInt64 {
        UInt64(clamping: try Int64.fetchOne(database, sql: "SELECT head FROM streams WHERE name = ?", arguments: [stream]) ?? 0)
    }

    /// The rows that exist of a stretch of ids, by rising id.
    public func outgoing(_ stream: OutgoingStream, _ ids: ClosedRange<UInt64>) throws(QueryRefused) -> [OutgoingRow] {
        let count = stream.columns.count
        return try askLedger { database in
            let statement = try database.cachedStatement(sql: "SELECT * FROM outgoing WHERE stream = ? AND id BETWEEN ? AND ? ORDER BY id")
            let bounds: StatementArguments = [stream.rawValue, Int64(clamping: ids.lowerBound), Int64(clamping: ids.upperBound)]
            return try Row.fetchAll(statement, arguments: bounds).map { row in
                let values = (1...count).map { OutgoingValue(row["v\($0)"] as DatabaseValue? ?? .null) }
                let id = UInt64(clamping: try row.get("id", as: Int64.self))
                return OutgoingRow(id: id, at: try row.get("at"), values: stream.told(values))
            }
        }
    }

    /// Up to these every row has arrived: they are forgotten, a few thousand at a time.
    public func keepOutgoing(marks: [String: UInt64]) throws(QueryRefused) {
        try changeLedger { try Self.set(marks, in: $0) }
    }

    /// Notes in one transaction that rows were given up, and moves the marks beyond them.
    /// - Returns: the id of the gap's row.
    public func giveUpOutgoing(_ stream: String, _ ids: ClosedRange<UInt64>, rows: Int, marks: [String: UInt64],
                               at wall: WallTime) throws(QueryRefused) -> UInt64 {
        var id: UInt64 = 0
        try changeLedger { database in
            try Self.append([.text(stream), .integer(Int64(clamping: ids.lowerBound)), .integer(Int64(clamping: ids.upperBound)),
                             .integer(Int64(rows))], to: .gaps, at: wall.unixMilliseconds, in: database)
            try Self.set(marks, in: database)
            id = try Self.head(of: OutgoingStream.gaps.rawValue, in: database)
        }
        return id
    }

    /// Bytes of one local day by what they were for.
    public func outgoingTraffic(on date: CivilDate) throws(QueryRefused) -> [String: Int] {
        try askLedger { database in
            let rows = try Row.fetchAll(database, sql: "SELECT use, bytes FROM traffic WHERE day = ?", arguments: [date.daysSinceEpoch])
            return try rows.reduce(into: [:]) { $0[try $1.get("use", as: String.self)] = try $1.get("bytes", as: Int.self) }
        }
    }

    /// In the place of what was kept of that day; days are forgotten after a year.
    public func keepOutgoingTraffic(_ bytes: [String: Int], on date: CivilDate) throws(QueryRefused) {
        try changeLedger { database in
            for (use, count) in bytes {
                try database.execute(sql: "INSERT OR REPLACE INTO traffic (day, use, bytes) VALUES (?, ?, ?)",
                                     arguments: [date.daysSinceEpoch, use, count])
            }
            try database.execute(sql: "DELETE FROM traffic WHERE day < ?", arguments: [date.daysSinceEpoch - 366])
        }
    }

    private static let forgottenAtOnce: Int64 = 5_000

    private static func set(_ marks: [String: UInt64], in database: Database) throws {
        for (stream, mark) in marks {
            let mark = Int64(clamping: mark)
            try database.execute(sql: "UPDATE streams SET mark = max(mark, ?) WHERE name = ?", arguments: [mark, stream])
            let first = "SELECT min(id) FROM outgoing WHERE stream = ?"
            guard let oldest = try Int64.fetchOne(database, sql: first, arguments: [stream]) else { continue }
            let forgotten = min(mark, oldest &+ forgottenAtOnce)
            try database.execute(sql: "DELETE FROM outgoing WHERE stream = ? AND id <= ?", arguments: [stream, forgotten])
        }
    }

    static func append(_ values: [OutgoingValue], to stream: OutgoingStream, at: Int64, in database: Database) throws {
        let sql = OutgoingSchema.append(to: stream, at: "?", values.map { _ in "?" })
        try database.execute(sql: sql, arguments: StatementArguments([at.databaseValue] + values.map(\.databaseValue)))
    }

    func changeLedger(_ change: (Database) throws -> Void) throws(QueryRefused) {
        do {
            try ledger.file.write(change)
        } catch {
            throw .unavailable(error.text)
        }
    }
}

extension OutgoingValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .number(let number): number.databaseValue
        case .text(let text): text.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .int64(let number): self = .integer(number)
        case .double(let number): self = number.isFinite ? .number(number) : .null
        case .string(let text): self = .text(text)
        case .null, .blob: self = .null
        }
    }
}
