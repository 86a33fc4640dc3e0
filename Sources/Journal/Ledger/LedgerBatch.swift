import ProcessImage
import Quantities

/// A row of the scan's with its number and time.
struct LedgerRow: Sendable {
    let number: UInt64
    let wall: WallTime
    let entry: LedgerEntry
}

/// What is written to the ledger in one transaction. Every part of it is bounded; see `Bounds`.
struct LedgerBatch: Sendable {
    var rows: [LedgerRow] = []
    var notes: [AuditNote] = []
    /// The newest state only.
    var alarms: [AlarmID: (state: AlarmState, at: Int64)] = [:]
    /// Rows up to this number are in this batch or in one before it.
    var through: UInt64 = 0
    /// Milliseconds since 1970; 0 when the clock was never trusted.
    var lastWall: Int64 = 0

    var mustBeWrittenNow: Bool { !rows.isEmpty || !notes.isEmpty }

    /// - Returns: `false` when the bound is reached and the row was not taken.
    mutating func take(_ row: LedgerRow) -> Bool {
        if rows.count >= Bounds.ledgerRowsCompacted, rows.count % Bounds.ledgerRowsCompacted == 0 { forgetOldProgress() }
        guard rows.count < Bounds.ledgerRowsMax else { return false }
        rows.append(row)
        return true
    }

    /// Of each run, only the newest progress counts.
    private mutating func forgetOldProgress() {
        var seen: Set<RunID> = []
        let kept = rows.reversed().filter { row in
            guard case .runProgress(let run, _, _, _) = row.entry else { return true }
            return seen.insert(run).inserted
        }
        rows = kept.reversed()
    }
}

/// How much waits in memory while a disk does not take it. Together under 24 MB, and only then.
enum Bounds {
    /// Rows of the ledger: at the pace of a farm, days. Beyond, the newest is given up and `ledgerDurableThrough` stays.
    static let ledgerRowsMax = 65_536
    /// From here on, progress of a run replaces older progress.
    static let ledgerRowsCompacted = 4_096
    /// Commands noted for the audit.
    static let notesMax = 4_096
    /// Bytes of a command's text kept in the audit.
    static let noteBytesMax = 1_000
    /// Samples, of 16 bytes each; as many may be on their way.
    static let samplesMax = 262_144
    /// A flush is brought forward when this many wait.
    static let samplesFlush = 131_072
    /// Stretches of time that samples lie in.
    static let framesMax = 1_024
    /// Bytes of frames that are folded at once, and lie in memory meanwhile; more are folded before their time.
    static let framesFold: Int64 = 3_000_000
    static let eventsMax = 10_000
}
