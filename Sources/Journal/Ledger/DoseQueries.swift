import GRDB
import Language
public import ProcessImage
public import Quantities

/// What one channel gave to one run, as the ledger keeps it.
public struct DoseRow: Sendable, Hashable {
    public let run: RunID
    /// Tags, which outlive the numbers of one site file. The zone that watered; a calibration has no recipe.
    public let zone: String
    public let channel: String
    public let recipe: String?
    /// The command that filled the tank; 0: nobody told.
    public let batch: UInt64
    /// Stock. `commanded` by time on or strokes; `metered` by the channel's own meter, where it has one.
    public let planned: Volume
    public let intended: Volume
    public let commanded: Volume
    public let metered: Volume?
    /// Of the stock by the site file when the dose was planned.
    public let stock: StockStrength
    public let started: WallTime
    public let ended: WallTime?
    public let outcome: RunOutcome?
    public let endCause: CauseText?

    /// What counts as given: by the meter, else by the time; after a restart all that may have been.
    public var given: Volume { outcome == .interrupted ? intended : metered ?? commanded }
}

/// Stock and nutrients given, all doses of one kind together.
public struct DoseSum: Sendable, Hashable {
    /// By what doses are put together. A batch is told by the number of the command that filled the tank.
    public enum Key: String, Sendable, CaseIterable {
        case zone, recipe, channel, batch
    }

    public let key: String
    public let doses: Int
    public let stock: Volume
    public let product: Mass
    public let nitrogen: Mass
    /// P2O5.
    public let phosphate: Mass
    /// K2O.
    public let potash: Mass
}

/// How a channel was calibrated.
public struct CalibrationRow: Sendable, Hashable {
    public let channel: String
    public let calibration: ChannelCalibration
    /// Who measured.
    public let author: String
}

extension Journal {
    /// Doses that were planned in a stretch of time, newest first; of one run by channel.
    /// - Parameters:
    ///   - zone: a zone's tag; `nil`: all.
    ///   - from: seconds since 1970, included.
    ///   - to: seconds since 1970, not included.
    public func doses(zone: String? = nil, from: Int64, to: Int64, limit: Int = 1_000) throws(QueryRefused) -> [DoseRow] {
        let span = HistorySpan(from: from, to: to, limit: limit)
        return try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT * FROM doses WHERE started >= ? AND started < ? AND (? IS NULL OR zone = ?)
                ORDER BY started DESC, run DESC, channel, part DESC LIMIT ?
                """, arguments: [span.from * 1000, span.to * 1000, zone, zone, span.limit]).map(DoseRow.init(row:))
        }
    }

    /// Stock and kilograms given in a stretch of time. What a calibration drew went into a cylinder: it counts for channel and
    /// batch, not for zone and recipe.
    public func doseSums(by key: DoseSum.Key, from: Int64, to: Int64) throws(QueryRefused) -> [DoseSum] {
        let span = HistorySpan(from: from, to: to, limit: Journal.rowsMax)
        let given = "CASE WHEN outcome = \(RunOutcome.interrupted.rawValue) THEN intended ELSE coalesce(metered, commanded) END"
        let isField = key == .zone || key == .recipe
        return try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT CAST(\(key.rawValue) AS TEXT) AS key, count(*) AS doses, sum(\(given)) AS litres, sum(\(given) * product) AS product,
                    sum(\(given) * nitrogen) AS nitrogen, sum(\(given) * phosphate) AS phosphate, sum(\(given) * potash) AS potash
                FROM doses WHERE started >= ? AND started < ? AND (NOT ? OR recipe IS NOT NULL)
                GROUP BY \(key.rawValue) ORDER BY \(key.rawValue) LIMIT ?
                """, arguments: [span.from * 1000, span.to * 1000, isField, span.limit]).map(DoseSum.init(row:))
        }
    }

    /// Every calibration of a channel that is kept, newest first.
    public func calibrations(channel: String? = nil, limit: Int = 100) throws(QueryRefused) -> [CalibrationRow] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT calibrations.*, audit.author FROM calibrations
                LEFT JOIN audit ON audit.command = calibrations.command AND audit.what = ?
                WHERE ? IS NULL OR channel = ? ORDER BY written DESC, calibrations.command DESC LIMIT ?
                """, arguments: [AuditNote.What.given.rawValue, channel, channel, min(max(limit, 1), Journal.rowsMax)])
                .compactMap(CalibrationRow.init(row:))
        }
    }

    /// What the audit keeps of some commands, such as those that filled tanks.
    public func audit(of commands: [UInt64]) throws(QueryRefused) -> [AuditRow] {
        try askLedger { database in
            try commands.prefix(Journal.rowsMax).compactMap { command in
                try Row.fetchOne(database, sql: """
                    SELECT given.command, given.author, given.text, given.at, done.outcome, done.at AS doneAt
                    FROM audit AS given LEFT JOIN audit AS done ON done.command = given.command AND done.what = ?
                    WHERE given.what = ? AND given.command = ?
                    """, arguments: [AuditNote.What.done.rawValue, AuditNote.What.given.rawValue, Int64(bitPattern: command)])
                    .map(AuditRow.init(row:))
            }
        }
    }
}

extension DoseRow {
    init(row: Row) throws {
        func density(_ column: String) throws -> Density { .gramsPerLiter(try row.get(column, as: Double.self)) }
        let endCause = try row.get("endCause", as: String?.self).map {
            try CauseText(code: $0, text: Phrase(zh: row.get("endCauseZh", as: String?.self) ?? "", en: row.get("endCauseEn", as: String?.self) ?? ""))
        }
        let ended = try row.get("ended", as: Int64?.self).map {
            try WallTime(unixMilliseconds: $0, trust: row.get("endTrust", as: Int?.self) ?? 0)
        }
        try self.init(
            run: RunID(rawValue: UInt64(bitPattern: row.get("run", as: Int64.self))), zone: row.get("zone"), channel: row.get("channel"),
            recipe: row.get("recipe", as: String?.self), batch: UInt64(bitPattern: row.get("batch", as: Int64.self)),
            planned: .liters(row.get("planned")), intended: .liters(row.get("intended")), commanded: .liters(row.get("commanded")),
            metered: row.get("metered", as: Double?.self).map { .liters($0) },
            stock: StockStrength(product: density("product"), nitrogen: density("nitrogen"), phosphate: density("phosphate"), potash: density("potash")),
            started: WallTime(unixMilliseconds: row.get("started"), trust: row.get("trust")), ended: ended,
            outcome: row.get("outcome", as: Int?.self).flatMap { RunOutcome(rawValue: UInt8(clamping: $0)) }, endCause: endCause)
    }
}

extension DoseSum {
    init(row: Row) throws {
        // Litres times g/L are grams.
        func mass(_ column: String) throws -> Mass { .grams(try row.get(column, as: Double.self)) }
        try self.init(key: row.get("key", as: String?.self) ?? "", doses: row.get("doses"), stock: .liters(row.get("litres")),
                      product: mass("product"),
                      nitrogen: mass("nitrogen"), phosphate: mass("phosphate"), potash: mass("potash"))
    }
}

extension CalibrationRow {
    init?(row: Row) throws {
        guard let calibration = try ChannelCalibration(row: row) else { return nil }
        self.init(channel: try row.get("channel"), calibration: calibration, author: try row.get("author", as: String?.self) ?? "")
    }
}
