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

        public init(keep: @escaping @Sendable (UInt8) -> Bool, order: @escaping @Sendable (CommandOrder) -> Void,
                    report: @escaping @Sendable (Report) -> Void, wall: @escaping @Sendable () -> WallTime) {
            self.keep = keep
            self.order = order
            self.report = report
            self.wall = wall
        }
    }

    private let brokers: [Broker]
    private let clientName: String
    private let keepAlive: Int
    private let ports: Ports
    private let session: Mutex<Session>
    private let thread = LineThread()

    /// - Parameters:
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    /// - Precondition: there is a broker, and a descriptor is left.
    public init(_ plan: NodePlan, _ settings: SessionSettings, lastBirthNumber: UInt8?, brokers: [Broker], clientName: String,
                keepAlive: Int, _ ports: Ports) {
        precondition(!brokers.isEmpty)
        var settings = settings
        settings.brokers = brokers.count
        self.brokers = brokers
        self.clientName = clientName
        self.keepAlive = keepAlive
        self.ports = ports
        session = Mutex(Session(plan, settings, lastBirthNumber: lastBirthNumber))
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
        let result = session.withLock { change(&$0) }
        thread.ring()
        return result
    }

    public var isAlive: Bool { session.withLock { $0.isAlive } }

    private var moment: Moment { Moment(LineThread.now(), ports.wall()) }
}

extension SparkplugNode: LineUser {
    func work(on line: inout MosquittoLine?) -> Instant? {
        while let action = next() { perform(action, on: &line) }
        return session.withLock { $0.isStopped ? nil : $0.wake }
    }

    private func next() -> Action? {
        let moment = moment
        return session.withLock { $0.next(at: moment) }
    }

    func hear(_ news: News) {
        let moment = moment
        session.withLock { $0.hear(news, at: moment) }
    }

    private func perform(_ action: Action, on line: inout MosquittoLine?) {
        switch action {
        case .keep(let number):
            let isKept = ports.keep(number)
            session.withLock { $0.kept(isKept, at: LineThread.now()) }
        case .connect(let connection):
            connect(&line, to: brokers[connection.broker], as: clientName, will: connection.will, keepAlive: keepAlive,
                    checksDates: ports.wall().isTrusted)
        case .subscribe(let topics):
            if line?.subscribe(topics) != true { hear([.lost], on: &line) }
        case .publish(let publication):
            let isTaken = line?.publish(publication) ?? false
            session.withLock { $0.published(isTaken, at: LineThread.now()) }
        case .disconnect:
            line?.disconnect()
            line = nil
        case .hangUp: line = nil
        case .order(let order): ports.order(order)
        case .report(let report): ports.report(report)
        }
    }
}
