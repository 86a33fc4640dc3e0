import BeiDou
import Quantities
import Testing

@Suite struct LinkTests {
    private func alarms(_ sky: Sky) -> [UInt16] {
        sky.sent.compactMap { $0.envelope.kind == .alarm ? AlarmNews($0.envelope.payload)?.kind : nil }
    }

    @Test func `the card is read first, and its interval goes by before the first message of a life`() throws {
        var sky = Sky(try linkPlan())
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(61)
        #expect(sky.notes == [.card(try #require(CardNumber(4_216_930)), interval: .seconds(60))])
        #expect(sky.sent.isEmpty)
        sky.seconds(2)
        #expect(alarms(sky) == [60])
        sky.seconds(20)
        #expect(sky.notes.last == .acknowledged([1]))
        #expect(sky.link.memory.waiting.isEmpty)
    }

    @Test func `an alarm goes before the state of zones, and many zones share a message`() throws {
        var sky = Sky(try linkPlan())
        sky.take(sky.link.tell(try zoneDays(1...20)))
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(900)
        #expect(sky.sent.map(\.envelope.kind) == [.alarm, .state, .state, .state, .state])
        #expect(sky.sent.flatMap { ZoneDay.days($0.envelope.kind == .state ? $0.envelope.payload : []) }.map(\.zone).sorted() == Array(1...20))
        #expect(sky.sent.allSatisfy { $0.envelope.bytes.count <= 98 })
    }

    @Test func `one slot in four is kept free for alarms: one that comes in it goes at once`() throws {
        var sky = Sky(try linkPlan())
        sky.acknowledges = false
        sky.take(sky.link.tell(try zoneDays(1...200)))
        sky.seconds(60 * 40)
        let gaps = zip(sky.sent, sky.sent.dropFirst()).map { $1.at - $0.at }
        #expect(gaps.filter { $0 >= .seconds(120) }.count == gaps.count / 3, "\(gaps)")
        while let last = sky.sent.last, sky.now - last.at < .seconds(70) { sky.second() }
        let before = sky.now
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(3)
        #expect(alarms(sky) == [60])
        #expect(try #require(sky.sent.last).at - before <= .seconds(2))
    }

    @Test func `an alarm that is alone goes within two intervals, whenever it comes`() throws {
        for moment in stride(from: 130, to: 370, by: 7) {
            var sky = Sky(try linkPlan())
            sky.take(sky.link.tell(try zoneDays(1...200)))
            sky.seconds(moment)
            sky.take(sky.link.tell(alarm(60)))
            sky.seconds(122)
            #expect(alarms(sky) == [60], "\(moment) s")
        }
    }

    @Test func `a terminal without a card is told once`() throws {
        var sky = Sky(try linkPlan())
        sky.answers = false
        let none = try #require(Sentence(["BDICP", "0", "0", "0", "0", "0", "N", "2", "N", "1", "0", "0", "3", "1", "9999", "0"]))
        for _ in 0..<60 {
            sky.take(sky.link.hear(none.bytes, now: sky.now))
            sky.seconds(10)
        }
        #expect(sky.notes.filter { $0 == .noCard }.count == 1)
        #expect(sky.notes.count < 5)
    }

    @Test func `alarms that nobody acknowledges do not keep the state of zones back for ever`() throws {
        var sky = Sky(try linkPlan())
        sky.acknowledges = false
        for kind in 1...60 { sky.take(sky.link.tell(alarm(UInt16(kind)))) }
        sky.take(sky.link.tell(try zoneDays(1...5)))
        sky.seconds(600)
        #expect(sky.sent.contains { $0.envelope.kind == .state })
        #expect(Set(alarms(sky)).count >= 6)
    }

    @Test func `chatter of one alarm is one message: the newest word, and never an old one after it`() throws {
        var sky = Sky(try linkPlan())
        for turn in 0..<1000 { sky.take(sky.link.tell(alarm(60, isRaised: turn.isMultiple(of: 2)))) }
        #expect(sky.link.memory.waiting.count == 1)
        sky.seconds(300)
        let said = try sky.sent.map { try #require(AlarmNews($0.envelope.payload)).isRaised }
        #expect(said == [false])
    }

    @Test func `without an acknowledgement an alarm goes again under its number, ever more seldom`() throws {
        var sky = Sky(try linkPlan())
        sky.acknowledges = false
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(4 * 3600)
        #expect(Set(sky.sent.map(\.envelope.number)) == [1])
        let gaps = zip(sky.sent, sky.sent.dropFirst()).map { ($1.at - $0.at).seconds / 60 }
        #expect(gaps.prefix(4).map { $0.rounded() } == [3, 6, 12, 24])
        #expect(gaps.dropFirst(4).allSatisfy { (30...33).contains($0) }, "\(gaps)")
        sky.acknowledges = true
        sky.seconds(3600)
        #expect(sky.link.memory.waiting.isEmpty)
    }

    @Test func `the card's interval is law, and a longer one of ours holds too`() throws {
        for (own, least) in [(Duration.zero, 60), (.seconds(10), 60), (.seconds(90), 90)] {
            var sky = Sky(try linkPlan(interval: own))
            for kind in 1...40 { sky.take(sky.link.tell(alarm(UInt16(kind)))) }
            sky.seconds(1800)
            let gaps = zip(sky.sent, sky.sent.dropFirst()).map { $1.at - $0.at }
            #expect(gaps.count > 10)
            #expect(gaps.allSatisfy { $0 >= .seconds(least) })
            #expect(!sky.notes.contains(.rejected(.tooEarly)))
        }
    }

    @Test func `what the terminal rejects is not lost and not counted as sent`() throws {
        var sky = Sky(try linkPlan())
        sky.hasSignal = false
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(600)
        #expect(sky.sent.isEmpty)
        #expect(sky.notes.contains(.rejected(.noSignal)))
        sky.hasSignal = true
        sky.seconds(62)
        #expect(alarms(sky) == [60])
    }

    @Test func `a terminal that falls silent is told, and its card is asked for again`() throws {
        var sky = Sky(try linkPlan())
        sky.seconds(70)
        sky.answers = false
        sky.take(sky.link.tell(try zoneDays(1...30)))
        sky.seconds(900)
        #expect(sky.notes.filter { $0 == .noAnswer }.count >= 2)
        #expect(sky.sent.isEmpty)
        sky.answers = true
        sky.seconds(1800)
        #expect(sky.link.memory.waiting.isEmpty)
    }

    @Test func `only the center's card acknowledges, only this life's messages, and nothing else is ever obeyed`() throws {
        var sky = Sky(try linkPlan())
        sky.acknowledges = false
        sky.take(sky.link.tell(alarm(60)))
        sky.seconds(65)
        sky.say(Envelope.acknowledgement(of: [1], life: 1).bytes, from: 1_234_567)
        sky.say(Envelope.acknowledgement(of: [1], life: 2).bytes)
        sky.say(Envelope.acknowledgement(of: [2, 3], life: 1).bytes)
        sky.say(Envelope(kind: .alarm, life: 1, number: 1, payload: [1, 2, 3]).bytes)
        sky.say([0xFF, 0xFF])
        sky.seconds(5)
        #expect(sky.link.memory.waiting.count == 1)
        #expect(sky.notes.contains(.stranger(try #require(CardNumber(1_234_567)))))
        sky.say(Envelope.acknowledgement(of: [1], life: 1).bytes)
        sky.seconds(5)
        #expect(sky.link.memory.waiting.isEmpty)
    }

    @Test func `queues are bounded: of too many alarms one that has gone is dropped first, and that is told`() throws {
        var sky = Sky(try linkPlan())
        sky.take(sky.link.tell(alarm(1, "A")))
        sky.take(sky.link.tell(alarm(2, "B", isRaised: false)))
        for kind in 3...65 { sky.take(sky.link.tell(alarm(UInt16(kind)))) }
        #expect(sky.notes == [.droppedAlarm(alarm(2, "B", isRaised: false))])
        #expect(sky.link.memory.waiting.count == Limits.alarmsAtMost)
        sky.take(sky.link.tell(try zoneDays(1...300)))
        #expect(sky.notes.last == .droppedDays(44))
        sky.take(sky.link.tell(try zoneDays(1...256, day: 29)))
        #expect(sky.notes.count == 2, "a newer day takes the place of the older one")
    }

    @Test func `a memory comes back as it was; one that is damaged, cut or of another version is none`() throws {
        var sky = Sky(try linkPlan())
        sky.take(sky.link.tell(alarm(60)))
        sky.take(sky.link.tell(alarm(61, "三号网箱", isRaised: false)))
        sky.take(sky.link.tell(try zoneDays(1...10)))
        let good = sky.link.memory.bytes
        #expect(LinkMemory(good) == sky.link.memory)
        for bit in 0..<(good.count * 8) {
            var bent = good
            bent[bit / 8] ^= 1 << (bit % 8)
            #expect(LinkMemory(bent) == nil)
        }
        for count in 0..<good.count { #expect(LinkMemory(Array(good.prefix(count))) == nil) }
        #expect(LinkMemory(LinkMemory(life: 3).bytes) == LinkMemory(life: 3))
    }

    @Test func `a plan in which an alarm does not fit is none`() throws {
        let center = try #require(CardNumber(1))
        #expect(LinkPlan(kind: .beidou2, center: center, bytesAtMost: 37) == nil)
        #expect(LinkPlan(kind: .beidou2, center: center, bytesAtMost: 38) != nil)
        #expect(LinkPlan(kind: .beidou3, center: center, bytesAtMost: 1751) == nil)
        #expect(CardNumber(0) == nil)
    }
}

/// A day under a sky that loses, a terminal that loses its signal or falls silent, and restarts. Then all is well.
@Suite struct LinkChaosTests {
    @Test(arguments: Array(1...20) as [UInt64])
    func `every alarm's last word reaches the center, no slot is taken too early, and numbers never mix`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &* 977)
        var sky = Sky(try linkPlan(), seed: seed)
        sky.loss = 0.3
        var last: [UInt16: AlarmNews] = [:]
        var restarts = 0
        for second in 0..<86_400 {
            let isCalm = second > 80_000
            if isCalm { (sky.hasSignal, sky.answers, sky.loss) = (true, true, 0) } else if Int.random(in: 0..<2000, using: &random) == 0 {
                (sky.hasSignal, sky.answers) = (Bool.random(using: &random), Int.random(in: 0..<4, using: &random) > 0)
            }
            if !isCalm, Int.random(in: 0..<1500, using: &random) == 0 {
                let kind = UInt16.random(in: 1...12, using: &random)
                last[kind] = alarm(kind, isRaised: .random(using: &random))
                sky.take(sky.link.tell(try #require(last[kind])))
            }
            if second == 30_000 { sky.take(sky.link.tell(try zoneDays(1...30))) }
            if !isCalm, Int.random(in: 0..<20_000, using: &random) == 0 {
                sky.link = ShortMessageLink(sky.link.plan, memory: try #require(LinkMemory(sky.link.memory.bytes)))
                restarts += 1
            }
            sky.second()
        }
        #expect(sky.link.memory.waiting.isEmpty)
        var heard: [UInt16: (number: UInt16, news: AlarmNews)] = [:]
        for (key, envelope) in sky.center where envelope.kind == .alarm {
            let news = try #require(AlarmNews(envelope.payload))
            if (heard[news.kind]?.number ?? 0) < key.number { heard[news.kind] = (key.number, news) }
        }
        #expect(heard.mapValues(\.news) == last)
        let days = sky.center.values.filter { $0.kind == .state }.flatMap { ZoneDay.days($0.payload) }.map(\.zone)
        #expect(Set(days) == Set(1...30))
        let gaps = zip(sky.sent, sky.sent.dropFirst()).map { $1.at - $0.at }
        #expect(gaps.allSatisfy { $0 >= .seconds(60) })
        let byNumber = Dictionary(grouping: sky.sent.map(\.envelope), by: \.number)
        #expect(byNumber.values.allSatisfy { Set($0.map(\.payload)).count == 1 })
        #expect(byNumber.values.contains { $0.count > 1 }, "some went again")
        #expect(restarts + last.count > 5)
    }
}
