import Quantities
@testable import Sparkplug
import Testing

@Suite("What a host may say to a node")
struct HostTests {
    private static let state = "spBv1.0/STATE/scada"
    private let node = "spBv1.0/farm/NCMD/gate-7"

    @Test func `without its primary host a node publishes nothing, and then all at once`() {
        let bench = SessionBench.withHost()
        #expect(bench.drain().words == ["keep 0", "connect 0", "subscribe"])
        #expect(bench.actions.contains { if case .subscribe(let topics) = $0 { topics.last == Self.state } else { false } })
        #expect(bench.wait(.hours(5)) == [])
        #expect(bench.hear("spBv1.0/STATE/other", #"{"online":true,"timestamp":9}"#) == [])
        #expect(bench.hear(Self.state, #"{"online":false,"timestamp":5}"#) == [])
        #expect(bench.hear(Self.state, #"{"online":true,"timestamp":4}"#).reports == [.hostStateOld])
        #expect(bench.hear(Self.state, #"{"online":true,"timestamp":5}"#).words == ["NBIRTH", "DBIRTH east", "DBIRTH tank"])
    }

    @Test func `a host that goes away ends the session with a death, and the next broker is tried`() {
        let bench = SessionBench.withHost(brokers: 2)
        bench.drain()
        bench.hear(Self.state, #"{"timestamp":10,"online":true}"#)
        #expect(bench.hear(Self.state, #"{"online":false,"timestamp":9}"#).reports == [.hostStateOld])
        #expect(bench.session.isAlive)
        #expect(bench.hear(Self.state, #"{"online":false,"timestamp":10}"#).words == ["NDEATH", "disconnect"])
        #expect(bench.wait(.seconds(5)).words == ["keep 1", "connect 1", "subscribe"])
    }

    @Test func `where the host is not, the next broker is tried: at once when it says so, else after a while`() {
        let bench = SessionBench.withHost(brokers: 2)
        bench.drain()
        #expect(bench.hear(Self.state, #"{"online":false,"timestamp":1}"#).words == ["hang up"])
        #expect(bench.wait(.seconds(10)).words == ["keep 1", "connect 1", "subscribe"])
        #expect(bench.wait(.seconds(30)).words == ["hang up"])
    }

    @Test(arguments: [
        "", "{", "{}", "{\"online\":true}", "{\"online\":1,\"timestamp\":1}", "{\"online\":true,\"timestamp\":-1}",
        "{\"online\":true,\"timestamp\":1e3}", "{\"online\":true,\"timestamp\":1}x", "[true]", "OFFLINE",
        "{\"online\":true,\"timestamp\":99999999999999999999}", "{\"online\":true,\"timestamp\":{}}", "{\"online\" true}", "\u{0}",
    ])
    func `what is no state is told and changes nothing`(text: String) {
        #expect(HostState(decoding: Array(text.utf8)) == nil)
    }

    @Test func `a state may hold more, in any order and with any space`() {
        let text = "\n{ \"name\" : \"a \\\" } , \" , \"timestamp\" : 12 ,\t\"x\":null,\"y\":-1.5, \"online\" : false } \r\n"
        let state = HostState(decoding: Array(text.utf8))
        #expect(state?.isOnline == false && state?.timestamp == 12)
        #expect(HostState(decoding: Array((text + String(repeating: " ", count: 1024)).utf8)) == nil)
    }

    @Test func `random bytes are no state and no trap`() {
        var random = Seeded(5)
        let alphabet = Array("{}\":,\\ truefalsn0123456789onlinetimestamp\u{0}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
            #expect(HostState(decoding: bytes) == nil)
        }
    }

    @Test func `a rebirth stops data and repeats every birth under the same birth number, from 0`() throws {
        let bench = SessionBench()
        let first = bench.drain().payloads
        bench.wait(.seconds(20))
        bench.set(0, 0, .double(1))
        let again = bench.command(Metric(name: "Node Control/Rebirth", value: .boolean(true)), to: node)
        #expect(again.words == ["NBIRTH", "DBIRTH east", "DBIRTH tank"] && again.reports == [.born(.askedFor)])
        #expect(again.payloads.map(\.sequence) == [0, 1, 2])
        #expect(number(in: again.payloads[0]) == number(in: first[0]) && number(in: first[0]) != nil)
    }

    private func number(in birth: Payload) -> WireValue? { birth.metrics.first { $0.name == "bdSeq" }?.value }

    @Test func `rebirths asked for all the time come no oftener than every ten seconds, and data wait for them`() {
        let bench = SessionBench()
        bench.drain()
        var births = 0
        for turn in 0..<60 {
            bench.set(0, 0, .double(Double(turn)))
            let done = bench.command(Metric(name: "Node Control/Rebirth", value: .boolean(true)), to: node) + bench.wait(.seconds(1))
            births += done.words.count { $0 == "NBIRTH" }
            #expect(!done.words.contains("DDATA east"))
        }
        #expect((5...6).contains(births))
    }

    @Test func `a command passes once`() {
        let bench = SessionBench()
        bench.drain()
        bench.wait(.seconds(5))
        let metric = Metric(alias: 9, timestamp: bench.milliseconds, value: .double(1.5))
        let order = CommandOrder(metric: UplinkWorld.plan.index(device: 1, metric: 1), value: .double(1.5), timestamp: bench.milliseconds)
        #expect(bench.command(metric).orders == [order])
        #expect(bench.command(metric).reports == [.commandRefused(.seenBefore, order.metric)])
        bench.wait(.seconds(61))
        #expect(bench.command(metric).reports == [.commandRefused(.stale, order.metric)])
    }

    private static let refused: [(CommandRefusal, @Sendable (UInt64) -> Metric)] = [
        (.outOfRange, { Metric(alias: 9, timestamp: $0, value: .double(3.01)) }),
        (.outOfRange, { Metric(alias: 9, timestamp: $0, value: .double(.nan)) }),
        (.outOfRange, { Metric(alias: 9, timestamp: $0, value: .double(-.infinity)) }),
        (.wrongType, { Metric(alias: 9, timestamp: $0, value: .int(1)) }),
        (.wrongType, { Metric(alias: 9, timestamp: $0, value: .float(1)) }),
        (.wrongType, { Metric(alias: 9, timestamp: $0) }),
        (.wrongType, { Metric(alias: 9, timestamp: $0, datatype: 9, value: .double(1)) }),
        (.notWritable, { Metric(alias: 8, timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(alias: 5, timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(alias: .max, timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(alias: 0, timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(name: "Setpoint", timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(name: "level", alias: 9, timestamp: $0, value: .double(1)) }),
        (.unknownMetric, { Metric(timestamp: $0, value: .double(1)) }),
        (.noTime, { _ in Metric(alias: 9, value: .double(1)) }),
        (.stale, { Metric(alias: 9, timestamp: $0 - 60_001, value: .double(1)) }),
        (.stale, { Metric(alias: 9, timestamp: $0 + 60_001, value: .double(1)) }),
        (.stale, { _ in Metric(alias: 9, timestamp: .max, value: .double(1)) }),
    ]

    @Test(arguments: refused.indices)
    func `a command that is not as it must be is refused with its reason`(index: Int) {
        let bench = SessionBench()
        bench.drain()
        bench.wait(.minutes(2))
        let (refusal, metric) = Self.refused[index]
        let done = bench.command(metric(bench.milliseconds))
        #expect(done.orders == [])
        guard case .commandRefused(let reason, _)? = done.reports.first else {
            Issue.record("\(done)")
            return
        }
        #expect(reason == refusal)
    }

    @Test func `a kept command, rubbish, and one before the birth are refused`() {
        let bench = SessionBench.withHost()
        bench.drain()
        let metric = Metric(name: "Node Control/Rebirth", value: .boolean(true))
        #expect(bench.command(metric, to: node).reports == [.commandRefused(.notBorn, nil)])
        bench.hear(Self.state, #"{"online":true,"timestamp":5}"#)
        #expect(bench.command(metric, to: node, isRetained: true).reports == [.commandRefused(.retained, nil)])
        #expect(bench.hear(.message(topic: node, payload: [1, 2, 3], isRetained: false)).reports == [.commandRefused(.unreadable, nil)])
        #expect(bench.command(Metric(name: "Node Control/Rebirth", value: .string("true")), to: node).reports
            == [.commandRefused(.wrongType, nil)])
        bench.session.set(device: 1, isThere: false)
        bench.drain()
        #expect(bench.command(Metric(alias: 9, timestamp: bench.milliseconds, value: .double(1))).reports == [.commandRefused(.notBorn, nil)])
    }

    @Test func `no command passes while the clock cannot say how old it is, nor one that was given before this life`() {
        let bench = SessionBench()
        bench.wall = WallTime(unixSeconds: 1_764_000_000, trust: .unset)
        bench.drain()
        let metric = Metric(alias: 9, timestamp: bench.milliseconds, value: .double(1))
        #expect(bench.command(metric).reports == [.commandRefused(.clockNotTrusted, UplinkWorld.plan.index(device: 1, metric: 1))])
        bench.wall = WallTime(unixSeconds: 1_764_000_000, trust: .synced)
        #expect(bench.command(metric).reports == [.commandRefused(.stale, UplinkWorld.plan.index(device: 1, metric: 1))])
    }

    @Test func `a clock that goes back lets no old command through again`() {
        let bench = SessionBench()
        bench.drain()
        bench.wait(.seconds(5))
        let metric = Metric(alias: 9, timestamp: bench.milliseconds, value: .double(1))
        #expect(bench.command(metric).orders.count == 1)
        bench.wait(.minutes(2))
        bench.wall = WallTime(unixNanoseconds: Int64(metric.timestamp ?? 0) * 1_000_000, trust: .synced)
        #expect(bench.command(metric).orders == [])
    }

    @Test func `a flood of commands costs bounded memory and is told`() {
        let bench = SessionBench()
        bench.drain()
        bench.wait(.minutes(1))
        var orders = 0
        for index in 0..<600 {
            orders += bench.command(Metric(alias: 9, timestamp: bench.milliseconds - UInt64(index), value: .double(1))).orders.count
        }
        #expect(orders == 256)
        #expect(bench.actions.reports.last == .commandRefused(.tooMany, UplinkWorld.plan.index(device: 1, metric: 1)))
        let many = (0..<256).map { _ in Metric(name: "x") }
        for _ in 0..<2 {
            bench.session.hear(.message(topic: node, payload: Payload(metrics: many).encoded(), isRetained: false), at: Moment(bench.now, bench.wall))
        }
        #expect(bench.drain().reports.last == .reportsLost(256))
    }
}
