internal import ProcessImage
internal import Quantities

/// What the drivers share with the scan.
struct LineMail: Sendable {
    let readings: Mailbox<Reading>
    let feedback: Mailbox<DriveFeedback>
    /// By device.
    let news: NewsCounters
    let orders: OrderBox
    let thrift: Thrift
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
        case write(drive: Int, UInt64)
        case readBack(drive: Int)
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

    var hasDrives: Bool { devices.contains { !$0.drives.isEmpty } }

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
        guard let (device, _) = due, let read = devices[device].polls.next(at: now, isThrifty: mail.thrift.isOn) else { return nil }
        return Job(device: device, request: .read(read.table, read.span), purpose: .poll)
    }

    private func nextDrive(of index: Int, at now: Instant) -> Job? {
        for drive in devices[index].drives.indices {
            let word = ordered(drive, of: index, at: now).word
            if let task = devices[index].drives[drive].task(ordered: word, at: now) { return job(task, drive, of: index) }
        }
        return nil
    }

    private func job(_ task: Drive.Task, _ drive: Int, of index: Int) -> Job? {
        guard let request = devices[index].drives[drive].plan.request(task) else { return nil }
        switch task {
        case .write(let word): return Job(device: index, request: request, purpose: .write(drive: drive, word))
        case .readBack: return Job(device: index, request: request, purpose: .readBack(drive: drive))
        }
    }

    /// What the scan orders, or the safe word once it has been silent for longer than the lease.
    private func ordered(_ drive: Int, of index: Int, at now: Instant) -> (word: UInt64, leaseExpired: Bool) {
        guard now - mail.orders.lastCommit <= mail.lease else { return (devices[index].drives[drive].plan.safe, true) }
        return (mail.orders.word(in: devices[index].slots.drives + drive), false)
    }

    /// The end: from now on only the safe word of everything that can be reached, once.
    mutating func leave() {
        farewell = devices.indices.filter { !devices[$0].isLost }.flatMap { index in
            devices[index].drives.indices.compactMap { job(.write(devices[index].drives[$0].plan.safe), $0, of: index) }
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
        case .write(let drive, let word):
            if answer.kind == .written { devices[job.device].drives[drive].wrote(word, at: now) } else {
                devices[job.device].drives[drive].writeRefused(at: now)
            }
        case .readBack(let drive): readBack(drive, of: job.device, answer, at: now)
        }
    }

    private mutating func readBack(_ drive: Int, of index: Int, _ answer: ReceivedAnswer, at now: Instant) {
        let word = devices[index].drives[drive].plan.word(in: answer)
        devices[index].drives[drive].readBack(word, at: now)
        tell(seen: word, agrees: devices[index].drives[drive].agrees, drive, of: index, at: now)
    }

    private mutating func fail(_ index: Int, _ reason: Reason, _ cost: Duration, at now: Instant) {
        if devices[index].failed(cost: cost, at: now) { tellLost(index, reason, at: now) }
    }

    private mutating func tellLost(_ index: Int, _ reason: Reason, at now: Instant) {
        devices[index].tellLost(reason, at: now, mail)
        for drive in devices[index].drives.indices { tell(seen: nil, agrees: nil, drive, of: index, at: now) }
    }

    private func tell(seen: UInt64?, agrees: Bool?, _ drive: Int, of index: Int, at now: Instant) {
        let expired = ordered(drive, of: index, at: now).leaseExpired
        devices[index].tell(DriveFeedback(seen: seen, agrees: agrees, at: now, leaseExpired: expired), of: drive, mail)
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
            for drive in devices[index].drives.indices { due = min(due, nextDrive(drive, of: index, after: now)) }
            next = min(next, max(due, devices[index].awakeAt))
        }
        return next
    }

    private func nextDrive(_ drive: Int, of index: Int, after now: Instant) -> Instant {
        let (word, isExpired) = ordered(drive, of: index, at: now)
        let next = devices[index].drives[drive].nextTask(ordered: word)
        if isExpired || word == devices[index].drives[drive].plan.safe { return next }
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
