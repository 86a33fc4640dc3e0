import Field
@testable import tidegate
import Testing

@Suite struct `tidegate bus` {
    @Test func `host and port as people write them`() {
        #expect(HostPort(argument: "192.168.1.20:5020")?.description == "192.168.1.20:5020")
        #expect(HostPort(argument: "plc.local")?.description == "plc.local:502")
        #expect(HostPort(argument: "[fe80::1]:503")?.description == "[fe80::1]:503")
        for wrong in ["", ":502", "host:", "host:0", "host:70000", "fe80::1", "[fe80::1", "a:b:c"] {
            #expect(HostPort(argument: wrong) == nil, "\(wrong)")
        }
    }

    @Test func `addresses, units and times with their bounds`() {
        #expect(WireAddress(argument: "0x2000")?.number == 8192)
        #expect(WireAddress(argument: "65535")?.number == 65_535)
        #expect(WireAddress(argument: "65536") == nil)
        #expect(UnitRange(argument: "1-32")?.range == 1...32)
        #expect(UnitRange(argument: "7")?.range == 7...7)
        for wrong in ["32-1", "1-256", "", "-", "1-2-3"] { #expect(UnitRange(argument: wrong) == nil, "\(wrong)") }
        #expect(WaitTime(argument: "300ms")?.duration == .milliseconds(300))
        #expect(WaitTime(argument: "1.5s")?.duration == .milliseconds(1500))
        for wrong in ["300", "0ms", "nans", "61s", "-1s", "1e300s"] { #expect(WaitTime(argument: wrong) == nil, "\(wrong)") }
    }

    @Test func `values are exact where a floating number is not`() {
        let u64 = RegisterType(.unsigned(bits: 64)), i64 = RegisterType(.signed(bits: 64)), i16 = RegisterType(.signed(bits: 16))
        #expect(BusValue([0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], u64).text == "18446744073709551615")
        #expect(BusValue([0x8000, 0, 0, 1], i64).text == "-9223372036854775807")
        #expect(BusValue([0xFF9B], i16).text == "-101")
        #expect(BusValue([0x7FC0, 0], RegisterType(.float(bits: 32))) == .none)
        #expect(BusValue([0x4142], RegisterType(.string(registers: 1))).text == "AB")
    }

    @Test func `an answer is cut into values of the type, and a rest that is none is left out`() throws {
        let span = try #require(RegisterSpan(address: 10, count: 5))
        let entries = BusEntry.all(.registers([0, 1, 0, 2, 9]), from: span, as: RegisterType(.unsigned(bits: 32)))
        #expect(entries.map(\.address) == [10, 12])
        #expect(entries.map(\.value) == [.unsigned(1), .unsigned(2)])
    }

    @Test func `times are ranked, and failures counted by their kind`() {
        let outcomes: [ExchangeOutcome] = [.answer(.written), .answer(.refused(.busy)), .noAnswer, .garbled(.wrongCRC), .disconnected(.closed)]
        let reply = BusStats.reply("line", 1, outcomes, (1...200).map(Double.init).shuffled())
        #expect([reply.polls, reply.answers, reply.exceptions, reply.timeouts, reply.garbled, reply.disconnects] == [5, 1, 1, 1, 1, 1])
        #expect(reply.minimum == 1 && reply.median == 100 && reply.p99 == 198 && reply.maximum == 200)
        #expect(BusStats.reply("line", 1, [], []).median == nil)
    }
}
