import BeiDou
import Quantities
import Testing

@Suite struct EnvelopeTests {
    @Test func `an envelope is read as it was written, and no flipped bit makes another one`() {
        let envelope = Envelope(kind: .alarm, life: 7, number: 0x1234, payload: [1, 2, 3])
        #expect(Envelope(envelope.bytes) == envelope)
        #expect(envelope.bytes.count == 3 + Envelope.overhead)
        for bit in 0..<(envelope.bytes.count * 8) {
            var bent = envelope.bytes
            bent[bit / 8] ^= 1 << (bit % 8)
            #expect(Envelope(bent) == nil)
        }
        #expect(Envelope([]) == nil)
        #expect(Envelope([UInt8](repeating: 0, count: 5)) == nil)
    }

    @Test func `an alarm is read as it was told; unknown is unknown, and a long tag is cut between characters`() throws {
        let news = AlarmNews(kind: 60, tag: "三号网箱溶氧探头", isRaised: true, unixSeconds: 1_795_823_880, value: 2.5, limit: nil)
        #expect(news.tag == "三号网箱溶")
        #expect(AlarmNews(news.bytes) == news)
        #expect(news.bytes.count <= AlarmNews.sizeAtMost)
        #expect(AlarmNews(kind: 1, tag: "P-1", isRaised: false, unixSeconds: 0, value: .nan).value == nil)
        #expect(AlarmNews(news.bytes + [0]) == nil)
        #expect(AlarmNews(Array(news.bytes.dropLast())) == nil)
        #expect(AlarmNews([]) == nil)
    }

    @Test func `a zone's day is read as it was told; what is not known is not 0`() throws {
        let date = try #require(CivilDate(year: 2026, month: 11, day: 28))
        let day = ZoneDay(zone: 3, date: date, tenthsGiven: 1234, minutes: nil, reading: 234, alarms: 1, state: 2)
        let dry = ZoneDay(zone: 4, date: date, tenthsGiven: nil, minutes: 0, reading: nil, alarms: 0, state: 0)
        #expect(day.bytes.count == ZoneDay.size)
        #expect(ZoneDay.days(day.bytes + dry.bytes) == [day, dry])
        #expect(ZoneDay.days(day.bytes + [1, 2, 3]) == [day])
        #expect(ZoneDay.days([]).isEmpty)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `payloads of noise are read or refused, never trapped on`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var read = 0
        for _ in 0..<20_000 {
            var noise = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = ZoneDay.days(noise)
            _ = Envelope(noise)
            if noise.count > 16 {
                noise[15] = UInt8(noise.count - 16)
                noise[2] &= 1
                for index in 16..<noise.count { noise[index] &= 0x7F }
            }
            if AlarmNews(noise) != nil { read += 1 }
        }
        #expect(read > 100)
    }
}
