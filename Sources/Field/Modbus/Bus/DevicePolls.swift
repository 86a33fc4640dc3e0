internal import ProcessImage
internal import Quantities

/// What a poll says of a point, by its number in the device.
enum PointReport: Hashable {
    case value(Int, DecodedValue)
    /// No value this time; the last one goes on aging.
    case failed(Int, Reason)
}

/// When the points of one device are due, which reads serve them, and what the answers say of them. Pure: moments and
/// answers come from outside.
///
/// A round serves every interval that is due, packed into as few reads as the planner can; one read is made at a time, so
/// that writes may go between.
struct DevicePolls {
    private struct Interval {
        let every: Duration
        let points: [Int]
        var due: Instant
    }

    private static let plansRemembered = 32

    private let points: [RegisterPoint]
    private let items: [ReadItem]
    private let wake: PlannedRead?
    private let planner: ReadPlanner
    private var intervals: [Interval]
    private var learned = LearnedLimits()
    private var plans: [[Int]: [PlannedRead]] = [:]
    private var queue: [PlannedRead] = []
    private var round: (due: Instant, intervals: Int, failed: Bool) = (.never, 0, false)
    private var isAwake = false

    /// Polls that should have been made so far, one an interval, and those that were.
    private(set) var wanted: UInt64 = 0
    private(set) var made: UInt64 = 0

    /// - Parameter points: of the plan, those that can be read (`DevicePlan.readablePoints`).
    init(_ plan: DevicePlan, points: [RegisterPoint], cost: WireCost, at now: Instant) {
        self.points = points
        items = points.compactMap(ReadItem.init)
        precondition(items.count == points.count)
        wake = plan.wakeRead.flatMap { wake in
            RegisterSpan(address: wake.address, count: wake.count).map { PlannedRead(table: wake.table, span: $0, items: []) }
        }
        planner = ReadPlanner(items: items, rules: plan.rules, cost: cost)
        let groups = Dictionary(grouping: points.indices) { max(points[$0].every, .milliseconds(1)) }
        intervals = groups.sorted { $0.key < $1.key }.map { Interval(every: $0.key, points: $0.value, due: now) }
    }

    /// When the next read is due; the past while a round is under way.
    var due: Instant? { queue.isEmpty ? intervals.map(\.due).min() : round.due }

    /// The device lost power or connection: what it needs once must be done again.
    mutating func forget() {
        isAwake = false
    }

    /// The read to make now, if any is due. The same one again until it is answered or given up.
    mutating func next(at now: Instant) -> PlannedRead? {
        if queue.isEmpty { begin(at: now) }
        return queue.first
    }

    private mutating func begin(at now: Instant) {
        guard let due = intervals.map(\.due).min(), due <= now else { return }
        let serving = intervals.indices.filter { intervals[$0].due <= now }
        round = (due, serving.count, false)
        for index in serving { step(index, past: now) }
        queue = plan(serving) + learned.retries(at: now).map { PlannedRead(table: items[$0].table, span: items[$0].span, items: [$0]) }
        if !isAwake, let wake { queue.insert(wake, at: 0) }
        if queue.isEmpty { made &+= UInt64(serving.count) }
    }

    /// The grid stays; missed polls count as wanted.
    private mutating func step(_ index: Int, past now: Instant) {
        let every = intervals[index].every
        let turns = (now - intervals[index].due).nanoseconds / every.nanoseconds + 1
        intervals[index].due = intervals[index].due + .nanoseconds(every.nanoseconds * turns)
        wanted &+= UInt64(turns)
    }

    private mutating func plan(_ serving: [Int]) -> [PlannedRead] {
        if let known = plans[serving] { return known }
        if plans.count >= DevicePolls.plansRemembered { plans = [:] }
        let reads = planner.reads(for: serving.flatMap { intervals[$0].points }, knowing: learned)
        plans[serving] = reads
        return reads
    }

    /// The read in hand was answered.
    mutating func answered(_ answer: ModbusAnswer, at now: Instant) -> [PointReport] {
        guard let read = queue.first else { return [] }
        queue.removeFirst()
        let reports = reports(read, answer, at: now)
        if queue.isEmpty, !round.failed { made &+= UInt64(round.intervals) }
        return reports
    }

    /// The device did not answer: the rest of the round is given up.
    mutating func gaveUp(_ reason: Reason) -> [PointReport] {
        queue = []
        round.failed = true
        return points.indices.map { .failed($0, reason) }
    }

    private mutating func reports(_ read: PlannedRead, _ answer: ModbusAnswer, at now: Instant) -> [PointReport] {
        if read.items.isEmpty { isAwake = true }
        switch answer {
        case .registers(let words): return values(read) { $0.decode(words[$1]) }
        case .bits(let bits): return values(read) { $0.decode(bits[$1].first ?? false) }
        case .refused(.illegalAddress), .refused(.illegalValue): return refused(read, at: now)
        case .refused, .written: return read.items.map { .failed($0, .refused) }
        }
    }

    private mutating func values(_ read: PlannedRead, _ decode: (RegisterPoint, Range<Int>) -> DecodedValue) -> [PointReport] {
        for item in read.items where learned.isMissing(item) {
            learned.found(item)
            plans = [:]
        }
        let origin = read.span.range.lowerBound
        return read.items.map { item in
            let range = items[item].span.range
            return .value(item, decode(points[item], range.lowerBound - origin..<range.upperBound - origin))
        }
    }

    private mutating func refused(_ read: PlannedRead, at now: Instant) -> [PointReport] {
        if read.items.isEmpty { return [] }
        if let only = read.items.first, learned.isMissing(only) {
            learned.stillMissing(only, at: now)
            return []
        }
        plans = [:]
        let finding = learned.learn(refused: read, of: items, at: now)
        queue.insert(contentsOf: planner.reads(for: read.items, knowing: learned), at: 0)
        guard case .missing(let missing) = finding else { return [] }
        return missing.map { .value($0, .bad(.noSuchRegister)) }
    }
}

extension ReadItem {
    /// `nil` when the point reaches past the last address.
    init?(_ point: RegisterPoint) {
        guard let span = RegisterSpan(address: point.address, count: point.registers) else { return nil }
        self.init(table: point.table, span: span)
    }
}
