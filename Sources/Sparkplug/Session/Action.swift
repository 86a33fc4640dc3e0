public import Quantities

/// What a session wants done, in this order. The transport is whoever does it.
public enum Action: Hashable, Sendable {
    /// Put the number of the next birth on disk, so that it outlives a power cut, and answer with `kept`.
    case keep(birthNumber: UInt8)
    /// Connect with a clean session (MQTT 5: clean start, session expiry 0), and hear `connected`, `refused`, `unreachable` or `lost`.
    case connect(Connection)
    /// In one request, each with QoS 1; then hear `subscribed` or `lost`.
    case subscribe([String])
    /// Never retained. Answer with `published` whether it stands in the queue to the broker. What is taken is sent in that order.
    case publish(Publication)
    /// Send DISCONNECT and close. Nothing more is heard of this connection.
    case disconnect
    /// Close without DISCONNECT, so that the broker tells of the death. Nothing more is heard of this connection.
    case hangUp
    /// To the command inbox, where role and rules are looked at.
    case order(CommandOrder)
    case report(Report)
}

public struct Connection: Hashable, Sendable {
    /// Which of the brokers. Range: 0 ..< `SessionSettings.brokers`.
    public let broker: Int
    /// The death certificate that the broker sends when the connection ends by itself.
    public let will: Publication
}

public struct Publication: Hashable, Sendable {
    public let topic: String
    public let payload: [UInt8]
    /// Range: 0 … 1.
    public let qualityOfService: UInt8
    /// Whether the broker keeps it for whoever comes later. Sparkplug's own messages are never kept.
    public let isRetained: Bool

    public init(topic: String, payload: [UInt8], qualityOfService: UInt8, isRetained: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.qualityOfService = qualityOfService
        self.isRetained = isRetained
    }
}

/// What the transport has to tell.
public enum News: Hashable, Sendable {
    case connected
    /// The broker answered and wants none of us.
    case refused(code: UInt8)
    /// No CONNECT was sent: no route, no name, no TCP, no TLS.
    case unreachable
    /// Every topic was granted; or not.
    case subscribed(isGranted: Bool)
    /// The connection is over, whoever ended it.
    case lost
    /// It was ended because a message came that is longer than the transport takes.
    case tooLarge
    case message(topic: String, payload: [UInt8], isRetained: Bool)
    /// The broker has taken the message that was published with QoS 1 under that number of this connection.
    case taken(message: Int32)
}

/// A value that a host wants set. It was judged as the standard and the plan say; who may do it is not known here.
public struct CommandOrder: Hashable, Sendable {
    public let metric: MetricIndex
    public let value: MetricValue
    /// When the host gave it, in milliseconds since 1970 UTC by its clock; with the metric, the order's identity.
    public let timestamp: UInt64
}

/// What people and the journal should know.
public enum Report: Hashable, Sendable {
    case connected(broker: Int)
    case refused(broker: Int, code: UInt8)
    case unreachable(broker: Int)
    case lost(broker: Int)
    /// The connection was ended because of a message that is longer than the transport takes.
    case messageTooLarge(broker: Int)
    /// Nothing came back in time.
    case noAnswer(broker: Int)
    /// The broker does not let us hear commands or the host.
    case subscriptionRefused(broker: Int)
    /// Node and devices are born: the host knows all values.
    case born(Birth)
    case hostOnline
    case hostOffline
    /// A state older than one that was heard before; it does not count.
    case hostStateOld
    case hostStateUnreadable
    /// The disk did not take the number of the birth; without it there is no connection.
    case birthNumberNotKept
    case commandRefused(CommandRefusal, MetricIndex?)
    /// So many reports were not kept, because nobody took them.
    case reportsLost(Int)

    public enum Birth: Hashable, Sendable {
        case session
        case askedFor
        /// The wall clock went back, and values that are newer than others would look older.
        case clockStepped
    }
}

/// A moment on both clocks.
public struct Moment: Hashable, Sendable {
    public let instant: Instant
    public let wall: WallTime

    public init(_ instant: Instant, _ wall: WallTime) {
        self.instant = instant
        self.wall = wall
    }

    /// As Sparkplug counts: since 1970 UTC, never before.
    var milliseconds: UInt64 { wall.milliseconds }
}

extension WallTime {
    var milliseconds: UInt64 { UInt64(max(0, unixNanoseconds / 1_000_000)) }
}
