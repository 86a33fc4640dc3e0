internal import ProcessImage
internal import Quantities

/// What an answer says of the points of its read, by their number in the device.
enum PollNews: Hashable {
    /// Their values are in the answer.
    case values(PlannedRead)
    /// No value this time; the last one goes on aging.
    case failed([Int], Reason)
    /// The device does not have them.
    case missing([Int])
    case nothing
}

/// When the points of one device are due, and which reads serve them. Pure: moments and answers come from outside.
///
/// Polls are due a little before the multiples of their interval (`PollGrid`). A round serves every interval that is due,
/// packed into as few reads as the planner can; one read is made at a time, so that writes may go between.
struct DevicePolls {
    private struct Interval {
        let grid: PollGrid
        let points: [Int]
        var due: Instant
    }

    private static let plansRemembered = 32

    private let items: [ReadItem]
    private let wake: PlannedRead?
    private let planner: ReadPlanner
    private var intervals: [Interval]
    private var learned = LearnedLimits()
    private var plans: [(serving: [Int], reads: [PlannedRead])] = []
    /// The reads of the round; those before `made` are answered.
    private var queue: [PlannedRead] = []
    private var answeredReads = 0
    private var serving: [Int] = []
    private var round: (due: Instant, failed: Bool) = (.never, false)
    private var isAwake = false

    /// Polls that should have been made so far, one an interval, and those that were.
    private(set) var wanted: UInt64 = 0
    private(set) var made: UInt64 = 0

    /// - Parameters:
    ///   - points: of the plan, those that can be read (`DevicePlan.readablePoints`).
    ///   - now: when the first poll is due.
    init(_ plan: DevicePlan, points: [RegisterPoint], cost: WireCost, at now: Instant) {
        items = points.compactMap(ReadItem.init)
        precondition(items.count == points.count)
        wake = plan.wakeRead.flatMap { wake in
            RegisterSpan(address: wake.address, count: wake.count).map { PlannedRead(table: wake.table, span: $0, items: []) }
        }
        planner = ReadPlanner(items: items, rules: plan.rules, cost: cost)
        let groups = Dictionary(grouping: points.indices) { PollGrid(every: points[$0].every) }
        intervals = groups.sorted { $0.key.every < $1.key.every }.map { Interval(grid: $0.key, points: $0.value, due: now) }
    }

    private var isUnderWay: Bool { answeredReads < queue.count }

    /// When the next read is due; the past while a round is under way. `nil`: there is nothing to read.
    var due: Instant? { isUnderWay ? round.due : earliest }

    private var earliest: Instant? {
        guard var least = intervals.first?.due else { return nil }
        for interval in intervals where interval.due < least { least = interval.due }
        return least
    }

    /// The device lost power or connection: what it needs once must be done again.
    mutating func forget() {
        isAwake = false
    }

    /// The device was away: everything is due at once, and then on its grid again.
    mutating func restart(at now: Instant) {
        for index in intervals.indices { intervals[index].due = min(intervals[index].due, now) }
    }

    /// The read to make now, if any is due. The same one again until it is answered or given up.
    /// - Parameter isThrifty: every second poll of what is not polled fast is left out. Limits of age allow for three missed ones.
    mutating func next(at now: Instant, isThrifty: Bool = false) -> PlannedRead? {
        if !isUnderWay { begin(at: now, isThrifty) }
        return isUnderWay ? queue[answeredReads] : nil
    }

    private mutating func begin(at now: Instant, _ isThrifty: Bool) {
        guard let due = earliest, due <= now else { return }
        round = (due, false)
        serving.removeAll(keepingCapacity: true)
        for index in intervals.indices where intervals[index].due <= now {
            serving.append(index)
            wanted &+= intervals[index].grid.turns(from: intervals[index].due, through: now)
            let next = intervals[index].grid.moment(after: now)
            let isSpared = isThrifty && intervals[index].grid.every >= Thrift.slowFrom
            intervals[index].due = isSpared ? intervals[index].grid.moment(after: next) : next
        }
        queue = reads() + learned.retries(at: now).map { PlannedRead(table: items[$0].table, span: items[$0].span, items: [$0]) }
        answeredReads = 0
        if !isAwake, let wake { queue.insert(wake, at: 0) }
        if queue.isEmpty { made &+= UInt64(serving.count) }
    }

    private mutating func reads() -> [PlannedRead] {
        if let known = plans.first(where: { $0.serving == serving }) { return known.reads }
        if plans.count >= DevicePolls.plansRemembered { plans = [] }
        let reads = planner.reads(for: serving.flatMap { intervals[$0].points }, knowing: learned)
        plans.append((serving, reads))
        return reads
    }

    /// The read in hand was answered.
    mutating func answered(_ answer: ReceivedAnswer.Kind, at now: Instant) -> PollNews {
        guard isUnderWay else { return .nothing }
        let read = queue[answeredReads]
        answeredReads += 1
        let news = news(of: read, answer, at: now)
        if !isUnderWay, !round.failed { made &+= UInt64(serving.count) }
        return news
    }

    /// The device did not answer: the rest of the round is given up.
    mutating func gaveUp() {
        answeredReads = queue.count
        round.failed = true
    }

    private mutating func news(of read: PlannedRead, _ answer: ReceivedAnswer.Kind, at now: Instant) -> PollNews {
        if read.items.isEmpty { isAwake = true }
        switch answer {
        case .registers, .bits:
            for item in read.items where learned.isMissing(item) {
                learned.found(item)
                plans = []
            }
            return .values(read)
        case .refused(.illegalAddress), .refused(.illegalValue): return refused(read, at: now)
        case .refused, .written: return .failed(read.items, .refused)
        }
    }

    private mutating func refused(_ read: PlannedRead, at now: Instant) -> PollNews {
        guard let first = read.items.first else { return .nothing }
        if learned.isMissing(first) {
            learned.stillMissing(first, at: now)
            return .nothing
        }
        plans = []
        let finding = learned.learn(refused: read, of: items, at: now)
        queue.insert(contentsOf: planner.reads(for: read.items, knowing: learned), at: answeredReads)
        guard case .missing(let missing) = finding else { return .nothing }
        return .missing(missing)
    }
}

extension ReadItem {
    /// `nil` when the point reaches past the last address.
    init?(_ point: RegisterPoint) {
        guard let span = RegisterSpan(address: point.address, count: point.registers) else { return nil }
        self.init(table: point.table, span: span)
    }
}
