/// Rows that the outbox wants sent next: ranges of ids, since the rows themselves stay where they are.
public struct Parcel: Hashable, Sendable {
    public struct Part: Hashable, Sendable {
        public let stream: String
        public let ids: ClosedRange<UInt64>

        public init(stream: String, ids: ClosedRange<UInt64>) {
            self.stream = stream
            self.ids = ids
        }
    }

    /// What is most urgent first.
    public let parts: [Part]

    public init(parts: [Part]) { self.parts = parts }
}

/// A parcel with its rows, cut to what one message may hold. Without a block there is nothing to send, and the outbox is told all
/// the same: the ids had no rows.
public struct FilledParcel: Hashable, Sendable {
    public let batch: SyncBatch
    /// What of the parcel is in the batch, ids that have no row included.
    public let covered: [Parcel.Part]

    /// - Parameters:
    ///   - bytes: the most the encoded batch may take; one row is sent however long it is.
    ///   - read: the rows that exist of a part, by rising id; `nil`: they cannot be read now, and nothing from there on is covered.
    public init(_ parcel: Parcel, gateway: String, store: String, bytes: Int, as form: SyncForm,
                read: (Parcel.Part) -> SyncBlock?) {
        var blocks: [SyncBlock] = []
        var covered: [Parcel.Part] = []
        func batch(_ blocks: [SyncBlock]) -> SyncBatch { SyncBatch(gateway: gateway, store: store, blocks: blocks) }
        let base = form.bytes(ofEmpty: batch([]))
        var left = bytes - base - Self.slack
        for part in parcel.parts {
            guard blocks.count < form.blocksMax, let block = read(part) else { break }
            let empty = SyncBlock(stream: block.stream, columns: block.columns, rows: [])
            left -= form.bytes(ofEmpty: batch([empty])) - base + Self.slack
            var taken = 0
            for row in block.rows {
                left -= form.bytes(ofRow: row, in: block) + 1
                if left < 0, !(blocks.isEmpty && taken == 0) { break }
                taken += 1
            }
            let end = taken == block.rows.count ? part.ids.upperBound : block.rows[taken].id - 1
            let rows = Array(block.rows.prefix(taken))
            if taken > 0 { blocks.append(SyncBlock(stream: block.stream, columns: block.columns, rows: rows)) }
            if end >= part.ids.lowerBound { covered.append(Parcel.Part(stream: part.stream, ids: part.ids.lowerBound...end)) }
            if taken < block.rows.count { break }
        }
        self.batch = batch(blocks)
        self.covered = covered
    }

    /// What the heads of lists may grow by as they fill, and a comma.
    private static let slack = 9
}
