import BridgeCore
@testable import Field
import ProcessImage
import Quantities
import Testing

@Suite struct BridgeSessionTests {
    private typealias Bench = BridgeBench

    private func armed() -> Bench {
        var bench = Bench()
        #expect(bench.run { $0.told.last == .armed } != nil)
        bench.wanted = Bench.aerator | Bench.valve
        #expect(bench.run { $0.relays == Bench.aerator | Bench.valve } != nil)
        return bench
    }

    // MARK: The way to the first beat

    @Test func `identify, look, commission in one frame, look, arm, look, and only then the first beat`() {
        var bench = Bench()
        _ = bench.run { $0.sent.contains { if case .beat = $0 { true } else { false } } }
        let kinds = bench.sent.map { message -> String in
            switch message {
            case .identify: "identify"
            case .look: "look"
            case .stop: "stop"
            case .commission: "commission"
            case .arm: "arm"
            case .beat: "beat"
            }
        }
        var steps: [String] = []
        for kind in kinds where steps.last != kind { steps.append(kind) }
        #expect(steps == ["identify", "look", "commission", "look", "arm", "look", "beat"])
    }

    @Test func `the time-out is what is left of the lease, and the aerator's relay is safe when energised`() {
        var bench = Bench()
        bench.run(for: .seconds(1))
        let configuration = Bench.plan().configuration(Bench.timing)
        #expect(configuration.heartbeatTimeout == 590)
        #expect(configuration.safeLevels == Bench.aerator)
        #expect((0..<16).map(configuration.longestOn) == [62, 0, 0, 0, 0, 62] + Array(repeating: 0, count: 10))
        #expect(bench.line.server.safety.sealedCRC == configuration.crc)
    }

    @Test func `another protocol version is refused with its reason, and asked again`() {
        // The core speaks one version only: the answer is made by hand.
        var session = BridgeSession(Bench.plan(), timing: Bench.timing, at: .start)
        let words: [UInt16] = [2, 0x0100, 1, 6, 8, 4, 4]
        #expect(session.next(at: .start) == .identify)
        guard case .lost = session.heard(.identify, answer(.identify, words), at: .start) else {
            Issue.record("not refused")
            return
        }
        #expect(session.statement() == .otherProtocol)
        #expect(session.next(at: .start + .seconds(1)) == nil)
        #expect(session.next(at: .start + .seconds(2)) == .identify)
        #expect(session.farewell == nil)
    }

    @Test func `a bridge with too few channels is refused with its reason and never commissioned`() {
        var bench = Bench(identity: BoardIdentity(.rp2040, relays: 8, inputs: 6, counters: 4, analogues: 2))
        bench.run(for: .seconds(5))
        #expect(bench.told == [.tooFewChannels])
        #expect(bench.sent.allSatisfy { $0 == .identify })
    }

    private func answer(_ message: BridgeMessage, _ words: [UInt16]) -> Received {
        let pdu = ModbusAnswer.registers(words).pdu(to: message.request)
        guard case .success(let received) = ReceivedAnswer.check(pdu[...], to: message.request) else { return .noAnswer }
        return .answer(received)
    }

    // MARK: Arming checks

    @Test func `without a commit of the scan nothing is armed`() {
        var bench = Bench()
        bench.scanLives = false
        bench.run(for: .seconds(5))
        #expect(bench.state == .configured)
        #expect(bench.session.unmet(at: bench.now) == .causeTold)
        bench.scanLives = true
        #expect(bench.run { $0.state == .armed } != nil)
    }

    @Test func `while a trip stands, or a relay is wanted away from safe, nothing is armed`() {
        var bench = Bench()
        bench.tripStands = true
        bench.run(for: .seconds(3))
        #expect(bench.state == .configured)
        #expect(bench.session.unmet(at: bench.now) == .noTrip)
        bench.session.take(BridgeOrder(relays: 1, at: bench.now, isHeld: false))
        #expect(bench.session.unmet(at: bench.now) == .allSafe)
        bench.session.take(BridgeOrder(relays: Bench.aerator, at: bench.now - .milliseconds(201), isHeld: false))
        #expect(bench.session.unmet(at: bench.now) == .scanAlive)
        bench.session.take(BridgeOrder(relays: Bench.aerator, at: bench.now - .milliseconds(200), isHeld: false))
        #expect(bench.session.unmet(at: bench.now) == nil)
    }

    @Test func `the scan is told one standing after the other, so that none is lost on it`() {
        var bench = Bench()
        bench.scanLives = false
        #expect(bench.run { $0.session.standing == .powerOn } != nil)
        bench.reset(.fault)
        bench.run(for: .seconds(1))
        #expect(bench.session.standing == .fault && bench.session.statement() == nil)
        bench.scanLives = true
        bench.run(for: .seconds(1))
        #expect(bench.told == [.powerOn, .fault])
    }

    @Test func `a bridge that another life left armed is stopped first, so that every relay begins at safe`() {
        var bench = armed()
        bench.restartGateway()
        #expect(bench.run { $0.relays == Bench.aerator }.map { $0 < .milliseconds(100) } == true)
        #expect(bench.sent.last == .stop)
        #expect(bench.run { $0.told.last == .armed } != nil)
        #expect(bench.told == [.hostOrder, .armed])
    }

    // MARK: The lease

    @Test func `a scan that stands still: the relays are safe within the lease of its last commit`() {
        for moment in 0..<100 {
            var bench = armed()
            bench.run(for: .milliseconds(1_000 + moment))
            bench.scanLives = false
            let last = bench.lastCommit
            #expect(bench.run { $0.relays == Bench.aerator } != nil)
            #expect(bench.now - last <= Bench.timing.lease, "stopped \(moment) ms later: \(bench.now - last)")
        }
    }

    @Test func `a process that is stopped beats no more: the relays are safe within the lease of its last commit`() {
        for moment in 0..<100 {
            var bench = armed()
            bench.run(for: .milliseconds(1_000 + moment))
            bench.isStopped = true
            let last = bench.lastCommit
            #expect(bench.run { $0.relays == Bench.aerator } != nil)
            #expect(bench.now - last <= Bench.timing.lease, "stopped \(moment) ms later: \(bench.now - last)")
        }
    }

    @Test func `a cable that is cut: the relays are safe within the lease, and the bridge is told lost`() {
        var bench = armed()
        bench.run(for: .seconds(1))
        bench.isCut = true
        let last = bench.lastCommit
        #expect(bench.run { $0.relays == Bench.aerator } != nil)
        #expect(bench.now - last <= Bench.timing.lease)
        bench.run(for: .seconds(1))
        guard case .lost = bench.news.last else { Issue.record("not lost"); return }
    }

    @Test func `one commit is beaten once, and an old one not at all`() {
        var bench = armed()
        bench.run(for: .milliseconds(500))
        bench.scanLives = false
        bench.run(for: .milliseconds(50))
        let beats = bench.sent.count { if case .beat = $0 { true } else { false } }
        bench.run(for: .seconds(2))
        #expect(bench.sent.count { if case .beat = $0 { true } else { false } } == beats)
    }

    @Test func `an order that grew old on its way is not beaten`() {
        var bench = armed()
        bench.scanLives = false
        bench.run(for: .milliseconds(300))
        func isBeaten(_ age: Duration) -> Bool {
            var session = bench.session
            session.take(BridgeOrder(relays: Bench.aerator, at: bench.now - age, isHeld: false))
            if case .beat = session.next(at: bench.now) { return true }
            return false
        }
        #expect(isBeaten(.milliseconds(200)) && !isBeaten(.milliseconds(201)))
    }

    @Test func `however fast orders come, after two beats it looks`() {
        var bench = armed()
        #expect(bench.run { $0.sent.last == .look } != nil)
        var kinds = ""
        for turn in 0..<6 {
            let now = bench.now + .milliseconds(turn)
            bench.session.take(BridgeOrder(relays: turn % 2 == 0 ? Bench.aerator : 0, at: now, isHeld: false))
            guard let message = bench.session.next(at: now) else { continue }
            if case .beat = message { kinds += "b" } else { kinds += "l" }
            _ = bench.session.heard(message, .noAnswer, at: now)
        }
        #expect(kinds == "bbllll", "\(kinds)")
    }

    @Test func `one lost answer trips nothing, and neither do two that are apart`() {
        var bench = armed()
        for _ in 0..<20 {
            bench.answersLost = 1
            bench.run(for: .milliseconds(730))
        }
        #expect(bench.relays == Bench.aerator | Bench.valve)
        #expect(bench.line.server.safety.tripCount == 0)
    }

    @Test func `a commit is in the next frame: 5 ms when the line is free, one exchange at most when it is not`() {
        for moment in 0..<110 {
            var bench = armed()
            bench.run(for: .milliseconds(1_000 + moment))
            bench.wanted = Bench.aerator
            let before = bench.lastCommit
            #expect(bench.run { $0.lastCommit > before } != nil)
            let commit = bench.lastCommit
            #expect(bench.run { $0.relays == Bench.aerator } != nil)
            #expect(bench.now - commit <= .milliseconds(16), "\(bench.now - commit)")
        }
    }

    // MARK: Trips

    @Test func `a trip by heartbeat is told, and armed again by itself from safe, when the scan is back`() {
        var bench = armed()
        bench.isStopped = true
        bench.run(for: .seconds(3))
        #expect(bench.state == .tripped)
        bench.isStopped = false
        let changes = bench.relayChanges.count
        #expect(bench.run { $0.relays == Bench.aerator | Bench.valve } != nil)
        #expect(bench.told.suffix(2) == [.heartbeat, .armed])
        #expect(bench.relayChanges.count == changes + 1, "nothing moved between")
    }

    @Test func `what the bridge took back because nobody beat is told of each relay until it is driven again`() {
        var bench = armed()
        bench.isStopped = true
        bench.run(for: .seconds(2))
        bench.isStopped = false
        #expect(bench.run { $0.session.expired == Bench.valve } != nil)
        #expect(bench.run { $0.session.expired == 0 } != nil)
        #expect(bench.state == .armed)
    }

    @Test func `a relay that is on for its longest time trips for a person: the trip is known before it is armed, and stays`() {
        var bench = armed()
        bench.run(for: .seconds(70))
        #expect(bench.told.last == .relayTime)
        #expect(bench.state == .tripped && bench.tripStands)
        bench.run(for: .seconds(10))
        #expect(bench.state == .tripped)
        bench.tripStands = false
        #expect(bench.run { $0.told.last == .armed } != nil)
    }

    @Test func `a trip for a person outlives a lost line and a reset of the bridge`() {
        var bench = armed()
        bench.run(for: .seconds(70))
        bench.isCut = true
        bench.run(for: .seconds(5))
        bench.reset(.powerOn)
        bench.isCut = false
        bench.run(for: .seconds(5))
        #expect(bench.state == .configured && bench.told.last == .relayTime)
    }

    // MARK: Resets

    @Test func `a reset is noticed within one beat and one look, and armed again only through the checks`() throws {
        for cause in [BridgeCore.Cause.watchdog, .brownOut, .reset, .powerOn] {
            for moment in 0..<40 {
                var bench = armed()
                bench.run(for: .milliseconds(1_000 + moment * 5))
                bench.reset(cause)
                let first = bench.sent.count
                let noticed = try #require(bench.run { $0.session.standing?.isReset == true })
                #expect(noticed <= Bench.scan + .milliseconds(20), "\(noticed)")
                #expect(bench.run { $0.relays == Bench.aerator | Bench.valve } != nil)
                #expect(bench.told.suffix(2) == [BridgeStanding(cause: cause.rawValue), .armed])
                #expect(bench.sent[first...].contains(.commission(BridgeConfiguration(Bench.plan().configuration(Bench.timing)))))
            }
        }
    }

    @Test func `a fault of the processor waits for a person`() {
        var bench = armed()
        bench.reset(.fault)
        bench.run(for: .seconds(5))
        #expect(bench.told.last == .fault)
        #expect(bench.state == .configured && bench.tripStands)
    }

    @Test func `a bridge that begins anew for the third time within ten minutes waits for a person, and then is counted anew`() {
        var bench = armed()
        for _ in 0..<2 {
            bench.reset(.brownOut)
            #expect(bench.run { $0.told.last == .brownOut } != nil)
            #expect(bench.run { $0.told.last == .armed } != nil)
        }
        bench.reset(.brownOut)
        bench.run(for: .seconds(20))
        #expect(bench.told.last == .unsteady && bench.tripStands)
        #expect(bench.state == .configured)
        bench.tripStands = false
        #expect(bench.run { $0.told.last == .armed } != nil)
        bench.reset(.brownOut)
        #expect(bench.run { $0.told.last == .brownOut } != nil)
        #expect(bench.run { $0.told.last == .armed } != nil)
    }

    @Test func `resets that are far apart are each armed again`() {
        var bench = armed()
        for _ in 0..<3 {
            bench.reset(.watchdog)
            #expect(bench.run { $0.told.last == .watchdog } != nil)
            #expect(bench.run { $0.told.last == .armed } != nil)
            bench.wanted = Bench.aerator
            bench.run(for: .minutes(6))
        }
    }
}

extension Instant {
    static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }
}
