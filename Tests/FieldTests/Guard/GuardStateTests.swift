@testable import Field
import Quantities
import Testing

private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

/// Output 0: a valve, safe off. Output 1: an aerator, safe on. Output 2: a valve with a short longest time.
private func makeState(hasEmergencyStop: Bool = false) -> GuardState {
    var state = GuardState(rules: [
        GuardState.Rule(safeIsOn: false, maximumOn: .seconds(60)),
        GuardState.Rule(safeIsOn: true, maximumOn: .seconds(60)),
        GuardState.Rule(safeIsOn: false, maximumOn: .seconds(2)),
    ], hasEmergencyStop: hasEmergencyStop)
    state.advance(to: at(0))
    return state
}

extension GuardState {
    /// A frame that renews everything for 800 ms from its own moment.
    fileprivate mutating func command(_ levels: UInt64, at now: Instant) {
        lease(.max, levels: levels, from: now, for: .milliseconds(800), at: now)
    }
}

@Suite struct GuardStateTests {
    @Test func `every output begins at its own safe level, not at off`() {
        #expect(makeState().levels == 0b010)
        #expect(makeState().deadline == nil)
    }

    @Test func `a lease drives what it says, and the guard wakes before its end`() {
        var state = makeState()
        state.command(0b001, at: at(100))
        #expect(state.levels == 0b001)
        #expect(state.deadline == at(898))
    }

    @Test func `a lease that is not renewed takes each output to its safe level 2 ms before its end and not earlier`() {
        var state = makeState()
        state.command(0b001, at: at(0))
        state.advance(to: at(797))
        #expect(state.levels == 0b001 && state.expired == 0)
        state.advance(to: at(798))
        #expect(state.levels == 0b010)
        #expect(state.expired == 0b011)
    }

    @Test func `an output that was at its safe level when its lease ran out is not reported as expired`() {
        var state = makeState()
        state.command(0b010, at: at(0))
        state.advance(to: at(5000))
        #expect(state.expired == 0)
    }

    @Test func `leases are per output: what is not renewed runs out while the rest goes on`() {
        var state = makeState()
        state.command(0b101, at: at(0))
        state.lease(0b001, levels: 0b001, from: at(500), for: .milliseconds(800), at: at(500))
        state.advance(to: at(800))
        #expect(state.levels == 0b011)
        #expect(state.expired == 0b110)
    }

    @Test func `a lease of some milliseconds keeps the most of them`() {
        var state = makeState()
        state.lease(.max, levels: 0b001, from: at(0), for: .milliseconds(8), at: at(0))
        #expect(state.deadline == at(7))
    }

    @Test func `a frame that waited is worth what is left of its lease, and one from the future no more than a lease`() {
        var state = makeState()
        state.lease(.max, levels: 0b001, from: at(0), for: .milliseconds(800), at: at(500))
        #expect(state.deadline == at(798))
        state.lease(.max, levels: 0b001, from: at(9000), for: .milliseconds(800), at: at(600))
        #expect(state.deadline == at(1398))
    }

    @Test func `a lease that was already over when it arrived moves nothing`() {
        var state = makeState()
        state.lease(.max, levels: 0b001, from: at(0), for: .milliseconds(800), at: at(3000))
        #expect(state.levels == 0b010)
    }

    @Test func `bits of outputs that are not there are ignored`() {
        var state = makeState()
        state.command(.max, at: at(0))
        #expect(state.levels == 0b111)
    }

    @Test func `a dead peer is safe at once, and says so until the next peer renews`() {
        var state = makeState()
        state.command(0b001, at: at(0))
        state.dropPeer(at: at(10))
        #expect(state.levels == 0b010 && state.expired == 0b011)
        state.command(0b010, at: at(20))
        #expect(state.expired == 0)
    }

    @Test func `the longest time away is measured without the peer and latches until it commands safe once`() {
        var state = makeState()
        for moment in stride(from: Int64(0), to: 2000, by: 100) { state.command(0b110, at: at(moment)) }
        #expect(state.levels == 0b110)
        state.command(0b110, at: at(2000))
        #expect(state.levels == 0b010 && state.tripped == 0b100)
        state.command(0b110, at: at(2100))
        #expect(state.levels == 0b010, "on again without having been commanded safe")
        state.command(0b010, at: at(2200))
        #expect(state.tripped == 0)
        state.command(0b110, at: at(2300))
        #expect(state.levels == 0b110)
    }

    @Test func `the longest time ends an output between two frames, by the deadline`() {
        var state = makeState()
        state.lease(.max, levels: 0b110, from: at(0), for: .milliseconds(1500), at: at(0))
        state.lease(.max, levels: 0b110, from: at(1400), for: .milliseconds(1600), at: at(1400))
        #expect(state.deadline == at(2000))
        state.advance(to: at(2000))
        #expect(state.tripped == 0b100)
    }

    @Test func `a lease renewed late but before the line moved does not begin the longest time anew`() {
        var state = makeState()
        state.command(0b110, at: at(0))
        state.command(0b110, at: at(1500))
        state.command(0b110, at: at(2000))
        #expect(state.tripped == 0b100)
    }

    @Test func `the longest time away of an aerator ends with it running`() {
        var state = makeState()
        for moment in stride(from: Int64(0), through: 60_000, by: 500) { state.command(0b000, at: at(moment)) }
        #expect(state.levels == 0b010 && state.tripped == 0b010)
    }

    @Test func `with an emergency stop line everything waits until it was read as released`() {
        var state = makeState(hasEmergencyStop: true)
        state.command(0b001, at: at(0))
        #expect(state.levels == 0b010 && state.isEmergencyStop)
        state.emergencyStop(false, at: at(50))
        #expect(state.levels == 0b001)
    }

    @Test func `emergency stop is safe at once, and each output comes back only after a command of safe after its end`() {
        var state = makeState()
        state.command(0b101, at: at(0))
        state.emergencyStop(true, at: at(10))
        #expect(state.levels == 0b010)
        state.command(0b010, at: at(20))
        state.command(0b101, at: at(30))
        #expect(state.levels == 0b010)
        state.emergencyStop(false, at: at(40))
        state.command(0b101, at: at(50))
        #expect(state.levels == 0b010, "commanded safe only while it was pressed")
        state.command(0b010, at: at(60))
        state.command(0b001, at: at(70))
        #expect(state.levels == 0b001)
    }

    /// Every sequence of five happenings out of seven, in a small world of one output with either safe level: the level
    /// is compared with rules written down separately here.
    @Test func `no sequence of happenings leaves an output away from safe without a reason`() {
        for safeIsOn in [false, true] {
            for sequence in 0..<16_807 { World(safeIsOn: safeIsOn).play(sequence) }
        }
    }
}

/// One output beside a plain memory of what happened to it.
private final class World {
    private let safeIsOn: Bool
    private var state: GuardState
    private var now: Int64 = 0
    private var leaseEnd: Int64 = -1
    private var awaySince: Int64?
    private var isPressed = false
    private var mayLeaveSafe = true

    init(safeIsOn: Bool) {
        self.safeIsOn = safeIsOn
        state = GuardState(
            rules: [GuardState.Rule(safeIsOn: safeIsOn, maximumOn: .milliseconds(1000))], hasEmergencyStop: false)
    }

    func play(_ sequence: Int) {
        var rest = sequence
        for _ in 0..<5 {
            happen(rest % 7)
            check(sequence)
            rest /= 7
        }
    }

    private func happen(_ number: Int) {
        switch number {
        case 0: command(away: true)
        case 1: command(away: false)
        case 2: pass(399)
        case 3: pass(800)
        case 4:
            state.dropPeer(at: at(now))
            leaseEnd = -1
        case 5:
            state.emergencyStop(true, at: at(now))
            (isPressed, mayLeaveSafe) = (true, false)
        default:
            state.emergencyStop(false, at: at(now))
            isPressed = false
        }
    }

    private func command(away: Bool) {
        let level: UInt64 = away != safeIsOn ? 1 : 0
        state.lease(1, levels: level, from: at(now), for: .milliseconds(800), at: at(now))
        leaseEnd = now + 800
        if !away && !isPressed { mayLeaveSafe = true }
    }

    /// The shell advances at every deadline; here every millisecond would do the same.
    private func pass(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let due = state.deadline, due < at(end) { state.advance(to: due) }
        now = end
        state.advance(to: at(now))
    }

    private func check(_ sequence: Int) {
        let isAway = (state.levels == 1) != safeIsOn
        guard isAway else { return awaySince = nil }
        awaySince = awaySince ?? now
        #expect(leaseEnd > now, "away without a lease in \(sequence)")
        #expect(!isPressed && mayLeaveSafe, "away in or after an emergency stop in \(sequence)")
        #expect(now - (awaySince ?? now) < 1000, "away for too long in \(sequence)")
    }
}
