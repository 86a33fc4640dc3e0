public import Quantities

/// What a device taught us by refusing reads: where a read must be cut, and which items it does not have. Pure.
///
/// After an illegal-address answer the read is cut at its gaps first (many sensors refuse a gap), then in halves, until
/// the refused item stands alone: that one is missing and everything else goes on. Finding it makes the cuts of that hunt
/// needless, so they are forgotten and later reads only keep clear of the missing registers.
public struct LearnedLimits: Sendable {
    /// A missing item is tried again after this, then after twice as long each time.
    public static let firstRetry: Duration = .seconds(30)
    public static let lastRetry: Duration = .minutes(15)

    private struct Missing {
        let item: ReadItem
        var wait: Duration
        var retryAt: Instant
    }

    private var cuts: [RegisterTable: Set<Int>] = [:]
    private var missing: [Int: Missing] = [:]

    public init() {}

    public enum Finding: Hashable, Sendable {
        /// The read must be made again in parts.
        case cut
        /// These items the device does not have.
        case missing([Int])
    }

    public func isMissing(_ item: Int) -> Bool { missing[item] != nil }

    /// Missing items that may be tried again, each alone.
    public func retries(at now: Instant) -> [Int] {
        missing.filter { $0.value.retryAt <= now }.map(\.key).sorted()
    }

    /// A read was refused as illegal address (or illegal value: some devices say so of a count they dislike).
    public mutating func learn(refused read: PlannedRead, of items: [ReadItem], at now: Instant) -> Finding {
        let starts = Set(read.items.map { items[$0].span.range.lowerBound }).sorted()
        guard starts.count > 1 else { return lose(widest(read.items, items), items, at: now) }
        let afterGaps = gapEnds(read.items, items)
        cuts[read.table, default: []].formUnion(afterGaps.isEmpty ? [starts[starts.count / 2]] : afterGaps)
        return .cut
    }

    /// A missing item was tried again and is still refused.
    public mutating func stillMissing(_ item: Int, at now: Instant) {
        guard var entry = missing[item] else { return }
        entry.wait = min(entry.wait * 2, LearnedLimits.lastRetry)
        entry.retryAt = now + entry.wait
        missing[item] = entry
    }

    /// A missing item answered.
    public mutating func found(_ item: Int) {
        missing[item] = nil
    }

    private mutating func lose(_ lost: [Int], _ items: [ReadItem], at now: Instant) -> Finding {
        for item in lost {
            missing[item] = Missing(item: items[item], wait: LearnedLimits.firstRetry, retryAt: now + LearnedLimits.firstRetry)
            cuts[items[item].table] = nil
        }
        return .missing(lost)
    }

    /// Of items that begin at one address the longest ones are to blame first.
    private func widest(_ members: [Int], _ items: [ReadItem]) -> [Int] {
        let width = members.map { items[$0].span.count }.max() ?? 0
        return members.filter { items[$0].span.count == width }
    }

    private func gapEnds(_ members: [Int], _ items: [ReadItem]) -> [Int] {
        var ends: [Int] = []
        var end = Int.max
        for member in members {
            let range = items[member].span.range
            if range.lowerBound > end { ends.append(range.lowerBound) }
            end = end == .max ? range.upperBound : max(end, range.upperBound)
        }
        return ends
    }

    /// What the planner keeps clear of in one table.
    struct Barriers {
        fileprivate let cuts: Set<Int>
        fileprivate let missing: [Range<Int>]

        func hasMissing(in gap: Range<Int>) -> Bool { missing.contains { $0.overlaps(gap) } }

        /// A cut keeps items that begin before it and items that begin at or after it in different reads.
        func hasCut(after start: Int, upTo address: Int) -> Bool { cuts.contains { $0 > start && $0 <= address } }
    }

    func barriers(_ table: RegisterTable) -> Barriers {
        Barriers(cuts: cuts[table] ?? [], missing: missing.values.filter { $0.item.table == table }.map(\.item.span.range))
    }
}
