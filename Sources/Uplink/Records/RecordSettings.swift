import Quantities
public import Sparkplug

/// What the site wants told, to whom, at what cost.
public struct RecordSettings: Sendable {
    public var gateway: TopicName
    /// 1 …, tried in turn.
    public var brokers: [Broker]
    public var keepAlive: Duration = .minutes(1)
    public var form = SyncForm.rows(.cbor)
    public var messageBytes = 60_000
    /// How long an acknowledgement is waited for before rows are sent again.
    public var patience: Duration = .seconds(30)
    public var firstRest: Duration = .seconds(2)
    public var longestRest: Duration = .minutes(5)
    public var stateEvery: Duration = .minutes(1)
    /// For how long without a link everything is kept, and how many rows that is at most.
    public var keepDays = 60
    public var roomRows = 2_000_000

    public init(gateway: TopicName, brokers: [Broker]) {
        self.gateway = gateway
        self.brokers = brokers
    }
}

/// How what goes upstream stands.
public struct RecordStatus: Sendable {
    public var isUp = false
    public var form = SyncForm.rows(.cbor)
    /// The one that is tried or connected.
    public var broker = ""
    /// Seconds since 1970; `nil`: not in this life.
    public var lastStored: Int64?
    /// What the link last said, when it is not well.
    public var problem: SyncReport?
    /// What was found where the broker should be; `nil`: nobody looked in this absence.
    public var reach: Reach?
    /// Rows that wait, by stream.
    public var waiting: [String: Int] = [:]
    public var roomRows = 0
    public var roomDays = 0
    /// Rows given up in this life.
    public var givenUp = 0

    public init() {}

    /// Days until the room is full at the pace of such a site with no link; `nil`: no room is known.
    public var daysLeft: Double? {
        guard roomDays > 0, roomRows > 0 else { return nil }
        return Double(roomDays) * Double(max(0, roomRows - waiting.values.reduce(0, +))) / Double(roomRows)
    }
}
