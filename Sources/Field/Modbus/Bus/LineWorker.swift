internal import ProcessImage
internal import Quantities

/// What a line's thread shares with the scan.
struct LineMail: Sendable {
    let readings: Mailbox<Reading>
    let feedback: Mailbox<OutputFeedback>
    let orders: OrderBox
    /// How long an order stands without a commit.
    let lease: Duration
}

/// The work of one serial port or connection. Lives on its thread, blocks there, and talks to the scan through mailboxes.
///
/// Each turn makes one exchange: writes before reads, the read that is longest due first, and nothing to a device that
/// is being left alone.
final class LineWorker {
    private static let connectTimeout: Duration = .seconds(2)
    private static let housekeepingEvery: Duration = .milliseconds(200)
    private static let restAtMost: Duration = .milliseconds(500)
    /// With outputs the lease is looked at this often.
    private static let restWithOutputs: Duration = .milliseconds(100)
    private static let goodbyeAtMost: Duration = .seconds(2)

    let client: ModbusClient
    let mail: LineMail
    private let power: LineSwitch
    private let counters: LineCounters
    var devices: [DeviceWorker]
    private var lineBackoff: Backoff
    /// The open line has brought an answer: losing it is then an interruption, not a failure.
    private var hasAnswered = false
    private var housekeepingAt = Instant.never

    init(transport: BusPlan.Transport, devices: [DeviceWorker], mail: LineMail, power: LineSwitch, counters: LineCounters) {
        client = ModbusClient(transport)
        lineBackoff = if case .serial = transport { .port } else { .connection }
        self.devices = devices
        self.mail = mail
        self.power = power
        self.counters = counters
    }

    func run() {
        counters.started(at: SystemClock.now())
        while !power.isStopping {
            let now = SystemClock.now()
            keepHouse(at: now)
            guard isOpen(at: now), turn(at: now) else {
                power.rest(until: nextMoment(after: now))
                continue
            }
            publish()
        }
        sayGoodbye()
    }

    // MARK: The line

    private func isOpen(at now: Instant) -> Bool {
        if client.isConnected { return true }
        guard lineBackoff.allows(now) else { return false }
        guard client.connect(timeout: LineWorker.connectTimeout) == nil else {
            loseLine(at: SystemClock.now())
            return false
        }
        hasAnswered = false
        for index in devices.indices { devices[index].forget() }
        return true
    }

    private func loseLine(at now: Instant) {
        lineBackoff.failed(at: now)
        for index in devices.indices {
            post(devices[index].polls.gaveUp(.notConnected), of: index, at: now)
            devices[index].loseWithLine()
            postLost(index, at: now)
        }
    }

    // MARK: One turn

    /// - Returns: whether there was anything to do.
    private func turn(at now: Instant) -> Bool {
        let ready = devices.indices.filter { devices[$0].backoff.allows(now) && client.quietUntil(devices[$0].plan.unit) <= now }
        for index in ready {
            if let (output, task) = nextTask(of: index, at: now) {
                drive(output, of: index, task)
                return true
            }
        }
        let due = ready.compactMap { index in devices[index].polls.due.map { (index, $0) } }.filter { $0.1 <= now }
        guard let (index, _) = due.min(by: { $0.1 < $1.1 }), let read = devices[index].polls.next(at: now) else { return false }
        poll(read, of: index)
        return true
    }

    private func poll(_ read: PlannedRead, of index: Int) {
        guard let answer = ask(.read(read.table, read.span), index) else { return }
        let now = SystemClock.now()
        post(devices[index].polls.answered(answer, at: now), of: index, at: now)
    }

    /// Asks and keeps the books. `nil`: there is no answer to go on with.
    private func ask(_ request: ModbusRequest, _ index: Int) -> ModbusAnswer? {
        let plan = devices[index].plan
        let begun = SystemClock.now()
        let outcome = client.exchange(request, unit: plan.unit, timeout: plan.rules.timeout, pause: plan.rules.pause)
        let now = SystemClock.now()
        switch outcome {
        case .answer(.refused(.gatewayNoAnswer)), .answer(.refused(.gatewayPathUnavailable)), .noAnswer:
            fail(index, .noAnswer, cost: now - begun, at: now)
        case .garbled: fail(index, .garbled, cost: now - begun, at: now)
        case .disconnected:
            if !hasAnswered { loseLine(at: now) }
        case .answer(let answer):
            hear(index, at: now)
            return answer
        }
        return nil
    }

    private func hear(_ index: Int, at now: Instant) {
        hasAnswered = true
        lineBackoff.succeeded()
        let isNews = !devices[index].hasAnswered
        devices[index].heard()
        if isNews { postOnline(index, at: now) }
    }

    private func fail(_ index: Int, _ reason: Reason, cost: Duration, at now: Instant) {
        guard devices[index].failed(cost: cost, at: now) else { return }
        post(devices[index].polls.gaveUp(reason), of: index, at: now)
        postLost(index, at: now)
    }

    // MARK: Outputs

    /// What the scan orders, or the safe value once it has been silent for longer than the lease.
    func ordered(_ output: Int, of index: Int, at now: Instant) -> (level: OutputLevel, leaseExpired: Bool) {
        let device = devices[index]
        guard now - mail.orders.lastCommit <= mail.lease else { return (device.outputs[output].plan.safe, true) }
        return (mail.orders.level(in: device.firstOutput + output), false)
    }

    private func nextTask(of index: Int, at now: Instant) -> (output: Int, task: DrivenOutput.Task)? {
        for output in devices[index].outputs.indices {
            let level = ordered(output, of: index, at: now).level
            if let task = devices[index].outputs[output].task(ordered: level, at: now) { return (output, task) }
        }
        return nil
    }

    private func drive(_ output: Int, of index: Int, _ task: DrivenOutput.Task) {
        guard let request = devices[index].outputs[output].request(task), let answer = ask(request, index) else { return }
        let now = SystemClock.now()
        switch (task, answer) {
        case (.write(let level), .written): devices[index].outputs[output].wrote(level, at: now)
        case (.write, _): devices[index].outputs[output].writeRefused(at: now)
        case (.readBack, .bits(let bits)): postFeedback(output, of: index, bits.first.map { $0 ? 1 : 0 }, at: now)
        case (.readBack, .registers(let words)): postFeedback(output, of: index, words.first, at: now)
        case (.readBack, _): postFeedback(output, of: index, nil, at: now)
        }
    }

    /// Before a clean exit every output goes to its safe value, as far as its device can be reached in two seconds.
    private func sayGoodbye() {
        let deadline = SystemClock.now() + LineWorker.goodbyeAtMost
        for index in devices.indices where client.isConnected && !devices[index].isLost {
            for output in devices[index].outputs.indices where SystemClock.now() < deadline {
                drive(output, of: index, .write(devices[index].outputs[output].plan.safe))
            }
        }
        publish()
        client.close()
    }

    // MARK: Rest

    private func nextMoment(after now: Instant) -> Instant {
        let hasOutputs = devices.contains { !$0.outputs.isEmpty }
        var next = min(now + (hasOutputs ? LineWorker.restWithOutputs : LineWorker.restAtMost), housekeepingAt)
        guard client.isConnected else { return min(next, lineBackoff.until) }
        for index in devices.indices {
            let device = devices[index]
            let awake = max(device.backoff.until, client.quietUntil(device.plan.unit))
            let tasks = device.outputs.indices.map { device.outputs[$0].nextTask(ordered: ordered($0, of: index, at: now).level) }
            for due in tasks + [device.polls.due].compactMap({ $0 }) { next = min(next, max(due, awake)) }
        }
        return max(next, now + .milliseconds(1))
    }

    /// What time alone changes: readings that become too old to stand, and the word that a device is still there.
    private func keepHouse(at now: Instant) {
        guard now >= housekeepingAt else { return }
        housekeepingAt = now + LineWorker.housekeepingEvery
        for index in devices.indices {
            expire(index, at: now)
            if devices[index].hasAnswered || devices[index].isLost { postOnline(index, at: now) }
        }
    }

    private func publish() {
        counters.publish(client.counts)
        for (index, device) in devices.enumerated() {
            counters.devices[index].publish(wanted: device.polls.wanted, made: device.polls.made,
                                            isOnline: device.hasAnswered && !device.isLost)
        }
    }
}
