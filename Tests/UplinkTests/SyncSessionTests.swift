import Quantities
import Sparkplug
import Testing
import Uplink

/// A sync session with a transport and a disk that do at once what they are told.
private final class SyncBench {
    var session: SyncSession
    var now = Instant.start
    var takes = true
    var diskTakes = true
    var toConnect: News? = .connected
    private(set) var actions: [SyncAction] = []
    private(set) var batches: [SyncBatch] = []

    init(_ heads: [String: UInt64], rowsMax: Int = 1000, brokers: Int = 1, form: SyncForm = .rows(.cbor)) throws {
        var room = OutboxSettings()
        room.rowsMax = rowsMax
        var settings = SyncSettings()
        settings.form = form
        session = SyncSession(Outbox(marks: [:], room), gateway: try #require(TopicName("gate-7")), store: "s", brokers: brokers, settings)
        for (stream, head) in heads { session.committed(stream, through: head) }
    }

    @discardableResult
    func drain() -> [String] {
        let before = actions.count
        for _ in 0..<200 {
            guard let action = session.next(at: now) else {
                #expect(session.wake(at: now) > now, "it is to be woken for nothing")
                break
            }
            actions.append(action)
            answer(action)
        }
        return actions[before...].map(words)
    }

    private func answer(_ action: SyncAction) {
        switch action {
        case .connect: if let toConnect { session.hear(toConnect, at: now) }
        case .subscribe: session.hear(.subscribed(isGranted: true), at: now)
        case .fill(let parcel):
            let filled = FilledParcel(parcel, gateway: "gate-7", store: "s", bytes: 9000, as: session.settings.form) { part in
                SyncBlock(stream: part.stream, columns: [], rows: part.ids.map { SyncRow(id: $0, milliseconds: 0, values: []) })
            }
            if takes { batches.append(filled.batch) }
            session.filled(filled, as: takes ? Int32(batches.count) : nil, at: now)
        case .publish: session.published(takes, at: now)
        case .giveUp(let gap, _):
            session.gaveUp(gap, isOnDisk: diskTakes)
            if diskTakes { session.committed("gaps", through: 1) }
        case .hangUp, .keep, .report: break
        }
    }

    private func words(_ action: SyncAction) -> String {
        switch action {
        case .connect(let broker): "connect \(broker)"
        case .subscribe(let topic): "subscribe \(topic)"
        case .publish(let publication): "publish \(publication.topic) \(String(decoding: publication.payload, as: UTF8.self))"
        case .fill(let parcel): "fill " + parcel.parts.map { "\($0.stream) \($0.ids)" }.joined(separator: ", ")
        case .hangUp: "hang up"
        case .keep(let marks): "keep " + marks.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        case .giveUp(let gap, let marks): "give up \(gap.stream) \(gap.ids), mark \(marks[gap.stream] ?? 0)"
        case .report(let report): "\(report)"
        }
    }

    @discardableResult
    func wait(_ duration: Duration) -> [String] {
        now = now + duration
        return drain()
    }

    func stored(_ acknowledgement: SyncAcknowledgement, isRetained: Bool = false) -> [String] {
        let payload = SyncEncoding.cbor.encode(acknowledgement.tree)
        session.hear(.message(topic: session.storedTopic, payload: payload, isRetained: isRetained), at: now)
        return drain()
    }
}

@Suite("A sync session, move by move")
struct SyncSessionTests {
    @Test func `it connects, listens for what is stored, sends, and keeps the marks when rows are there`() throws {
        let bench = try SyncBench(["runs": 3, "alarms": 1])
        #expect(bench.drain() == ["connect 0", "connected(broker: 0)", "subscribe tidegate/gate-7/sync/v1/stored", "fill alarms 1...1, runs 1...3"])
        #expect(bench.stored(SyncAcknowledgement(of: bench.batches[0])) == ["keep alarms 1, runs 3"])
        #expect(bench.wait(.hours(1)) == [])
    }

    @Test func `only what its receiver says now, of its own store, counts`() throws {
        let bench = try SyncBench(["runs": 3])
        bench.drain()
        let said = SyncAcknowledgement(of: bench.batches[0])
        #expect(bench.stored(said, isRetained: true) == [])
        #expect(bench.stored(SyncAcknowledgement(store: "other", stored: said.stored)) == [])
        bench.session.hear(.message(topic: "tidegate/other/sync/v1/stored", payload: SyncEncoding.cbor.encode(said.tree), isRetained: false), at: bench.now)
        bench.session.hear(.message(topic: bench.session.storedTopic, payload: [1, 2], isRetained: false), at: bench.now)
        #expect(bench.drain() == ["acknowledgementUnreadable(Uplink.SyncError.malformed)"])
        #expect(bench.session.outbox.waiting == 3)
    }

    @Test func `what was on its way when a connection is lost goes again by the next broker`() throws {
        let bench = try SyncBench(["runs": 3], brokers: 2)
        bench.drain()
        bench.session.hear(.lost, at: bench.now)
        #expect(bench.drain() == ["failed(broker: 0, Uplink.DialFault.lost)"])
        #expect(bench.wait(.seconds(3)).last == "fill runs 1...3")
        #expect(bench.actions.contains(.connect(broker: 1)) && bench.batches.count == 2)
    }

    @Test func `what the transport does not take is offered again, and silence is not waited for without end`() throws {
        let bench = try SyncBench(["runs": 3])
        bench.takes = false
        #expect(bench.drain().last == "fill runs 1...3" && bench.session.outbox.messagesOnTheirWay == 0)
        #expect(bench.wait(.milliseconds(99)) == [] && bench.wait(.milliseconds(1)) == ["fill runs 1...3"])
        let mute = try SyncBench(["runs": 3])
        mute.toConnect = nil
        #expect(mute.drain() == ["connect 0"] && mute.wait(.seconds(30)) == ["hang up", "failed(broker: 0, Uplink.DialFault.noAnswer)"])
    }

    @Test func `nothing is given up before its gap is on the disk`() throws {
        let bench = try SyncBench(["hours": 12], rowsMax: 10)
        bench.toConnect = .unreachable
        bench.diskTakes = false
        #expect(bench.drain() == ["give up hours 1...2, mark 2", "connect 0", "failed(broker: 0, Uplink.DialFault.unreachable)"])
        #expect(bench.session.outbox.marks["hours"] == 0)
        bench.diskTakes = true
        let next = bench.wait(.seconds(1))
        #expect(next.first == "give up hours 1...2, mark 2" && next.contains { $0.hasPrefix("gaveUp") })
        #expect(bench.session.outbox.marks["hours"] ?? 0 >= 2 && bench.session.outbox.waiting(in: "gaps") == 1)
    }

    @Test func `ThingsBoard hears of each device first, then rows of one device a message; what its broker takes is there`() throws {
        let bench = try SyncBench(["runs": 3, "alarms": 1], form: .thingsBoard)
        let began = bench.drain()
        #expect(began.prefix(3) == ["connect 0", "connected(broker: 0)", #"publish v1/gateway/connect {"device":"gate-7 state"}"#])
        #expect(began.suffix(2) == ["fill alarms 1...1, runs 1...3", "fill runs 1...3"] && !began.contains { $0.hasPrefix("subscribe") })
        #expect(bench.batches.map { $0.blocks.map(\.stream) } == [["alarms"], ["runs"]])
        bench.session.hear(.taken(message: 2), at: bench.now)
        #expect(bench.drain() == ["keep runs 3"])
        bench.session.hear(.taken(message: 2), at: bench.now)
        bench.session.hear(.taken(message: 9), at: bench.now)
        #expect(bench.session.outbox.waiting == 1)
        bench.session.hear(.lost, at: bench.now)
        bench.session.hear(.taken(message: 1), at: bench.now)
        #expect(bench.session.outbox.waiting == 1, "numbers of a connection that is over say nothing")
        #expect(bench.wait(.seconds(3)).last == "fill alarms 1...1")
    }

    @Test func `a broker that takes nothing any more is left, so that the transport keeps no heap of repetitions`() throws {
        let bench = try SyncBench(["runs": 3], form: .thingsBoard)
        bench.drain()
        var words: [String] = []
        for _ in 0..<500 where !words.contains("hang up") { words += bench.wait(.minutes(1)) }
        #expect(words.contains("hang up") && bench.batches.count <= 32)
        #expect(words.contains("failed(broker: 0, Uplink.DialFault.noAnswer)"))
        #expect(bench.wait(.minutes(5)).last == "fill runs 1...3")
    }
}
