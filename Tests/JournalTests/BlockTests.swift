import Foundation
import GRDB
@testable import Journal
import ProcessImage
import Quantities
import Testing

/// What is packed comes back, what is damaged is seen and never trapped on, and others can read it.
@Suite struct BlockTests {
    @Test func `numbers of every size come back`() {
        let edges: [Int64] = [0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, .max, .min, Int64(1) << 46]
        var packed = PackedBytes()
        for edge in edges { packed.append(signed: edge) }
        for edge in edges { packed.append(UInt64(bitPattern: edge)) }
        var reader = PackedReader(packed.bytes)
        let signed = edges.map { _ in reader.nextSigned() }, plain = edges.map { _ in reader.next() }
        #expect(signed == edges)
        #expect(plain == edges.map { UInt64(bitPattern: $0) })
        let beyond = reader.next()
        #expect(reader.isAtEnd && beyond == nil)
        var endless = PackedReader([UInt8](repeating: 0xff, count: 20))
        let tooLong = endless.next()
        #expect(tooLong == nil)
    }

    @Test func `the checksum is the one of zip and Ethernet`() {
        #expect(crc32(Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(crc32(Array("6789".utf8), continuing: crc32(Array("12345".utf8))) == 0xcbf4_3926)
    }

    /// Irregular times, bad and uncertain stretches, jumps of the value.
    private func samples(_ random: inout Seeded, count: Int, from: Int64) -> [KeptSample] {
        var at = from, number: Int64 = 0
        return (0..<count).map { index in
            at += index == 0 ? 0 : random.next() % 5 == 0 ? Int64(random.next() % 50) * 100 : 1_000
            number += Int64(random.next() % 2_001) - 1_000
            if random.next() % 100 == 0 { number = Int64(random.next() >> 20) }
            let states: [SampleState] = [SampleState(.bad, .noAnswer), SampleState(.uncertain, .stale)]
            let state = random.next() % 10 == 0 ? states[Int(random.next() % 2)] : .good
            return KeptSample(at: at, number: state.isBad ? 0 : number, state: state)
        }
    }

    private let series = (0..<40).map { Series(tag: "s-\($0)", unit: "m3/h", decimals: 2) }

    private func frame(_ random: inout Seeded) -> (frame: OpenFrame, samples: [Int64: [KeptSample]]) {
        var frame = OpenFrame(from: 1_795_384_800_000, through: 1_795_384_810_000, joint: .continues)
        var expected: [Int64: [KeptSample]] = [:]
        for index in series.indices where random.next() % 3 > 0 {
            let some = samples(&random, count: Int(random.next() % 12) + 1, from: frame.from)
            expected[Int64(index * 3 + 5)] = some
            for sample in some { frame.add(Double(sample.number) / 100, sample.state, series: index, at: sample.at) }
        }
        return (frame, expected)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a frame gives back every sample of every series`(seed: UInt64) throws {
        var random = Seeded(state: seed)
        let (frame, expected) = frame(&random)
        let bytes = Frame.bytes(frame, series: series, ids: series.indices.map { Int64($0 * 3 + 5) }, tick: 100)
        var reader = try #require(Frame.reader(bytes))
        #expect((reader.from, reader.through, reader.joint) == (frame.from, frame.through, frame.joint))
        var found: [Int64: [KeptSample]] = [:]
        var run: [KeptSample] = []
        while let id = reader.nextID {
            guard reader.read(into: &run) else { return #expect(Bool(false), "a run cannot be read") }
            found[id] = run
        }
        #expect(found == expected)
        for (id, samples) in expected {
            var fresh = try #require(Frame.reader(bytes))
            let isFound = fresh.find(id, into: &run)
            #expect(isFound && run == samples)
        }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `a damaged frame is seen, and without its checksum it is read without a trap`(seed: UInt64) {
        var random = Seeded(state: seed)
        let bytes = Frame.bytes(frame(&random).frame, series: series, ids: series.indices.map { Int64($0 * 3 + 5) }, tick: 100)
        var run: [KeptSample] = []
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0...random.next() % 3 { damaged[Int(random.next() % UInt64(damaged.count))] ^= UInt8(1 << (random.next() % 8)) }
            if random.next() % 4 == 0 { damaged.removeLast(Int(random.next() % UInt64(damaged.count))) }
            guard damaged != bytes else { continue }
            #expect(Frame.reader(damaged) == nil)
            guard damaged.count >= 5 else { continue }
            let crc = crc32(damaged[5...])
            damaged.replaceSubrange(0..<5, with: [Frame.version] + (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) })
            var reader = Frame.reader(damaged)
            while reader?.nextID != nil, reader?.read(into: &run) == true {}
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `minutes come back as they were, and damaged ones are none`(seed: UInt64) {
        var random = Seeded(state: seed)
        let window: Int64 = 1_795_384_800
        let parts = (0..<10).filter { _ in random.next() % 4 > 0 }.map { minute in
            let low = Int64(random.next() % 5_000) - 2_500, high = low + Int64(random.next() % 3) * 7
            return MinutePart(minute: window / 60 + Int64(minute), min: low, max: high, last: low, sum: low * 59_000 + 13,
                              good: random.next() % 2 == 0 ? 60_000 : 59_000)
        }
        let bytes = PackedMinutes.bytes(parts, window: window)
        #expect(PackedMinutes.parts(bytes, window: window) == parts)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(PackedMinutes.parts(damaged, window: window) == nil)
        }
    }

    // MARK: Folding

    /// Two hours of the flow, with bad stretches, written and folded as they come.
    private func journalOfTwoHours(seed: UInt64) throws -> (journal: Journal, folder: Folder, samples: [Sample]) {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var random = Seeded(state: seed), feed = Feed(journal), given: [Sample] = []
        for second in 0..<7_200 {
            if random.next() % 3 > 0 {
                let value = Double(random.next() % 5_000) / 100
                let isBad = random.next() % 50 == 0
                feed.push(.sample(flow, isBad ? .bad(.noAnswer, at: feed.instant) : .good(value, at: feed.instant)))
                given.append(Sample(unixMilliseconds: (sixOClock + Int64(second)) * 1000, value: isBad ? nil : value,
                                    quality: isBad ? .bad : .good, reason: isBad ? .noAnswer : .none))
            }
            feed.push(.statistics(ScanStatistics()))
            feed.pass(.seconds(1))
            if second % 1_000 == 999 {
                let newest = feed.instant + .seconds(-1)
                #expect(eventually { journal.live.snapshot().instant == newest })
            }
        }
        return (journal, folder, given)
    }

    @Test func `history is the same before a fold, after it and after a restart`() throws {
        let (journal, folder, given) = try journalOfTwoHours(seed: 5)
        #expect(eventually { try journal.samples(of: "FT-101.flow") == given })
        let minutes = try journal.rollups(of: "FT-101.flow", .minute)
        let hours = try journal.rollups(of: "FT-101.flow", .hour)
        #expect(minutes.count == 120 && hours.count == 2)
        #expect(journal.stop())
        let database = try DatabaseQueue(path: folder.file("journal.db"))
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM frames") } == 0, "an orderly end folds all")
        let next = Journal.started(in: folder)
        defer { next.stop() }
        #expect(eventually { try next.samples(of: "FT-101.flow") == given })
        #expect(try next.rollups(of: "FT-101.flow", .minute) == minutes)
        let again = try next.rollups(of: "FT-101.flow", .hour)
        #expect(again.map(\.max) == hours.map(\.max) && zip(again, hours).allSatisfy { abs($0.mean - $1.mean) < 1e-9 })
        let some = try next.history(tag: "FT-101.flow", from: sixOClock + 1_000, to: sixOClock + 2_000, resolution: .samples)
        guard case .samples(let rows) = some.rows else { return #expect(Bool(false), "samples were asked for") }
        #expect(rows == given.filter { ((sixOClock + 1_000) * 1000..<(sixOClock + 2_000) * 1000).contains($0.unixMilliseconds) })
    }

    @Test func `plain SQL reads what we read`() throws {
        let (journal, folder, given) = try journalOfTwoHours(seed: 6)
        #expect(journal.stop())
        try DatabaseQueue(path: folder.file("journal.db")).read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT * FROM samples WHERE tag = 'FT-101.flow' ORDER BY unix_ms")
            #expect(rows.map { $0["unix_ms"] as Int64 } == given.map(\.unixMilliseconds))
            #expect(rows.map { $0["value"] as Double? } == given.map(\.value))
            #expect(rows.map { $0["quality"] as Int } == given.map { Int($0.quality.rawValue) })
            #expect(rows.map { $0["reason"] as Int } == given.map { Int($0.reason.rawValue) })
            let hours = try Row.fetchAll(database, sql: "SELECT * FROM hourly WHERE tag = 'FT-101.flow' ORDER BY unix_s")
            #expect(hours.map { $0["unix_s"] as Int64 } == [sixOClock, sixOClock + 3_600])
            #expect(hours.allSatisfy { ($0["min"] as Double) >= 0 && ($0["max"] as Double) < 50 })
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM daily WHERE tag = 'FT-101.flow'") == 1)
        }
    }

    @Test func `a damaged block is told as a gap and the rest is told`() throws {
        let (journal, folder, given) = try journalOfTwoHours(seed: 7)
        #expect(journal.stop())
        try DatabaseQueue(path: folder.file("journal.db")).write { database in
            let id = try #require(try Int64.fetchOne(database, sql: "SELECT min(id) FROM blocks WHERE id & 1048575 = 1"))
            try database.execute(sql: "UPDATE blocks SET numbers = x'00' || substr(numbers, 2) WHERE id = ?", arguments: [id])
        }
        let next = Journal.started(in: folder)
        defer { next.stop() }
        #expect(eventually { try !next.samples(of: "FT-101.flow").isEmpty })
        let told = try next.samples(of: "FT-101.flow")
        let window = given.filter { $0.unixMilliseconds < (sixOClock + 600) * 1000 }
        #expect(told.count == given.count - window.count + 1)
        #expect(told.first == Sample(unixMilliseconds: sixOClock * 1000, value: nil, quality: .bad, reason: .garbled))
        #expect(Array(told.dropFirst()) == Array(given.dropFirst(window.count)))
    }
}
