internal import ProcessImage
internal import Quantities

/// What the drivers share with the scan.
struct LineMail: Sendable {
    let readings: Mailbox<Reading>
    let feedback: Mailbox<OutputFeedback>
    /// By device.
    let news: NewsCounters
    let orders: OrderBox
    /// How long an order stands without a commit.
    let lease: Duration
}

/// The devices of one line or connection: which request is next, what its outcome means, and when there will be more to do.
/// No I/O: a `LineWorker` or a `Connection` carries the requests and brings the outcomes, one at a time.
///
/// Writes go before reads, the read that is longest due first, and nothing to a device that is being left alone.
struct Lane {
    enum Purpose: Hashable {
        case poll
        case write(output: Int, OutputLevel)
        case readBack(output: Int)
    }

    struct Job {
        let device: Int
        let request: ModbusRequest
        let purpose: Purpose
    }

    /// A moment that has come and still brings nothing to do is looked at again after this.
    private static let restAtLeast: Duration = .microseconds(100)

    let devices: [DeviceWorker]
    /// Since it was opened: losing it is then an interruption, not a failure.
    private(set) var hasAnswered = false
    private let mail: LineMail
    private let counters: LineCounters
    private var wasLost = false
    private var farewell: [Job]?

    init(devices: [DeviceWorker], mail: LineMail, counters: LineCounters) {
        self.devices = devices
        self.mail = mail
        self.counters = counters
    }

    var hasOutputs: Bool { devices.contains { !$0.outputs.isEmpty } }

    func plan(of job: Job) -> DevicePlan { devices[job.device].plan }

    // MARK: The line

    mutating func opened(at now: Instant) {
        hasAnswered = false
        for index in devices.indices {
            devices[index].forget()
            devices[index].quietUntil = .never
            if wasLost { devices[index].polls.restart(at: now) }
        }
        wasLost = false
    }

    /// It could not be opened, or was lost before it brought an answer.
    mutating func lost(at now: Instant) {
        wasLost = true
        for index in devices.indices {
            devices[index].lose()
            tellLost(index, .notConnected, at: now)
        }
        publish(nil)
    }

    // MARK: The next request

    mutating func next(at now: Instant) -> Job? {
        if farewell != nil { return farewell?.popLast() }
        var due: (device: Int, at: Instant)?
        for index in devices.indices where devices[index].awakeAt <= now {
            if let job = nextDrive(of: index, at: now) { return job }
            guard let moment = devices[index].polls.due, moment <= now else { continue }
            if let first = due, first.at <= moment { continue }
            due = (index, moment)
        }
        guard let (device, _) = due, let read = devices[device].polls.next(at: now) else { return nil }
        return Job(device: device, request: .read(read.table, read.span), purpose: .poll)
    }

    private func nextDrive(of index: Int, at now: Instant) -> Job? {
        for output in devices[index].outputs.indices {
            let level = ordered(output, of: index, at: now).level
            if let task = devices[index].outputs[output].task(ordered: level, at: now) { return drive(task, output, of: index) }
        }
        return nil
    }

    private func drive(_ task: DrivenOutput.Task, _ output: Int, of index: Int) -> Job? {
        guard let request = devices[index].outputs[output].request(task) else { return nil }
        switch task {
        case .write(let level): return Job(device: index, request: request, purpose: .write(output: output, level))
        case .readBack: return Job(device: index, request: request, purpose: .readBack(output: output))
        }
    }

    /// What the scan orders, or the safe value once it has been silent for longer than the lease.
    private func ordered(_ output: Int, of index: Int, at now: Instant) -> (level: OutputLevel, leaseExpired: Bool) {
        guard now - mail.orders.lastCommit <= mail.lease else { return (devices[index].outputs[output].plan.safe, true) }
        return (mail.orders.level(in: devices[index].slots.outputs + output), false)
    }

    /// The end: from now on only the safe value of every output that can be reached, once.
    mutating func leave() {
        farewell = devices.indices.filter { !devices[$0].isLost }.flatMap { index in
            devices[index].outputs.indices.compactMap { drive(.write(devices[index].outputs[$0].plan.safe), $0, of: index) }
        }.reversed()
    }

    // MARK: What came of it

    /// - Parameter cost: how long the request had the line.
    mutating func finish(_ job: Job, _ outcome: Received, cost: Duration, quietUntil: Instant, counts: LineCounts, at now: Instant) {
        devices[job.device].quietUntil = quietUntil
        switch outcome {
        case .noAnswer: fail(job.device, .noAnswer, cost, at: now)
        case .garbled: fail(job.device, .garbled, cost, at: now)
        case .disconnected: break
        case .answer(let answer):
            switch answer.kind {
            case .refused(.gatewayNoAnswer), .refused(.gatewayPathUnavailable): fail(job.device, .noAnswer, cost, at: now)
            default: take(answer, job, at: now)
            }
        }
        publish(counts)
    }

    private mutating func take(_ answer: ReceivedAnswer, _ job: Job, at now: Instant) {
        hasAnswered = true
        if devices[job.device].heard() { devices[job.device].tellOnline(at: now, mail) }
        switch job.purpose {
        case .poll:
            let news = devices[job.device].polls.answered(answer.kind, at: now)
            devices[job.device].tell(news, answer, at: now, mail)
        case .write(let output, let level):
            if answer.kind == .written { devices[job.device].outputs[output].wrote(level, at: now) } else {
                devices[job.device].outputs[output].writeRefused(at: now)
            }
        case .readBack(let output): readBack(output, of: job.device, answer, at: now)
        }
    }

    private mutating func readBack(_ output: Int, of index: Int, _ answer: ReceivedAnswer, at now: Instant) {
        let value: UInt16? = switch answer.kind {
        case .bits: answer.bit(0) ? 1 : 0
        case .registers: answer.register(0)
        case .written, .refused: nil
        }
        tell(level: devices[index].outputs[output].readBack(value, at: now), output, of: index, at: now)
    }

    private mutating func fail(_ index: Int, _ reason: Reason, _ cost: Duration, at now: Instant) {
        if devices[index].failed(cost: cost, at: now) { tellLost(index, reason, at: now) }
    }

    private mutating func tellLost(_ index: Int, _ reason: Reason, at now: Instant) {
        devices[index].tellLost(reason, at: now, mail)
        for output in devices[index].outputs.indices { tell(level: nil, output, of: index, at: now) }
    }

    private func tell(level: OutputLevel?, _ output: Int, of index: Int, at now: Instant) {
        let expired = ordered(output, of: index, at: now).leaseExpired
        devices[index].tell(OutputFeedback(level: level, at: now, leaseExpired: expired), of: output, mail)
    }

    // MARK: Time

    mutating func keepHouse(at now: Instant) {
        for index in devices.indices where devices[index].housekeepingAt <= now { devices[index].keepHouse(at: now, mail) }
    }

    /// When `keepHouse` will have something to do.
    var housekeepingAt: Instant {
        var next = Instant.notDue
        for device in devices { next = min(next, device.housekeepingAt) }
        return next
    }

    /// Whether `next` may have something to send.
    func hasWork(at now: Instant) -> Bool { work(after: now) <= now }

    /// When `next` will have something to send, or should look again because a lease may have run out.
    func nextWork(after now: Instant) -> Instant { max(work(after: now), now + Lane.restAtLeast) }

    private func work(after now: Instant) -> Instant {
        if let farewell { return farewell.isEmpty ? .notDue : now }
        var next = Instant.notDue
        for index in devices.indices {
            var due = devices[index].polls.due ?? .notDue
            for output in devices[index].outputs.indices { due = min(due, nextDrive(output, of: index, after: now)) }
            next = min(next, max(due, devices[index].awakeAt))
        }
        return next
    }

    private func nextDrive(_ output: Int, of index: Int, after now: Instant) -> Instant {
        let (level, isExpired) = ordered(output, of: index, at: now)
        let next = devices[index].outputs[output].nextTask(ordered: level)
        if isExpired || level == devices[index].outputs[output].plan.safe { return next }
        return min(next, mail.orders.lastCommit + mail.lease + .nanoseconds(1))
    }

    private func publish(_ counts: LineCounts?) {
        if let counts { counters.publish(counts) }
        for index in devices.indices {
            counters.devices[index].publish(wanted: devices[index].polls.wanted, made: devices[index].polls.made,
                                            isOnline: devices[index].hasAnswered && !devices[index].isLost)
        }
    }
}
