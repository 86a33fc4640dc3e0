import Foundation
import Journal
import ProcessImage
import Quantities
import Testing

/// Rollups against a computation of the test's own: it walks every 100 ms and knows nothing of minutes as they close.
@Suite struct RollupTests {
    private struct Stretch {
        var low = Double.infinity, high = -Double.infinity, sum = 0.0, count = 0, last = 0.0
        mutating func add(_ value: Double) {
            low = min(low, value)
            high = max(high, value)
            sum += value
            count += 1
            last = value
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `minutes agree with a plain sum over quality changes and silences`(seed: UInt64) throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var random = Seeded(state: seed)
        var feed = Feed(journal)
        var expected: [Int64: Stretch] = [:]
        var value: Double?
        for step in 0..<6_000 {
            if random.next() % 40 == 0 {
                value = random.next() % 4 == 0 ? nil : Double(random.next() % 4_000) / 100
                feed.push(.sample(flow, value.map { .good($0, at: feed.instant) } ?? .bad(.noAnswer, at: feed.instant)))
            }
            if step % 20 == 0 { feed.push(.statistics(ScanStatistics())) }
            if let value { expected[feed.wall.unixSeconds / 60 * 60, default: Stretch()].add(value) }
            feed.pass(.milliseconds(100))
            if step % 1_000 == 999 { usleep(60_000) }
        }
        feed.push(.statistics(ScanStatistics()))
        #expect(eventually { try journal.rollups(of: "FT-101.flow", .minute).count == expected.count })
        check(try journal.rollups(of: "FT-101.flow", .minute), against: expected, seconds: 60)
        let whole = expected.values.reduce(into: Stretch()) { sum, one in
            sum = Stretch(low: min(sum.low, one.low), high: max(sum.high, one.high), sum: sum.sum + one.sum, count: sum.count + one.count)
        }
        let hour = try #require(try journal.rollups(of: "FT-101.flow", .hour).first)
        let day = try #require(try journal.rollups(of: "FT-101.flow", .day).first)
        #expect(abs(hour.mean - whole.sum / Double(whole.count)) < 1e-9 * 4_000)
        #expect(abs(hour.goodShare - Double(whole.count) / 36_000) < 1e-4)
        #expect(day.unixSeconds == sixOClock - 6 * 3600)
        #expect((day.min, day.max) == (whole.low, whole.high))
    }

    private func check(_ rows: [Rollup], against expected: [Int64: Stretch], seconds: Int) {
        for row in rows {
            guard let right = expected[row.unixSeconds] else {
                Issue.record("a minute nobody expected: \(row)")
                continue
            }
            #expect(row.min == right.low && row.max == right.high && row.last == right.last)
            #expect(abs(row.mean - right.sum / Double(right.count)) < 1e-6)
            #expect(abs(row.goodShare - Double(right.count) / Double(seconds * 10)) < 1e-3)
        }
    }

    @Test func `a step of the wall clock neither adds nor takes time`() throws {
        let journal = Journal.started(in: try Folder())
        var feed = Feed(journal)
        feed.sample(5)
        for second in 0..<100 {
            feed.pass(.seconds(1))
            if second == 50 { feed.wall = WallTime(unixSeconds: feed.wall.unixSeconds + 600, trust: .synced) }
            feed.push(.statistics(ScanStatistics()))
        }
        #expect(eventually { journal.live.snapshot().instant == feed.instant })
        let minutes = try rollupsWhenOpen(journal)
        #expect(abs(minutes.reduce(0) { $0 + $1.goodShare * 60 } - 100) < 0.01)
        #expect(minutes.allSatisfy { $0.goodShare <= 1 && $0.mean == 5 })
        journal.stop()
    }

    @Test func `time in which nothing was scanned counts as not known`() throws {
        let journal = Journal.started(in: try Folder())
        var feed = Feed(journal)
        feed.sample(5)
        feed.pass(.seconds(5))
        feed.push(.statistics(ScanStatistics()))
        feed.pass(.hours(1))
        feed.push(.statistics(ScanStatistics()))
        feed.pass(.seconds(5))
        feed.push(.statistics(ScanStatistics()))
        #expect(eventually { journal.live.snapshot().instant == feed.instant })
        let minutes = try rollupsWhenOpen(journal)
        #expect(minutes.count == 2)
        #expect(abs(minutes.reduce(0) { $0 + $1.goodShare * 60 } - 10) < 0.01)
        journal.stop()
    }

    @Test func `a minute cut in two by a restart is one minute`() throws {
        let folder = try Folder()
        var wall = WallTime(unixSeconds: sixOClock, trust: .synced)
        for value in [2.0, 4.0] {
            let journal = Journal.started(in: folder)
            var feed = Feed(journal)
            feed.wall = wall
            feed.sample(value)
            for _ in 0..<4 {
                feed.pass(.seconds(5))
                feed.push(.statistics(ScanStatistics()))
            }
            wall = feed.wall
            #expect(journal.stop())
        }
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        let minutes = try rollupsWhenOpen(journal)
        let minute = try #require(minutes.first)
        #expect(minutes.count == 1)
        #expect(minute.unixSeconds == sixOClock)
        #expect((minute.min, minute.max, minute.mean, minute.last) == (2, 4, 3, 4))
        #expect(abs(minute.goodShare - 40.0 / 60) < 1e-9)
    }

    private func rollupsWhenOpen(_ journal: Journal) throws -> [Rollup] {
        #expect(eventually { try !journal.rollups(of: "FT-101.flow", .minute).isEmpty })
        return try journal.rollups(of: "FT-101.flow", .minute)
    }
}

/// A small generator with a seed (SplitMix64).
struct Seeded {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
