import Foundation
@testable import Journal
import ProcessImage
import Quantities
import Testing

@Suite struct RetentionTests {
    @Test func `samples and minutes go by age, each by its own, and days stay`() throws {
        let folder = try Folder()
        let plan = RecordingPlan(flushEvery: .milliseconds(200), keepSamplesDays: 1, keepMinutesDays: 10)
        let journal = Journal.started(in: folder, plan: plan)
        defer { journal.stop() }
        var feed = Feed(journal)
        for day in 0..<4 {
            feed.sample(Double(day))
            feed.pass(.seconds(9))
            feed.push(.event(Event(.runRefused, .zone(east))))
            feed.pass(.seconds(4 * 86_400 - 9))
        }
        feed.sample(9)
        #expect(eventually { journal.port.journalIsWritable && journal.live.snapshot().readings[flow.offset].recorded == 9 })
        feed.pass(.seconds(9))
        feed.sample(10)
        #expect(eventually { try journal.samples(of: "FT-101.flow").map(\.value) == [9, 10] })
        #expect(try journal.rollups(of: "FT-101.flow", .minute).map(\.last) == [2, 3, 9])
        #expect(try journal.rollups(of: "FT-101.flow", .day).map(\.last) == [0, 1, 2, 3, 9])
        #expect(try journal.events(from: 0, to: .max).count == 4)
    }

    @Test func `nothing is too old for a clock that is not trusted`() throws {
        let folder = try Folder()
        let plan = RecordingPlan(flushEvery: .milliseconds(200), keepSamplesDays: 1)
        let journal = Journal.started(in: folder, plan: plan)
        defer { journal.stop() }
        var feed = Feed(journal)
        feed.sample(1)
        #expect(eventually { journal.storage()[1].rows == 1 })
        feed.pass(.hours(24 * 365))
        feed.wall = WallTime(unixNanoseconds: feed.wall.unixNanoseconds, trust: .unset)
        feed.sample(2)
        #expect(eventually { journal.storage()[1].rows == 2 })
    }

    @Test func `the file stays under its bound and the newest samples stay whole`() throws {
        let folder = try Folder()
        let bound: Int64 = 200_000
        let plan = RecordingPlan(flushEvery: .milliseconds(100), maximumBytes: bound)
        let journal = Journal.started(in: folder, plan: plan)
        defer { journal.stop() }
        var feed = Feed(journal)
        let total = 40_000
        var random = Seeded(state: 7)
        var largest: Int64 = 0
        for number in 0..<total {
            feed.sample(Double(random.next() % 1_000_000_000))
            feed.pass(.milliseconds(100))
            if number % 3_000 == 2_999 {
                let newest = feed.instant + .milliseconds(-100)
                #expect(eventually { journal.live.snapshot().instant == newest && isFlushed(journal) })
                largest = max(largest, size(folder.file("journal.db")))
            }
        }
        let last = feed.wall.unixNanoseconds / 1_000_000 - 100
        #expect(eventually { try journal.samples(of: "FT-101.flow").last?.unixMilliseconds == last })
        #expect(journal.port.dropped == 0)
        #expect(eventually { journal.storage()[1].usedBytes < bound })
        largest = max(largest, size(folder.file("journal.db")))
        #expect(largest <= bound)
        #expect(journal.storage()[1].usedBytes > bound / 2)
        let kept = try journal.samples(of: "FT-101.flow").map(\.unixMilliseconds)
        #expect(kept.count < total)
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 == 100 })
    }

    private func isFlushed(_ journal: Journal) -> Bool {
        journal.history.withMemory { memory in
            memory.isEmpty
        }
    }

    private func size(_ path: String) -> Int64 {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0
    }
}
