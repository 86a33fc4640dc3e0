public import Quantities
public import Sparkplug
import Synchronization

/// A document session on a thread of its own, with libmosquitto under it.
public final class DocumentLink: Sendable {
    /// What the thread calls. Each may take its time: only senders wait for it.
    public struct Ports: Sendable {
        /// What came, before it is judged: the step `received`.
        public var recognise: @Sendable ([UInt8]) -> DocumentAnswer
        /// Takes a document or refuses it.
        public var judge: @Sendable ([UInt8]) -> DocumentAnswer
        public var standing: @Sendable () -> DocumentStanding
        public var report: @Sendable (DialReport) -> Void
        /// The gateway's clock, with its trust.
        public var wall: @Sendable () -> WallTime

        public init(recognise: @escaping @Sendable ([UInt8]) -> DocumentAnswer, judge: @escaping @Sendable ([UInt8]) -> DocumentAnswer,
                    standing: @escaping @Sendable () -> DocumentStanding, report: @escaping @Sendable (DialReport) -> Void,
                    wall: @escaping @Sendable () -> WallTime) {
            self.recognise = recognise
            self.judge = judge
            self.standing = standing
            self.report = report
            self.wall = wall
        }
    }

    private let brokers: [Broker]
    private let clientName: String
    private let keepAlive: Int
    private let ports: Ports
    private let session: Mutex<DocumentSession>
    private let thread = LineThread()
    private let account: LinkAccount?
    let meter: WireMeter?

    /// - Parameters:
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    ///   - account: for what it costs; it stays away while that is spent.
    /// - Precondition: there is a broker, and a descriptor is left.
    public init(gateway: TopicName, _ settings: DialSettings, brokers: [Broker], clientName: String, keepAlive: Int,
                account: LinkAccount? = nil, _ ports: Ports) {
        precondition(!brokers.isEmpty)
        self.account = account
        meter = account?.meter(for: "documents")
        self.brokers = brokers
        self.clientName = clientName
        self.keepAlive = keepAlive
        self.ports = ports
        session = Mutex(DocumentSession(gateway: gateway, brokers: brokers.count, settings))
    }

    public func start() { thread.start("documents", self) }

    /// Something has become of a document, whichever way it came.
    public func tell(_ answer: DocumentAnswer) { change { $0.tell(answer) } }

    /// The folder of schedules is not as it was.
    public func changed() { change { $0.changed() } }

    private func change(_ change: (inout DocumentSession) -> Void) {
        session.withLock { change(&$0) }
        thread.ring()
    }

    /// Ends the thread; what was not said is said by the next life, from the folder of schedules.
    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    public func stop(within limit: Duration) -> Bool { thread.stop(within: limit) }
}

extension DocumentLink: LineUser {
    func work(on line: inout MosquittoLine?) -> Instant? {
        session.withLock { $0.isPaused = account?.isSpent ?? false }
        while let action = next() { perform(action, on: &line) }
        return session.withLock { $0.wake(at: LineThread.now()) }
    }

    private func next() -> DocumentAction? {
        thread.isOver ? nil : session.withLock { $0.next(at: LineThread.now()) }
    }

    func hear(_ news: News) {
        let seconds = ports.wall().unixSeconds
        session.withLock { $0.hear(news, at: LineThread.now(), seconds: seconds) }
    }

    /// Ports are called without the lock: whoever tells something meanwhile does not wait for a judgement.
    private func perform(_ action: DocumentAction, on line: inout MosquittoLine?) {
        switch action {
        case .connect(let broker):
            connect(&line, to: brokers[broker], as: clientName, will: nil, keepAlive: keepAlive, checksDates: ports.wall().isTrusted)
        case .subscribe(let topic):
            if line?.subscribe([topic]) != true { hear([.lost], on: &line) }
        case .publish(let publication):
            let isTaken = line?.publish(publication) ?? false
            session.withLock { $0.published(isTaken, at: LineThread.now()) }
        case .recognise(let document):
            let answer = ports.recognise(document)
            session.withLock { $0.recognised(document, answer) }
        case .judge(let document):
            let answer = ports.judge(document)
            session.withLock { $0.judged(answer) }
        case .look:
            let standing = ports.standing()
            session.withLock { $0.stands(standing) }
        case .hangUp: line = nil
        case .report(let report): ports.report(report)
        }
    }
}
