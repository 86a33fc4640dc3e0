internal import ProcessImage
internal import Quantities

/// One device of a lane: what to ask it next, how often it failed, and what to tell the scan of it. Belongs to its lane's
/// thread. A class, so that its tables are changed where they are and never copied.
final class DeviceWorker {
    let plan: DevicePlan
    var polls: DevicePolls
    /// Outputs, then set-points.
    var drives: [DrivenRegister]
    let slots: MailSlots
    /// Until when it is left alone because an answer may still be on its way, or because it needs the pause.
    var quietUntil = Instant.never
    private(set) var backoff: Backoff
    private(set) var isLost = false
    private(set) var hasAnswered = false
    private let points: [RegisterPoint]
    private var keepers: [PointKeeper]
    private let onlineEvery: PollGrid
    private var onlineAt = Instant.notDue
    private var expiresAt = Instant.notDue
    private var failures = 0

    init(_ plan: DevicePlan, slots: MailSlots, cost: WireCost, backoff: Backoff, tables: SiteTables, at now: Instant) {
        self.plan = plan
        self.backoff = backoff
        self.slots = slots
        points = plan.readablePoints
        polls = DevicePolls(plan, points: points, cost: cost, at: now)
        drives = plan.drives.map(DrivenRegister.init)
        keepers = points.map { PointKeeper(badAfter: tables.points[$0.point.offset].badAfter) }
        // Three times within what its reading may be old.
        onlineEvery = PollGrid(every: min(tables.points[plan.online.offset].uncertainAfter / 3, .minutes(1)))
    }

    /// From when it may be asked.
    var awakeAt: Instant { max(backoff.until, quietUntil) }

    // MARK: Whether it answers

    /// Answers, though it may be busy or refuse: nothing stands against it.
    /// - Returns: whether that is news.
    func heard() -> Bool {
        let isNews = !hasAnswered
        hasAnswered = true
        isLost = false
        failures = 0
        backoff.succeeded()
        return isNews
    }

    /// No answer or a wrong one.
    /// - Returns: whether it counts as lost from now: its retries are used up, or it was lost already.
    func failed(cost: Duration, at now: Instant) -> Bool {
        failures += 1
        guard isLost || failures > max(plan.rules.retries, 0) else { return false }
        backoff.failed(at: now, cost: cost)
        lose()
        return true
    }

    /// Not asked before the line is back, and then at once.
    func lose() {
        isLost = true
        hasAnswered = false
        failures = 0
        polls.gaveUp()
        forget()
    }

    /// It, or the way to it, is another than before: its outputs and set-points may be anything.
    func forget() {
        polls.forget()
        for index in drives.indices { drives[index].forget() }
    }

    // MARK: What the scan is told

    func tell(_ news: PollNews, _ answer: ReceivedAnswer, at now: Instant, _ mail: LineMail) {
        switch news {
        case .nothing: return
        case .values(let read):
            let origin = Int(read.span.address)
            for item in read.items { post(keepers[item].value(points[item].decode(answer, from: origin), at: now), item, mail) }
        case .missing(let items):
            for item in items { post(keepers[item].value(.bad(.noSuchRegister), at: now), item, mail) }
        case .failed(let items, let reason):
            for item in items { post(keepers[item].failed(reason, at: now), item, mail) }
            expiresAt = nextExpiry
        }
        mail.news.announce(slots.news)
    }

    /// Lost: offline, no point has a value, and its outputs may be anything.
    func tellLost(_ reason: Reason, at now: Instant, _ mail: LineMail) {
        for item in keepers.indices { post(keepers[item].failed(reason, at: now), item, mail) }
        expiresAt = nextExpiry
        tellOnline(at: now, mail)
    }

    func tellOnline(at now: Instant, _ mail: LineMail) {
        mail.readings.post(.good(isLost ? 0 : 1, at: now), in: slots.points + keepers.count)
        onlineAt = onlineEvery.moment(after: now)
        mail.news.announce(slots.news)
    }

    func tell(_ feedback: DriveFeedback, of drive: Int, _ mail: LineMail) {
        mail.feedback.post(feedback, in: slots.drives + drive)
        mail.news.announce(slots.news)
    }

    private func post(_ reading: Reading?, _ item: Int, _ mail: LineMail) {
        if let reading { mail.readings.post(reading, in: slots.points + item) }
    }

    // MARK: What time alone changes

    /// When `keepHouse` will have something to do.
    var housekeepingAt: Instant { min(onlineAt, expiresAt) }

    /// Readings that become too old to stand, and the word that the device is still there, or still lost.
    func keepHouse(at now: Instant, _ mail: LineMail) {
        if now >= expiresAt {
            for item in keepers.indices { post(keepers[item].expire(at: now), item, mail) }
            expiresAt = nextExpiry
            mail.news.announce(slots.news)
        }
        if now >= onlineAt { tellOnline(at: now, mail) }
    }

    private var nextExpiry: Instant {
        keepers.reduce(.notDue) { min($0, $1.expiresAt) }
    }
}

/// Where a device's values lie in the mailboxes: its points and then `online`, its outputs and set-points, and its news.
struct MailSlots: Sendable {
    var points: Int
    var drives: Int
    var news: Int
}

extension DevicePlan {
    var drives: [Drive] { outputs.map { .output($0) } + setpoints.map { .setpoint($0) } }

    /// Points that are numbers and that one request of this device can hold. The others are for people who ask.
    var readablePoints: [RegisterPoint] {
        let planner = ReadPlanner(items: [], rules: rules, cost: .tcp)
        func isReadable(_ point: RegisterPoint) -> Bool {
            if case .string = point.type.kind { return false }
            return ReadItem(point) != nil && point.registers <= planner.most(in: point.table)
        }
        // Mostly all are, and the plan's own array serves.
        return points.allSatisfy(isReadable) ? points : points.filter(isReadable)
    }
}
