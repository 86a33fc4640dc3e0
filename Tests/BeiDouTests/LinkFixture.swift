import BeiDou
import Quantities
import Testing

/// A link of the tests with a terminal, a satellite that loses, and a center that acknowledges, in virtual time.
struct Sky {
    var link: ShortMessageLink
    var now = Instant.start
    let interval: Int
    /// Whether the terminal answers at all, has a signal, and the center acknowledges.
    var answers = true
    var hasSignal = true
    var acknowledges = true
    /// Shares of messages lost up and down.
    var loss = 0.0
    var random: SeededGenerator

    /// Moments and envelopes of what the terminal took to be sent.
    var sent: [(at: Instant, envelope: Envelope)] = []
    /// What the center has, by life and number.
    var center: [Key: Envelope] = [:]
    var notes: [LinkNote] = []
    private var lastSent: Instant?
    private var reader = SentenceReader()
    private var coming: [(at: Instant, bytes: [UInt8])] = []

    struct Key: Hashable {
        let life: UInt8
        let number: UInt16
    }

    static let centerCard = 4_204_990 as UInt32

    init(_ plan: LinkPlan, interval: Int = 60, seed: UInt64 = 1, memory: LinkMemory = LinkMemory(life: 1)) {
        link = ShortMessageLink(plan, memory: memory)
        self.interval = interval
        random = SeededGenerator(seed: seed)
    }

    mutating func second() {
        now = now + .seconds(1)
        let due = coming.filter { $0.at <= now }
        coming.removeAll { $0.at <= now }
        for one in due { take(link.hear(one.bytes, now: now)) }
        take(link.step(now: now))
    }

    mutating func seconds(_ count: Int) {
        for _ in 0..<count { second() }
    }

    mutating func take(_ actions: [LinkAction]) {
        for action in actions {
            switch action {
            case .note(let note): notes.append(note)
            case .send(let bytes): for sentence in reader.read(bytes) { terminal(sentence) }
            }
        }
    }

    private mutating func reply(_ fields: [String], in delay: Duration = .seconds(1)) {
        guard let sentence = Sentence(fields) else { return }
        coming.append((now + delay, sentence.bytes))
    }

    private mutating func terminal(_ sentence: Sentence) {
        guard answers else { return }
        switch sentence.name {
        case "CCICR": reply(["BDICP", "4216930", "0", "0", "3", "0", "N", "2", "N", "1", "0", "0", "3", "1", "\(interval)", "2"])
        case "CCTCQ":
            if !hasSignal { return reply(["BDFKI", "080432", "TCQ", "N", "4", "0"]) }
            if let last = lastSent, now - last < .seconds(interval) { return reply(["BDFKI", "080432", "TCQ", "N", "1", "5"]) }
            lastSent = now
            reply(["BDFKI", "080432", "TCQ", "Y", "0", "0"])
            fly(sentence[5])
        default: break
        }
    }

    private mutating func fly(_ code: String) {
        let digits = code.compactMap(\.hexDigitValue).map(UInt8.init)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        guard let envelope = Envelope(bytes) else { return }
        sent.append((now, envelope))
        guard Double.random(in: 0..<1, using: &random) >= loss else { return }
        center[Key(life: envelope.life, number: envelope.number)] = envelope
        guard acknowledges, Double.random(in: 0..<1, using: &random) >= loss else { return }
        let answer = Envelope.acknowledgement(of: [envelope.number], life: envelope.life)
        say(answer.bytes, in: .seconds(8))
    }

    /// The center's card says something.
    mutating func say(_ bytes: [UInt8], from card: UInt32 = centerCard, in delay: Duration = .seconds(1)) {
        let code = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        reply(["BDTCI", "\(card)", "4216930", "2", "142204", "2", "0", code], in: delay)
    }
}

func linkPlan(bytesAtMost: Int = 98, interval: Duration = .zero) throws -> LinkPlan {
    let center = try #require(CardNumber(Sky.centerCard))
    return try #require(LinkPlan(kind: .beidou3, center: center, bytesAtMost: bytesAtMost, interval: interval))
}

func alarm(_ kind: UInt16, _ tag: String = "P-1", isRaised: Bool = true) -> AlarmNews {
    AlarmNews(kind: kind, tag: tag, isRaised: isRaised, unixSeconds: 1_795_823_880, value: 1.5, limit: 2)
}

func zoneDays(_ zones: ClosedRange<UInt16>, day: Int = 28) throws -> [ZoneDay] {
    let date = try #require(CivilDate(year: 2026, month: 11, day: day))
    return zones.map { ZoneDay(zone: $0, date: date, tenthsGiven: 10, minutes: 5, reading: nil, alarms: 0, state: 0) }
}
