@testable import Field
import ProcessImage
import Quantities
import Testing

extension PollNews {
    /// The points that have values.
    var points: [Int] { if case .values(let read) = self { read.items } else { [] } }
}

@Suite struct `Modbus polling` {
    private static func device(_ points: [RegisterPoint], wake: DevicePlan.WakeRead? = nil) -> DevicePolls {
        let plan = DevicePlan(index: DeviceIndex(0), tag: "d", unit: 1, rules: ReadRules(), points: points, outputs: [],
                              online: PointIndex(99), wakeRead: wake)
        return DevicePolls(plan, points: plan.readablePoints, cost: .tcp, at: .start)
    }

    private static func at(_ milliseconds: Int) -> Instant { .start + .milliseconds(milliseconds) }

    @Test func `what is due is read together, what is not waits for its own multiple, a little before it`() {
        var polls = Self.device([
            point(.unsigned(bits: 16), address: 0, every: .seconds(1)), point(.unsigned(bits: 16), address: 1, every: .seconds(2)),
        ])
        #expect(polls.next(at: Self.at(0))?.span.count == 2)
        #expect(polls.answered(.registers, at: Self.at(0)).points == [0, 1])
        #expect(polls.next(at: Self.at(949)) == nil)
        #expect(polls.next(at: Self.at(950))?.span.count == 1)
        _ = polls.answered(.registers, at: Self.at(950))
        #expect(polls.next(at: Self.at(1950))?.span.count == 2)
    }

    @Test func `whenever devices were started, those of one interval are due together`() {
        let grid = PollGrid(every: .milliseconds(100))
        #expect([0, 1, 49, 89].map { grid.moment(after: Self.at($0)) } == Array(repeating: Self.at(90), count: 4))
        #expect(grid.moment(after: Self.at(90)) == Self.at(190))
        #expect(PollGrid(every: .seconds(10)).moment(after: Self.at(0)) == Self.at(9950), "no more than 50 ms before")
        #expect(PollGrid(every: .milliseconds(10)).moment(after: Self.at(0)) == Self.at(9))
    }

    @Test func `polls missed meanwhile are counted as wanted, and the grid of due moments stays`() {
        var polls = Self.device([point(.unsigned(bits: 16), every: .seconds(1))])
        _ = polls.next(at: Self.at(0))
        _ = polls.answered(.registers, at: Self.at(10))
        _ = polls.next(at: Self.at(3500))
        _ = polls.answered(.registers, at: Self.at(3510))
        #expect(polls.wanted == 4)
        #expect(polls.made == 2)
        #expect(polls.due == Self.at(3950))
    }

    @Test func `on an emptying battery what is polled slowly is polled half as often, what is steered by as ever, and nothing counts as missed`() {
        var polls = Self.device([point(.unsigned(bits: 16), address: 0, every: .seconds(1)), point(.unsigned(bits: 16), address: 1, every: .seconds(10))])
        var fast = 0, slow = 0
        for turn in 0..<6000 {
            guard let read = polls.next(at: Self.at(turn * 10), isThrifty: true) else { continue }
            fast += read.span.range.contains(0) ? 1 : 0
            slow += read.span.range.contains(1) ? 1 : 0
            _ = polls.answered(.registers, at: Self.at(turn * 10))
        }
        #expect(fast == 61 && slow == 4, "\(fast), \(slow)")
        #expect(polls.wanted == polls.made)
    }

    @Test func `after its line was away a device is asked at once, and then on its grid again`() {
        var polls = Self.device([point(.unsigned(bits: 16), every: .seconds(10))])
        _ = polls.next(at: Self.at(0))
        polls.gaveUp()
        #expect(polls.next(at: Self.at(100)) == nil)
        polls.restart(at: Self.at(100))
        #expect(polls.next(at: Self.at(100)) != nil)
        _ = polls.answered(.registers, at: Self.at(100))
        #expect(polls.due == Self.at(9950))
        #expect(polls.wanted == 2 && polls.made == 1)
    }

    @Test func `a device that is woken by a read is woken once, and again after its connection was lost`() {
        let wake = DevicePlan.WakeRead(table: .holding, address: 9472, count: 1)
        var polls = Self.device([point(.float(bits: 32), address: 9728)], wake: wake)
        #expect(polls.next(at: Self.at(0))?.span.address == 9472)
        #expect(polls.answered(.registers, at: Self.at(1)).points == [])
        #expect(polls.next(at: Self.at(1))?.span.address == 9728)
        _ = polls.answered(.registers, at: Self.at(2))
        #expect(polls.next(at: Self.at(1000))?.span.address == 9728)
        _ = polls.answered(.registers, at: Self.at(1001))
        polls.forget()
        #expect(polls.next(at: Self.at(2000))?.span.address == 9472)
    }

    @Test func `a point the device does not have is named at once and the rest of the round goes on`() {
        var polls = Self.device((0..<4).map { point(.unsigned(bits: 16), address: UInt16($0)) })
        var news: [PollNews] = []
        while let read = polls.next(at: Self.at(0)) {
            news.append(polls.answered(read.span.range.contains(2) ? .refused(.illegalAddress) : .registers, at: Self.at(0)))
        }
        #expect(news.contains(.missing([2])))
        #expect(news.flatMap(\.points).sorted() == [0, 1, 3])
        #expect(polls.made == 1)
    }

    @Test func `a busy device is not a value, and no answer is never 0`() {
        var polls = Self.device([point(.unsigned(bits: 16))])
        _ = polls.next(at: Self.at(0))
        #expect(polls.answered(.refused(.busy), at: Self.at(0)) == .failed([0], .refused))
        _ = polls.next(at: Self.at(1000))
        polls.gaveUp()
        #expect(polls.next(at: Self.at(1001)) == nil)
        #expect(polls.made == 1)
    }

    @Test func `a point goes on aging while its device is silent, and is bad with the reason when it is too old`() {
        var keeper = PointKeeper(badAfter: .seconds(5))
        #expect(keeper.value(.number(7), at: Self.at(0)) == .good(7, at: Self.at(0)))
        #expect(keeper.failed(.noAnswer, at: Self.at(1000)) == nil)
        #expect(keeper.expire(at: Self.at(5000)) == nil)
        #expect(keeper.expire(at: Self.at(5001)) == .bad(.noAnswer, at: Self.at(5001)))
        #expect(keeper.expire(at: Self.at(6000)) == nil)
        #expect(keeper.failed(.notConnected, at: Self.at(7000)) == .bad(.notConnected, at: Self.at(7000)))
    }

    @Test func `a point that was never read says at once why not`() {
        var keeper = PointKeeper(badAfter: .seconds(5))
        #expect(keeper.failed(.noAnswer, at: Self.at(0)) == .bad(.noAnswer, at: Self.at(0)))
    }

    @Test func `a dead unit may cost at most a twentieth of the line, and is asked again within 10 s of half a second's wait`() {
        for timeout in [200, 500, 1000] {
            var backoff = Backoff.sharedLine
            var now = Self.at(0), wasted: Duration = .zero
            for _ in 0..<20 {
                let cost: Duration = .milliseconds(timeout)
                wasted += cost
                now = now + cost
                backoff.failed(at: now, cost: cost)
                #expect(backoff.wait <= max(.milliseconds(19 * timeout), .seconds(1)), "it does not double")
                now = backoff.until
                #expect(wasted.seconds <= 0.05 * (now - .start).seconds + 1e-9)
            }
            backoff.succeeded()
            #expect(backoff.allows(now))
        }
        var slow = Backoff.sharedLine
        slow.failed(at: .start, cost: .seconds(5))
        #expect(slow.wait == .seconds(28))
    }

    @Test func `a lost connection is tried after 1 s, and every 30 s at last`() {
        var backoff = Backoff.connection
        let waits = (0..<8).map { _ in
            backoff.failed(at: .start)
            return backoff.wait.seconds
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30, 30])
    }
}
