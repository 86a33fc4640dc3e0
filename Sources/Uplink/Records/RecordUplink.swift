public import Journal
public import ProcessImage
public import Quantities
import Sparkplug
import Synchronization

/// Tells upstream what the journal has recorded, until it is stored there: a sync link over the ledger's outgoing rows.
///
/// A thread of its own looks once a second at what is new; nothing that records or controls ever waits for it.
public final class RecordUplink: Sendable {
    private struct State {
        var link: SyncLink?
        var store = ""
        var row: (id: UInt64, at: Int64, row: StateRow)?
        var stateDue = Instant.start
        var rollupsDue = Instant.start
        var rank = Int.max
        var watch = LinkWatch()
        var status = RecordStatus()
    }

    private let journal: Journal
    private let tables: SiteTables
    private let settings: RecordSettings
    private let account: LinkAccount
    private let wall: @Sendable () -> WallTime
    private let state = Mutex(State())
    private let thread = LineThread()

    /// - Precondition: there is a broker, and a descriptor is left.
    public init(_ journal: Journal, _ tables: SiteTables, _ settings: RecordSettings, _ account: LinkAccount,
                wall: @escaping @Sendable () -> WallTime) {
        precondition(!settings.brokers.isEmpty)
        self.journal = journal
        self.tables = tables
        self.settings = settings
        self.account = account
        self.wall = wall
        state.withLock { $0.status.form = settings.form }
    }

    public func start() {
        thread.start("uplink") { [self] in
            while !thread.isOver {
                turn()
                thread.rest(until: LineThread.now() + .seconds(1))
            }
        }
    }

    /// Ends its threads; what is on its way is sent again by the next life.
    /// - Returns: `false`: one did not end in time; it is then left alone.
    @discardableResult
    public func stop(within limit: Duration) -> Bool {
        let isOver = thread.stop(within: limit), link = state.withLock { $0.link }
        let isLinkOver = link?.stop(within: limit) ?? true
        if let link { account.count(link.traffic.uses, of: Self.name) }
        return isLinkOver && isOver
    }

    public var status: RecordStatus { state.withLock { $0.status } }

    // MARK: Once a second

    private func turn() {
        guard let heads = try? ledgerHeads() else { return }
        let now = LineThread.now(), wall = wall(), snapshot = journal.live.snapshot()
        let link = link(for: heads)
        if isDue(\.rollupsDue, now, every: .minutes(1)) { try? journal.tellRollups(upTo: wall) }
        let isSaving = snapshot.power == .critical || account.isSpent
        if !isSaving, isDue(\.stateDue, now, every: settings.stateEvery) { tellState(snapshot, at: wall) }
        for (stream, head) in heads.heads { link.committed(stream, through: head) }
        if let row = state.withLock({ $0.row }) { link.committed("state", through: row.id) }
        account.count(link.traffic.uses, of: Self.name)
        limit(link, isSaving: isSaving)
        watch(link, at: now)
    }

    private func isDue(_ due: WritableKeyPath<State, Instant>, _ now: Instant, every time: Duration) -> Bool {
        state.withLock { state in
            guard now >= state[keyPath: due] else { return false }
            state[keyPath: due] = now + time
            return true
        }
    }

    /// A ledger that was begun anew keeps rows again from here on.
    private func ledgerHeads() throws -> OutgoingHeads? {
        if let heads = try journal.outgoingHeads() { return heads }
        try journal.keepOutgoing(true)
        return try journal.outgoingHeads()
    }

    private func tellState(_ snapshot: LiveSnapshot, at wall: WallTime) {
        guard let id = try? journal.nextOutgoingState() else { return }
        let row = StateRow(snapshot, tables, bytes: settings.messageBytes)
        state.withLock { $0.row = (id, wall.unixNanoseconds / 1_000_000, row) }
    }

    // MARK: The link

    /// Numbers of another store begin anew: so does the link.
    private func link(for heads: OutgoingHeads) -> SyncLink {
        if let link = state.withLock({ $0.store == heads.store ? $0.link : nil }) { return link }
        _ = state.withLock { $0.link }?.stop(within: .seconds(5))
        let link = makeLink(heads)
        state.withLock { state in
            (state.link, state.store, state.watch) = (link, heads.store, LinkWatch())
            state.rank = .max
        }
        account.beginLink(Self.name)
        link.start()
        return link
    }

    private func makeLink(_ heads: OutgoingHeads) -> SyncLink {
        var room = OutboxSettings()
        room.rowsMax = settings.roomRows
        room.patience = settings.patience
        let streams = SyncStream.all.filter { $0.name == "state" || OutgoingStream(rawValue: $0.name) != nil }
        var sync = SyncSettings()
        (sync.form, sync.messageBytes, sync.keepInterval) = (settings.form, settings.messageBytes, .seconds(5))
        (sync.dial.firstRest, sync.dial.longestRest, sync.dial.seed) = (settings.firstRest, settings.longestRest, .random(in: 0 ... .max))
        return SyncLink(Outbox(streams, marks: heads.marks, room), gateway: settings.gateway, store: heads.store, sync,
                        brokers: settings.brokers, clientName: "tidegate-\(settings.gateway.text)-sync",
                        keepAlive: Int(settings.keepAlive.seconds), ports(heads.store))
    }

    private func ports(_ store: String) -> SyncLink.Ports {
        SyncLink.Ports(read: { [self] part in block(part, of: store) }, keep: { [journal] marks in
            try? journal.keepOutgoing(marks: marks, of: store)
        }, giveUp: { [journal, wall] gap, marks in
            try? journal.giveUpOutgoing(gap.stream, gap.ids, rows: gap.rows, marks: marks, of: store, at: wall())
        }, report: { [self] report in
            state.withLock { $0.watch.hear(report) }
        }, clockIsTrusted: { [wall] in wall().isTrusted })
    }

    /// - Returns: `nil`: the ledger cannot be read now. No rows would mean that there are none, and they would be forgotten.
    private func block(_ part: Parcel.Part, of store: String) -> SyncBlock? {
        guard let stream = OutgoingStream(rawValue: part.stream) else { return stateBlock(part) }
        guard let rows = try? journal.outgoing(stream, part.ids, of: store) else { return nil }
        return SyncBlock(stream: part.stream, columns: stream.columns, rows: rows.map { row in
            SyncRow(id: row.id, milliseconds: row.at, values: row.values.map { SyncValue($0) })
        })
    }

    private func stateBlock(_ part: Parcel.Part) -> SyncBlock {
        let row = state.withLock { $0.row }
        let rows = row.flatMap { part.ids.contains($0.id) ? [SyncRow(id: $0.id, milliseconds: $0.at, values: $0.row.values)] : nil } ?? []
        return SyncBlock(stream: part.stream, columns: row?.row.columns ?? [], rows: rows)
    }

    // MARK: How it stands

    /// Only alarms go when the day's bytes or the battery are spent.
    private func limit(_ link: SyncLink, isSaving: Bool) {
        let rank: Int? = state.withLock { state in
            let rank = isSaving ? Self.urgent : Int.max
            guard rank != state.rank else { return nil }
            state.rank = rank
            return rank
        }
        if let rank { link.limit(toRank: rank) }
    }

    private static let urgent = 1
    /// In the account.
    private static let name = "sync"

    private func watch(_ link: SyncLink, at now: Instant) {
        let (outbox, isOpen) = (link.outbox, link.isOpen)
        let (events, sought): ([Event], Broker?) = state.withLock { state in
            state.watch.look(isOpen: isOpen, at: now)
            let broker = settings.brokers[min(state.watch.broker, settings.brokers.count - 1)]
            state.status.isUp = isOpen
            state.status.broker = broker.host
            (state.status.problem, state.status.reach) = isOpen ? (nil, nil) : (state.watch.problem, state.watch.reach)
            state.status.lastStored = outbox.lastAcknowledgement.map { wall().unixSeconds - Int64((now - $0).seconds) }
            state.status.waiting = Dictionary(uniqueKeysWithValues: SyncStream.all.map { ($0.name, outbox.waiting(in: $0.name)) })
            (state.status.roomRows, state.status.roomDays) = (outbox.settings.rowsMax, settings.keepDays)
            state.status.givenUp = state.watch.givenUp
            return (state.watch.takeEvents(), state.watch.takeLook(at: now) ? broker : nil)
        }
        for event in events { journal.note(event) }
        if let sought { look(for: sought) }
    }

    /// On a thread of its own: a name that nobody knows takes its time, and the end of the controller does not wait for it.
    private func look(for broker: Broker) {
        LineThread.detach("uplink-look") { [self] in
            let reach = Reach.look(at: broker.host, broker.port)
            state.withLock { $0.watch.found(reach) }
        }
    }
}
