internal import BridgeCore
internal import ProcessImage
internal import Quantities

/// Between the thread of a bridge and the scan.
struct BridgeMail: Sendable {
    /// Inputs as `BridgeInputs.points`, then `online`, then `state`.
    let readings: Mailbox<Reading>
    /// As `BridgePlan.relays`.
    let feedback: Mailbox<OutputFeedback>
    let order: Mailbox<BridgeOrder>
    let news: NewsCounters
    let power: LineSwitch
    let heart: Heartbeat
    let counters: LineCounters

    init(points: Int, relays: Int) {
        readings = Mailbox(count: points)
        feedback = Mailbox(count: relays)
        order = Mailbox(count: 1)
        news = NewsCounters(count: 1)
        power = LineSwitch()
        heart = Heartbeat()
        counters = LineCounters(devices: 1)
    }
}

/// The thread of one bridge: carries what its session says, one request after the other, and blocks while it waits.
final class BridgeWorker {
    private static let openPatience: Duration = .seconds(2)

    private let plan: BridgePlan
    private let mail: BridgeMail
    private let port: BridgePort
    private var session: BridgeSession
    private var inputs: BridgeInputs
    private var backoff = Backoff.port
    private var isOnline = false

    init(_ plan: BridgePlan, timing: BridgeTiming, tables: SiteTables, mail: BridgeMail) {
        self.plan = plan
        self.mail = mail
        port = BridgePort(plan)
        session = BridgeSession(plan, timing: timing, at: SystemClock.now())
        inputs = BridgeInputs(plan.inputs, tables: tables)
    }

    func run() {
        mail.counters.started(at: SystemClock.now())
        while !mail.power.isStopping {
            let now = SystemClock.now()
            if let order = mail.order.take(from: 0) { session.take(order) }
            if isOpen(at: now), let message = session.next(at: SystemClock.now()) { say(message) } else { rest(after: now) }
        }
        if let farewell = session.farewell { say(farewell) }
        port.close()
    }

    private func rest(after now: Instant) {
        let moment = port.isOpen ? session.nextMoment(after: now) : backoff.until
        mail.heart.willBeat(by: moment)
        mail.power.rest(until: moment)
    }

    private func isOpen(at now: Instant) -> Bool {
        if port.isOpen { return true }
        guard backoff.allows(now) else { return false }
        mail.heart.willBeat(by: now + BridgeWorker.openPatience)
        if port.open() {
            backoff.succeeded()
            return true
        }
        backoff.failed(at: now)
        tell(.lost, .notConnected)
        return false
    }

    private func say(_ message: BridgeMessage) {
        mail.heart.willBeat(by: SystemClock.now() + session.timing.answerWithin * 2)
        let outcome = port.ask(message.request, within: session.timing.answerWithin)
        let now = SystemClock.now()
        if let order = mail.order.take(from: 0) { session.take(order) }
        let hasAnswered = if case .answer = outcome { true } else { false }
        tell(session.heard(message, outcome, at: now), hasAnswered ? .refused : .noAnswer)
        mail.counters.publish(port.counts)
        mail.counters.devices[0].publish(wanted: port.counts.requests, made: port.counts.answers, isOnline: isOnline)
    }

    // MARK: What the scan is told

    /// - Parameter reason: why points have no value, if they have none.
    private func tell(_ news: BridgeNews, _ reason: Reason) {
        let now = SystemClock.now()
        switch news {
        case .nothing: return
        case .looked(let live):
            isOnline = true
            for (slot, reading) in inputs.readings(live, at: now).enumerated() {
                if let reading { mail.readings.post(reading, in: slot) }
            }
            for (slot, relay) in plan.relays.enumerated() { mail.feedback.post(feedback(relay, live, at: now), in: slot) }
        case .lost:
            isOnline = false
            inputs.lost()
            for slot in inputs.points.indices { mail.readings.post(.bad(reason, at: now), in: slot) }
            for slot in plan.relays.indices { mail.feedback.post(.unknown, in: slot) }
        }
        tellStanding(reason, at: now)
        mail.news.announce(0)
    }

    private func feedback(_ relay: BridgeRelay, _ live: BridgeLive, at now: Instant) -> OutputFeedback {
        OutputFeedback(level: relay.level(in: live.relays), at: now, leaseExpired: session.expired & relay.bit != 0)
    }

    private func tellStanding(_ reason: Reason, at now: Instant) {
        let slot = inputs.points.count
        mail.readings.post(.good(isOnline ? 1 : 0, at: now), in: slot)
        if let standing = session.statement() {
            mail.readings.post(.good(Double(standing.rawValue), at: now), in: slot + 1)
            session.wasPosted(at: SystemClock.now())
        } else if !isOnline {
            mail.readings.post(.bad(reason, at: now), in: slot + 1)
        }
    }
}
