import Quantities
import Sparkplug

/// How one comes to a broker.
public struct DialSettings: Sendable {
    /// How long CONNECT and SUBSCRIBE are waited for.
    public var patience: Duration = .seconds(30)
    public var firstRest: Duration = .seconds(2)
    public var longestRest: Duration = .minutes(5)
    /// A connection that held so long starts the rests anew.
    public var settledAfter: Duration = .minutes(1)
    /// Of the rests: gateways with the same seed come back to a broker together.
    public var seed: UInt64 = 0

    public init() {}
}

/// Why there is no connection.
public enum DialFault: Hashable, Sendable {
    /// No route, no name, no TCP, no TLS.
    case unreachable
    /// The broker answered and wants none of us, with its code of MQTT 3.1.1.
    case refused(code: UInt8)
    case lost
    /// It sent more in one message than is ever taken.
    case tooLarge
    case noAnswer
    /// The broker does not let us hear the topics we need.
    case subscriptionRefused
}

/// The way to a broker and, where something is to be heard, to subscriptions it has granted: one broker after the other, with rests that
/// grow. Pure.
struct Dial: Sendable {
    enum Step: Hashable {
        case connect(broker: Int)
        case subscribe
        case hangUp
    }

    enum Change: Hashable {
        /// The broker takes us; what is to be heard is still to be asked for.
        case connected(broker: Int)
        case opened
        /// Without a fault: we have left it.
        case closed(broker: Int, DialFault?)
    }

    private enum Phase: Hashable {
        case resting(until: Instant)
        case connecting(until: Instant)
        case connected
        case subscribing(until: Instant)
        case open
    }

    private let settings: DialSettings
    private let brokers: Int
    private let subscribes: Bool
    private var broker = 0
    private var phase = Phase.resting(until: .start)
    private var connectedAt = Instant.never
    private var backoff: Backoff

    /// - Parameters:
    ///   - brokers: how many there are to try in turn. Range: 1 …
    ///   - subscribes: whether anything is to be heard.
    init(brokers: Int, subscribes: Bool = true, _ settings: DialSettings) {
        self.brokers = max(1, brokers)
        self.subscribes = subscribes
        self.settings = settings
        backoff = Backoff(first: settings.firstRest, longest: settings.longestRest, seed: settings.seed)
    }

    var isOpen: Bool { phase == .open }

    /// What is to be done now, and what that changes.
    mutating func next(at now: Instant) -> (step: Step?, change: Change?)? {
        switch phase {
        case .resting(let until):
            guard now >= until else { return nil }
            phase = .connecting(until: now + settings.patience)
            return (.connect(broker: broker), nil)
        case .connecting(let until), .subscribing(let until):
            guard now >= until else { return nil }
            return (.hangUp, leave(.noAnswer, at: now))
        case .connected where subscribes:
            phase = .subscribing(until: now + settings.patience)
            return (.subscribe, nil)
        case .connected:
            phase = .open
            return (nil, .opened)
        case .open: return nil
        }
    }

    mutating func hear(_ news: News, at now: Instant) -> Change? {
        switch news {
        case .connected:
            guard case .connecting = phase else { return nil }
            connectedAt = now
            phase = .connected
            return .connected(broker: broker)
        case .subscribed(isGranted: true):
            guard case .subscribing = phase else { return nil }
            phase = .open
            return .opened
        case .subscribed(isGranted: false): return leave(.subscriptionRefused, at: now)
        case .refused(let code): return leave(.refused(code: code), at: now)
        case .unreachable: return leave(.unreachable, at: now)
        case .lost: return leave(.lost, at: now)
        case .tooLarge: return leave(.tooLarge, at: now)
        case .message, .taken: return nil
        }
    }

    /// Rests before the next broker. Whoever says so of a connection that still stands hangs up.
    /// - Parameter fault: `nil`: there is none, and it is of no use.
    mutating func leave(_ fault: DialFault?, at now: Instant) -> Change? {
        if case .resting = phase { return nil }
        if connectedAt != .never, now - connectedAt >= settings.settledAfter { backoff.succeed() }
        connectedAt = .never
        let failed = broker
        broker = (broker + 1) % brokers
        phase = .resting(until: now + backoff.rest())
        return .closed(broker: failed, fault)
    }

    /// When `next` is to be asked again though nothing has happened.
    var wake: Instant {
        switch phase {
        case .resting(let until), .connecting(let until), .subscribing(let until): until
        case .connected: .start
        case .open: .notDue
        }
    }
}
