public import Quantities

public struct SessionSettings: Sendable {
    /// How many brokers there are to walk along; one at a time is connected.
    public var brokers = 1
    /// The host without which nothing is published; `nil`: whoever listens.
    public var primaryHost: TopicName?
    /// How long CONNECT, SUBSCRIBE and, where there are several brokers, the host are waited for.
    public var patience: Duration = .seconds(30)
    public var firstRest: Duration = .seconds(2)
    public var longestRest: Duration = .minutes(5)
    /// A connection that held so long starts the rests anew.
    public var settledAfter: Duration = .minutes(1)
    /// The least time between two rounds of data.
    public var dataInterval: Duration = .seconds(1)
    /// Range: 1 …
    public var metricsPerMessage = 100
    /// Data name their metrics by the numbers of the birth, which is less than half the bytes. Some hosts cannot.
    public var usesAliases = true
    /// The least time between two births of one connection.
    public var birthInterval: Duration = .seconds(10)
    /// Older commands, or such as are ahead of our clock by more, are refused.
    public var commandAge: Duration = .seconds(60)
    /// So that gateways that lose a broker together do not come back together.
    public var seed: UInt64 = 0

    public init() {}
}

/// A Sparkplug edge node (Sparkplug 3.0) without its transport: news and values go in, actions come out, and time is what it is told.
///
/// The shell asks `next` until there is nothing, does what it says in that order, and hands back what happened. Values are kept
/// whether or not there is a connection; each birth states them all, data only what has changed since.
public struct Session: Sendable {
    public let plan: NodePlan
    public let settings: SessionSettings

    var phase = Phase.resting(until: .start)
    var broker = 0
    var birthNumber: BirthNumber
    /// Of the next message.
    var sequence: UInt8 = 0
    /// NBIRTH was taken in this connection.
    var isBorn = false
    var connectedAt = Instant.never
    var isStopping = false
    var isPaused = false

    var values: Values
    var devices: [Device]
    /// Why there is to be a birth beside that which began the connection.
    var wantedBirth: Report.Birth?
    /// Of the births that are under way.
    var birthCause = Report.Birth.session
    var lastBirthAt = Instant.never
    var nextRoundAt = Instant.start
    var retryAt = Instant.start
    var history: [PastValue] = []
    /// What the transport was given and has not answered yet.
    var offered: Offer?

    var host = HostWatch()
    /// Who is commanded by which topic: 0 is the node.
    let commanded: [String: Int]
    var gate: CommandGate
    var backoff: Backoff
    var waiting = WaitingActions()

    /// `lastBirthNumber`: the newest that was put on disk by this or an earlier life.
    public init(_ plan: NodePlan, _ settings: SessionSettings = SessionSettings(), lastBirthNumber: UInt8?) {
        self.plan = plan
        self.settings = settings
        birthNumber = BirthNumber(last: lastBirthNumber)
        values = Values(plan)
        devices = plan.devices.map { _ in Device() }
        commanded = Dictionary(uniqueKeysWithValues: plan.commandTopics.map { ($0.topic, $0.owner) })
        gate = CommandGate(longestAge: settings.commandAge)
        backoff = Backoff(first: settings.firstRest, longest: settings.longestRest, seed: settings.seed)
    }

    /// Node and all devices that are there are born, and data may flow.
    public var isAlive: Bool { phase == .alive }

    /// Whether history would be taken now.
    public var wantsHistory: Bool { isAlive && history.isEmpty && wantedBirth == nil }

    /// A metric's newest value; `nil`: there is none. A number that is not finite is none.
    /// - Precondition: the value has the type of the plan.
    public mutating func set(_ metric: MetricIndex, _ value: MetricValue?, _ quality: MetricQuality, at wall: WallTime) {
        precondition(value == nil || value?.type == plan.metrics[metric.rawValue].type, "a metric keeps the type of its plan")
        if values.set(metric.rawValue, value, quality, at: wall.milliseconds) { wantedBirth = wantedBirth ?? .clockStepped }
    }

    /// Whether a device can be reached. One that cannot is not born, and dies when it was.
    public mutating func set(device: Int, isThere: Bool) { devices[device].isThere = isThere }

    /// Values of the past, oldest first, each told as such. What is left of them when the connection ends is forgotten: the sync
    /// stream is what loses nothing.
    /// - Returns: `false`: not taken, see `wantsHistory`.
    public mutating func tell(history past: [PastValue]) -> Bool {
        guard wantsHistory else { return false }
        history = past
        return true
    }

    /// While it is, there is no connection: what was says goodbye, and the next begins when it is over.
    public mutating func pause(_ isPaused: Bool) { self.isPaused = isPaused }

    /// Says goodbye and comes to rest for good.
    public mutating func stop() { isStopping = true }

    public var isStopped: Bool { phase == .stopped }
}

enum Phase: Hashable, Sendable {
    case resting(until: Instant)
    /// The number of the birth is on its way to the disk.
    case keeping
    /// It is there: CONNECT is next.
    case kept
    case connecting(until: Instant)
    /// SUBSCRIBE is next.
    case connected
    case subscribing(until: Instant)
    /// For the primary host.
    case waiting(until: Instant)
    /// 0: NBIRTH is next; else DBIRTH of the device before that number.
    case birthing(owner: Int)
    case alive
    /// NDEATH is next.
    case leaving
    /// The connection is to be closed, with DISCONNECT or without.
    case closing(politely: Bool)
    case stopped
}

/// A message that the transport was given.
enum Offer: Sendable {
    case birth(owner: Int)
    case deviceDeath(Int)
    case data(Values.Change)
    case history(count: Int)
    case death
}

/// What is known of a device in this connection.
struct Device: Sendable {
    var isThere = true
    var isBorn = false
}

public struct PastValue: Hashable, Sendable {
    public let metric: MetricIndex
    public let value: MetricValue?
    public let quality: MetricQuality
    public let wall: WallTime

    public init(_ metric: MetricIndex, _ value: MetricValue?, _ quality: MetricQuality, at wall: WallTime) {
        self.metric = metric
        self.value = value
        self.quality = quality
        self.wall = wall
    }
}

/// The number that ties a death to its birth: one more for each CONNECT, 255 is followed by 0, and it is on disk before it is used.
struct BirthNumber: Sendable {
    private(set) var current: UInt8
    private(set) var isKept: Bool
    private var isSpent: Bool

    init(last: UInt8?) {
        current = last ?? 0
        isKept = last != nil
        isSpent = last != nil
    }

    /// The number of the next CONNECT.
    mutating func prepare() {
        guard isSpent else { return }
        current &+= 1
        isKept = false
        isSpent = false
    }

    mutating func keep() { isKept = true }

    /// CONNECT may have been sent with it.
    mutating func spend() { isSpent = true }

    /// CONNECT was not sent.
    mutating func spare() { isSpent = false }
}

/// Orders and reports on their way to the shell, bounded.
struct WaitingActions: Sendable {
    private static let max = 256
    private var actions: [Action] = []
    private var lost = 0

    mutating func append(_ action: Action) {
        if actions.count < Self.max { actions.append(action) } else { lost += 1 }
    }

    mutating func take() -> Action? {
        if !actions.isEmpty { return actions.removeFirst() }
        guard lost > 0 else { return nil }
        defer { lost = 0 }
        return .report(.reportsLost(lost))
    }
}

/// Whether the primary host is there, as its newest state says.
struct HostWatch: Sendable {
    /// In this connection.
    var isOnline = false
    /// Over all connections: an older state is that of a broker which was away.
    private var newest: UInt64 = 0

    /// - Returns: `false`: it is older than one that was heard, and does not count.
    mutating func hear(_ state: HostState) -> Bool {
        guard state.timestamp >= newest else { return false }
        newest = state.timestamp
        isOnline = state.isOnline
        return true
    }
}
