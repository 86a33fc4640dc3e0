@testable import Field
import ProcessImage
import Quantities
import Testing

/// Three valves on lines 0/3, 1/4, 2/5, pulses of 80 ms.
@Suite struct LatchPulserTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)
    private static let valves = (0..<3).map { LatchPulser.Valve(output: $0, openLine: $0, closeLine: $0 + 3, pulse: .milliseconds(80)) }

    /// Lines that go on, in order, as `milliseconds line`, while time passes by tens of milliseconds.
    private func pulses(_ pulser: inout LatchPulser, _ wanted: UInt64, from: Instant, for time: Duration) -> [String] {
        var seen: [String] = []
        var before: UInt64 = 0
        var now = from
        while now < from + time {
            let lines = pulser.turn(wanted, at: now)
            if lines & ~before != 0 {
                seen.append("\((now - Self.start).nanoseconds / 1_000_000) \(lines.trailingZeroBitCount)")
            }
            #expect(lines.nonzeroBitCount <= 1)
            before = lines
            now = now + .milliseconds(10)
        }
        return seen
    }

    @Test func `at boot every valve is closed, one after the other, before anything is opened, and once more 5 s later`() {
        var pulser = LatchPulser(Self.valves)
        #expect(pulser.unknown == 0b111)
        let seen = pulses(&pulser, 0b100, from: Self.start, for: .seconds(8))
        #expect(seen == ["0 3", "180 4", "360 2", "5080 3", "5260 4"])
        #expect(pulser.unknown == 0 && pulser.open == 0b100)
    }

    @Test func `a stop closes at once and repeats the pulse; a start in between takes no repetition`() {
        var pulser = LatchPulser(Self.valves)
        _ = pulses(&pulser, 0b001, from: Self.start, for: .seconds(10))
        #expect(pulser.open == 0b001)
        let stop = Self.start + .seconds(10)
        #expect(pulses(&pulser, 0, from: stop, for: .seconds(2)) == ["10000 3"])
        #expect(pulses(&pulser, 0b001, from: stop + .seconds(2), for: .seconds(10)) == ["12000 0"])
        let again = stop + .seconds(12)
        #expect(pulses(&pulser, 0, from: again, for: .seconds(10)) == ["22000 3", "27080 3"])
    }

    @Test func `a valve counts as open from the beginning of its pulse to the end of the one that closes it`() {
        var pulser = LatchPulser(Self.valves)
        _ = pulses(&pulser, 0, from: Self.start, for: .seconds(10))
        let now = Self.start + .seconds(10)
        _ = pulser.turn(0b001, at: now)
        #expect(pulser.open == 0b001)
        _ = pulser.turn(0, at: now + .milliseconds(80))
        _ = pulser.turn(0, at: now + .milliseconds(180))
        #expect(pulser.open == 0b001, "the closing pulse is not over")
        _ = pulser.turn(0, at: now + .milliseconds(260))
        #expect(pulser.open == 0)
    }

    @Test(arguments: 1...8) func `whatever is wanted, one line at most is on, for its pulse at most, and in the end all is as wanted`(seed: Int) {
        var random = SeededNumbers(seed: UInt64(seed))
        var pulser = LatchPulser(Self.valves)
        var now = Self.start
        var onSince: [Int: Instant] = [:]
        var wanted: UInt64 = 0
        for _ in 0..<3000 {
            if random.next() % 10 == 0 { wanted = random.next() % 8 }
            if random.next() % 200 == 0 { pulser.forget(lines: random.next() % 64, at: now) }
            let lines = pulser.turn(wanted, at: now)
            #expect(lines.nonzeroBitCount <= 1)
            for line in 0..<6 {
                onSince[line] = lines & bit(line) != 0 ? onSince[line] ?? now : nil
                if let since = onSince[line] { #expect(now - since <= .milliseconds(80)) }
            }
            let due = pulser.deadline(wanted).map { max($0, now + .nanoseconds(1)) } ?? now + .seconds(1)
            now = min(now + .milliseconds(Int64(random.next() % 60) + 1), due)
        }
        for _ in 0..<2000 where pulser.isBusy(wanted) {
            _ = pulser.turn(wanted, at: now)
            now = now + .milliseconds(10)
        }
        #expect(pulser.open == wanted && pulser.unknown == 0)
    }
}

/// A seed gives one sequence.
private struct SeededNumbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
