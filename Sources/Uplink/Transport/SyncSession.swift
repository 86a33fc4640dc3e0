public import Quantities
public import Sparkplug

public struct SyncSettings: Sendable {
    public var form = SyncForm.rows(.cbor)
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
    /// Publish, and answer with `published`.
    case publish(Publication)
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
    /// What is to be said before the first rows of this connection, last first.
    private var introductions: [Publication] = []
    /// Of this connection, by the transport's number: what the broker has not taken yet.
    private var untaken: [Int32: [SyncAcknowledgement.Stored]] = [:]

    /// A broker that takes nothing any more would have the transport keep all that is sent again and again.
    private static let untakenMax = 32
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
        dial = Dial(brokers: brokers, subscribes: settings.form.isAnswered, settings.dial)
    }

    public var rowsTopic: String { settings.form.topic(of: gateway.text) }
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
            case nil: break
            }
        }
        guard dial.isOpen, now >= retryAt else { return nil }
        if untaken.count >= Self.untakenMax {
            note(dial.leave(.noAnswer, at: now))
            return .hangUp
        }
        if let introduction = introductions.last { return .publish(introduction) }
        return outbox.next(at: now, upTo: rankMax).map { .fill($0) }
    }

    /// The answer to `publish`: whether the transport took it.
    public mutating func published(_ isTaken: Bool, at now: Instant) {
        if isTaken { _ = introductions.popLast() } else { retryAt = now + Self.retry }
    }

    /// The answer to `fill`: what the batch holds, and the number under which the transport took it; `nil`: not at all. One without rows
    /// needs no transport.
    public mutating func filled(_ parcel: FilledParcel, as number: Int32?, at now: Instant) {
        let isEmpty = parcel.batch.blocks.isEmpty
        guard isEmpty ? !parcel.covered.isEmpty : number != nil else { return retryAt = now + Self.retry }
        outbox.sent(parcel, at: now)
        if let number { untaken[number] = SyncAcknowledgement(of: parcel.batch).stored }
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
        switch news {
        case .message(storedTopic, let payload, isRetained: false): hear(payload, at: now)
        case .taken(let number): taken(number, at: now)
        default: break
        }
    }

    private mutating func taken(_ number: Int32, at now: Instant) {
        guard let rows = untaken.removeValue(forKey: number), !settings.form.isAnswered else { return }
        outbox.acknowledged(rows, at: now)
    }

    private mutating func note(_ change: Dial.Change?) {
        switch change {
        case .connected(let broker): tell(.connected(broker: broker))
        case .opened:
            introductions = settings.form.introductions(of: gateway.text, outbox.streams).reversed()
                .map { Publication(topic: $0.topic, payload: $0.payload, qualityOfService: 1) }
            outbox.open()
        case .closed(let broker, let fault):
            outbox.close()
            (introductions, untaken) = ([], [:])
            if let fault { tell(.failed(broker: broker, fault)) }
        case nil: break
        }
    }

    private mutating func hear(_ acknowledgement: [UInt8], at now: Instant) {
        do throws(SyncError) {
            guard case .rows(let encoding) = settings.form else { return }
            let said = try SyncAcknowledgement(try encoding.decode(acknowledgement, within: .acknowledgement))
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
        return min(marks, room, dial.isOpen ? wakeOfOpen(at: now) : dial.wake)
    }

    private func wakeOfOpen(at now: Instant) -> Instant {
        if retryAt > now { return retryAt }
        return introductions.isEmpty && untaken.count < Self.untakenMax ? outbox.wake : now
    }
}
