public import Quantities
public import Sparkplug

public struct SyncSettings: Sendable {
    public var encoding = SyncEncoding.cbor
    /// The most an encoded batch may take. Range: 200 …
    public var messageBytes = 60_000
    public var dial = DialSettings()
    /// The least time between two writes of the marks, and after a gap that the disk did not take.
    public var keepInterval: Duration = .seconds(1)

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
    case failed(broker: Int, DialFault)
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

    private var dial: Dial
    private var reports: [SyncReport] = []
    private var keptMarks: [String: UInt64]
    private var keepAt = Instant.start
    private var giveUpAt = Instant.start
    private var retryAt = Instant.start

    private static let retry: Duration = .milliseconds(100)
    private static let reportsMax = 64

    /// - Parameter outbox: with the marks that are on disk.
    /// - Parameter brokers: how many there are to try in turn. Range: 1 …
    public init(_ outbox: Outbox, gateway: TopicName, store: String, brokers: Int = 1, _ settings: SyncSettings = SyncSettings()) {
        self.outbox = outbox
        self.gateway = gateway
        self.store = store
        self.settings = settings
        keptMarks = outbox.marks
        dial = Dial(brokers: brokers, settings.dial)
    }

    public var rowsTopic: String { "tidegate/\(gateway.text)/sync/v1/rows" }
    public var storedTopic: String { "tidegate/\(gateway.text)/sync/v1/stored" }
    public var isOpen: Bool { dial.isOpen }

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
        if let (step, change) = dial.next(at: now) {
            note(change)
            switch step {
            case .connect(let broker): return .connect(broker: broker)
            case .subscribe: return .subscribe(topic: storedTopic)
            case .hangUp: return .hangUp
            }
        }
        guard dial.isOpen, now >= retryAt else { return nil }
        return outbox.next(at: now, upTo: rankMax).map { .fill($0) }
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
        note(dial.hear(news, at: now))
        if case .message(storedTopic, let payload, isRetained: false) = news { hear(payload, at: now) }
    }

    private mutating func note(_ change: Dial.Change?) {
        switch change {
        case .connected(let broker): tell(.connected(broker: broker))
        case .opened: outbox.open()
        case .closed(let broker, let fault):
            outbox.close()
            tell(.failed(broker: broker, fault))
        case nil: break
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

    private mutating func tell(_ report: SyncReport) {
        if reports.count < Self.reportsMax { reports.append(report) }
    }

    /// When `next` is to be asked again though nothing has happened.
    public func wake(at now: Instant) -> Instant {
        let marks = outbox.marks == keptMarks ? Instant.notDue : keepAt
        let room = outbox.overflow == nil ? Instant.notDue : giveUpAt
        let dialled = dial.isOpen ? (retryAt > now ? retryAt : outbox.wake) : dial.wake
        return min(marks, room, dialled)
    }
}
