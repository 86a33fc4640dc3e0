import BridgeCore
@testable import Field
import Language
import ProcessImage
import Quantities
import Testing

/// What a bridge shows, look after look, by a core with virtual time behind it.
private struct Shown: ~Copyable {
    private var line = BridgeLine(BridgeServer(identity: .reference, boot: Boot(count: 1, cause: .powerOn, safeLevels: 0)))
    private var clock: UInt32
    private var boots: UInt16 = 1

    init(clock: UInt32 = 0) {
        self.clock = clock
        line = BridgeLine(BridgeServer(identity: .reference, boot: Boot(count: 1, cause: .powerOn, safeLevels: 0), clock: clock))
    }

    mutating func wait(_ milliseconds: Int) {
        for _ in 0..<milliseconds {
            clock &+= 1
            line.server.tick(at: clock)
        }
    }

    mutating func pulse(_ count: Int = 1) { for _ in 0..<count { line.server.inputs.count(0, at: clock) } }
    mutating func set(digital: UInt16) { line.server.inputs.digital = digital }
    mutating func set(analogue: UInt16) { line.server.inputs[analogue: 2] = analogue }

    mutating func restart(boots: UInt16) {
        clock = 0
        line = BridgeLine(BridgeServer(identity: .reference, boot: Boot(count: boots, cause: .watchdog, safeLevels: 0)))
    }

    mutating func look() throws -> BridgeLive {
        let request = BridgeMessage.look.request
        wait(25)
        for byte in RTUFrame(unit: BridgeProtocol.address, pdu: request.pdu).bytes { _ = line.receive(byte, at: clock) }
        let reply = (0..<line.reply.count).map { line.reply[$0] }
        guard case .success(let answer) = ReceivedAnswer.check(reply.dropFirst().dropLast(2), to: request) else { throw NoLook() }
        return try #require(BridgeLive(answer))
    }

    struct NoLook: Error {}
}

@Suite struct BridgeInputsTests {
    private func number(_ point: Int, of readings: [Reading?]) throws -> Double {
        try #require(readings[point]).recorded
    }

    private func inputs() throws -> BridgeInputs {
        BridgeInputs(BridgeBench.plan().inputs, tables: try BridgeRig.tables())
    }

    @Test func `a contact is told by the polarity of its line, a signal between its ends, and both as old as the answer`() throws {
        var inputs = try inputs()
        var shown = Shown()
        shown.set(digital: 0)
        shown.set(analogue: 39_321)
        let readings = inputs.readings(try shown.look(), at: .start + .seconds(9))
        #expect(readings[0] == .good(1, at: .start + .seconds(9)))
        #expect(abs((readings[3]?.recorded ?? .nan) - 2.5) < 1e-9)
        shown.set(digital: 0b10)
        let later = inputs.readings(try shown.look(), at: .start + .seconds(9.5))
        #expect(later[0] == .good(0, at: .start + .seconds(9.5)))
        #expect(later[3] == nil, "a signal is told once a second")
        #expect(inputs.readings(try shown.look(), at: .start + .seconds(10))[3] != nil)
    }

    @Test func `a signal far below its lower end is a broken wire, not a value`() throws {
        var inputs = try inputs()
        var shown = Shown()
        let words: [(UInt16, isGood: Bool)] = [(0, false), (11_700, false), (11_900, true), (13_107, true), (65_535, true)]
        for (number, (word, isGood)) in words.enumerated() {
            shown.set(analogue: word)
            let reading = inputs.readings(try shown.look(), at: .start + .seconds(number))[3]
            #expect((reading?.quality == .good) == isGood, "\(word)")
        }
        let scale = SignalScale(signal: 0.2...1, values: -10...40)
        for value in [-10.0, 0, 12.5, 40] { #expect(abs((scale.value(of: scale.word(of: value)) ?? .nan) - value) < 0.001) }
    }

    @Test func `flow is of the bridge's own clock: delays of the line do not count`() throws {
        var inputs = try inputs()
        var shown = Shown()
        for turn in 0..<10 {
            shown.pulse()
            shown.wait(975)
            let flow = try number(2, of: inputs.readings(try shown.look(), at: .start + .seconds(turn * 97 % 13)))
            #expect(flow == 0 || abs(flow - 36) < 0.01, "10 L each second")
        }
        #expect(abs(try number(1, of: inputs.readings(try shown.look(), at: .start)) - 0.1) < 1e-9)
    }

    @Test func `when the pulses stop, flow falls with the time on the bridge's clock`() throws {
        var inputs = try inputs()
        var shown = Shown()
        for _ in 0..<3 {
            shown.pulse()
            shown.wait(975)
            _ = inputs.readings(try shown.look(), at: .start)
        }
        shown.wait(8975)
        #expect(abs((try number(2, of: inputs.readings(try shown.look(), at: .start))) - 3.6) < 0.05)
        shown.wait(600_000)
        #expect((try number(2, of: inputs.readings(try shown.look(), at: .start))) == 0)
    }

    @Test func `the bridge's clock may wrap in the middle of it`() throws {
        var meter = BridgeMeter(each: .liters(10))
        for second in UInt32(0)..<8 {
            let clock = 4_294_964_000 &+ second &* 1000
            meter.look(BridgeLive.Counter(count: second, lastEdge: clock), of: live(clock: clock, uptime: 4_294_964 + second),
                       isSameLife: true)
        }
        #expect(abs(meter.flow.cubicMetersPerHour - 36) < 0.01)
        #expect(abs(meter.total.liters - 70) < 1e-9)
    }

    @Test func `a count that wraps goes on, and one that leaps is not believed`() throws {
        var meter = BridgeMeter(each: .liters(10))
        func look(_ count: UInt32, second: UInt32) {
            let clock = second * 1000
            meter.look(BridgeLive.Counter(count: count, lastEdge: clock), of: live(clock: clock, uptime: second), isSameLife: true)
        }
        look(4_294_967_290, second: 1)
        let before = meter.total
        look(4, second: 2)
        #expect(abs((meter.total - before).liters - 100) < 1e-3)
        look(3_000_000_000, second: 3)
        #expect(abs((meter.total - before).liters - 100) < 1e-3, "a leap")
        look(3_000_000_001, second: 4)
        #expect(abs((meter.total - before).liters - 110) < 1e-3, "and then on from there")
    }

    @Test func `a bridge that begins anew counts from 0 on top of what was, and no flow is negative or wild`() throws {
        var inputs = try inputs()
        var shown = Shown()
        for _ in 0..<5 {
            shown.pulse()
            shown.wait(975)
            _ = inputs.readings(try shown.look(), at: .start)
        }
        shown.restart(boots: 2)
        shown.wait(400)
        let first = inputs.readings(try shown.look(), at: .start)
        #expect(abs(try number(1, of: first) - 0.05) < 1e-9)
        #expect(try number(2, of: first) == 0)
        for _ in 0..<3 {
            shown.pulse()
            shown.wait(975)
            let flow = try number(2, of: inputs.readings(try shown.look(), at: .start))
            #expect(flow >= 0 && flow < 40)
        }
        #expect(abs((try number(1, of: inputs.readings(try shown.look(), at: .start))) - 0.08) < 1e-9)
    }

    @Test func `a power cut counts the starts anew, and is seen all the same`() throws {
        var inputs = try inputs()
        var shown = Shown()
        shown.pulse(7)
        shown.wait(5000)
        _ = inputs.readings(try shown.look(), at: .start)
        shown.restart(boots: 1)
        shown.pulse(2)
        #expect(abs((try number(1, of: inputs.readings(try shown.look(), at: .start))) - 0.09) < 1e-9)
    }

    private func live(clock: UInt32, uptime: UInt32) -> BridgeLive {
        var words = [UInt16](repeating: 0, count: Int(InputRegister.liveWords))
        func put(_ value: UInt32, at register: InputRegister) {
            let place = Int(register.rawValue - InputRegister.liveStart)
            words[place] = UInt16(value >> 16)
            words[place + 1] = UInt16(value & 0xFFFF)
        }
        put(clock, at: .clock)
        put(uptime, at: .uptime)
        let pdu = ModbusAnswer.registers(words).pdu(to: BridgeMessage.look.request)
        guard case .success(let answer) = ReceivedAnswer.check(pdu[...], to: BridgeMessage.look.request),
              let live = BridgeLive(answer) else { preconditionFailure("not a look") }
        return live
    }
}
