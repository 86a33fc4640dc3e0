import BeiDou
import Quantities
import Testing

/// What stands is compared with what was told.
@Suite struct StandingTests {
    @Test func `an alarm is told once when it comes and once when it goes, over restarts too`() throws {
        var sky = Sky(try linkPlan())
        let both = [alarm(1, "V-1"), alarm(2, "P-1")]
        sky.take(sky.link.tell(standing: both, unixSeconds: 10))
        sky.take(sky.link.tell(standing: both, unixSeconds: 11))
        sky.seconds(300)
        #expect(sky.center.count == 2 && sky.link.memory.waiting.isEmpty)
        sky.link = ShortMessageLink(sky.link.plan, memory: try #require(LinkMemory(sky.link.memory.bytes)))
        sky.take(sky.link.tell(standing: [both[1]], unixSeconds: 12))
        #expect(sky.link.memory.waiting.count == 1)
        sky.seconds(300)
        let last = try #require(sky.center.values.max { $0.number < $1.number })
        #expect(AlarmNews(last.payload) == AlarmNews(kind: 1, tag: "V-1", isRaised: false, unixSeconds: 12))
        sky.take(sky.link.tell(standing: both, unixSeconds: 13))
        #expect(sky.link.memory.waiting.count == 1, "what comes again is told again")
    }

    @Test func `an alarm that goes before it was sent is told as gone`() throws {
        var link = ShortMessageLink(try linkPlan(), memory: LinkMemory(life: 1))
        _ = link.tell(standing: [alarm(1)], unixSeconds: 1)
        _ = link.tell(standing: [], unixSeconds: 2)
        #expect(link.memory.waiting.count == 1 && link.memory.waiting[0].number == 2)
    }

    @Test func `more alarms than are remembered wait for others to go`() throws {
        var link = ShortMessageLink(try linkPlan(), memory: LinkMemory(life: 1))
        let all = (0..<1100).map { alarm(UInt16($0 + 1), "Z-\($0)") }
        _ = link.tell(standing: all, unixSeconds: 1)
        let number = link.memory.number
        #expect(number == 1024)
        _ = link.tell(standing: all, unixSeconds: 2)
        #expect(link.memory.number == number)
        #expect(LinkMemory(link.memory.bytes) == link.memory)
        _ = link.tell(standing: Array(all.dropFirst(10)), unixSeconds: 3)
        #expect(link.memory.number == number + 20, "ten have gone, ten have come")
    }

    @Test func `the day that was told is known over a restart`() throws {
        var link = ShortMessageLink(try linkPlan(), memory: LinkMemory(life: 9))
        let date = try #require(CivilDate(year: 2026, month: 11, day: 27))
        _ = link.tell(try zoneDays(1...2), of: date)
        let memory = try #require(LinkMemory(link.memory.bytes))
        #expect(memory.dayTold == date && memory == link.memory)
    }

    @Test func `damaged bytes are no memory, and none of them traps`() throws {
        var link = ShortMessageLink(try linkPlan(), memory: LinkMemory(life: 9))
        _ = link.tell(standing: [alarm(1, "井-1"), alarm(2)], unixSeconds: 1)
        let bytes = link.memory.bytes
        for place in bytes.indices {
            for flip in [1, 0x80, 0xFF] as [UInt8] {
                var wrong = bytes
                wrong[place] ^= flip
                #expect(LinkMemory(wrong) == nil)
            }
            #expect(LinkMemory(Array(bytes.prefix(place))) == nil)
        }
    }
}
