public import Quantities
public import Sparkplug
import Synchronization

/// A Sparkplug session on a thread of its own, with libmosquitto under it. Values may be set from any thread; none of them waits for the
/// network.
public final class SparkplugNode: Sendable {
    /// What the thread calls. Each may take its time: only what goes upstream waits for it.
    public struct Ports: Sendable {
        /// Puts the number of the next birth on disk; `false`: it is not there.
        public var keep: @Sendable (UInt8) -> Bool
        public var order: @Sendable (CommandOrder) -> Void
        public var report: @Sendable (Report) -> Void
        public var wall: @Sendable () -> WallTime
        /// Asked once a second: how things are now. `nil`: values are set by `change` alone.
        public var values: (@Sendable (inout Session) -> Void)?

        public init(keep: @escaping @Sendable (UInt8) -> Bool, order: @escaping @Sendable (CommandOrder) -> Void,
                    report: @escaping @Sendable (Report) -> Void, wall: @escaping @Sendable () -> WallTime,
                    values: (@Sendable (inout Session) -> Void)? = nil) {
            self.keep = keep
            self.order = order
            self.report = report
            self.wall = wall
            self.values = values
        }
    }

    private static let valuesEvery: Duration = .seconds(1)

    private struct State {
        var session: Session
        var valuesAt = Instant.start
    }

    private let brokers: [Broker]
    private let clientName: String
    private let keepAlive: Int
    private let ports: Ports
    private let state: Mutex<State>
    private let thread = LineThread()
    let meter: WireMeter?

    /// - Parameters:
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    ///   - account: for what it costs.
    /// - Precondition: there is a broker, and a descriptor is left.
    public init(_ plan: NodePlan, _ settings: SessionSettings, lastBirthNumber: UInt8?, brokers: [Broker], clientName: String,
                keepAlive: Int, account: LinkAccount? = nil, _ ports: Ports) {
        precondition(!brokers.isEmpty)
        meter = account?.meter(for: "sparkplug")
        var settings = settings
        settings.brokers = brokers.count
        self.brokers = brokers
        self.clientName = clientName
        self.keepAlive = keepAlive
        self.ports = ports
        state = Mutex(State(session: Session(plan, settings, lastBirthNumber: lastBirthNumber)))
    }

    public func start() { thread.start("sparkplug", self) }

    /// Says goodbye and ends the thread.
    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    public func stop(within limit: Duration) -> Bool {
        change { $0.stop() }
        return thread.join(within: limit)
    }

    /// Sets values, or whether devices are there, together.
    public func change<Result: Sendable>(_ change: (inout Session) -> Result) -> Result {
        let result = state.withLock { change(&$0.session) }
        thread.ring()
        return result
    }

    public var isAlive: Bool { state.withLock { $0.session.isAlive } }

    private var moment: Moment { Moment(LineThread.now(), ports.wall()) }
}

extension SparkplugNode: LineUser {
    func work(on line: inout MosquittoLine?) -> Instant? {
        lookAtValues()
        while let action = next() { perform(action, on: &line) }
        return state.withLock { state in
            if state.session.isStopped { return nil }
            return ports.values == nil ? state.session.wake : min(state.session.wake, state.valuesAt)
        }
    }

    private func lookAtValues() {
        guard let values = ports.values else { return }
        let now = LineThread.now()
        state.withLock { state in
            guard now >= state.valuesAt else { return }
            state.valuesAt = now + Self.valuesEvery
            values(&state.session)
        }
    }

    private func next() -> Action? {
        let moment = moment
        return state.withLock { $0.session.next(at: moment) }
    }

    func hear(_ news: News) {
        let moment = moment
        state.withLock { $0.session.hear(news, at: moment) }
    }

    private func perform(_ action: Action, on line: inout MosquittoLine?) {
        switch action {
        case .keep(let number):
            let isKept = ports.keep(number)
            state.withLock { $0.session.kept(isKept, at: LineThread.now()) }
        case .connect(let connection):
            connect(&line, to: brokers[connection.broker], as: clientName, will: connection.will, keepAlive: keepAlive,
                    checksDates: ports.wall().isTrusted)
        case .subscribe(let topics):
            if line?.subscribe(topics) != true { hear([.lost], on: &line) }
        case .publish(let publication):
            let isTaken = line?.publish(publication) ?? false
            state.withLock { $0.session.published(isTaken, at: LineThread.now()) }
        case .disconnect:
            line?.disconnect()
            line = nil
        case .hangUp: line = nil
        case .order(let order): ports.order(order)
        case .report(let report): ports.report(report)
        }
    }
}
