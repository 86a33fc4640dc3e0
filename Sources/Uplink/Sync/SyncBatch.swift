/// One message of rows upstream: `docs/sync.md`, version 1.
public struct SyncBatch: Hashable, Sendable {
    public static let version: Int64 = 1

    public let gateway: String
    /// Which database the ids count in: a new one counts from 1 again, and must not be taken for the old.
    public let store: String
    public let blocks: [SyncBlock]

    public init(gateway: String, store: String, blocks: [SyncBlock]) {
        self.gateway = gateway
        self.store = store
        self.blocks = blocks
    }

    public var tree: SyncValue {
        .map([
            .init("v", .integer(Self.version)), .init("gateway", .text(gateway)), .init("store", .text(store)),
            .init("blocks", .list(blocks.map(\.tree))),
        ])
    }

    /// As a receiver reads it.
    public init(_ tree: SyncValue) throws(SyncError) {
        try checkVersion(of: tree)
        guard let gateway = tree["gateway"]?.text, let store = tree["store"]?.text, let items = tree["blocks"]?.list
        else { throw .unexpected }
        var blocks: [SyncBlock] = []
        for item in items { blocks.append(try SyncBlock(item)) }
        self.init(gateway: gateway, store: store, blocks: blocks)
    }
}

func checkVersion(of tree: SyncValue) throws(SyncError) {
    guard let version = tree["v"]?.integer else { throw .unexpected }
    guard version == SyncBatch.version else { throw .version }
}

extension SyncBlock {
    var tree: SyncValue {
        .map([
            .init("stream", .text(stream)), .init("columns", .list(columns.map(SyncValue.text))),
            .init("rows", .list(rows.map(\.tree))),
        ])
    }

    init(_ tree: SyncValue) throws(SyncError) {
        guard let stream = tree["stream"]?.text, let columns = tree["columns"]?.list?.compactMap(\.text),
              columns.count == tree["columns"]?.list?.count, let items = tree["rows"]?.list else { throw .unexpected }
        var rows: [SyncRow] = []
        for item in items { rows.append(try SyncRow(item, columns: columns.count)) }
        self.init(stream: stream, columns: columns, rows: rows)
    }
}

extension SyncRow {
    init(_ tree: SyncValue, columns: Int) throws(SyncError) {
        guard let items = tree.list, items.count == columns + 2, let id = items[0].rowID, let milliseconds = items[1].integer
        else { throw .unexpected }
        self.init(id: id, milliseconds: milliseconds, values: Array(items[2...]))
    }
}

/// What a receiver says once the rows are in its database: `docs/sync.md`, version 1.
public struct SyncAcknowledgement: Hashable, Sendable {
    public struct Stored: Hashable, Sendable {
        public let stream: String
        public let ids: ClosedRange<UInt64>

        public init(stream: String, ids: ClosedRange<UInt64>) {
            self.stream = stream
            self.ids = ids
        }
    }

    public let store: String
    public let stored: [Stored]

    public init(store: String, stored: [Stored]) {
        self.store = store
        self.stored = stored
    }

    /// That a batch is there, all of it.
    public init(of batch: SyncBatch) {
        store = batch.store
        stored = batch.blocks.flatMap { block in
            block.rows.map(\.id).reduce(into: [ClosedRange<UInt64>]()) { ranges, id in
                if let last = ranges.last, last.upperBound &+ 1 == id { ranges[ranges.count - 1] = last.lowerBound...id }
                else { ranges.append(id...id) }
            }.map { Stored(stream: block.stream, ids: $0) }
        }
    }

    public var tree: SyncValue {
        .map([
            .init("v", .integer(SyncBatch.version)), .init("store", .text(store)),
            .init("stored", .list(stored.map { one in
                .map([
                    .init("stream", .text(one.stream)), .init("from", .integer(Int64(clamping: one.ids.lowerBound))),
                    .init("to", .integer(Int64(clamping: one.ids.upperBound))),
                ])
            })),
        ])
    }

    public init(_ tree: SyncValue) throws(SyncError) {
        try checkVersion(of: tree)
        guard let store = tree["store"]?.text, let items = tree["stored"]?.list else { throw .unexpected }
        var stored: [Stored] = []
        for item in items {
            guard let stream = item["stream"]?.text, let from = item["from"]?.rowID, let to = item["to"]?.rowID, from <= to
            else { throw .unexpected }
            stored.append(Stored(stream: stream, ids: from...to))
        }
        self.init(store: store, stored: stored)
    }
}
