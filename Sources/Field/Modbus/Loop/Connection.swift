internal import Quantities

/// What the connections of one loop share. Belongs to the loop's thread.
final class LoopTools {
    let poller = Poller()
    let resolver: Resolver
    /// For what is received; larger than any answer.
    fileprivate var buffer = [UInt8](repeating: 0, count: 4096)
    fileprivate var frame: [UInt8] = []

    init(resolver: Resolver) { self.resolver = resolver }
}

/// One device's TCP connection as a state machine: every call does what can be done without waiting.
///
/// It is opened when its lane has something to send, and lost only after a failed attempt or one that brought no answer:
/// a device that closes a resting connection is no failure.
final class Connection {
    private enum Phase { case closed, resolving, connecting, idle, awaiting }

    private static let connectTimeout: Duration = .seconds(2)

    var lane: Lane
    private let number: Int
    private let host: String
    private let port: UInt16
    private let isNumeric: Bool
    private let tools: LoopTools
    private var phase = Phase.closed
    private var socket: TCPSocket?
    private var transactions = TCPTransactions()
    private var staleBefore: UInt64 = 0
    private var counts = LineCounts()
    private var backoff = Backoff.connection
    private var openAt = Instant.never
    /// Not tried yet in this attempt.
    private var addresses: [TCPAddress]
    private var job: Lane.Job?
    private var begun = Instant.never
    /// Of the attempt to connect, or of the answer awaited.
    private var deadline = Instant.notDue

    init(number: Int, host: String, port: UInt16, lane: Lane, tools: LoopTools) {
        self.number = number
        self.host = host
        self.port = port
        self.lane = lane
        self.tools = tools
        addresses = TCPAddress.of(host, port: port, numericOnly: true)
        isNumeric = !addresses.isEmpty
    }

    /// It still has safe values to write, and a connection to do it on.
    var isLeaving: Bool { phase == .awaiting || phase == .idle && lane.hasWork(at: SystemClock.now()) }

    // MARK: What the loop calls

    /// Does what is due.
    /// - Returns: when there will be more, if nothing comes before.
    func turn(at now: Instant) -> Instant {
        lane.keepHouse(at: now)
        switch phase {
        case .resolving: break
        case .closed: if now >= openAt, lane.hasWork(at: now) { beginOpening(at: now) }
        case .connecting: if now >= deadline { tryNextAddress(at: now) }
        case .idle: sendNext(at: now)
        case .awaiting: if now >= deadline { finish(transactions.timedOut(), at: now) }
        }
        return nextMoment(after: now)
    }

    /// Its descriptor is ready.
    func ready(at now: Instant) -> Instant {
        switch phase {
        case .connecting: if socket?.isConnected == true { opened(at: now) } else { tryNextAddress(at: now) }
        case .idle, .awaiting: receive(at: now)
        case .closed, .resolving: break
        }
        return nextMoment(after: now)
    }

    func resolved(_ found: [TCPAddress], at now: Instant) -> Instant {
        guard phase == .resolving else { return nextMoment(after: now) }
        addresses = found
        tryNextAddress(at: now)
        return nextMoment(after: now)
    }

    private func nextMoment(after now: Instant) -> Instant {
        let work: Instant = switch phase {
        case .closed: max(openAt, lane.nextWork(after: now))
        case .idle: lane.nextWork(after: now)
        case .connecting, .awaiting: deadline
        case .resolving: .notDue
        }
        return min(work, lane.housekeepingAt)
    }

    // MARK: Opening and losing

    private func beginOpening(at now: Instant) {
        if isNumeric {
            addresses = TCPAddress.of(host, port: port, numericOnly: true)
            tryNextAddress(at: now)
        } else {
            phase = .resolving
            tools.resolver.ask(Resolver.Question(connection: number, host: host, port: port))
        }
    }

    private func tryNextAddress(at now: Instant) {
        close()
        while !addresses.isEmpty {
            guard let opened = TCPSocket(to: addresses.removeFirst()) else { continue }
            socket = opened
            phase = .connecting
            deadline = now + Connection.connectTimeout
            tools.poller.add(opened.descriptor, number: number, forWriting: true)
            return
        }
        lose(at: now)
    }

    private func opened(at now: Instant) {
        guard let socket else { return }
        tools.poller.watchForReading(socket.descriptor, number: number)
        transactions = TCPTransactions()
        staleBefore = counts.staleAnswers
        phase = .idle
        lane.opened(at: now)
        sendNext(at: now)
    }

    private func close() {
        socket = nil
        phase = .closed
    }

    /// Tried again after a while, and not at the same instant as all the others that were lost with it.
    private func lose(at now: Instant) {
        backoff.failed(at: now)
        openAt = backoff.until + .nanoseconds(Int64.random(in: 0...backoff.wait.nanoseconds / 8))
        lane.lost(at: now)
    }

    // MARK: Requests and answers

    private func sendNext(at now: Instant) {
        guard phase == .idle, let socket, let next = lane.next(at: now) else { return }
        let plan = lane.plan(of: next)
        transactions.ask(next.request, unit: plan.unit, into: &tools.frame)
        counts.requests &+= 1
        job = next
        begun = now
        deadline = now + plan.rules.timeout
        phase = .awaiting
        if !socket.send(tools.frame) { finish(.disconnected(.closed), at: now) }
    }

    private func receive(at now: Instant) {
        guard let socket else { return }
        switch socket.receive(into: &tools.buffer) {
        case .nothing: return
        case .bytes(let count): take(transactions.receive(tools.buffer[..<count]), at: now)
        case .closed: take(.disconnected(.closed), at: now)
        }
        if transactions.mustReopen { close() }
    }

    private func take(_ outcome: Received?, at now: Instant) {
        guard let outcome else { return }
        if phase == .awaiting { finish(outcome, at: now) } else { close() }
    }

    private func finish(_ outcome: Received, at now: Instant) {
        guard let job else { return }
        self.job = nil
        phase = .idle
        counts.busy += now - begun
        counts.staleAnswers = staleBefore &+ transactions.staleAnswers
        counts.note(outcome)
        let quietUntil = now + lane.plan(of: job).rules.pause
        lane.finish(job, outcome, cost: now - begun, quietUntil: quietUntil, counts: counts, at: now)
        settle(outcome, at: now)
    }

    private func settle(_ outcome: Received, at now: Instant) {
        switch outcome {
        case .answer: backoff.succeeded()
        case .noAnswer, .garbled: break
        case .disconnected:
            close()
            if !lane.hasAnswered { lose(at: now) }
        }
        if transactions.mustReopen { close() }
        sendNext(at: now)
    }
}
