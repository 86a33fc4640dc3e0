import Foundation
import Quantities
import SL651
import Synchronization
import Testing
@testable import Uplink

/// A station's link against a center in Python with a decoder of its own, over real TCP.
@Suite(.serialized) struct BureauLinkTests {
    @Test func `a center hears heartbeats, timed, hourly and extra reports, and its questions are answered`() throws {
        let world = try BureauWorld()
        world.link.start()
        eventually("heartbeats") { world.center.frames("2F").count > 1 }
        eventually("the report of eight o'clock") { !world.center.frames("32").isEmpty }
        let timed = try #require(world.center.frames("32").first)
        #expect(timed.station == "0012345678" && timed.category == "M" && timed.password == "1234")
        #expect(timed.observed?.first?.hasPrefix("26112808") == true)
        let due: [String: PythonPeer.Scalar] = ["10": 25.5, "27": 0.025, "26": 12.5, "39": 3.21]
        #expect(timed.elements == due)
        eventually("levels of an hour by five minutes") {
            world.center.frames("34").contains { $0.elements?["F4"]?.text.count == 24 && $0.elements?["F5"]?.text.contains("0141") == true }
        }

        world.values[1] = 180
        eventually("a change is told") { world.center.frames("33").last?.elements?["27"] == 0.05 }
        world.values[1] = nil
        world.center.say("ask 37")
        let missing: PythonPeer.Scalar = nil
        eventually("what is not good is missing") { world.center.frames("37").last?.elements?["27"] == missing }
        #expect(world.center.frames("37").last?.elements?["10"] == 25.5)
        world.center.say("ask 45")
        world.center.say("ask 51")
        world.center.say("past 39 26112807 26112808 05")
        eventually("version, clock and the past") {
            world.center.frames("45").last?.version == "Tidegate 1" && !world.center.frames("51").isEmpty && !world.center.frames("38").isEmpty
        }
        let past: [Double?] = (0..<13).map { $0 == 4 ? nil : 2 + Double($0) / 8 }
        #expect(world.center.frames("38").last?.series == past)
        eventually("all reports are confirmed") { world.link.standing.waiting == 0 }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `an order of the center meets silence and is told of`() throws {
        let world = try BureauWorld(timed: nil, heartbeat: .seconds(1))
        world.link.start()
        eventually("it is there") { !world.center.frames("2F").isEmpty }
        for order in ["4C", "4D", "4E", "4F", "40", "42", "49", "4A", "47", "48"] { world.center.say("order \(order)") }
        world.center.say("ask 51")
        eventually("the question behind them is answered") { !world.center.frames("51").isEmpty }
        #expect(world.center.frames.allSatisfy { ["2F", "51"].contains($0.f) })
        #expect(world.link.standing.refused == 10)
        #expect(world.told.contains(.bureau(.refused(.controlPumps, .changesSomething))))
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `a report whose confirmation is lost comes again under its number, and after three times on a new line`() throws {
        let world = try BureauWorld(timed: nil)
        world.center.say("lose 4")
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.values[1] = 180
        eventually("it is confirmed in the end") { world.told.contains { if case .bureau(.confirmed(.extra, _)) = $0 { true } else { false } } }
        let reports = world.center.frames("33")
        #expect(reports.count == 5)
        #expect(Set(reports.map(\.serial)).count == 1)
        #expect(Set(reports.map(\.elements)).count == 1)
        #expect(world.center.told.count { $0.connected == true } == 2, "the line was left alone after three")
        eventually("nothing waits") { world.link.standing.waiting == 0 }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `what waits outlives a restart under its number, and new reports have new ones`() throws {
        let world = try BureauWorld(timed: nil)
        world.center.say("ack no")
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.values[1] = 180
        eventually("sent, not confirmed") { !world.center.frames("33").isEmpty }
        #expect(world.link.stop(within: .seconds(5)))

        let next = world.again()
        world.center.say("ack yes")
        next.start()
        eventually("confirmed to the next life") { next.standing.isUp && next.standing.waiting == 0 && world.center.frames("33").count > 1 }
        #expect(Set(world.center.frames("33").map(\.serial)).count == 1)
        world.values[1] = 90
        eventually("the next report") { Set(world.center.frames("33").map(\.serial)).count == 2 }
        let serials = world.center.frames("33").compactMap(\.serial)
        #expect(serials == serials.sorted())
        #expect(next.stop(within: .seconds(5)))
    }

    @Test func `a center that was away hears in its order what was measured meanwhile`() throws {
        let world = try BureauWorld(timed: 1)
        let port = world.port
        world.center.end()
        world.link.start()
        eventually("three hours pass") { world.link.standing.waiting >= 3 }
        #expect(!world.link.standing.isUp && world.link.standing.trouble != nil)
        let center = try PythonPeer("center.py", ["\(port)"])
        // By then it rests for half a minute between two tries.
        eventually("all is told", within: 90) { world.link.standing.isUp && center.frames("32").count >= 3 }
        let hours = center.frames("32").compactMap { $0.observed?.first?.prefix(8) }
        #expect(hours.prefix(3) == ["26112808", "26112809", "26112810"])
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `in characters and without confirmation a report is sent once`() throws {
        let world = try BureauWorld(form: .ascii, timed: nil, answerWithin: nil)
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.values[0] = nil
        world.values[1] = 180
        eventually("told") { !world.center.frames("33").isEmpty }
        let report = try #require(world.center.frames("33").first)
        let due: [String: PythonPeer.Scalar] = ["M10": nil, "Q": "0.050", "PT": "12.5", "Z": "3.210"]
        #expect(report.form == "ascii" && report.elements == due)
        eventually("nothing waits") { world.link.standing.waiting == 0 }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test(arguments: 1...6)
    func `whatever bytes come, the link lives, and the question behind them is answered`(seed: Int) throws {
        let world = try BureauWorld(form: seed % 2 == 0 ? .ascii : .hex, timed: nil, heartbeat: .seconds(1))
        world.link.start()
        eventually("it is there") { !world.center.frames("2F").isEmpty }
        world.center.say("noise \(seed) 150000")
        eventually("answered") {
            // A center asks and then waits; what noise began is given up when the line is silent.
            world.center.say("ask 51")
            Thread.sleep(forTimeInterval: 12)
            return !world.center.frames("51").isEmpty
        }
        #expect(world.center.frames.allSatisfy { ["2F", "51", "37", "45", "46"].contains($0.f) })
        #expect(world.link.standing.isUp && world.link.stop(within: .seconds(5)))
    }

    @Test func `a center that asks without end is answered twenty times a minute`() throws {
        let world = try BureauWorld(timed: nil)
        var talker = world.talker
        let address = try #require(StationAddress("0012345678"))
        let text = Message(serial: 0, sent: Stamp(unixSeconds: 1_795_823_880, clock: .shanghai), parts: [.station(address)]).body(in: .hex)
        let question = try Frame(form: .hex, direction: .down, center: 1, station: address, password: 0x1234, function: .queryClock,
                                 packet: nil, body: text, end: .enq)
        func ask(at second: Int) -> [TalkerAction] {
            talker.hear(question.bytes, now: .start + .seconds(second), wall: WallTime(unixSeconds: 1_795_823_880, trust: .synced))
        }
        let answers = (0..<30).map { _ in ask(at: 0).count(where: \.isSend) }.reduce(0, +)
        #expect(answers == 20)
        #expect(!ask(at: 59).contains(where: \.isSend) && ask(at: 60).contains(where: \.isSend))
    }

    @Test func `a line that is only half there is found and told, and what was on its way comes again under its number on a new one`() throws {
        let world = try BureauWorld(timed: nil, answerWithin: .minutes(5), heartbeat: nil, silence: .seconds(3))
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.center.say("swallow")
        eventually("nothing that comes is received") { world.center.told.contains { $0.swallows == true } }
        world.values[1] = 180
        eventually("the dead line is found") { world.told.contains(.down(.silent)) }
        eventually("the report is confirmed on a new line") { world.link.standing.isUp && world.link.standing.waiting == 0 && !world.center.frames("33").isEmpty }
        #expect(world.center.frames("33").map(\.serial) == [1] && world.center.told.count { $0.connected == true } == 2)
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `a half-open line on which nobody says anything is found by its probes`() throws {
        let world = try BureauWorld(timed: nil, heartbeat: nil, silence: .seconds(1))
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.center.say("swallow")
        eventually("the dead line is found") { world.told.contains(.down(.silent)) }
        eventually("there is another") { world.center.told.count { $0.connected == true } == 2 && world.link.standing.isUp }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `it is counted as the carrier does; when the day's bytes are spent only extra reports go, and the line comes up for them alone`() throws {
        let folder = try ScratchFolder(), life = TestAccount(folder.path, budget: 1 << 20)
        let world = try BureauWorld(timed: nil, heartbeat: .seconds(1), account: life.account)
        life.account.turn()
        world.link.start()
        eventually("heartbeats") { world.center.frames("2F").count > 1 }
        eventually("and what they cost") {
            life.account.turn()
            // SYN, its answer, two frames of some twenty bytes, each with heads of IP and TCP.
            return (life.account.today["water-bureau"] ?? 0) > 200
        }
        life.account.count(["runs": 1 << 20], of: "records")
        life.account.turn()
        eventually("the line is left") { !world.link.standing.isUp }
        #expect(world.link.standing.trouble == nil)
        let beats = world.center.frames("2F").count
        world.values[1] = 180
        eventually("an extra report goes all the same") { world.center.frames("33").last?.elements?["27"] == 0.05 && world.link.standing.waiting == 0 }
        eventually("and the line is left again") { !world.link.standing.isUp }
        #expect(world.center.frames("2F").count <= beats + 1)
        life.pass(86_400)
        life.account.turn()
        eventually("the next day heartbeats are back") { world.center.frames("2F").count > beats + 1 }
        #expect(world.link.stop(within: .seconds(5)))
        life.end()
    }

    @Test func `where nobody listens, and where no disk is, that is said and the rest goes on`() throws {
        let world = try BureauWorld(timed: nil, folder: "/nowhere/at/all")
        world.link.start()
        eventually("connected") { world.link.standing.isUp }
        world.values[1] = 180
        eventually("told all the same") { !world.center.frames("33").isEmpty }
        eventually("and that the disk keeps nothing") { world.told.contains(.notKept) }
        world.center.end()
        eventually("the line is gone") { !world.link.standing.isUp && world.link.standing.trouble != nil }
        #expect(world.link.stop(within: .seconds(5)))
    }
}

/// A center, a link to it, and a field whose hours pass in twelve seconds.
private final class BureauWorld: Sendable {
    let center: PythonPeer
    let port: UInt16
    let link: ThinLink
    private let plan: StationPlan
    private let ports: BureauPorts
    private let folder: String
    private let scratch: ScratchFolder
    private let notes = Notes()
    private let field: Field

    /// What the probes show, in base units.
    final class Field: Sendable {
        private let values = Mutex<[Double?]>([0.255, 90, 0.0125, 3.21])
        subscript(index: Int) -> Double? {
            get { values.withLock { $0[index] } }
            set { values.withLock { $0[index] = newValue } }
        }
        var all: [Double?] { values.withLock { $0 } }
    }

    init(form: FrameForm = .hex, timed: Int? = 1, answerWithin: Duration? = .seconds(1), heartbeat: Duration? = .seconds(1),
         folder: String? = nil, account: LinkAccount? = nil, silence: Duration = .minutes(1)) throws {
        let identity = StationPlan.Identity(station: try #require(StationAddress("0012345678")), center: 1, password: 0x1234, category: 0x4D,
                                            version: "Tidegate 1")
        let line = StationPlan.Line(form: form, answerWithin: answerWithin, heartbeat: heartbeat, pause: .seconds(2))
        plan = try StationPlan(identity: identity, line: line,
                               points: [ReportedPoint(.soilMoisture10), ReportedPoint(.flow, extraAt: 36), ReportedPoint(.rainTotal),
                                        ReportedPoint(.level)],
                               timedHours: timed, hourly: timed.map { _ in HourlySets(rain: 2, level: 3) }, extraApart: .milliseconds(1))
        center = try PythonPeer("center.py")
        scratch = try ScratchFolder()
        self.folder = folder ?? scratch.path
        let (center, field, notes) = (center, Field(), self.notes)
        self.field = field
        eventually("the center listens") { center.told.first?.port != nil }
        port = try #require(center.told.first?.port)
        // 07:58 in Shanghai.
        let (start, begun) = (1_795_823_880 as Int64, LineThread.now())
        ports = BureauPorts(
            input: { StationInput(values: field.all) },
            history: { question in (0..<question.count).map { $0 == 4 ? nil : 2 + Double($0) / 8 } },
            wall: { WallTime(unixSeconds: start + Int64((LineThread.now() - begun).seconds * 300), trust: .synced) },
            report: notes.take)
        link = ThinLink.waterBureau(plan, tag: "county", end: .tcp(host: "localhost", port: port), folder: self.folder,
                                    account: account, silence: silence, ports)
    }

    /// A new life, with what the last one kept.
    func again() -> ThinLink {
        ThinLink.waterBureau(plan, tag: "county", end: .tcp(host: "localhost", port: port), folder: folder, ports)
    }

    /// The station without its line.
    var talker: BureauTalker { BureauTalker(plan, memory: nil, ports) }
    var values: Field { field }
    var told: [ThinNews] { notes.all }
}
