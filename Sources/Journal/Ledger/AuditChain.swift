import Foundation
import GRDB

/// One row of the audit, before it is chained.
struct AuditNote: Sendable {
    enum What: Int, Sendable {
        /// A person or the cloud ordered something.
        case given = 1
        /// The scan did it, or refused.
        case done = 2
        case tripCleared = 3
        /// A new ledger was begun.
        case begun = 4
    }

    /// Milliseconds since 1970.
    var at: Int64
    var command: UInt64
    var what: What
    var author = ""
    var text = ""
    var outcome: Int = 0

    /// What the hash is taken over: every field, with lengths, so that no two rows read alike.
    func sealed(sequence: Int64, after previous: Data) -> Data {
        var text = "\(sequence)|\(at)|\(command)|\(what.rawValue)|\(outcome)|"
        text += "\(author.utf8.count):\(author)|\(self.text.utf8.count):\(self.text)"
        return Data(SHA256.hash(Array(previous) + Array(text.utf8)))
    }
}

/// The audit: rows are only ever added, and each bears a hash over itself and the one before, so that a changed or
/// missing row shows. (Whoever can write the file can also chain it anew: the chain finds damage and careless hands.)
struct AuditChain {
    /// Rows kept; beyond, the oldest go and the chain then begins at the oldest row kept.
    static let rowsMax: Int64 = 200_000

    static func append(_ note: AuditNote, to database: Database) throws {
        let newest = try Row.fetchOne(database, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        let sequence = (try newest?.get("sequence", as: Int64.self) ?? 0) &+ 1
        let previous = try newest?.get("hash", as: Data.self) ?? Data()
        let hash = note.sealed(sequence: sequence, after: previous)
        try database.cachedStatement(sql: """
            INSERT INTO audit (sequence, at, command, what, author, text, outcome, previous, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [sequence, note.at, Int64(bitPattern: note.command), note.what.rawValue, note.author,
                                     note.text, note.outcome, previous, hash])
        try database.execute(sql: "DELETE FROM audit WHERE sequence <= ?", arguments: [sequence &- rowsMax])
        try Meta.set(.auditNewest, sequence, in: database)
    }

    static func check(_ database: Database) throws -> AuditCheck {
        let newest = try Meta.get(.auditNewest, in: database) ?? 0
        var expected = max(1, newest &- rowsMax &+ 1)
        var previous: Data?
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY sequence")
        while let row = try rows.next() {
            let sequence: Int64 = try row.get("sequence")
            let before: Data = try row.get("previous")
            let stored: Data = try row.get("hash")
            guard sequence == expected, previous == nil || previous == before,
                  try note(row)?.sealed(sequence: sequence, after: before) == stored else {
                return .broken(at: expected)
            }
            previous = stored
            expected &+= 1
        }
        return expected == newest &+ 1 ? .intact(rows: Int(min(newest, rowsMax))) : .broken(at: expected)
    }

    private static func note(_ row: Row) throws -> AuditNote? {
        guard let what = AuditNote.What(rawValue: try row.get("what")) else { return nil }
        return try AuditNote(at: row.get("at"), command: UInt64(bitPattern: row.get("command", as: Int64.self)), what: what,
                         author: row.get("author"), text: row.get("text"), outcome: row.get("outcome"))
    }
}
