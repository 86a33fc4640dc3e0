public import Quantities

/// A message that waits, or waits for its acknowledgement.
public struct Waiting: Hashable, Sendable {
    public let number: UInt16
    let payload: Payload
    /// How often it went out.
    var sent = 0
    /// Not again before this. In a new life everything may go at once.
    var notBefore = Instant.never

    enum Payload: Hashable, Sendable {
        case alarm(AlarmNews)
        case days([ZoneDay])
    }

    var isAlarm: Bool { if case .alarm = payload { true } else { false } }

    func envelope(life: UInt8) -> Envelope {
        switch payload {
        case .alarm(let news): Envelope(kind: .alarm, life: life, number: number, payload: news.bytes)
        case .days(let days): Envelope(kind: .state, life: life, number: number, payload: days.flatMap(\.bytes))
        }
    }
}

/// What a new life must know of the last one. Kept as `bytes`.
public struct LinkMemory: Hashable, Sendable {
    /// Told with every number; another one when this memory was lost, so that the center does not take new messages for old ones.
    public let life: UInt8
    /// The number that was used last; 0: none yet.
    public internal(set) var number: UInt16 = 0
    /// In the order they came.
    public internal(set) var waiting: [Waiting] = []
    /// Alarms that were told as come, and not yet as gone.
    var raised: Set<Mark> = []
    /// The newest day that was told.
    public internal(set) var dayTold: CivilDate?

    /// Which alarm.
    struct Mark: Hashable, Sendable {
        let kind: UInt16
        let tag: String

        init(kind: UInt16, tag: String) { (self.kind, self.tag) = (kind, tag) }
        init(_ news: AlarmNews) { self.init(kind: news.kind, tag: news.tag) }
    }

    public init(life: UInt8) { self.life = life }

    /// As it is after a restart: the moments of the last life mean nothing.
    var anew: LinkMemory {
        var memory = self
        for index in memory.waiting.indices { memory.waiting[index].notBefore = .never }
        return memory
    }

    /// News of an alarm takes the place of what waits about the same alarm: chatter fills no queue, and an old word is not told
    /// after a newer one.
    ///
    /// - Returns: an alarm that had to go because too many wait: the oldest that has gone, else the oldest.
    mutating func add(_ news: AlarmNews) -> AlarmNews? {
        waiting.removeAll { if case .alarm(let old) = $0.payload { old.isAbout(news) } else { false } }
        if news.isRaised { raised.insert(Mark(news)) } else { raised.remove(Mark(news)) }
        waiting.append(Waiting(number: nextNumber(), payload: .alarm(news)))
        let alarms = waiting.indices.filter { waiting[$0].isAlarm }
        guard alarms.count > Limits.alarmsAtMost else { return nil }
        let gone = alarms.first { if case .alarm(let old) = waiting[$0].payload { !old.isRaised } else { false } }
        guard case .alarm(let dropped) = waiting.remove(at: gone ?? alarms[0]).payload else { return nil }
        return dropped
    }

    /// Days of zones, as many in a message as it holds. A newer day of a zone takes the place of one that waits.
    ///
    /// - Returns: zones that are too many.
    mutating func add(_ days: [ZoneDay], eachOf size: Int) -> [ZoneDay] {
        let newest = Dictionary(days.map { ($0.zone, $0) }, uniquingKeysWith: { $0.date > $1.date ? $0 : $1 })
        var others: [ZoneDay] = []
        waiting.removeAll { message in
            guard case .days(let old) = message.payload, old.contains(where: { newest[$0.zone] != nil }) else { return false }
            others += old.filter { newest[$0.zone] == nil }
            return true
        }
        let all = (others + newest.values.sorted { $0.zone < $1.zone })
        let room = max(Limits.statesAtMost - daysWaiting, 0)
        let perMessage = max(size / ZoneDay.size, 1)
        let kept = Array(all.prefix(room))
        for start in stride(from: 0, to: kept.count, by: perMessage) {
            let part = Array(kept[start..<min(start + perMessage, kept.count)])
            waiting.append(Waiting(number: nextNumber(), payload: .days(part)))
        }
        return Array(all.dropFirst(room))
    }

    private var daysWaiting: Int {
        waiting.reduce(0) { if case .days(let days) = $1.payload { $0 + days.count } else { $0 } }
    }

    /// Alarms before states, but for the slots that belong to one of them; of one kind the one sent least often, then the oldest.
    func next(at now: Instant, in slot: Slot) -> Int? {
        let due = waiting.indices.filter { waiting[$0].notBefore <= now }
        func first(_ isAlarm: Bool) -> Int? {
            due.filter { waiting[$0].isAlarm == isAlarm }.min { (waiting[$0].sent, $0) < (waiting[$1].sent, $1) }
        }
        switch slot {
        case .alarmsOnly: return first(true)
        case .alarmsFirst: return first(true) ?? first(false)
        case .statesFirst: return first(false) ?? first(true)
        }
    }

    mutating func remove(_ numbers: [UInt16]) -> [UInt16] {
        let known = waiting.map(\.number).filter(numbers.contains)
        waiting.removeAll { known.contains($0.number) }
        return known
    }

    /// A number that still waits is not given again.
    private mutating func nextNumber() -> UInt16 {
        repeat { number = number == .max ? 1 : number + 1 } while waiting.contains { $0.number == number }
        return number
    }
}

/// Whose turn it is. Of each four slots one is kept for alarms alone, and in one states go before alarms that nobody acknowledges.
enum Slot {
    case alarmsOnly, alarmsFirst, statesFirst

    init(_ count: Int) {
        self = switch count % 4 {
        case 3: .alarmsOnly
        case 2: .statesFirst
        default: .alarmsFirst
        }
    }
}
