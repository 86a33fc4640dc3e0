public import Language
public import Quantities

/// How the link is set up.
public struct LinkPlan: Hashable, Sendable {
    public let kind: TerminalKind
    /// The center's card: messages go to it, and only its acknowledgements count.
    public let center: CardNumber
    /// Bytes of a message the card's class allows: 1750 by the regional service of BeiDou-3, 70 by the global one, less by BeiDou-2.
    public let bytesAtMost: Int
    /// The time between messages may be longer than the card's; it is never shorter.
    public let interval: Duration
    /// How long an acknowledgement is waited for before the message goes again; doubled each time, up to 30 min.
    public let acknowledgedWithin: Duration

    /// `nil` when an alarm or a zone's day does not fit, or the message is longer than any service carries.
    public init?(kind: TerminalKind, center: CardNumber, bytesAtMost: Int, interval: Duration = .zero,
                 acknowledgedWithin: Duration = .minutes(3)) {
        let least = Envelope.overhead + max(AlarmNews.sizeAtMost, ZoneDay.size)
        guard (least...Limits.messageAtMost).contains(bytesAtMost), acknowledgedWithin > .zero else { return nil }
        (self.kind, self.center, self.bytesAtMost, self.interval) = (kind, center, bytesAtMost, interval)
        self.acknowledgedWithin = acknowledgedWithin
    }
}

public enum LinkAction: Hashable, Sendable {
    case send([UInt8])
    case note(LinkNote)
}

public enum LinkNote: Hashable, Sendable {
    /// The card was read: its number, and the time between messages that holds.
    case card(CardNumber, interval: Duration)
    /// The terminal has no card, or does not answer.
    case noCard
    case noAnswer
    case rejected(TerminalWord.Rejection)
    case acknowledged([UInt16])
    case droppedAlarm(AlarmNews)
    case droppedDays(Int)
    /// Somebody else's message. Nothing that comes by satellite is ever an order.
    case stranger(CardNumber)

    public var phrase: Phrase {
        switch self {
        case .card(let card, let interval):
            Phrase(zh: "北斗卡 \(card)，每 \(Phrase(interval).zh) 可发一条", en: "BeiDou card \(card): one message each \(Phrase(interval).en)")
        case .noCard: Phrase(zh: "北斗终端没有卡，检查卡座", en: "the BeiDou terminal has no card: look at its holder")
        case .noAnswer: Phrase(zh: "北斗终端不应答，检查电源和串口线", en: "the BeiDou terminal does not answer: look at its supply and cable")
        case .rejected(let why): Phrase(zh: "北斗终端没有发出：\(why.phrase.zh)", en: "the BeiDou terminal did not send: \(why.phrase.en)")
        case .acknowledged(let numbers): Phrase(zh: "中心收到 \(numbers.count) 条", en: "the center has \(numbers.count)")
        case .droppedAlarm(let news): Phrase(zh: "待发报警太多，丢弃了 \(news.tag) 的一条", en: "too many alarms wait: one of \(news.tag) was dropped")
        case .droppedDays(let count): Phrase(zh: "待发日报太多，丢弃了 \(count) 条", en: "too many days wait: \(count) were dropped")
        case .stranger(let card): Phrase(zh: "收到陌生卡 \(card) 的消息，未处理", en: "a message from the strange card \(card) was left alone")
        }
    }
}

extension TerminalWord.Rejection {
    public var phrase: Phrase {
        switch self {
        case .tooEarly: Phrase(zh: "间隔未到", en: "too early for the card")
        case .suppressed: Phrase(zh: "系统抑制发射", en: "the system suppresses sending")
        case .silenced: Phrase(zh: "终端处于静默状态", en: "the terminal is silenced")
        case .noSignal: Phrase(zh: "没有锁定卫星，检查天线和遮挡", en: "no satellite: look at the antenna and what stands before it")
        case .noCard: Phrase(zh: "没有卡", en: "no card")
        case .notPermitted: Phrase(zh: "卡没有权限", en: "the card may not")
        case .unknown(let code): Phrase(zh: "原因 \(code)", en: "reason \(code)")
        }
    }
}

/// Alarms and the state of the day through BeiDou short messages: alarms first, each until the center has acknowledged it, never more
/// often than the card allows, never more bytes than it carries.
///
/// Pure: time comes in, sentences go out. The owner of the serial port calls `step` about once a second and `hear` when bytes came,
/// and stores `memory`.
///
/// ```
///   asks for the card ── card ──▶ free ── something due ──▶ sent ── accepted, or silence ──▶ waits for the card's interval
///                                  ▲                          └─ rejected ──▶ waits as told, and the message stays ─┐
///                                  └────────────────────────────────────────────────────────────────────────────────┘
/// ```
public struct ShortMessageLink: Sendable {
    public let plan: LinkPlan
    public private(set) var memory: LinkMemory
    private var reader = SentenceReader()
    private var interval: Duration?
    private var freeAt = Instant.never
    private var slots = 0
    private var pending: Pending?
    private var unanswered = 0
    /// Until the terminal says otherwise.
    private var hasCard = true

    /// What the terminal has been asked, until it answers.
    private enum Pending {
        case card(until: Instant)
        case message(UInt16, until: Instant)

        var until: Instant {
            switch self {
            case .card(let until), .message(_, let until): until
            }
        }
    }

    public init(_ plan: LinkPlan, memory: LinkMemory) {
        self.plan = plan
        self.memory = memory.anew
    }

    /// How long a terminal may take to answer.
    private static let answerWithin = Duration.seconds(10)
    private static let repeatAtMost = Duration.minutes(30)
    /// After so many messages without a word from the terminal its card is asked for again.
    private static let silencesAtMost = 3

    public mutating func tell(_ news: AlarmNews) -> [LinkAction] {
        memory.add(news).map { [.note(.droppedAlarm($0))] } ?? []
    }

    /// Tells what of the alarms has changed since it was last told, over restarts too: those that have come, and those that stand no
    /// longer.
    ///
    /// - Parameter standing: every alarm that stands now.
    public mutating func tell(standing: [AlarmNews], unixSeconds: UInt32) -> [LinkAction] {
        let now = Set(standing.map(LinkMemory.Mark.init))
        let gone = memory.raised.subtracting(now).sorted { ($0.kind, $0.tag) < ($1.kind, $1.tag) }
        let room = Limits.raisedAtMost - memory.raised.intersection(now).count
        let come = standing.filter { !memory.raised.contains(LinkMemory.Mark($0)) }.prefix(room)
        let news = gone.map { AlarmNews(kind: $0.kind, tag: $0.tag, isRaised: false, unixSeconds: unixSeconds) } + come
        return news.flatMap { tell($0) }
    }

    /// Tells the states of a day, once.
    public mutating func tell(_ days: [ZoneDay], of date: CivilDate) -> [LinkAction] {
        memory.dayTold = date
        return tell(days)
    }

    public mutating func tell(_ days: [ZoneDay]) -> [LinkAction] {
        let dropped = memory.add(days, eachOf: plan.bytesAtMost - Envelope.overhead)
        return dropped.isEmpty ? [] : [.note(.droppedDays(dropped.count))]
    }

    public mutating func step(now: Instant) -> [LinkAction] {
        var actions: [LinkAction] = []
        if let waiting = pending {
            guard now >= waiting.until else { return [] }
            actions += silence(waiting)
        }
        guard let interval else { return actions + askCard(now) }
        guard now >= freeAt else { return actions }
        if Slot(slots) == .alarmsOnly, now - freeAt >= interval { slots += 1 }
        guard let index = memory.next(at: now, in: Slot(slots)) else { return actions }
        return actions + send(index, now, interval)
    }

    private mutating func askCard(_ now: Instant) -> [LinkAction] {
        pending = .card(until: now + ShortMessageLink.answerWithin)
        return plan.kind.askCard.map { [.send($0.bytes)] } ?? []
    }

    private mutating func send(_ index: Int, _ now: Instant, _ interval: Duration) -> [LinkAction] {
        let message = memory.waiting[index]
        guard let sentence = plan.kind.send(message.envelope(life: memory.life).bytes, to: plan.center) else { return [] }
        let doubled = plan.acknowledgedWithin * (1 << min(message.sent, 8))
        memory.waiting[index].sent += 1
        memory.waiting[index].notBefore = now + min(doubled, ShortMessageLink.repeatAtMost)
        slots += 1
        freeAt = now + interval
        pending = .message(message.number, until: now + ShortMessageLink.answerWithin)
        return [.send(sentence.bytes)]
    }

    /// No word about a message: it may have gone out, so its slot is used up.
    private mutating func silence(_ waiting: Pending) -> [LinkAction] {
        pending = nil
        unanswered += 1
        if unanswered >= ShortMessageLink.silencesAtMost { interval = nil }
        return [1, ShortMessageLink.silencesAtMost].contains(unanswered) ? [.note(.noAnswer)] : []
    }

    public mutating func hear(_ bytes: some Sequence<UInt8>, now: Instant) -> [LinkAction] {
        reader.read(bytes).flatMap { hear(TerminalWord($0), now) }
    }

    private mutating func hear(_ word: TerminalWord, _ now: Instant) -> [LinkAction] {
        switch word {
        case .other: return []
        case .card(nil, _):
            defer { (interval, hasCard) = (nil, false) }
            return hasCard ? [.note(.noCard)] : []
        case .card(let card?, let told): return know(card, max(told, plan.interval), now)
        case .accepted:
            (pending, unanswered) = (nil, 0)
            return []
        case .rejected(let why, let wait): return reject(why, wait, now)
        case .message(let from, let bytes):
            guard from == plan.center else { return [.note(.stranger(from))] }
            return acknowledge(bytes)
        }
    }

    /// The card's interval is law: no shorter one of ours, and a longer one of ours holds.
    private mutating func know(_ card: CardNumber, _ longer: Duration, _ now: Instant) -> [LinkAction] {
        if case .card = pending { pending = nil }
        let isNew = interval != longer
        (unanswered, hasCard, interval) = (0, true, longer)
        // What the last life sent is not known: the card's interval goes by first.
        if freeAt == .never { freeAt = now + longer }
        return isNew ? [.note(.card(card, interval: longer))] : []
    }

    /// Nothing has gone out: the message goes again when the terminal says, else after an interval.
    private mutating func reject(_ why: TerminalWord.Rejection, _ wait: Duration, _ now: Instant) -> [LinkAction] {
        unanswered = 0
        guard case .message(let number, _)? = pending, let index = memory.waiting.firstIndex(where: { $0.number == number }) else {
            pending = nil
            return [.note(.rejected(why))]
        }
        pending = nil
        memory.waiting[index].sent -= 1
        memory.waiting[index].notBefore = .never
        freeAt = now + (wait > .zero ? wait : interval ?? Limits.shortestInterval)
        return [.note(.rejected(why))]
    }

    private mutating func acknowledge(_ bytes: [UInt8]) -> [LinkAction] {
        guard let envelope = Envelope(bytes), envelope.kind == .acknowledgement, envelope.life == memory.life else { return [] }
        let known = memory.remove(envelope.acknowledged)
        return known.isEmpty ? [] : [.note(.acknowledged(known))]
    }
}
