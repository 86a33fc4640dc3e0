import Quantities
import Sparkplug
import Synchronization

/// A push on a thread of its own, with libmosquitto under it. Whoever shows it looks at its rows from any thread.
public final class PushLink: Sendable {
    private let broker: Broker
    private let clientName: String
    private let keepAlive: Int
    private let state: Mutex<PushSession>
    private let thread = LineThread()

    /// - Parameters:
    ///   - targets: of each gateway one.
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    /// - Precondition: a descriptor is left.
    public init(_ targets: [PushTarget], _ settings: DialSettings = DialSettings(), broker: Broker, clientName: String,
                keepAlive: Int = 30) {
        self.broker = broker
        self.clientName = clientName
        self.keepAlive = keepAlive
        state = Mutex(PushSession(targets, settings))
    }

    public func start() { thread.start("push", self) }

    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    @discardableResult
    public func stop(within limit: Duration) -> Bool { thread.stop(within: limit) }

    /// As it is at this moment.
    public var session: PushSession { state.withLock { $0 } }
}

extension PushLink: LineUser {
    func work(on line: inout MosquittoLine?) -> Instant? {
        while let action = next() { perform(action, on: &line) }
        return state.withLock { session in
            if line?.unacknowledged == 0 { session.settled() }
            return session.wake
        }
    }

    private func next() -> PushAction? {
        thread.isOver ? nil : state.withLock { $0.next(at: LineThread.now()) }
    }

    func hear(_ news: News) {
        state.withLock { $0.hear(news, at: LineThread.now()) }
    }

    private func perform(_ action: PushAction, on line: inout MosquittoLine?) {
        switch action {
        case .connect: connect(&line, to: broker, as: clientName, will: nil, keepAlive: keepAlive, checksDates: true)
        case .subscribe(let topics):
            if line?.subscribe(topics) != true { hear([.lost], on: &line) }
        case .publish(let publication):
            let isTaken = line?.publish(publication) ?? false
            state.withLock { $0.published(isTaken, at: LineThread.now()) }
        case .hangUp: line = nil
        }
    }
}
