public import Language
public import ProcessImage
public import Quantities

/// How finely history is told.
public enum Resolution: String, Sendable, CaseIterable {
    case samples, minute, hour, day
    /// The finest that gives no more rows than a screen can use: samples to 2 h, minutes to 2 days, hours to 60 days.
    case auto

    func settled(over seconds: Int64) -> Resolution {
        guard self == .auto else { return self }
        return switch seconds {
        case ...(2 * 3600): .samples
        case ...(2 * 86_400): .minute
        case ...(60 * 86_400): .hour
        default: .day
        }
    }
}

/// One reading as it was kept. Its time is the scan's nominal time.
public struct Sample: Sendable, Hashable {
    /// Milliseconds since 1970.
    public let unixMilliseconds: Int64
    /// In the point's unit, rounded to its decimals. `nil` when the reading was bad.
    public let value: Double?
    public let quality: Quality
    public let reason: Reason
}

/// A point over one minute, hour or local day. Only good readings count; a stretch without any has no row.
public struct Rollup: Sendable, Hashable {
    /// Start of the stretch.
    public let unixSeconds: Int64
    public let min: Double
    public let max: Double
    /// Weighted by the time each value stood.
    public let mean: Double
    /// The last good value.
    public let last: Double
    /// Time with a good reading over the length of the stretch. Range: 0 … 1.
    public let goodShare: Double
}

/// One point's past.
public struct History: Sendable {
    public enum Rows: Sendable {
        case samples([Sample])
        case rollups([Rollup])
    }

    public let tag: String
    /// The unit's symbol; empty for on and off.
    public let unit: String
    public let decimals: Int
    /// What was told: never `auto`.
    public let resolution: Resolution
    /// Oldest first.
    public let rows: Rows
    /// There was more than the limit; the newest rows are here.
    public let isTruncated: Bool
}

/// What a thing of the past was about: by tag, since numbers change with the site file.
public struct SubjectTag: Sendable, Hashable {
    /// `site`, `zone`, `source`, `output`, `point`, `program` or `device`.
    public let kind: String
    public let tag: String

    public init(kind: String, tag: String) {
        self.kind = kind
        self.tag = tag
    }
}

/// A cause as it was told at the time, with a code that does not change: `program:morning-drip`, `manual:17`.
public struct CauseText: Sendable, Hashable {
    public let code: String
    public let text: Phrase
}

/// One event as it was told at the time.
public struct EventRow: Sendable, Hashable {
    public let wall: WallTime
    /// The kind's stable number; see `EventKind`.
    public let code: Int
    /// `nil` for a kind of a newer version.
    public let kind: EventKind?
    public let severity: Severity
    public let subject: SubjectTag
    public let cause: CauseText
    /// In the unit the kind's text speaks of. `nil`: not part of this event.
    public let value: Double?
    public let limit: Double?
    public let duration: Duration
    public let text: Phrase
}

/// One watering.
public struct RunRow: Sendable, Hashable {
    public let id: RunID
    /// The zone's tag.
    public let zone: String
    public let cause: CauseText
    public let planned: Amount
    public let started: WallTime
    public let watered: Duration
    public let volume: Volume
    /// Some of the volume is flow × time, because no meter told.
    public let isEstimated: Bool
    /// `nil` while it runs.
    public let ended: WallTime?
    public let outcome: RunOutcome?
    /// Why it ended.
    public let endCause: CauseText?
}

/// One command with what became of it.
public struct AuditRow: Sendable, Hashable {
    public let command: UInt64
    public let author: String
    public let text: String
    public let given: WallTime
    /// `nil`: not carried out yet.
    public let outcome: CommandOutcome?
    public let done: WallTime?
}

/// Water given to one zone on one local day: the sum of its runs by the day they started.
public struct ZoneDay: Sendable, Hashable {
    public let zone: String
    public let date: CivilDate
    public let runs: Int
    public let watered: Duration
    public let volume: Volume
}

/// Whether the chain of the audit holds.
public enum AuditCheck: Sendable, Hashable {
    case intact(rows: Int)
    /// The row with this number is not what was written, or rows before it are missing.
    case broken(at: Int64)
}

/// How one database is.
public struct StorageReport: Sendable, Hashable {
    public let file: String
    public let isWritable: Bool
    /// What the disk or the database last said, if it is not well.
    public let problem: String?
    /// The database with its write-ahead log.
    public let fileBytes: Int64
    /// Of the file, what holds rows; the rest is free for new ones.
    public let usedBytes: Int64
    /// Samples kept (journal) or runs kept (ledger).
    public let rows: Int64
    /// The oldest of them, milliseconds since 1970.
    public let oldest: Int64?
    /// What is sent to the disk in a day at the pace since the start. `nil` in the first minute.
    public let bytesPerDay: Int64?
    /// Damaged files set aside, by name.
    public let setAside: [String]
}

/// Why a question has no answer.
public enum QueryRefused: Error, Sendable, Hashable {
    /// No history was ever kept under this tag.
    case unknownTag(String)
    /// The database cannot be read now; what it said.
    case unavailable(String)
}
