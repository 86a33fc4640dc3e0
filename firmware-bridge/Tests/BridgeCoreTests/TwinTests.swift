import BridgeCore
import Testing
@testable import BridgeSim

@Suite struct TwinTests {
    private func armed(at moment: UInt32) -> Twin {
        var twin = Twin(at: moment)
        let configuration = Bench.configuration(timeout: 60_000, safe: 0b10)
        ask(&twin, .configuration, Bench.words(of: configuration))
        let order = ArmOrder(bootCount: 1, sealedCRC: configuration.crc, tripCount: 0)
        ask(&twin, .arm, Bench.words(of: order))
        ask(&twin, .heartbeat, [1, 1])
        return twin
    }

    @discardableResult
    private func ask(_ twin: inout Twin, _ register: HoldingRegister, _ words: [UInt16]) -> [UInt8] {
        Bench.frame(Bench.writing(register, words)).flatMap { twin.receive($0) }
    }

    @Test func `a twin that hangs is silent, keeps its relays' times, and is reset by its watchdog`() {
        var twin = armed(at: 5000)
        #expect(twin.relays == 1)
        twin.hang(at: 5000)
        #expect(ask(&twin, .heartbeat, [2]).isEmpty)
        twin.advance(to: 5499)
        #expect(twin.relays == 1)
        twin.advance(to: 5500)
        #expect(twin.relays == 0b10)
        #expect(twin.bootCount == 2)
        #expect(twin.line.server.safety.tripCause == .watchdog)
        #expect(!ask(&twin, .heartbeat, [2]).isEmpty)
    }

    @Test func `power that comes back finds nothing`() {
        var twin = armed(at: 0)
        twin.restart(.powerOn, at: 100)
        #expect(twin.relays == 0)
        #expect(twin.bootCount == 1)
        #expect(twin.state == .unconfigured)
    }
}
