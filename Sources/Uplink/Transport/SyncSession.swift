public import Quantities
public import Sparkplug

public struct SyncSettings: Sendable {
    public var encoding = SyncEncoding.cbor
    /// The most an encoded batch may take. Range: 200 …
    public var messageBytes = 60_000
    /// How long CONNECT and SUBSCRIBE are waited for.
    public var patience: Duration = .seconds(30)
    public var firstRest: Duration = .seconds(2)
    public var longestRest: Duration = .minutes(5)
    /// A connection that held so long starts the rests anew.
    public var settledAfter: Duration = .minutes(1)
    /// The least time between two writes of the marks, and after a gap that the disk did not take.
    public var keepInterval: Duration = .seconds(1)
    public var seed: UInt64 = 0

    public init() {}
}

/// What a sync session wants done, in this order.
public enum SyncAction: Hashable, Sendable {
    /// Connect with a clean session and without a will, and hear `connected`, `refused`, `unreachable` or `lost`.
    case connect(broker: Int)
    case subscribe(topic: String)
    /// Read the rows, publish the batch with QoS 1, and answer with `filled`.
    case fill(Parcel)
    case hangUp
    /// On disk, when it can: without them rows are sent again after a restart. Nothing beyond them may be deleted.
    case keep(marks: [String: UInt64])
    /// Commit the gap's row and the marks in one transaction, answer with `gaveUp`, and tell of the row as of every other.
    case giveUp(SyncGap, marks: [String: UInt64])
    case report(SyncReport)
}

public enum SyncReport: Hashable, Sendable {
    case connected(broker: Int)
    case refused(broker: Int, code: UInt8)
    case unreachable(broker: Int)
    case lost(broker: Int)
    /// The connection was ended because of a message that is longer than the transport takes.
    case messageTooLarge(broker: Int)
    case noAnswer(broker: Int)
    case subscriptionRefused(broker: Int)
    case acknowledgementUnreadable(SyncError)
    case gaveUp(SyncGap)
}

/// Carries an outbox over MQTT, without the transport: news and the numbers of rows go in, actions come out, and time is what it is told.
public struct SyncSession: Sendable {
    public let gateway: TopicName
    public let store: String
    public let settings: SyncSettings
    public private(set) var outbox: Outbox
    /// Streams of higher ranks wait, for want of money.
    public var rankMax = Int.max

    private let brokers: Int
    private var broker = 0
    private var phase = Phase.resting(until: .start)
    private var connectedAt = Instant.never
    private var backoff: Backoff
    private var reports: [SyncReport] = []
    private var keptMarks: [String: UInt64]
    private var keepAt = Instant.start
    private var giveUpAt = Instant.start
    private var retryAt = Instant.start

    private enum Phase: Hashable {
        case resting(until: Instant)
        case connecting(until: Instant)
        case connected
        case subscribing(until: Instant)
        case open
    }

    private static let retry: Duration = .milliseconds(100)
    private static let reportsMax = 64

    /// - Parameter outbox: with the marks that are on disk.
    /// - Parameter brokers: how many there are to try in turn. Range: 1 …
    public init(_ outbox: Outbox, gateway: TopicName, store: String, brokers: Int = 1, _ settings: SyncSettings = SyncSettings()) {
        self.outbox = outbox
        self.gateway = gateway
        self.store = store
        self.brokers = max(1, brokers)
        self.settings = settings
        keptMarks = outbox.marks
        backoff = Backoff(first: settings.firstRest, longest: settings.longestRest, seed: settings.seed)
    }

    public var rowsTopic: String { "tidegate/\(gateway.text)/sync/v1/rows" }
    public var storedTopic: String { "tidegate/\(gateway.text)/sync/v1/stored" }
    public var isOpen: Bool { phase == .open }

    /// Rows up to this are committed.
    public mutating func committed(_ stream: String, through id: UInt64) { outbox.committed(stream, through: id) }

    public mutating func next(at now: Instant) -> SyncAction? {
        if !reports.isEmpty { return .report(reports.removeFirst()) }
        if now >= giveUpAt, let gap = outbox.overflow {
            giveUpAt = now + settings.keepInterval
            return .giveUp(gap, marks: outbox.marks(after: gap))
        }
        if now >= keepAt, outbox.marks != keptMarks {
            keepAt = now + settings.keepInterval
            keptMarks = outbox.marks
            return .keep(marks: keptMarks)
        }
        return step(at: now)
    }

    private mutating func step(at now: Instant) -> SyncAction? {
        switch phase {
        case .resting(let until):
            guard now >= until else { return nil }
            phase = .connecting(until: now + settings.patience)
            return .connect(broker: broker)
        case .connecting(let until), .subscribing(let until):
            guard now >= until else { return nil }
            rest(.noAnswer(broker: broker), at: now)
            return .hangUp
        case .connected:
            phase = .subscribing(until: now + settings.patience)
            return .subscribe(topic: storedTopic)
        case .open:
            guard now >= retryAt else { return nil }
            return outbox.next(at: now, upTo: rankMax).map { .fill($0) }
        }
    }

    /// The answer to `fill`: what the batch holds, and whether the transport took it. One without rows needs no transport.
    public mutating func filled(_ parcel: FilledParcel, isTaken: Bool, at now: Instant) {
        if isTaken { outbox.sent(parcel, at: now) } else { retryAt = now + Self.retry }
    }

    /// The answer to `giveUp`.
    public mutating func gaveUp(_ gap: SyncGap, isOnDisk: Bool) {
        guard isOnDisk else { return }
        giveUpAt = .start
        outbox.giveUp(gap)
        keptMarks = outbox.marks
        tell(.gaveUp(gap))
    }

    public mutating func hear(_ news: News, at now: Instant) {
        switch news {
        case .connected:
            guard case .connecting = phase else { return }
            connectedAt = now
            phase = .connected
            tell(.connected(broker: broker))
        case .subscribed(isGranted: true):
            guard case .subscribing = phase else { return }
            phase = .open
            outbox.open()
        case .subscribed(isGranted: false): rest(.subscriptionRefused(broker: broker), at: now)
        case .refused(let code): rest(.refused(broker: broker, code: code), at: now)
        case .unreachable: rest(.unreachable(broker: broker), at: now)
        case .lost: rest(.lost(broker: broker), at: now)
        case .tooLarge: rest(.messageTooLarge(broker: broker), at: now)
        case .message(storedTopic, let payload, isRetained: false): hear(payload, at: now)
        case .message: break
        }
    }

    private mutating func hear(_ acknowledgement: [UInt8], at now: Instant) {
        do throws(SyncError) {
            let said = try SyncAcknowledgement(try settings.encoding.decode(acknowledgement, within: .acknowledgement))
            if said.store == store { outbox.acknowledged(said.stored, at: now) }
        } catch {
            tell(.acknowledgementUnreadable(error))
        }
    }

    private mutating func rest(_ report: SyncReport, at now: Instant) {
        if case .resting = phase { return }
        tell(report)
        if connectedAt != .never, now - connectedAt >= settings.settledAfter { backoff.succeed() }
        connectedAt = .never
        outbox.close()
        broker = (broker + 1) % brokers
        phase = .resting(until: now + backoff.rest())
    }

    private mutating func tell(_ report: SyncReport) {
        if reports.count < Self.reportsMax { reports.append(report) }
    }

    /// When `next` is to be asked again though nothing has happened.
    public func wake(at now: Instant) -> Instant {
        let marks = outbox.marks == keptMarks ? Instant.notDue : keepAt
        let room = outbox.overflow == nil ? Instant.notDue : giveUpAt
        return min(marks, room, wakeOfPhase(at: now))
    }

    private func wakeOfPhase(at now: Instant) -> Instant {
        switch phase {
        case .resting(let until), .connecting(let until), .subscribing(let until): until
        case .connected: .start
        case .open: retryAt > now ? retryAt : outbox.wake
        }
    }
}
