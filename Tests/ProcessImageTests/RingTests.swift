import Foundation
import ProcessImage
import Quantities
import Testing

struct RingTests {
    @Test func `What is pushed by one thread is popped by another, in order, and what is missing was counted`() {
        let ring = Ring<UInt64>(capacity: 64)
        let total: UInt64 = 200_000
        let writer = Thread { for number in 1...total { ring.push(number) } }
        writer.start()
        var last: UInt64 = 0
        var seen: UInt64 = 0
        while true {
            let isOver = writer.isFinished
            if let number = ring.pop() {
                #expect(number > last)
                last = number
                seen += 1
            } else if isOver {
                break
            }
        }
        #expect(seen + ring.dropped == total && seen > 0)
    }

    @Test func `A full ring drops the new and keeps the old`() {
        let ring = Ring<Int>(capacity: 3)
        #expect(ring.capacity == 4)
        #expect((0..<6).map { ring.push($0) } == [true, true, true, true, false, false])
        #expect(ring.dropped == 2 && ring.peek() == 0)
        #expect((0..<5).map { _ in ring.pop() } == [0, 1, 2, 3, nil])
    }

    @Test func `Many may offer commands at once; none is lost, and one too many is refused to its sender`() {
        let inbox = CommandInbox()
        let senders = (0..<4).map { sender in
            Thread { for number in 0..<16 { _ = inbox.offer(command(UInt64(sender * 16 + number))) } }
        }
        for sender in senders { sender.start() }
        while !senders.allSatisfy(\.isFinished) { sched_yield() }
        #expect(!inbox.offer(command(99)))
        var image = InputImage(tables: SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [], outputs: []))
        var records = RecordBuffer(capacity: 100)
        var ids: Set<UInt64> = []
        for _ in 0..<4 {
            image.begin(now: .start, wall: WallTime(unixSeconds: 0, trust: .unset))
            inbox.latch(into: &image, &records)
            #expect(image.commandCount == Limits.commandsPerScanMax)
            for number in 0..<image.commandCount { ids.insert(image.command(number).id) }
        }
        #expect(ids == Set(0..<64))
    }

    private func command(_ id: UInt64) -> Command {
        Command(id: id, kind: .stopAll, author: .localOperator, expires: .start + .seconds(1))
    }
}

struct ReadingTests {
    private func image() -> InputImage {
        let point = PointDefinition(label: Label(tag: "p"), unit: Unit(symbol: "L/min") ?? Unit.all[0],
                                    uncertainAfter: .seconds(5), badAfter: .seconds(15))
        return InputImage(tables: SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [point], outputs: []))
    }

    @Test func `A reading ages from good through uncertain to bad, and its value goes with its quality`() throws {
        let tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [
            PointDefinition(label: Label(tag: "p"), unit: Unit(symbol: "L/min") ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15)),
        ], outputs: [])
        let point: PointOf<Flow> = try #require(tables.quantity(PointIndex(0)))
        var image = image()
        var seen: [String] = []
        for second in [0, 5, 6, 15, 16, 17] {
            image.begin(now: .start + .seconds(second), wall: WallTime(unixSeconds: 0, trust: .unset))
            if second == 0 { image.latch(.good(100, at: .start), at: PointIndex(0)) }
            let value = image.value(of: point, noOlderThan: .seconds(60))
            seen.append("\(image.reading(PointIndex(0)).quality) \(value.value.map { "\($0.cubicMetersPerHour)" } ?? "-")")
        }
        #expect(seen == ["good 6.0", "good 6.0", "uncertain -", "uncertain -", "bad -", "bad -"])
    }

    @Test func `Who asks for less age than there is gets a reason instead of a value`() throws {
        var image = image()
        image.begin(now: .start + .seconds(3), wall: WallTime(unixSeconds: 0, trust: .unset))
        image.latch(.good(1, at: .start), at: PointIndex(0))
        let tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [
            PointDefinition(label: Label(tag: "p"), unit: Unit(symbol: "L/min") ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15)),
        ], outputs: [])
        let point: PointOf<Flow> = try #require(tables.quantity(PointIndex(0)))
        #expect(image.value(of: point, noOlderThan: .seconds(2)) == .unknown(.stale))
        image.latch(.bad(.sensorFault, at: .start), at: PointIndex(0))
        #expect(image.value(of: point, noOlderThan: .hours(1)) == .unknown(.sensorFault))
        #expect(tables.quantity(PointIndex(0), as: Volume.self) == nil, "a flow is no volume")
    }
}

struct LatchedTests {
    @Test func `The image tells which points were latched in this scan, each once, in their order`() {
        let points = (0..<4).map {
            PointDefinition(label: Label(tag: "p\($0)"), unit: Unit(symbol: "%") ?? Unit.all[0],
                            uncertainAfter: .seconds(5), badAfter: .seconds(15))
        }
        var image = InputImage(tables: SiteTables(site: Label(tag: "s"), clock: .shanghai, points: points, outputs: []))
        for scan in 1...2 {
            image.begin(now: .start + .seconds(scan), wall: WallTime(unixSeconds: 0, trust: .unset))
            #expect(image.latchedCount == 0)
            for point in [3, 1, 3] { image.latch(.good(Double(scan), at: image.now), at: PointIndex(point)) }
            #expect((0..<image.latchedCount).map { image.latched($0).offset } == [3, 1])
        }
    }
}

struct RecordBufferTests {
    @Test func `What does not fit is counted, and ledger numbers go on`() {
        var buffer = RecordBuffer(capacity: 2)
        for _ in 0..<3 { buffer.event(Event(.started, .site)) }
        #expect(buffer.count == 2 && buffer.dropped == 1)
        buffer.clear()
        #expect(buffer.ledger(.commandDone(1, .done)) == 1 && buffer.ledger(.commandDone(2, .done)) == 2)
    }
}

struct LimitsTests {
    @Test func `Limits fit each other`() {
        #expect(Limits.recordRingCapacity >= 2 * Limits.recordsPerScanMax)
        #expect(Limits.commandsPerScanMax <= Limits.inboxCapacity)
        #expect(Limits.occurrencesRemembered >= 2 * Limits.startsPerProgramMax)
        #expect(Limits.leaseDefault < Limits.leaseMax)
        #expect([Limits.pointsMax, Limits.outputsMax, Limits.zonesMax, Limits.programsMax].allSatisfy { $0 <= Int(UInt16.max) })
        #expect(1 + 3 * Limits.sourcesMax + Limits.zonesMax + 2 * Limits.outputsMax <= Int(UInt16.max), "a number for each trip")
    }
}
