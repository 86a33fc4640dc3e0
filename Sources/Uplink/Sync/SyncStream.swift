/// One kind of rows that go upstream, numbered from 1 in the order in which they were written.
public struct SyncStream: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Each row counts; none is ever given up.
        case every
        /// Rows may be given up, the oldest first, when the outbox is full: streams of the lowest `order` first, and each time a row
        /// of the stream `gaps` says which.
        case thinnable(order: Int)
        /// Only the newest row counts.
        case newest
    }

    public let name: String
    /// Lower ranks are sent first.
    public let rank: Int
    public let kind: Kind

    public init(_ name: String, rank: Int, _ kind: Kind) {
        self.name = name
        self.rank = rank
        self.kind = kind
    }

    /// What was given up.
    public static let gaps = SyncStream("gaps", rank: 2, .every)

    /// How things are now; what must be known at once; what must not be lost; what can be had coarser.
    public static let all = [
        SyncStream("state", rank: 0, .newest),
        SyncStream("alarms", rank: 1, .every),
        gaps,
        SyncStream("audit", rank: 2, .every),
        SyncStream("schedules", rank: 2, .every),
        SyncStream("runs", rank: 3, .every),
        SyncStream("doses", rank: 3, .every),
        SyncStream("meals", rank: 3, .every),
        SyncStream("days", rank: 4, .thinnable(order: 2)),
        SyncStream("hours", rank: 5, .thinnable(order: 1)),
    ]
}

/// One row as it was committed.
public struct SyncRow: Hashable, Sendable {
    /// 2^53: up to here every reader of JSON keeps a whole number.
    public static let idMax: Int64 = 1 << 53

    /// Within its stream and store. Range: 1 … `idMax`.
    public let id: UInt64
    /// When it was written, in milliseconds since 1970 UTC.
    public let milliseconds: Int64
    /// One for each column of its block; no lists, no maps.
    public let values: [SyncValue]

    public init(id: UInt64, milliseconds: Int64, values: [SyncValue]) {
        self.id = id
        self.milliseconds = milliseconds
        self.values = values
    }

    var tree: SyncValue { .list([.integer(Int64(clamping: id)), .integer(milliseconds)] + values) }
}

/// Rows of one stream with the same columns.
public struct SyncBlock: Hashable, Sendable {
    public let stream: String
    public let columns: [String]
    /// By rising id.
    public let rows: [SyncRow]

    public init(stream: String, columns: [String], rows: [SyncRow]) {
        self.stream = stream
        self.columns = columns
        self.rows = rows
    }
}

/// Rows that were given up before they could be sent.
public struct SyncGap: Hashable, Sendable {
    public static let columns = ["stream", "from", "to", "rows"]

    public let stream: String
    public let ids: ClosedRange<UInt64>
    /// How many of them nobody had acknowledged.
    public let rows: Int

    public init(stream: String, ids: ClosedRange<UInt64>, rows: Int) {
        self.stream = stream
        self.ids = ids
        self.rows = rows
    }

    /// Of a row of the stream `gaps`.
    public var values: [SyncValue] {
        [.text(stream), .integer(Int64(clamping: ids.lowerBound)), .integer(Int64(clamping: ids.upperBound)), .integer(Int64(rows))]
    }
}
