import Quantities
import Sparkplug
import Testing

/// A session with a transport that does at once what it is told, and remembers it.
final class SessionBench {
    var session: Session
    private(set) var actions: [Action] = []
    var now = Instant.start
    var wall = WallTime(unixSeconds: 1_764_000_000, trust: .synced)
    /// What the transport says to CONNECT and SUBSCRIBE; `nil`: nothing.
    var toConnect: News? = .connected
    var toSubscribe: News? = .subscribed(isGranted: true)
    var takes = true
    var keeps = true

    init(_ settings: SessionSettings = SessionSettings(), lastBirthNumber: UInt8? = nil) {
        session = Session(UplinkWorld.plan, settings, lastBirthNumber: lastBirthNumber)
    }

    static func withHost(brokers: Int = 1) -> SessionBench {
        var settings = SessionSettings()
        settings.primaryHost = TopicName("scada")
        settings.brokers = brokers
        return SessionBench(settings)
    }

    private var moment: Moment { Moment(now, wall) }

    /// Does all there is to do, and what it brings.
    @discardableResult
    func drain() -> [Action] {
        let before = actions.count
        for _ in 0..<2000 {
            guard let action = session.next(at: moment) else { break }
            actions.append(action)
            answer(action)
        }
        return Array(actions[before...])
    }

    private func answer(_ action: Action) {
        switch action {
        case .keep: session.kept(keeps, at: now)
        case .connect: if let toConnect { session.hear(toConnect, at: moment) }
        case .subscribe: if let toSubscribe { session.hear(toSubscribe, at: moment) }
        case .publish: session.published(takes, at: now)
        case .disconnect, .hangUp, .order, .report: break
        }
    }

    @discardableResult
    func wait(_ duration: Duration) -> [Action] {
        now = now + duration
        wall = WallTime(unixNanoseconds: wall.unixNanoseconds + duration.nanoseconds, trust: wall.trust)
        return drain()
    }

    @discardableResult
    func hear(_ news: News) -> [Action] {
        session.hear(news, at: moment)
        return drain()
    }

    @discardableResult
    func hear(_ topic: String, _ text: String) -> [Action] {
        hear(.message(topic: topic, payload: Array(text.utf8), isRetained: true))
    }

    @discardableResult
    func command(_ metric: Metric, to topic: String = "spBv1.0/farm/DCMD/gate-7/tank", isRetained: Bool = false) -> [Action] {
        hear(.message(topic: topic, payload: Payload(metrics: [metric]).encoded(), isRetained: isRetained))
    }

    func set(_ device: Int?, _ metric: Int, _ value: MetricValue?, _ quality: MetricQuality = .good) {
        session.set(UplinkWorld.plan.index(device: device, metric: metric), value, quality, at: wall)
    }

    /// What the host would show at this moment as milliseconds.
    var milliseconds: UInt64 { UInt64(wall.unixNanoseconds / 1_000_000) }
}

extension [Action] {
    /// Each in a word: the message of a topic, or the action's own name.
    var words: [String] {
        compactMap { action in
            switch action {
            case .keep(let number): "keep \(number)"
            case .connect(let connection): "connect \(connection.broker)"
            case .subscribe: "subscribe"
            case .publish(let publication): publication.words
            case .disconnect: "disconnect"
            case .hangUp: "hang up"
            case .order: "order"
            case .report: nil
            }
        }
    }

    var publications: [Publication] {
        compactMap { if case .publish(let publication) = $0 { publication } else { nil } }
    }

    var payloads: [Payload] {
        publications.compactMap { try? Payload(decoding: $0.payload, within: PayloadLimits(bytes: 1 << 20, metrics: 10_000)) }
    }

    var reports: [Report] {
        compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    var orders: [CommandOrder] {
        compactMap { if case .order(let order) = $0 { order } else { nil } }
    }
}

extension Publication {
    var words: String {
        let levels = topic.split(separator: "/")
        return levels.count > 4 ? "\(levels[2]) \(levels[4])" : "\(levels[2])"
    }
}
