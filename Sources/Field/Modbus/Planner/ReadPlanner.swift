/// Something that can be read: consecutive entries of one table.
public struct ReadItem: Sendable, Hashable {
    public let table: RegisterTable
    public let span: RegisterSpan

    public init(table: RegisterTable, span: RegisterSpan) {
        self.table = table
        self.span = span
    }
}

/// One read on the wire and the items it serves, by their number.
public struct PlannedRead: Sendable, Hashable {
    public let table: RegisterTable
    public let span: RegisterSpan
    /// In order of address.
    public let items: [Int]
}

/// What requests cost on the wire, in eighths of a character: a register of payload is 16, a bit is 1.
public struct WireCost: Sendable, Hashable {
    /// What one more request costs before its first register.
    public let request: Int

    public init(request: Int) { self.request = request }

    /// On a serial line: 8 characters of request, 5 around the answer, two silences of 3.5, and in characters the
    /// device's pause and turn-around (5 ms: what common sensors take).
    public static func serial(_ settings: SerialSettings, rules: ReadRules) -> WireCost {
        let idle = (rules.pause + .milliseconds(5)) / settings.characterTime
        return WireCost(request: Int((20 + min(idle, 100_000)) * 8))
    }

    /// Over TCP a round trip outweighs every gap that fits a request.
    public static let tcp = WireCost(request: ModbusLimits.registersReadAtMost * 16)

    func payload(_ table: RegisterTable, _ count: Int) -> Int { count * (table.isBits ? 1 : 16) }
}

/// Packs what is due into the reads that cost the least on the wire. Pure.
///
/// Within a table the items are sorted by address and cut into runs; the cheapest cutting is found exactly, by dynamic
/// programming over the places where a run may end.
public struct ReadPlanner: Sendable {
    private let items: [ReadItem]
    private let rules: ReadRules
    private let cost: WireCost

    public init(items: [ReadItem], rules: ReadRules, cost: WireCost) {
        self.items = items
        self.rules = rules
        self.cost = cost
    }

    /// Most entries one read of a table may have with this device.
    public func most(in table: RegisterTable) -> Int {
        let registers = min(max(rules.registersAtMost, 1), ModbusLimits.registersReadAtMost)
        return table.isBits ? min(registers * 16, ModbusLimits.bitsReadAtMost) : registers
    }

    /// The reads that serve every item of `due` exactly once, tables in the order of `RegisterTable`.
    ///
    /// Missing items and items wider than the device allows are left out.
    public func reads(for due: some Sequence<Int>, knowing learned: LearnedLimits = LearnedLimits()) -> [PlannedRead] {
        let wanted = Set(due).filter { items.indices.contains($0) && !learned.isMissing($0) }
        return RegisterTable.allCases.flatMap { table in
            let sorted = wanted
                .filter { items[$0].table == table && items[$0].span.count <= most(in: table) }
                .sorted { (items[$0].span.address, items[$0].span.count, $0) < (items[$1].span.address, items[$1].span.count, $1) }
            return cheapest(sorted, table, learned)
        }
    }

    /// `best[end]` is the least cost of serving the first `end` items; `start[end]` where its last run begins.
    private func cheapest(_ sorted: [Int], _ table: RegisterTable, _ learned: LearnedLimits) -> [PlannedRead] {
        var best = [0] + [Int](repeating: .max, count: sorted.count)
        var start = [Int](repeating: 0, count: sorted.count + 1)
        for first in sorted.indices {
            var run = Run(items[sorted[first]])
            for last in first..<sorted.count {
                guard run.extend(with: items[sorted[last]], atMost: most(in: table), gaps: rules.gapsAllowed,
                                 learned.barriers(table)) else { break }
                let total = best[first] + cost.request + cost.payload(table, run.count)
                if total < best[last + 1] {
                    best[last + 1] = total
                    start[last + 1] = first
                }
            }
        }
        return runs(sorted, start, table)
    }

    private func runs(_ sorted: [Int], _ start: [Int], _ table: RegisterTable) -> [PlannedRead] {
        var reads: [PlannedRead] = []
        var end = sorted.count
        while end > 0 {
            let members = Array(sorted[start[end]..<end])
            if let span = span(of: members) { reads.append(PlannedRead(table: table, span: span, items: members)) }
            end = start[end]
        }
        return reads.reversed()
    }

    private func span(of members: [Int]) -> RegisterSpan? {
        guard let first = members.first, let end = members.map({ items[$0].span.range.upperBound }).max() else { return nil }
        let address = items[first].span.address
        return RegisterSpan(address: address, count: end - Int(address))
    }
}

/// A read that grows item by item, in order of address.
private struct Run {
    private let start: Int
    private var end: Int
    var count: Int { end - start }

    init(_ first: ReadItem) {
        start = first.span.range.lowerBound
        end = first.span.range.upperBound
    }

    /// `false` when the item may not be read along: too long, over a gap that is forbidden or holds a missing register,
    /// or over a learned cut.
    mutating func extend(with item: ReadItem, atMost limit: Int, gaps: Bool, _ barriers: LearnedLimits.Barriers) -> Bool {
        let next = item.span.range
        guard max(end, next.upperBound) - start <= limit else { return false }
        if next.lowerBound > end {
            guard gaps, !barriers.hasMissing(in: end..<next.lowerBound) else { return false }
        }
        guard !barriers.hasCut(after: start, upTo: next.lowerBound) else { return false }
        end = max(end, next.upperBound)
        return true
    }
}
