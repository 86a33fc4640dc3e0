public import Quantities

public struct OutboxSettings: Sendable {
    /// Messages on their way at once. Range: 1 …
    public var window = 4
    /// The most rows of a message. Range: 1 …
    public var rowsPerParcel = 200
    /// How long an acknowledgement is waited for before its rows are sent again; doubled with each silence.
    public var patience: Duration = .seconds(30)
    public var longestPatience: Duration = .minutes(10)
    /// How many rows may wait before the oldest that can be given up are. Range: 1 …
    public var rowsMax = 2_000_000

    public init() {}
}

/// What is to go upstream and has not arrived: of each stream a watermark and what lies beyond it. The rows stay in the ledger and
/// the journal; this knows their numbers only.
///
/// At least once on the wire: a row is sent until the receiver says that it is stored. Exactly once after that, because (store,
/// stream, id) names it. The marks are what a restart needs; whoever keeps them on disk keeps them with the gaps, in one
/// transaction, and deletes nothing beyond them.
public struct Outbox: Sendable {
    public let settings: OutboxSettings
    private var lanes: [String: Lane]
    /// By rank, then by their order in the plan.
    private let order: [String]
    /// Marks of streams that the plan does not know: a changed configuration drops nothing.
    private let foreign: [String: UInt64]
    private var flights: [Flight] = []
    private var silences = 0
    private var isOpen = false
    private var lastAcknowledgedAt: Instant?

    private struct Flight {
        var rows: [String: RangeSet<UInt64>]
        let until: Instant
    }

    /// - Parameter marks: as `marks` was when it was kept last.
    public init(_ streams: [SyncStream] = SyncStream.all, marks: [String: UInt64] = [:], _ settings: OutboxSettings = OutboxSettings()) {
        self.settings = settings
        let ranked = streams.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        order = ranked.map(\.element.name)
        let lanes = streams.map { ($0.name, Lane($0, watermark: min(marks[$0.name] ?? 0, UInt64(SyncRow.idMax)))) }
        self.lanes = Dictionary(lanes) { first, _ in first }
        foreign = marks.filter { mark in !streams.contains { $0.name == mark.key } }
    }

    /// Most urgent first.
    public var streams: [String] { order }

    /// Up to which row of each stream nothing is missing any more.
    public var marks: [String: UInt64] { lanes.mapValues(\.watermark).merging(foreign) { mark, _ in mark } }

    /// Rows up to this are committed.
    public mutating func committed(_ stream: String, through id: UInt64) {
        lanes[stream]?.commit(through: min(id, UInt64(SyncRow.idMax)))
    }

    public mutating func open() { isOpen = true }

    /// The connection is over: what was on its way in it is sent again in the next, in its order.
    public mutating func close() {
        isOpen = false
        takeBack(flights)
        flights = []
    }

    /// What to send now; `nil`: nothing, or enough is on its way.
    /// - Parameter rank: streams of higher ranks wait, for want of money.
    public mutating func next(at now: Instant, upTo rank: Int = .max) -> Parcel? {
        guard isOpen else { return nil }
        takeBackLate(at: now)
        guard flights.count < max(1, settings.window) else { return nil }
        var parts: [Parcel.Part] = []
        var left = max(1, settings.rowsPerParcel)
        for name in order {
            guard let lane = lanes[name], lane.stream.rank <= rank, let ids = lane.next(atMost: left) else { continue }
            parts.append(Parcel.Part(stream: name, ids: ids))
            left -= ids.count
        }
        return parts.isEmpty ? nil : Parcel(parts: parts)
    }

    /// When rows that are on their way are to be sent again.
    public var wake: Instant { flights.map(\.until).min() ?? .notDue }

    /// The transport has taken it.
    public mutating func sent(_ parcel: FilledParcel, at now: Instant) {
        let rows = Dictionary(grouping: parcel.batch.blocks, by: \.stream).mapValues { blocks in
            blocks.flatMap(\.rows).reduce(into: RangeSet<UInt64>()) { $0.insert(contentsOf: $1.id..<$1.id + 1) }
        }
        for part in parcel.covered { lanes[part.stream]?.send(part.ids, rows: rows[part.stream] ?? RangeSet()) }
        if !rows.isEmpty { flights.append(Flight(rows: rows, until: now + patience)) }
    }

    private var patience: Duration {
        min(settings.longestPatience, settings.patience * (1 << min(silences, 10)))
    }

    /// The receiver has stored rows. Rows that this life never sent do not count, nor those of another store.
    /// - Returns: how many rows arrived by it.
    @discardableResult
    public mutating func acknowledged(_ stored: [SyncAcknowledgement.Stored], at now: Instant) -> Int {
        var count = 0
        for one in stored { count += lanes[one.stream]?.acknowledge(one.ids) ?? 0 }
        guard count > 0 else { return 0 }
        silences = 0
        lastAcknowledgedAt = now
        for one in stored { land(one.ids, of: one.stream) }
        return count
    }

    /// They are waited for no more.
    private mutating func land(_ ids: ClosedRange<UInt64>, of stream: String) {
        for index in flights.indices { flights[index].rows[stream]?.subtract(RangeSet(ids.lowerBound..<ids.upperBound + 1)) }
        flights.removeAll { $0.rows.values.allSatisfy(\.isEmpty) }
    }

    private mutating func takeBackLate(at now: Instant) {
        let late = flights.filter { $0.until <= now }
        guard !late.isEmpty else { return }
        silences += 1
        flights.removeAll { $0.until <= now }
        takeBack(late)
    }

    private mutating func takeBack(_ late: [Flight]) {
        for flight in late {
            for (stream, rows) in flight.rows { lanes[stream]?.giveBack(rows) }
        }
    }

    /// What has to be given up for want of room; `nil`: nothing, or nothing that may be. A twentieth of the room at least, so that
    /// gaps are few. First the gap and `marks(after:)` go to the disk together, then `giveUp` is called.
    public var overflow: SyncGap? {
        let excess = waiting - max(1, settings.rowsMax)
        guard excess > 0 else { return nil }
        let count = max(excess, settings.rowsMax / 20)
        let thinnable = lanes.values.compactMap { lane -> (order: Int, lane: Lane)? in
            if case .thinnable(let order) = lane.stream.kind, lane.waiting > 0 { (order, lane) } else { nil }
        }
        return thinnable.min { ($0.order, $0.lane.stream.name) < ($1.order, $1.lane.stream.name) }?.lane.gap(ofRows: count)
    }

    /// The marks as they will be when the gap is given up.
    public func marks(after gap: SyncGap) -> [String: UInt64] {
        var outbox = self
        outbox.giveUp(gap)
        return outbox.marks
    }

    public mutating func giveUp(_ gap: SyncGap) {
        lanes[gap.stream]?.giveUp(gap.ids)
        land(gap.ids, of: gap.stream)
    }

    /// Rows that wait, of all streams.
    public var waiting: Int { lanes.values.reduce(0) { $0 + $1.waiting } }

    public func waiting(in stream: String) -> Int { lanes[stream]?.waiting ?? 0 }

    public var messagesOnTheirWay: Int { flights.count }

    /// When rows were acknowledged last, in this life.
    public var lastAcknowledgement: Instant? { lastAcknowledgedAt }
}
