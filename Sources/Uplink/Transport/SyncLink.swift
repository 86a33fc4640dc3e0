import Quantities
public import Sparkplug
import Synchronization

/// A sync session on a thread of its own, with libmosquitto under it. Whoever commits rows says so from any thread and does not wait.
public final class SyncLink: Sendable {
    /// What the thread calls. Each may take its time: only what goes upstream waits for it.
    public struct Ports: Sendable {
        /// The rows that exist of a part, by rising id: one that is not among them never was. `nil`: they cannot be read now.
        public var read: @Sendable (Parcel.Part) -> SyncBlock?
        /// Puts the marks on disk.
        public var keep: @Sendable ([String: UInt64]) -> Void
        /// Commits the gap's row and the marks together, and returns the row's id; `nil`: the disk did not take them.
        public var giveUp: @Sendable (SyncGap, [String: UInt64]) -> UInt64?
        public var report: @Sendable (SyncReport) -> Void
        /// Whether a certificate may be asked to be of today.
        public var clockIsTrusted: @Sendable () -> Bool

        public init(read: @escaping @Sendable (Parcel.Part) -> SyncBlock?, keep: @escaping @Sendable ([String: UInt64]) -> Void,
                    giveUp: @escaping @Sendable (SyncGap, [String: UInt64]) -> UInt64?, report: @escaping @Sendable (SyncReport) -> Void,
                    clockIsTrusted: @escaping @Sendable () -> Bool = { true }) {
            self.read = read
            self.keep = keep
            self.giveUp = giveUp
            self.report = report
            self.clockIsTrusted = clockIsTrusted
        }
    }

    /// Bytes of messages since the link was made, topics included.
    public struct Traffic: Sendable {
        public var sent: [String: Int] = [:]
        public var received = 0
        /// All that its connections cost, both ways: the messages, and what MQTT, TLS, TCP and IP add.
        public var wire = 0

        /// Bytes by what they were for. What has not left yet is less than nothing of the overhead.
        var uses: [String: Int] {
            sent.merging(["acknowledgements": received, "overhead": wire - sent.values.reduce(0, +) - received]) { sent, _ in sent }
        }
    }

    private struct State {
        var session: SyncSession
        var traffic = Traffic()
    }

    private let brokers: [Broker]
    private let clientName: String
    private let keepAlive: Int
    private let ports: Ports
    private let state: Mutex<State>
    private let thread = LineThread()
    let meter: WireMeter? = WireMeter()

    /// - Parameters:
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    /// - Precondition: there is a broker, and a descriptor is left.
    public init(_ outbox: Outbox, gateway: TopicName, store: String, _ settings: SyncSettings, brokers: [Broker], clientName: String,
                keepAlive: Int, _ ports: Ports) {
        precondition(!brokers.isEmpty)
        self.brokers = brokers
        self.clientName = clientName
        self.keepAlive = keepAlive
        self.ports = ports
        state = Mutex(State(session: SyncSession(outbox, gateway: gateway, store: store, brokers: brokers.count, settings)))
    }

    public func start() { thread.start("sync", self) }

    /// Rows up to this are committed.
    public func committed(_ stream: String, through id: UInt64) {
        state.withLock { $0.session.committed(stream, through: id) }
        thread.ring()
    }

    /// Ends the thread; what is on its way is sent again by the next.
    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    public func stop(within limit: Duration) -> Bool { thread.stop(within: limit) }

    /// As it is at this moment.
    public var outbox: Outbox { state.withLock { $0.session.outbox } }
    public var isOpen: Bool { state.withLock { $0.session.isOpen } }
    public var traffic: Traffic {
        var traffic = state.withLock { $0.traffic }
        traffic.wire = meter?.bytes ?? 0
        return traffic
    }

    /// Streams of higher ranks wait from now on.
    public func limit(toRank rank: Int) {
        state.withLock { $0.session.rankMax = rank }
        thread.ring()
    }
}

extension SyncLink: LineUser {
    func work(on line: inout MosquittoLine?) -> Instant? {
        while let action = next() { perform(action, on: &line) }
        return state.withLock { $0.session.wake(at: LineThread.now()) }
    }

    private func next() -> SyncAction? {
        thread.isOver ? nil : state.withLock { $0.session.next(at: LineThread.now()) }
    }

    func hear(_ news: News) {
        state.withLock { state in
            if case .message(let topic, let payload, _) = news { state.traffic.received += topic.utf8.count + payload.count }
            state.session.hear(news, at: LineThread.now())
        }
    }

    private func perform(_ action: SyncAction, on line: inout MosquittoLine?) {
        switch action {
        case .connect(let broker):
            connect(&line, to: brokers[broker], as: clientName, will: nil, keepAlive: keepAlive, checksDates: ports.clockIsTrusted())
        case .subscribe(let topic):
            if line?.subscribe([topic]) != true { hear([.lost], on: &line) }
        case .publish(let publication):
            let isTaken = line?.publish(publication) ?? false
            state.withLock { $0.session.published(isTaken, at: LineThread.now()) }
        case .fill(let parcel): fill(parcel, on: line)
        case .hangUp: line = nil
        case .keep(let marks): ports.keep(marks)
        case .giveUp(let gap, let marks):
            let id = ports.giveUp(gap, marks)
            state.withLock { state in
                state.session.gaveUp(gap, isOnDisk: id != nil)
                if let id { state.session.committed(SyncStream.gaps.name, through: id) }
            }
        case .report(let report): ports.report(report)
        }
    }

    private func fill(_ parcel: Parcel, on line: MosquittoLine?) {
        let (session, settings) = state.withLock { ($0.session, $0.session.settings) }
        let filled = FilledParcel(parcel, gateway: session.gateway.text, store: session.store, bytes: settings.messageBytes,
                                  as: settings.form, read: ports.read)
        var number: Int32?
        if let stream = filled.batch.blocks.first?.stream {
            let publication = Publication(topic: session.rowsTopic, payload: settings.form.encode(filled.batch), qualityOfService: 1)
            let bytes = publication.payload.count + publication.topic.utf8.count
            number = line?.send(publication)
            // The message counts for what is most urgent in it.
            if number != nil { state.withLock { $0.traffic.sent[stream, default: 0] += bytes } }
        }
        state.withLock { $0.session.filled(filled, as: number, at: LineThread.now()) }
    }
}
