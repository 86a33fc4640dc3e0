/// How far one stream has come.
struct Lane: Sendable {
    let stream: SyncStream
    /// The newest row that is committed.
    private(set) var head: UInt64 = 0
    /// Every row up to here is at the receiver, or was given up with a gap, or never was.
    private(set) var watermark: UInt64
    /// The same of rows beyond it.
    private var done = RangeSet<UInt64>()
    /// On their way, and waited for.
    private var inFlight = RangeSet<UInt64>()
    /// Sent once in this life and not acknowledged: only of these an acknowledgement counts.
    private var sent = RangeSet<UInt64>()

    init(_ stream: SyncStream, watermark: UInt64) {
        self.stream = stream
        self.watermark = watermark
        head = watermark
    }

    mutating func commit(through id: UInt64) { head = max(head, id) }

    /// Rows that nobody has acknowledged.
    var waiting: Int {
        guard stream.kind != .newest else { return head > watermark ? 1 : 0 }
        return Int(clamping: head - watermark) - size(of: done)
    }

    /// The next rows to send, at most so many.
    func next(atMost limit: Int) -> ClosedRange<UInt64>? {
        guard limit > 0, head > watermark else { return nil }
        if stream.kind == .newest { return inFlight.contains(head) ? nil : head...head }
        var open = RangeSet(watermark + 1..<head + 1)
        open.subtract(done)
        open.subtract(inFlight)
        return open.ranges.first.map { $0.lowerBound...min($0.upperBound - 1, $0.lowerBound + UInt64(limit) - 1) }
    }

    /// Rows of a range are on their way; what has no row in it is done.
    mutating func send(_ ids: ClosedRange<UInt64>, rows: RangeSet<UInt64>) {
        let rows = rows.intersection(RangeSet(ids.lowerBound..<ids.upperBound + 1))
        inFlight.formUnion(rows)
        sent.formUnion(rows)
        var absent = RangeSet(ids.lowerBound..<ids.upperBound + 1)
        absent.subtract(rows)
        finish(absent)
    }

    /// They were waited for long enough, or the connection is over.
    mutating func giveBack(_ rows: RangeSet<UInt64>) { inFlight.subtract(rows) }

    /// - Returns: how many rows that counts for.
    mutating func acknowledge(_ ids: ClosedRange<UInt64>) -> Int {
        let known = sent.intersection(RangeSet(ids.lowerBound..<ids.upperBound + 1))
        let count = size(of: known)
        finish(known)
        return count
    }

    /// What would be given up of the oldest, at most so many rows.
    func gap(ofRows count: Int) -> SyncGap? {
        guard waiting > 0, count > 0 else { return nil }
        var open = RangeSet(watermark + 1..<head + 1)
        open.subtract(done)
        var left = UInt64(count)
        var last = watermark
        for range in open.ranges where left > 0 {
            let taken = min(left, range.upperBound - range.lowerBound)
            last = range.lowerBound + taken - 1
            left -= taken
        }
        return SyncGap(stream: stream.name, ids: watermark + 1...last, rows: count - Int(left))
    }

    mutating func giveUp(_ ids: ClosedRange<UInt64>) { finish(RangeSet(ids.lowerBound..<ids.upperBound + 1)) }

    /// Where only the newest counts, all before it are done with it.
    private mutating func finish(_ those: RangeSet<UInt64>) {
        guard let last = those.ranges.last else { return }
        let rows = stream.kind == .newest ? RangeSet(1..<last.upperBound) : those
        done.formUnion(rows)
        inFlight.subtract(rows)
        sent.subtract(rows)
        while let first = done.ranges.first, first.lowerBound <= watermark + 1 {
            watermark = max(watermark, first.upperBound - 1)
            done.remove(contentsOf: first)
        }
    }

    private func size(of set: RangeSet<UInt64>) -> Int {
        set.ranges.reduce(0) { $0 + Int(clamping: $1.upperBound - $1.lowerBound) }
    }
}
