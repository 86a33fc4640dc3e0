internal import ProcessImage
internal import Quantities

/// One device as its line's thread keeps it: what to ask it next, how often it failed, and what to post of it.
struct DeviceWorker {
    let plan: DevicePlan
    let points: [RegisterPoint]
    var polls: DevicePolls
    var outputs: [DrivenOutput]
    var keepers: [PointKeeper]
    /// Where its points lie in the mailbox; the slot after them is `online`.
    let firstSlot: Int
    let firstOutput: Int
    private(set) var backoff: Backoff
    private(set) var isLost = false
    private(set) var hasAnswered = false
    private var failures = 0
    private var wasted: Duration = .zero

    init(_ plan: DevicePlan, slots: MailSlots, cost: WireCost, backoff: Backoff, tables: SiteTables, at now: Instant) {
        self.plan = plan
        self.backoff = backoff
        firstSlot = slots.points
        firstOutput = slots.outputs
        points = plan.readablePoints
        polls = DevicePolls(plan, points: points, cost: cost, at: now)
        outputs = plan.outputs.map(DrivenOutput.init)
        keepers = points.map { PointKeeper(badAfter: tables.points[$0.point.offset].badAfter) }
    }

    var onlineSlot: Int { firstSlot + points.count }

    /// Answers, though it may be busy or refuse: nothing stands against it.
    mutating func heard() {
        hasAnswered = true
        isLost = false
        failures = 0
        wasted = .zero
        backoff.succeeded()
    }

    /// No answer or a wrong one.
    /// - Returns: whether it counts as lost from now: its retries are used up, or it was lost already.
    mutating func failed(cost: Duration, at now: Instant) -> Bool {
        failures += 1
        wasted += cost
        guard isLost || failures > max(plan.rules.retries, 0) else { return false }
        lose(at: now)
        return true
    }

    /// The line to it is gone. When that is back, it may be asked at once.
    mutating func loseWithLine() {
        isLost = true
        hasAnswered = false
        failures = 0
        forget()
    }

    private mutating func lose(at now: Instant) {
        isLost = true
        hasAnswered = false
        failures = 0
        backoff.failed(at: now, cost: wasted)
        wasted = .zero
        forget()
    }

    /// It, or the way to it, is another than before: its outputs may be anything.
    mutating func forget() {
        polls.forget()
        for index in outputs.indices { outputs[index].forget() }
    }
}

/// Where a device's values lie in the mailboxes.
struct MailSlots: Sendable {
    var points: Int
    var outputs: Int
}

extension DevicePlan {
    /// Points that are numbers and that one request of this device can hold. The others are for people who ask.
    var readablePoints: [RegisterPoint] {
        let planner = ReadPlanner(items: [], rules: rules, cost: .tcp)
        return points.filter { point in
            if case .string = point.type.kind { return false }
            return ReadItem(point) != nil && point.registers <= planner.most(in: point.table)
        }
    }
}
