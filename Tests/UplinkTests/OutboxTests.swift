import Quantities
import Testing
import Uplink

@Suite("Outbox: nothing lost, nothing doubled")
struct OutboxPropertyTests {
    /// RELIABILITY invariants 25, 26, 27 and 30: `SyncWorld` looks after every step.
    @Test(arguments: 0..<30)
    func `whatever fails, every row arrives as it was or is told as given up, once`(seed: UInt64) {
        var world = SyncWorld(seed: seed)
        world.run(steps: 500)
        #expect(world.wrongs == [])
        world.calmDown()
        #expect(world.wrongs == [])
        #expect(world.lost() == [])
        #expect(world.outbox.waiting == 0)
        #expect(world.heardAnew() == world.receiver)
        for gap in world.gaps { #expect(["hours", "days"].contains(gap.stream)) }
    }

    @Test func `the schedules reach what they are there for`() {
        var total = SyncWorld.Tally()
        for seed in UInt64(0)..<12 {
            var world = SyncWorld(seed: seed)
            world.run(steps: 500)
            total.sent += world.tally.sent
            total.arrived += world.tally.arrived
            total.again += world.tally.again
            total.crashes += world.tally.crashes
            total.gaps += world.tally.gaps
            total.acknowledged += world.tally.acknowledged
        }
        #expect(total.sent > 1000 && total.arrived > 500 && total.again > 200 && total.crashes > 30, "\(total)")
        #expect(total.gaps > 20 && total.acknowledged > 1000, "\(total)")
    }
}

@Suite("Outbox, move by move")
struct OutboxTests {
    private func fill(_ parcel: Parcel, without absent: Set<UInt64> = []) -> FilledParcel {
        FilledParcel(parcel, gateway: "g", store: "s", bytes: 1 << 20, as: .rows(.json)) { part in
            SyncBlock(stream: part.stream, columns: [], rows: part.ids.filter { !absent.contains($0) }.map { SyncRow(id: $0, milliseconds: 0, values: []) })
        }
    }

    private func next(_ outbox: inout Outbox, at now: Instant = .start, upTo rank: Int = .max) throws -> Parcel {
        let parcel = outbox.next(at: now, upTo: rank)
        return try #require(parcel)
    }

    private func opened(_ heads: [String: UInt64], _ settings: OutboxSettings = OutboxSettings(), marks: [String: UInt64] = [:]) -> Outbox {
        var outbox = Outbox(marks: marks, settings)
        for (stream, head) in heads { outbox.committed(stream, through: head) }
        outbox.open()
        return outbox
    }

    @Test func `how things are goes first, then alarms, then what must not be lost, then the rest`() throws {
        var outbox = opened(["hours": 900, "alarms": 2, "runs": 3, "state": 70, "days": 1])
        let parcel = try next(&outbox)
        #expect(parcel.parts == [
            .init(stream: "state", ids: 70...70), .init(stream: "alarms", ids: 1...2), .init(stream: "runs", ids: 1...3),
            .init(stream: "days", ids: 1...1), .init(stream: "hours", ids: 1...193),
        ])
        #expect(outbox.waiting == 907)
    }

    @Test func `without money only what is urgent goes`() throws {
        var outbox = opened(["hours": 900, "alarms": 2])
        let parcel = try next(&outbox, upTo: 1)
        #expect(parcel.parts == [.init(stream: "alarms", ids: 1...2)])
        var calm = opened(["hours": 900])
        let none = calm.next(at: .start, upTo: 1)
        #expect(none == nil)
    }

    @Test func `no more is on its way than the window, and no row twice`() throws {
        var settings = OutboxSettings()
        settings.window = 2
        settings.rowsPerParcel = 10
        var outbox = opened(["hours": 100], settings)
        var ids: [ClosedRange<UInt64>] = []
        while let parcel = outbox.next(at: .start) {
            ids += parcel.parts.map(\.ids)
            outbox.sent(fill(parcel), at: .start)
        }
        #expect(ids == [1...10, 11...20] && outbox.messagesOnTheirWay == 2)
        let second = outbox.acknowledged([.init(stream: "hours", ids: 11...20)], at: .start)
        #expect(second == 10 && outbox.marks["hours"] == 0)
        let first = outbox.acknowledged([.init(stream: "hours", ids: 1...10)], at: .start)
        #expect(first == 10 && outbox.marks["hours"] == 20 && outbox.messagesOnTheirWay == 0)
        let parcel = try next(&outbox)
        #expect(parcel.parts.map(\.ids) == [21...30])
    }

    @Test func `silence sends again, more and more seldom; a late answer still counts`() throws {
        var outbox = opened(["runs": 5])
        var moments: [Double] = []
        var now = Instant.start
        for _ in 0..<7 {
            let parcel = try next(&outbox, at: now)
            #expect(parcel.parts == [.init(stream: "runs", ids: 1...5)])
            outbox.sent(fill(parcel), at: now)
            moments.append((outbox.wake - now).seconds)
            now = outbox.wake
        }
        #expect(moments == [30, 60, 120, 240, 480, 600, 600])
        let count = outbox.acknowledged([.init(stream: "runs", ids: 1...5)], at: now)
        let more = outbox.next(at: now)
        #expect(count == 5 && outbox.marks["runs"] == 5 && more == nil && outbox.lastAcknowledgement == now)
        outbox.committed("runs", through: 6)
        outbox.sent(fill(try next(&outbox, at: now)), at: now)
        #expect(outbox.wake == now + .seconds(30))
    }

    @Test func `what this life never sent is not there because somebody says so`() {
        var outbox = opened(["runs": 5])
        let all = SyncAcknowledgement.Stored(stream: "runs", ids: 1...UInt64(SyncRow.idMax))
        let count = outbox.acknowledged([all, .init(stream: "none", ids: 1...2)], at: .start)
        #expect(count == 0 && outbox.marks["runs"] == 0 && outbox.waiting == 5)
    }

    @Test func `ids without a row keep nobody waiting`() throws {
        var outbox = opened(["runs": 6])
        outbox.sent(fill(try next(&outbox), without: [1, 2, 4, 6]), at: .start)
        #expect(outbox.marks["runs"] == 2)
        outbox.acknowledged([.init(stream: "runs", ids: 3...3), .init(stream: "runs", ids: 5...5)], at: .start)
        #expect(outbox.marks["runs"] == 6 && outbox.waiting == 0)
    }

    @Test func `of how things are only the newest is sent, and its answer settles all before it`() throws {
        var outbox = opened(["state": 3])
        outbox.sent(fill(try next(&outbox)), at: .start)
        outbox.committed("state", through: 8)
        let parcel = try next(&outbox)
        #expect(parcel.parts == [.init(stream: "state", ids: 8...8)])
        outbox.acknowledged([.init(stream: "state", ids: 3...3)], at: .start)
        #expect(outbox.marks["state"] == 3 && outbox.waiting == 1)
        outbox.sent(fill(try next(&outbox), without: [8]), at: .start)
        let more = outbox.next(at: .start)
        #expect(outbox.waiting == 0 && more == nil)
    }

    @Test func `a new connection begins with what is most urgent, not with what was on its way`() throws {
        var outbox = opened(["hours": 300])
        outbox.sent(fill(try next(&outbox)), at: .start)
        outbox.close()
        let whileClosed = outbox.next(at: .start)
        #expect(whileClosed == nil)
        outbox.committed("alarms", through: 1)
        outbox.open()
        let parcel = try next(&outbox)
        #expect(parcel.parts.first == .init(stream: "alarms", ids: 1...1))
    }

    @Test func `a full outbox gives up hours before days, and nothing else`() throws {
        var settings = OutboxSettings()
        settings.rowsMax = 100
        var outbox = opened(["hours": 60, "days": 20, "runs": 90], settings)
        var given: [SyncGap] = []
        while let gap = outbox.overflow {
            given.append(gap)
            #expect(outbox.marks(after: gap)[gap.stream] == gap.ids.upperBound)
            outbox.giveUp(gap)
        }
        #expect(given == [SyncGap(stream: "hours", ids: 1...60, rows: 60), SyncGap(stream: "days", ids: 1...10, rows: 10)])
        outbox.committed("runs", through: 500)
        while let gap = outbox.overflow { outbox.giveUp(gap) }
        #expect(outbox.waiting(in: "runs") == 500 && outbox.waiting(in: "days") == 0)
    }

    @Test func `a gap counts what nobody has, and what was on its way in it is waited for no more`() throws {
        var settings = OutboxSettings()
        settings.rowsMax = 8
        settings.rowsPerParcel = 3
        var outbox = opened(["hours": 9], settings)
        outbox.sent(fill(try next(&outbox)), at: .start)
        outbox.sent(fill(try next(&outbox)), at: .start)
        outbox.acknowledged([.init(stream: "hours", ids: 2...3)], at: .start)
        outbox.committed("hours", through: 11)
        let gap = try #require(outbox.overflow)
        #expect(gap == SyncGap(stream: "hours", ids: 1...1, rows: 1))
        outbox.giveUp(gap)
        #expect(outbox.marks["hours"] == 3 && outbox.messagesOnTheirWay == 1 && outbox.overflow == nil)
    }

    @Test func `a stream that the configuration no longer knows keeps its mark`() {
        let outbox = Outbox([SyncStream("runs", rank: 1, .every)], marks: ["runs": 4, "pond": 17])
        #expect(outbox.marks == ["runs": 4, "pond": 17])
    }
}
