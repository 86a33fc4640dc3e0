import Foundation
import GRDB
import Language
import ProcessImage
import Quantities

/// Questions to the ledger. Each waits for the disk as long as the disk takes. Rows the disk has not taken yet are not
/// told: what is told here is durable.
extension Journal {
    /// Waterings that started in a stretch of time, newest first.
    /// - Parameters:
    ///   - zone: a zone's tag; `nil`: all.
    ///   - from: seconds since 1970, included.
    ///   - to: seconds since 1970, not included.
    public func runs(zone: String? = nil, from: Int64, to: Int64, limit: Int = 1_000) throws(QueryRefused) -> [RunRow] {
        let span = HistorySpan(from: from, to: to, limit: limit)
        return try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT * FROM runs WHERE started >= ? AND started < ? AND (? IS NULL OR zone = ?)
                ORDER BY started DESC, id DESC LIMIT ?
                """, arguments: [span.from * 1000, span.to * 1000, zone, zone, span.limit]).map(RunRow.init(row:))
        }
    }

    /// Water per zone and local day, from the runs that started in a stretch of time: by day, then by zone.
    public func totals(from: Int64, to: Int64) throws(QueryRefused) -> [ZoneDay] {
        struct Key: Hashable { let date: CivilDate, zone: String }
        let runs = try runs(from: from, to: to, limit: Journal.rowsMax)
        let days = Dictionary(grouping: runs) { run in
            Key(date: self.tables.clock.local(unixSeconds: run.started.unixSeconds).date, zone: run.zone)
        }
        return days.map { key, runs in
            ZoneDay(zone: key.zone, date: key.date, runs: runs.count, watered: runs.reduce(.zero) { $0 + $1.watered },
                    volume: runs.reduce(.zero) { $0 + $1.volume })
        }.sorted { ($0.date, $0.zone) < ($1.date, $1.zone) }
    }

    /// The newest commands with what became of them, newest first.
    public func audit(limit: Int = 100) throws(QueryRefused) -> [AuditRow] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT given.command, given.author, given.text, given.at, done.outcome, done.at AS doneAt
                FROM audit AS given LEFT JOIN audit AS done ON done.command = given.command AND done.what = ?
                WHERE given.what = ? ORDER BY given.sequence DESC LIMIT ?
                """, arguments: [AuditNote.What.done.rawValue, AuditNote.What.given.rawValue, min(max(limit, 1), Journal.rowsMax)])
                .map(AuditRow.init(row:))
        }
    }

    /// The proofs of outputs as they are wired now, by output.
    public func proofs() throws(QueryRefused) -> [OutputProof] {
        let tables = self.tables
        return try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT proofs.output, proofs.fingerprint, proofs.at, proofs.trust, audit.author, audit.text
                FROM proofs LEFT JOIN audit ON audit.command = proofs.command AND audit.what = ? ORDER BY proofs.output
                """, arguments: [AuditNote.What.given.rawValue]).compactMap { try OutputProof($0, tables) }
        }
    }

    /// Reads the audit through and holds it against its chain.
    public func checkAudit() throws(QueryRefused) -> AuditCheck {
        try askLedger(AuditChain.check)
    }

    func askLedger<Value>(_ ask: (Database) throws -> Value) throws(QueryRefused) -> Value {
        do {
            return try ledger.file.read(ask)
        } catch {
            throw .unavailable(error.text)
        }
    }
}

extension Amount {
    /// What was planned for a run.
    init(row: Row) throws {
        if let litres = try row.get("plannedLitres", as: Double?.self) {
            self = .volume(.liters(litres))
        } else {
            self = .time(.milliseconds(try row.get("planned", as: Int64.self)))
        }
    }
}

extension RunRow {
    init(row: Row) throws {
        let endCause = try row.get("endCause", as: String?.self).map {
            try CauseText(code: $0, text: Phrase(zh: row.get("endCauseZh", as: String?.self) ?? "", en: row.get("endCauseEn", as: String?.self) ?? ""))
        }
        let ended = try row.get("ended", as: Int64?.self).map {
            try WallTime(unixMilliseconds: $0, trust: row.get("endTrust", as: Int?.self) ?? 0)
        }
        let outcome = try row.get("outcome", as: Int?.self).flatMap { RunOutcome(rawValue: UInt8(clamping: $0)) }
        try self.init(id: RunID(rawValue: UInt64(bitPattern: row.get("id", as: Int64.self))), zone: row.get("zone"),
                  cause: CauseText(code: row.get("cause"), text: Phrase(zh: row.get("causeZh"), en: row.get("causeEn"))),
                  planned: Amount(row: row),
                  started: WallTime(unixMilliseconds: row.get("started"), trust: row.get("trust")),
                  watered: .milliseconds(row.get("watered", as: Int64.self)), volume: .liters(row.get("litres")),
                  isEstimated: row.get("estimated"), ended: ended, outcome: outcome, endCause: endCause)
    }
}

extension OutputProof {
    /// `nil` for a proof of something that is gone or wired otherwise.
    init?(_ row: Row, _ tables: SiteTables) throws {
        guard case .output(let output)? = tables.subject(SubjectTag(kind: "output", tag: try row.get("output"))),
              try row.get("fingerprint") == tables.fingerprint(of: output) else { return nil }
        try self.init(output: output, at: WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust")),
                      author: row.get("author", as: String?.self) ?? "", text: row.get("text", as: String?.self) ?? "")
    }
}

extension AuditRow {
    init(row: Row) throws {
        try self.init(command: UInt64(bitPattern: row.get("command", as: Int64.self)), author: row.get("author"), text: row.get("text"),
                  given: WallTime(unixMilliseconds: row.get("at"), trust: 0),
                  outcome: (try row.get("outcome", as: Int?.self)).flatMap { CommandOutcome(rawValue: UInt8(clamping: $0)) },
                  done: (try row.get("doneAt", as: Int64?.self)).map { WallTime(unixMilliseconds: $0, trust: 0) })
    }
}
