import Language
public import Quantities
public import Sparkplug

/// What a document session wants done, in this order.
public enum DocumentAction: Hashable, Sendable {
    /// Connect with a clean session and without a will, and hear `connected`, `refused`, `unreachable` or `lost`.
    case connect(broker: Int)
    case subscribe(topic: String)
    /// Publish, and answer with `published`.
    case publish(Publication)
    /// Say what came, and answer with `recognised`.
    case recognise(document: [UInt8])
    /// Take it or refuse it, whoever sent it, and answer with `judged`.
    case judge(document: [UInt8])
    /// Say how things stand, and answer with `stands`.
    case look
    case hangUp
    case report(DialReport)
}

/// How the connection goes.
public enum DialReport: Hashable, Sendable {
    case opened
    case failed(broker: Int, DialFault)
}

/// A gateway's side of the delivery of documents, without the transport and without a judgement of its own: messages come in, answers
/// go out, one document after the other. The way is never trusted; whoever judges goes by signatures alone.
///
/// Nothing is kept of a connection that is over but what has not been said yet. A sender who wants an answer for certain has the broker
/// keep the document: it then comes again with each connection, and what was taken before is answered and not taken twice.
public struct DocumentSession: Sendable {
    public let topics: DocumentTopics
    private var dial: Dial
    private var basket = DocumentBasket()
    private var waiting: [[UInt8]] = []
    /// Of which the sender has heard that it came.
    private var announced: [UInt8]?
    private var last: DocumentAnswer?
    private var unsaid: [DocumentAnswer] = []
    private var standing: DocumentStanding?
    private var wantsLook = false
    private var offered = Offer.nothing
    private var retryAt = Instant.start
    private var reports: [DialReport] = []
    /// It takes its leave and stays away: there are no bytes for it.
    public var isPaused = false

    private enum Offer: Hashable { case nothing, answer, standing }

    /// Documents that wait to be judged: one of each kind and one more. Each is judged before more is read, as long as answers get away.
    static let waitingMax = 4
    /// Answers that wait for a connection: the oldest go first.
    static let unsaidMax = 16
    private static let reportsMax = 16
    private static let retry: Duration = .milliseconds(100)

    public init(gateway: TopicName, brokers: Int = 1, _ settings: DialSettings = DialSettings()) {
        topics = DocumentTopics(gateway)
        dial = Dial(brokers: brokers, settings)
    }

    public mutating func next(at now: Instant) -> DocumentAction? {
        if !reports.isEmpty { return .report(reports.removeFirst()) }
        if isPaused {
            guard let change = dial.leave(nil, at: now) else { return nil }
            note(change)
            return .hangUp
        }
        if let (step, change) = dial.next(at: now) {
            note(change)
            switch step {
            case .connect(let broker): return .connect(broker: broker)
            case .subscribe: return .subscribe(topic: topics.heard)
            case .hangUp: return .hangUp
            case nil: break
            }
        }
        return dial.isOpen ? work(at: now) : nil
    }

    /// What is said goes before what is judged: `received` is on its way before a judgement, which may take a second.
    private mutating func work(at now: Instant) -> DocumentAction? {
        if now >= retryAt, let publication = offer() { return .publish(publication) }
        guard offered == .nothing, unsaid.isEmpty else { return nil }
        if let document = announced {
            announced = nil
            return .judge(document: document)
        }
        if !waiting.isEmpty { return .recognise(document: waiting.removeFirst()) }
        guard wantsLook else { return nil }
        wantsLook = false
        return .look
    }

    private mutating func offer() -> Publication? {
        guard offered == .nothing else { return nil }
        if let answer = unsaid.first {
            offered = .answer
            return Publication(topic: topics.answer, payload: answer.encoded, qualityOfService: 1)
        }
        guard let standing else { return nil }
        offered = .standing
        return Publication(topic: topics.standing, payload: standing.encoded, qualityOfService: 1, isRetained: true)
    }

    /// The answer to `publish`: whether the transport took it.
    public mutating func published(_ isTaken: Bool, at now: Instant) {
        if !isTaken { retryAt = now + Self.retry }
        switch offered {
        case .answer where isTaken && !unsaid.isEmpty: unsaid.removeFirst()
        case .standing where isTaken: standing = nil
        default: break
        }
        offered = .nothing
    }

    /// The answer to `recognise`.
    public mutating func recognised(_ document: [UInt8], _ answer: DocumentAnswer) {
        announced = document
        say(answer)
    }

    /// The answer to `judge`.
    public mutating func judged(_ answer: DocumentAnswer) { tell(answer) }

    /// The answer to `look`.
    public mutating func stands(_ standing: DocumentStanding) {
        self.standing = standing
        self.standing?.last = last
    }

    /// Something has become of a document, whichever way it came.
    public mutating func tell(_ answer: DocumentAnswer) {
        say(answer)
        last = answer
        wantsLook = true
    }

    private mutating func say(_ answer: DocumentAnswer) {
        unsaid.append(answer)
        if unsaid.count > Self.unsaidMax { unsaid.remove(at: offered == .answer ? 1 : 0) }
    }

    /// The folder of schedules is not as it was.
    public mutating func changed() { wantsLook = true }

    /// - Parameter seconds: since 1970, by the gateway's clock.
    public mutating func hear(_ news: News, at now: Instant, seconds: Int64) {
        note(dial.hear(news, at: now))
        // A broker may send what it kept before it has granted the subscription.
        guard case .message(let topic, let payload, _) = news, topics.isHeard(topic) else { return }
        switch basket.take(payload) {
        case .document(let bytes) where waiting.count < Self.waitingMax: waiting.append(bytes)
        case .document: tell(.refusal(at: seconds, .tooMany))
        case .tooLong: tell(.refusal(at: seconds, .tooLong))
        case .more, .nothing: break
        }
    }

    private mutating func note(_ change: Dial.Change?) {
        switch change {
        case .opened:
            wantsLook = true
            note(.opened)
        case .closed(let broker, let fault):
            // Whatever was on its way comes again where the sender had it kept.
            (basket, waiting, announced, offered) = (DocumentBasket(), [], nil, .nothing)
            if let fault { note(.failed(broker: broker, fault)) }
        case .connected, nil: break
        }
    }

    private mutating func note(_ report: DialReport) {
        if reports.count < Self.reportsMax { reports.append(report) }
    }

    /// When `next` is to be asked again though nothing has happened.
    public func wake(at now: Instant) -> Instant {
        if isPaused { return .notDue }
        guard dial.isOpen else { return dial.wake }
        let isBusy = !unsaid.isEmpty || standing != nil || announced != nil || !waiting.isEmpty || wantsLook || !reports.isEmpty
        return isBusy ? max(now, retryAt) : .notDue
    }
}

extension DocumentAnswer {
    /// Of a document that is not known, since it was not read.
    fileprivate static func refusal(at seconds: Int64, _ text: Phrase) -> DocumentAnswer {
        DocumentAnswer(.refused, document: nil, version: nil, at: seconds, text)
    }
}

extension Phrase {
    fileprivate static let tooLong = Phrase(
        zh: "一条消息超过 \(DocumentBasket.messageMax) 字节，没有看。\n  请分段发送（tidegate push 会自动分段）。",
        en: "A message of more than \(DocumentBasket.messageMax) bytes was not looked at.\n  Send the document in parts, as tidegate push does.")
    fileprivate static let tooMany = Phrase(
        zh: "一下子来的文件太多，这一份没有看。\n  请稍后再发。", en: "Too many documents came at once, and this one was not looked at.\n  Send it again in a while.")
}
