public import Language
public import Quantities
public import Sparkplug

/// A gateway that a desk pushes a document to, or only looks at.
public struct PushTarget: Hashable, Sendable {
    public struct Document: Hashable, Sendable {
        public let bytes: [UInt8]
        /// `schedule`, `trust` or `fresh`.
        public let kind: String
        /// Its number.
        public let version: Int
        /// SHA-256 of the bytes, in hexadecimal.
        public let hash: String

        public init(bytes: [UInt8], kind: String, version: Int, hash: String) {
            self.bytes = bytes
            self.kind = kind
            self.version = version
            self.hash = hash
        }
    }

    public let gateway: TopicName
    /// `nil`: it is only looked at.
    public let document: Document?

    public init(gateway: TopicName, document: Document?) {
        self.gateway = gateway
        self.document = document
    }
}

/// How far a document has come on its way to one gateway.
public enum PushStage: String, Hashable, Sendable {
    /// Not at the broker yet.
    case waiting
    /// The broker has it and keeps it; the gateway has said nothing.
    case kept
    case received
    /// On the gateway's disk: for its day, or until somebody of the site approves it.
    case accepted
    case refused
    case active
    /// It was in force, or was to be, and is not any more: it came back, was rolled back, or another has taken its place.
    case over

    /// The gateway has judged it.
    public var isAnswered: Bool {
        switch self {
        case .waiting, .kept, .received: false
        case .accepted, .refused, .active, .over: true
        }
    }

    /// The gateway has taken it, and it counts.
    public var isTaken: Bool { self == .accepted || self == .active }
}

/// One gateway as a desk sees it.
public struct PushRow: Hashable, Sendable {
    public let target: PushTarget
    public fileprivate(set) var stage = PushStage.waiting
    /// What the gateway said last of the document, in its own words.
    public fileprivate(set) var text: Phrase?
    /// How the gateway stood when it last said so; `nil`: it has never said so.
    public fileprivate(set) var standing: DocumentStanding?

    fileprivate init(_ target: PushTarget) { self.target = target }
}

public enum PushAction: Hashable, Sendable {
    case connect(broker: Int)
    case subscribe([String])
    case publish(Publication)
    case hangUp
}

/// Brings documents to many gateways by a broker and hears what becomes of them. Pure.
///
/// The broker keeps each document until there is another, so that a gateway without a link now takes it when it has one. To push again is
/// harmless: a gateway that has the document says so and does nothing.
public struct PushSession: Sendable {
    public private(set) var rows: [PushRow]
    /// Why there is no connection at this moment.
    public private(set) var fault: DialFault?
    private let topics: [DocumentTopics]
    /// By topic: whose answers and standings come by it.
    private let rowOfTopic: [String: Int]
    private var dial: Dial
    /// What is still to be published, last first.
    private var outgoing: [(row: Int, publication: Publication)] = []
    private var retryAt = Instant.start
    /// When the standings that the broker keeps are here, so that nothing is sent to whom has it.
    private var sendAt = Instant.notDue
    private var hasSent = false

    private static let retry: Duration = .milliseconds(50)
    /// For what the broker keeps of the gateways.
    private static let listening: Duration = .seconds(1)
    /// Messages of a whole document and its parts.
    private static let partsMax = DocumentPart.count(of: DocumentPart.wholeMax)

    /// - Parameter targets: of each gateway one.
    public init(_ targets: [PushTarget], _ settings: DialSettings = DialSettings()) {
        rows = targets.map { PushRow($0) }
        topics = targets.map { DocumentTopics($0.gateway) }
        rowOfTopic = Dictionary(topics.enumerated().flatMap { row, topics in [(topics.answer, row), (topics.standing, row)] },
                                uniquingKeysWith: { first, _ in first })
        dial = Dial(brokers: 1, settings)
    }

    public var isOpen: Bool { dial.isOpen }

    public mutating func next(at now: Instant) -> PushAction? {
        if let (step, change) = dial.next(at: now) {
            note(change, at: now)
            switch step {
            case .connect(let broker): return .connect(broker: broker)
            case .subscribe: return .subscribe(topics.flatMap { [$0.answer, $0.standing] })
            case .hangUp: return .hangUp
            case nil: break
            }
        }
        guard dial.isOpen, now >= retryAt else { return nil }
        if now >= sendAt {
            sendAt = .notDue
            outgoing = rows.indices.reversed().flatMap { row in publications(row).reversed().map { (row, $0) } }
            hasSent = true
        }
        return outgoing.last.map { .publish($0.publication) }
    }

    /// The messages of a row's document, if its gateway has not got it yet, and the places of parts that are no longer of use.
    private func publications(_ row: Int) -> [Publication] {
        guard let document = rows[row].target.document, !rows[row].stage.isTaken else { return [] }
        let messages = DocumentPart.messages(of: document.bytes, name: document.hash)
        let whole = topics[row].document(document.kind), isWhole = messages.count == 1
        func kept(_ topic: String, _ payload: [UInt8]) -> Publication {
            Publication(topic: topic, payload: payload, qualityOfService: 1, isRetained: true)
        }
        let parts = (1...Self.partsMax).map { number in
            kept(topics[row].document(document.kind, part: number), !isWhole && number <= messages.count ? messages[number - 1] : [])
        }
        return isWhole ? parts + [kept(whole, messages[0])] : [kept(whole, [])] + parts
    }

    /// The answer to `publish`: whether the transport took it.
    public mutating func published(_ isTaken: Bool, at now: Instant) {
        if isTaken { _ = outgoing.popLast() } else { retryAt = now + Self.retry }
    }

    /// All that was published has come to the broker.
    public mutating func settled() {
        guard hasSent, outgoing.isEmpty, dial.isOpen else { return }
        for row in rows.indices where rows[row].stage == .waiting && rows[row].target.document != nil { rows[row].stage = .kept }
    }

    public mutating func hear(_ news: News, at now: Instant) {
        note(dial.hear(news, at: now), at: now)
        guard case .message(let topic, let payload, _) = news, let row = rowOfTopic[topic] else { return }
        if topic == topics[row].answer {
            if let answer = DocumentAnswer(payload) { rows[row].hear(answer) }
        } else if let standing = DocumentStanding(payload) {
            rows[row].hear(standing, afterSending: hasSent)
        }
    }

    private mutating func note(_ change: Dial.Change?, at now: Instant) {
        switch change {
        case .opened: (fault, sendAt) = (nil, now + Self.listening)
        case .closed(_, let why): (fault, outgoing, sendAt, hasSent) = (why, [], .notDue, false)
        case .connected, nil: break
        }
    }

    /// When `next` is to be asked again though nothing has happened.
    public var wake: Instant {
        guard dial.isOpen else { return dial.wake }
        return outgoing.isEmpty ? sendAt : retryAt
    }
}

extension PushRow {
    fileprivate mutating func hear(_ answer: DocumentAnswer) {
        guard let document = target.document, answer.document == document.hash else { return }
        guard let next = PushStage(answer.step) else { return }
        // A document that comes again is received again: that takes nothing back.
        if next == .received, stage.isAnswered { return }
        stage = next
        text = answer.text
    }

    /// The standing says where a document is, also when its answer was missed, and whatever the last word was: people at the gateway
    /// may have given it up since. What was refused leaves no trace in it but that word, which is of an earlier time when it was kept
    /// before the document was sent anew.
    fileprivate mutating func hear(_ standing: DocumentStanding, afterSending: Bool) {
        self.standing = standing
        if afterSending, let last = standing.last { hear(last) }
        guard let document = target.document, document.kind == "schedule" else { return }
        if standing.active?.document == document.hash {
            stage = .active
        } else if standing.staged?.document == document.hash {
            stage = .accepted
        } else if stage.isTaken {
            stage = .over
        }
    }
}

extension PushStage {
    fileprivate init?(_ step: DocumentAnswer.Step) {
        switch step {
        case .received: self = .received
        case .refused, .damaged: self = .refused
        case .staged, .waits, .approved: self = .accepted
        case .active, .keys, .noted: self = .active
        case .cameBack, .ended, .declined: self = .over
        }
    }
}
