internal import ProcessImage
internal import Quantities

/// The thread of one serial port or converter: carries its lane's requests one after the other, and blocks while it waits.
final class LineWorker {
    private static let connectTimeout: Duration = .seconds(2)
    /// The name of a converter is asked for while the thread waits; a resolver may take this long to give up.
    private static let nameTime: Duration = .seconds(60)
    private static let goodbyeAtMost: Duration = .seconds(2)

    private let client: ModbusClient
    private let power: LineSwitch
    private let heart: Heartbeat
    private var lane: Lane
    private var backoff: Backoff

    init(transport: BusPlan.Transport, lane: Lane, power: LineSwitch, heart: Heartbeat) {
        client = ModbusClient(transport)
        backoff = transport.isSerial ? .port : .connection
        self.lane = lane
        self.power = power
        self.heart = heart
    }

    func run() {
        while !power.isStopping {
            let now = SystemClock.now()
            lane.keepHouse(at: now)
            if isOpen(at: now), let job = lane.next(at: now) { carry(job) } else { rest(until: nextMoment(after: now)) }
        }
        sayGoodbye()
    }

    private func rest(until moment: Instant) {
        heart.willBeat(by: moment)
        power.rest(until: moment)
    }

    private func isOpen(at now: Instant) -> Bool {
        if client.isConnected { return true }
        guard backoff.allows(now) else { return false }
        heart.willBeat(by: now + LineWorker.nameTime)
        guard client.connect(timeout: LineWorker.connectTimeout) == nil else {
            lose()
            return false
        }
        lane.opened(at: now)
        return true
    }

    private func lose() {
        let now = SystemClock.now()
        backoff.failed(at: now)
        lane.lost(at: now)
    }

    private func carry(_ job: Lane.Job) {
        let plan = lane.plan(of: job)
        let begun = SystemClock.now()
        heart.willBeat(by: begun + plan.rules.timeout)
        let outcome = client.ask(job.request, unit: plan.unit, timeout: plan.rules.timeout, pause: plan.rules.pause)
        let now = SystemClock.now()
        lane.finish(job, outcome, cost: now - begun, quietUntil: client.quietUntil(plan.unit), counts: client.counts, at: now)
        switch outcome {
        case .answer: backoff.succeeded()
        case .disconnected: if !lane.hasAnswered { lose() }
        case .noAnswer, .garbled: break
        }
    }

    private func nextMoment(after now: Instant) -> Instant {
        min(client.isConnected ? lane.nextWork(after: now) : backoff.until, lane.housekeepingAt)
    }

    /// Before a clean exit every output goes to its safe value, as far as its device can be reached in two seconds.
    private func sayGoodbye() {
        let deadline = SystemClock.now() + LineWorker.goodbyeAtMost
        lane.leave()
        while client.isConnected, SystemClock.now() < deadline, let job = lane.next(at: SystemClock.now()) { carry(job) }
        client.close()
    }
}
