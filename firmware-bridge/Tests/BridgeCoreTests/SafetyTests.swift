import BridgeCore
import Testing

/// What no line can bring about and no time undo.
@Suite struct SafetyTests {
    @Test func `relays stay safe in every state but armed`() {
        var bench = Bench()
        bench.write(.relays, [1])
        #expect(bench.relays == 0)
        let configuration = Bench.configuration(safe: 0b100)
        bench.write(.configuration, Bench.words(of: configuration))
        bench.write(.relays, [1])
        #expect(bench.relays == 0b100)
        bench.arm()
        #expect(bench.relays == 0b100)
        bench.write(.relays, [1])
        #expect(bench.relays == 1)
        bench.write(.stop, [1])
        bench.write(.relays, [1])
        #expect(bench.relays == 0b100)
    }

    @Test(arguments: [0, .max - 700, .max - 5000] as [UInt32])
    func `the heartbeat is overdue at its time, not before, also where the clock wraps`(start: UInt32) {
        var bench = Bench(startingAt: start)
        bench.commission(Bench.configuration(timeout: 1000))
        bench.write(.heartbeat, [1, 1])
        bench.wait(999)
        #expect(bench.relays == 1)
        bench.wait(1)
        #expect(bench.relays == 0)
        #expect(bench.safety.tripCause == .heartbeat)
        #expect(bench.safety.tripClock == start &+ 1000)
    }

    @Test(arguments: [0, .max - 700] as [UInt32])
    func `a relay is on for its time and not longer, however often it is asked for`(start: UInt32) {
        var bench = Bench(startingAt: start)
        bench.commission(Bench.configuration(longestOn: [2, 60, 60, 60, 60, 60]))
        for beat in 1...4 {
            bench.write(.heartbeat, [UInt16(beat), 1])
            #expect(bench.relays == 1)
            bench.wait(beat == 4 ? 499 : 500)
        }
        #expect(bench.relays == 1)
        bench.wait(1)
        #expect(bench.relays == 0)
        #expect(bench.safety.tripCause == .relayTime)
        #expect(bench.safety.tripRelay == 0)
    }

    @Test func `a relay that was off in between has its whole time again`() {
        var bench = Bench()
        bench.commission(Bench.configuration(timeout: 60_000, longestOn: [2, 60, 60, 60, 60, 60]))
        for relays in [1, 0, 1] as [UInt16] {
            bench.write(.relays, [relays])
            bench.wait(1500)
        }
        #expect(bench.relays == 1)
        bench.wait(600)
        #expect(bench.relays == 0)
    }

    @Test func `a relay whose safe level is on has its time counted while it is off`() {
        var bench = Bench()
        bench.commission(Bench.configuration(timeout: 60_000, safe: 1, longestOn: [2, 60, 60, 60, 60, 60]))
        bench.write(.relays, [0])
        bench.wait(2000)
        #expect(bench.relays == 1)
        #expect(bench.safety.tripCause == .relayTime)
    }

    @Test func `the first cause stays until it is armed again`() {
        var bench = Bench()
        bench.commission(Bench.configuration(timeout: 500))
        bench.wait(600)
        bench.write(.stop, [1])
        #expect(bench.safety.tripCause == .heartbeat)
        #expect(bench.safety.tripCount == 1)
        bench.arm()
        #expect(bench.safety.tripCause == .none)
        #expect(bench.safety.state == .armed)
    }

    @Test func `arming does not beat, so an arm order repeated for ever does not keep relays on`() {
        var bench = Bench()
        bench.commission(Bench.configuration(timeout: 1000))
        bench.write(.heartbeat, [1, 1])
        for _ in 0..<3 {
            bench.wait(400)
            bench.arm()
        }
        #expect(bench.safety.tripCount == 1)
    }

    @Test func `a seal takes nothing the board cannot keep`() {
        let wrong: [(String, (inout Configuration) -> Void)] = [
            ("a heartbeat that is too short", { $0.heartbeatTimeout = 99 }),
            ("a heartbeat that is too long", { $0.heartbeatTimeout = 60_001 }),
            ("a safe level of a relay that is not there", { $0.safeLevels = 1 << 6 }),
            ("a time of a relay that is not there", { $0.setLongestOn(relay: 6, seconds: 1) }),
        ]
        for (what, spoil) in wrong {
            var bench = Bench()
            var configuration = Bench.configuration()
            spoil(&configuration)
            bench.commission(configuration)
            #expect(bench.safety.state == .unconfigured, "\(what) was sealed")
        }
    }
}
