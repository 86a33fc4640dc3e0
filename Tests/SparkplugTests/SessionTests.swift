import Quantities
import Sparkplug
import Testing

@Suite("A session from its first number to its goodbye")
struct SessionTests {
    static let opening = ["keep 0", "connect 0", "subscribe", "NBIRTH", "DBIRTH east", "DBIRTH tank"]

    @Test func `a connection begins with a number on disk, a will, subscriptions and births, in this order`() throws {
        let bench = SessionBench()
        let actions = bench.drain()
        #expect(actions.words == Self.opening)
        guard case .connect(let connection) = actions[1], case .subscribe(let topics) = actions[3] else {
            Issue.record("\(actions)")
            return
        }
        #expect(connection.will.topic == "spBv1.0/farm/NDEATH/gate-7" && connection.will.qualityOfService == 1)
        #expect(try Payload(decoding: connection.will.payload, within: .command)
            == Payload(metrics: [Metric(name: "bdSeq", datatype: 4, value: .long(0))]))
        #expect(topics == ["spBv1.0/farm/NCMD/gate-7", "spBv1.0/farm/DCMD/gate-7/east", "spBv1.0/farm/DCMD/gate-7/tank"])
        #expect(actions.publications.allSatisfy { $0.qualityOfService == 0 })
        #expect(actions.payloads.map(\.sequence) == [0, 1, 2])
        #expect(actions.reports == [.connected(broker: 0), .born(.session)])
    }

    @Test func `a birth states name, alias, type, unit, quality and value, and that there is none`() throws {
        let bench = SessionBench()
        bench.set(0, 0, .double(12.5))
        let births = bench.drain().payloads
        let flow = try #require(births[1].metrics.first { $0.name == "flow" })
        #expect(flow == {
            var metric = Metric(name: "flow", alias: 5, timestamp: bench.milliseconds, datatype: 10, value: .double(12.5))
            metric.properties = MetricProperties(quality: .good, unit: "m³/h")
            return metric
        }())
        let open = try #require(births[1].metrics.first { $0.name == "open" })
        #expect(open.value == nil && open.datatype == 11 && open.properties.quality == .bad)
        let rebirth = try #require(births[0].metrics.first { $0.name == "Node Control/Rebirth" })
        #expect(rebirth == Metric(name: "Node Control/Rebirth", timestamp: bench.milliseconds, datatype: 11, value: .boolean(false)))
        let aliases = births.flatMap(\.metrics).compactMap(\.alias)
        #expect(Set(aliases).count == aliases.count && aliases.count == 10)
    }

    @Test func `data say by alias what has changed, and nothing else`() throws {
        let bench = SessionBench()
        bench.set(0, 0, .double(12.5))
        bench.drain()
        #expect(bench.wait(.seconds(60)) == [])
        bench.set(0, 0, .double(12.5))
        #expect(bench.wait(.seconds(2)) == [])
        bench.set(0, 0, .double(13))
        bench.set(1, 0, .double(2), .stale)
        let data = bench.drain()
        #expect(data.words == ["DDATA east", "DDATA tank"])
        #expect(data.payloads[0].metrics == [Metric(alias: 5, timestamp: bench.milliseconds, value: .double(13))])
        #expect(data.payloads[1].metrics.first?.properties == MetricProperties(quality: .stale))
        #expect(data.payloads.map(\.sequence) == [3, 4])
    }

    @Test func `a number that is not finite is no value`() throws {
        let bench = SessionBench()
        bench.drain()
        bench.set(0, 0, .double(.nan))
        let metric = try #require(bench.wait(.seconds(2)).payloads.first?.metrics.first)
        #expect(metric.value == nil)
    }

    @Test func `without aliases data bear names`() throws {
        var settings = SessionSettings()
        settings.usesAliases = false
        let bench = SessionBench(settings)
        #expect(bench.drain().payloads.flatMap(\.metrics).allSatisfy { $0.alias == nil && $0.name != nil })
        bench.set(0, 0, .double(1))
        #expect(bench.wait(.seconds(2)).payloads.first?.metrics.first?.name == "flow")
    }

    @Test func `rounds keep their distance, and much news goes in several messages`() {
        var settings = SessionSettings()
        settings.metricsPerMessage = 2
        let bench = SessionBench(settings)
        bench.drain()
        for metric in 0..<3 { bench.set(0, metric, [.double(1), .boolean(true), .dateTime(milliseconds: 5)][metric]) }
        #expect(bench.drain() == [])
        #expect(bench.session.wake == .start + .seconds(1))
        #expect(bench.wait(.seconds(1)).words == ["DDATA east", "DDATA east"])
        bench.set(0, 0, .double(2))
        #expect(bench.wait(.milliseconds(900)) == [])
        #expect(bench.wait(.milliseconds(100)).words == ["DDATA east"])
        #expect(bench.session.wake == .notDue)
    }

    @Test func `numbers of messages go on from 255 with 0, and what the transport refuses uses none up`() {
        let bench = SessionBench()
        bench.drain()
        var numbers: [UInt64] = []
        for turn in 0..<300 {
            bench.set(0, 0, .double(Double(turn)))
            bench.takes = false
            #expect(bench.wait(.seconds(1)).words == ["DDATA east"])
            bench.takes = true
            numbers += bench.wait(.milliseconds(100)).payloads.compactMap(\.sequence)
        }
        #expect(numbers == (0..<300).map { UInt64(($0 + 3) % 256) })
    }

    @Test func `birth numbers go on from what is on disk, 0 after 255`() {
        let bench = SessionBench(lastBirthNumber: 254)
        #expect(bench.drain().words.prefix(2) == ["keep 255", "connect 0"])
        bench.hear(.lost)
        #expect(bench.wait(.minutes(1)).words.prefix(2) == ["keep 0", "connect 0"])
    }

    @Test func `a broker that was never reached uses no birth number up`() {
        let bench = SessionBench(lastBirthNumber: 4)
        bench.toConnect = .unreachable
        #expect(bench.drain().words == ["keep 5", "connect 0"])
        #expect(bench.wait(.minutes(1)).words == ["connect 0"])
        bench.toConnect = .refused(code: 5)
        #expect(bench.wait(.minutes(1)).words == ["connect 0"])
        #expect(bench.wait(.minutes(1)).words == ["keep 6", "connect 0"])
    }

    @Test func `a disk that takes no number lets no connection be made`() {
        let bench = SessionBench()
        bench.keeps = false
        #expect(bench.drain().words == ["keep 0"])
        #expect(bench.actions.reports == [.birthNumberNotKept])
        bench.keeps = true
        #expect(bench.wait(.minutes(1)).words == Self.opening)
    }

    @Test func `silence after CONNECT or SUBSCRIBE is not waited for without end`() {
        let bench = SessionBench()
        bench.toConnect = nil
        bench.drain()
        #expect(bench.wait(.seconds(29)) == [])
        let late = bench.wait(.seconds(1))
        #expect(late.words == ["hang up"] && late.reports == [.noAnswer(broker: 0)])
        bench.toConnect = .connected
        bench.toSubscribe = nil
        bench.wait(.minutes(1))
        #expect(bench.wait(.seconds(30)).words == ["hang up"])
        bench.toSubscribe = .subscribed(isGranted: false)
        #expect(bench.wait(.minutes(1)).reports.contains(.subscriptionRefused(broker: 0)))
    }

    @Test func `rests grow with failures, are drawn, and begin anew after a connection that held`() {
        var settings = SessionSettings()
        settings.seed = 9
        let bench = SessionBench(settings)
        bench.toConnect = .unreachable
        var rests: [Double] = []
        for _ in 0..<14 {
            bench.drain()
            rests.append((bench.session.wake - bench.now).seconds)
            bench.wait(bench.session.wake - bench.now)
        }
        #expect(rests.allSatisfy { (0.1...300).contains($0) })
        #expect(rests.prefix(3).max() ?? 0 <= 8 && rests.suffix(5).max() ?? 0 > 60 && Set(rests).count == rests.count)
        bench.toConnect = .connected
        bench.wait(.minutes(5))
        bench.wait(.minutes(2))
        bench.hear(.lost)
        #expect(bench.session.wake - bench.now <= .seconds(2))
    }

    @Test func `while it is paused there is no connection, and then all is born again`() {
        let bench = SessionBench()
        bench.drain()
        bench.session.pause(true)
        #expect(bench.drain().words == ["NDEATH", "disconnect"])
        #expect(bench.wait(.hours(1)) == [])
        bench.session.pause(false)
        #expect(bench.drain().words == ["keep 1", "connect 0", "subscribe", "NBIRTH", "DBIRTH east", "DBIRTH tank"])
    }

    @Test func `a stop says goodbye before it disconnects, and comes to rest for good`() throws {
        let bench = SessionBench()
        let will = bench.drain().compactMap { action -> Publication? in
            if case .connect(let connection) = action { connection.will } else { nil }
        }
        bench.session.stop()
        let end = bench.drain()
        #expect(end.words == ["NDEATH", "disconnect"] && end.publications == will)
        #expect(bench.session.isStopped && bench.wait(.hours(1)) == [])
    }

    @Test func `a goodbye that the transport refuses is left to the broker`() {
        let bench = SessionBench()
        bench.drain()
        bench.session.stop()
        bench.takes = false
        #expect(bench.drain().words == ["NDEATH", "hang up"])
    }

    @Test func `a device that goes away dies, and is born again when it is back`() {
        let bench = SessionBench()
        bench.drain()
        bench.session.set(device: 1, isThere: false)
        let death = bench.drain()
        #expect(death.words == ["DDEATH tank"] && death.payloads[0].sequence == 3 && death.payloads[0].timestamp != nil)
        bench.set(1, 0, .double(1))
        #expect(bench.wait(.seconds(9)) == [])
        bench.session.set(device: 1, isThere: true)
        let birth = bench.drain()
        #expect(birth.words == ["DBIRTH tank"] && birth.payloads[0].metrics.contains { $0.value == .double(1) })
    }

    @Test func `history is told as such, after what is new, and only while the node is alive`() {
        let bench = SessionBench()
        let past = [PastValue(UplinkWorld.plan.index(device: 0, metric: 0), .double(3), .good, at: WallTime(unixSeconds: 5, trust: .synced))]
        let isTakenEarly = bench.session.tell(history: past)
        bench.drain()
        bench.set(1, 0, .double(1))
        bench.wait(.milliseconds(999))
        bench.now = bench.now + .milliseconds(1)
        let isTaken = bench.session.tell(history: past)
        #expect(isTaken && !isTakenEarly && !bench.session.wantsHistory)
        let told = bench.drain()
        #expect(told.words == ["DDATA tank", "DDATA east"])
        #expect(told.payloads[1].metrics.map(\.isHistorical) == [true] && told.payloads[1].metrics[0].timestamp == 5000)
        #expect(bench.session.wantsHistory)
    }

    @Test func `a wall clock that goes back brings a birth instead of values out of order`() {
        let bench = SessionBench()
        bench.drain()
        bench.set(0, 0, .double(1))
        bench.wait(.seconds(20))
        bench.wall = WallTime(unixSeconds: 1_763_000_000, trust: .synced)
        bench.set(0, 0, .double(2))
        let births = bench.drain()
        #expect(births.words == ["NBIRTH", "DBIRTH east", "DBIRTH tank"] && births.reports == [.born(.clockStepped)])
        #expect(births.payloads.flatMap(\.metrics).allSatisfy { $0.timestamp ?? .max <= 1_763_000_000_000 })
    }
}
