import Quantities
public import Sparkplug

/// What the site wants told, to whom, at what cost.
public struct RecordSettings: Sendable {
    public var gateway: TopicName
    /// 1 …, tried in turn.
    public var brokers: [Broker]
    public var keepAlive: Duration = .minutes(1)
    public var encoding = SyncEncoding.cbor
    public var messageBytes = 60_000
    /// How long an acknowledgement is waited for before rows are sent again.
    public var patience: Duration = .seconds(30)
    public var firstRest: Duration = .seconds(2)
    public var longestRest: Duration = .minutes(5)
    /// Bytes in a local day; beyond it only alarms go. `nil`: no bound.
    public var budget: Int?
    public var stateEvery: Duration = .minutes(1)
    /// For how long without a link everything is kept.
    public var keepDays = 60

    public init(gateway: TopicName, brokers: [Broker]) {
        self.gateway = gateway
        self.brokers = brokers
    }

    /// Rows that a day of a site makes at most, about: each series by the hour and by the day, and what is done.
    static func rowsADay(series: Int) -> Int { series * 25 + 500 }
}

/// How what goes upstream stands.
public struct RecordStatus: Sendable {
    public var isUp = false
    /// The one that is tried or connected.
    public var broker = ""
    /// Seconds since 1970; `nil`: not in this life.
    public var lastStored: Int64?
    /// What the link last said, when it is not well.
    public var problem: SyncReport?
    /// Rows that wait, by stream.
    public var waiting: [String: Int] = [:]
    public var roomRows = 0
    public var roomDays = 0
    /// Bytes of today, by what they were for; `acknowledgements` came down.
    public var bytesToday: [String: Int] = [:]
    public var budget: Int?
    /// Rows given up in this life.
    public var givenUp = 0

    public init() {}

    /// Days until the room is full at the pace of such a site with no link; `nil`: no room is known.
    public var daysLeft: Double? {
        guard roomDays > 0, roomRows > 0 else { return nil }
        return Double(roomDays) * Double(max(0, roomRows - waiting.values.reduce(0, +))) / Double(roomRows)
    }
}
