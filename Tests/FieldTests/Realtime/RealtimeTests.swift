@testable import Field
import Foundation
import Quantities
import Synchronization
import Testing

private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

@Suite struct BeatTests {
    @Test func `the grid lies on whole multiples of the period, after the moment the thread began`() {
        #expect(Beat(after: at(1_234), period: .milliseconds(100)).due == at(1_300))
        #expect(Beat(after: at(1_300), period: .milliseconds(100)).due == at(1_400))
    }

    @Test func `turns in time are not late and stay on the grid`() {
        var beat = Beat(after: at(50), period: .milliseconds(100))
        #expect(beat.turn(at: at(100)) == .zero)
        #expect(beat.turn(at: at(203)) == .milliseconds(3))
        #expect(beat.due == at(300))
    }

    @Test func `a turn after a long one runs at once, says how late it is, and skips what was missed`() {
        var beat = Beat(after: at(50), period: .milliseconds(100))
        _ = beat.turn(at: at(100))
        #expect(beat.turn(at: at(450)) == .milliseconds(250))
        #expect(beat.due == at(500))
    }

    @Test func `a turn exactly one period late is followed by the next of the grid`() {
        var beat = Beat(after: at(50), period: .milliseconds(100))
        #expect(beat.turn(at: at(200)) == .milliseconds(100))
        #expect(beat.due == at(300))
    }
}

@Suite struct RealtimeThreadTests {
    @Test func `the body runs at its period with growing moments until it is stopped, and can be started again`() {
        let turns = Mutex<[Instant]>([])
        let thread = RealtimeThread(name: "test-beat", period: .milliseconds(5)) { now, lateness in
            turns.withLock { $0.append(now) }
            if lateness < .zero { Issue.record("early") }
        }
        #expect(thread.standing == .notStarted)
        for round in 1...2 {
            thread.start()
            while turns.withLock({ $0.count }) < 10 * round { usleep(1000) }
            thread.stop()
            #expect(thread.standing != .notStarted)
        }
        let seen = turns.withLock { $0 }
        usleep(20_000)
        #expect(turns.withLock { $0.count } == seen.count, "it ran on after stop")
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
    }
}

@Suite struct SystemClockTests {
    @Test func `trust: before the floor never, disciplined always, on its own only if not behind what was recorded`() {
        let floor = SystemClock.floor
        #expect(SystemClock.trust(unixSeconds: 0, isSynchronized: true, lastKnown: floor) == .unset)
        #expect(SystemClock.trust(unixSeconds: floor - 1, isSynchronized: true, lastKnown: floor) == .unset)
        #expect(SystemClock.trust(unixSeconds: floor, isSynchronized: true, lastKnown: floor + 9) == .synced)
        #expect(SystemClock.trust(unixSeconds: floor + 8, isSynchronized: false, lastKnown: floor + 9) == .unset)
        #expect(SystemClock.trust(unixSeconds: floor + 9, isSynchronized: false, lastKnown: floor + 9) == .heldOver)
    }

    @Test func `the wall clock is the machine's, and the instant grows`() {
        let before = SystemClock.now()
        let wall = SystemClock().wall()
        #expect(abs(Double(wall.unixSeconds) - Date().timeIntervalSince1970) < 5)
        #expect(SystemClock.now() > before)
    }

    @Test func `a clock that fell behind what was recorded is not trusted unless something disciplines it`() {
        let future = WallTime(unixSeconds: Int64(Date().timeIntervalSince1970) + 86_400, trust: .synced)
        #expect(SystemClock(lastKnown: future).wall().trust != .heldOver)
    }
}
