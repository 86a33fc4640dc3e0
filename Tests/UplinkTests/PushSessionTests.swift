import Language
import Quantities
@testable import Sparkplug
import Testing
@testable import Uplink

/// A desk's session, driven as its link drives it.
private struct Pushing {
    var session: PushSession
    var now = Instant.start
    var published: [Publication] = []
    var isTaking = true

    init(_ gateways: [String], bytes: [UInt8]? = [1, 2, 3]) throws {
        let targets = try gateways.map { name in
            PushTarget(gateway: try #require(TopicName(name)),
                       document: bytes.map { .init(bytes: $0, kind: "schedule", version: 12, hash: "h12") })
        }
        session = PushSession(targets)
    }

    mutating func turn() {
        while let action = session.next(at: now) {
            guard case .publish(let publication) = action else { continue }
            if isTaking { published.append(publication) }
            session.published(isTaking, at: now)
        }
    }

    /// Connects, hears what the broker keeps, and sends.
    mutating func open(_ kept: [News] = []) {
        for news in [.connected, .subscribed(isGranted: true)] + kept { hear(news) }
        now = now + .seconds(2)
        turn()
    }

    mutating func hear(_ news: News) {
        turn()
        session.hear(news, at: now)
        turn()
    }

    mutating func answer(_ gateway: String, _ step: DocumentAnswer.Step, document: String = "h12") {
        let answer = DocumentAnswer(step, document: document, version: 12, at: 1, Phrase(zh: "步骤", en: step.rawValue))
        hear(.message(topic: "tidegate/\(gateway)/schedule/v1/answer", payload: answer.encoded, isRetained: false))
    }

    static func standing(_ gateway: String, staged: String? = nil, active: String? = nil, last: DocumentAnswer? = nil) -> News {
        func slot(_ document: String) -> DocumentStanding.Slot {
            .init(version: 12, first: "2026-03-01", last: "2026-06-30", waitsForApproval: false, document: document)
        }
        var standing = DocumentStanding(at: 1)
        (standing.staged, standing.active, standing.last) = (staged.map(slot), active.map(slot), last)
        return .message(topic: "tidegate/\(gateway)/schedule/v1/standing", payload: standing.encoded, isRetained: true)
    }

    var stages: [PushStage] { session.rows.map(\.stage) }
    var sent: [String] { published.filter { !$0.payload.isEmpty }.map(\.topic) }
}

@Suite("A document goes to many gateways")
struct PushSessionTests {
    @Test func `each gateway is followed on its way: kept, received, accepted, active`() throws {
        var push = try Pushing(["a", "b"])
        push.open()
        #expect(push.sent == ["tidegate/a/schedule/v1/document/schedule", "tidegate/b/schedule/v1/document/schedule"])
        #expect(push.published.allSatisfy { $0.isRetained && $0.qualityOfService == 1 })
        #expect(push.stages == [.waiting, .waiting])
        push.session.settled()
        #expect(push.stages == [.kept, .kept])
        push.answer("a", .received)
        push.answer("a", .staged)
        push.answer("b", .refused)
        #expect(push.stages == [.accepted, .refused])
        #expect(push.session.rows[1].text?.en == "refused")
        push.hear(Pushing.standing("a", active: "h12"))
        #expect(push.stages == [.active, .refused])
    }

    @Test func `what was given up at the gateway is over, though the last word that was heard is older`() throws {
        var push = try Pushing(["a"])
        push.open()
        push.answer("a", .waits)
        let last = DocumentAnswer(.waits, document: "h12", version: 12, at: 1, Phrase(zh: "等批准", en: "waits"))
        push.hear(Pushing.standing("a", staged: "h12", last: last))
        #expect(push.stages == [.accepted])
        push.hear(Pushing.standing("a", last: last))
        #expect(push.stages == [.over])
    }

    @Test func `answers for another document, of strangers and in nonsense change nothing`() throws {
        var push = try Pushing(["a"])
        push.open()
        push.answer("a", .staged, document: "other")
        push.answer("c", .staged)
        push.hear(.message(topic: "tidegate/a/schedule/v1/answer", payload: [0xFF, 0x00], isRetained: false))
        #expect(push.stages == [.waiting])
    }

    @Test func `who has it already is sent nothing, and pushing again is harmless`() throws {
        var push = try Pushing(["a", "b", "c"])
        push.open([Pushing.standing("a", active: "h12"), Pushing.standing("b", staged: "h12"), Pushing.standing("c", active: "h11")])
        #expect(push.stages == [.active, .accepted, .waiting])
        #expect(push.sent == ["tidegate/c/schedule/v1/document/schedule"])
    }

    @Test func `a refusal of before does not count for what is sent now`() throws {
        let old = DocumentAnswer(.refused, document: "h12", version: nil, at: 0, Phrase(zh: "旧", en: "old"))
        var push = try Pushing(["a"])
        push.open([Pushing.standing("a", last: old)])
        #expect(push.stages == [.waiting])
        push.hear(Pushing.standing("a", last: old))
        #expect(push.stages == [.refused])
    }

    @Test func `an answer that was missed is known from how the gateway stands`() throws {
        var push = try Pushing(["a"])
        push.open()
        push.hear(Pushing.standing("a", staged: "h12"))
        #expect(push.stages == [.accepted])
        push.answer("a", .received)
        #expect(push.stages == [.accepted], "it was received again, and that takes nothing back")
        push.hear(Pushing.standing("a", active: "h11"))
        #expect(push.stages == [.over])
    }

    @Test func `a connection that is lost is made anew, and who has not answered is sent it again`() throws {
        var push = try Pushing(["a", "b"])
        push.open()
        push.answer("a", .staged)
        push.hear(.lost)
        #expect(push.session.fault == .lost)
        push.published = []
        push.now = push.now + .minutes(6)
        push.turn()
        push.open()
        #expect(push.session.fault == nil)
        #expect(push.sent == ["tidegate/b/schedule/v1/document/schedule"])
    }

    @Test func `a long document goes in parts, each kept in a place of its own, and the places beyond are emptied`() throws {
        var push = try Pushing(["a"], bytes: [UInt8](repeating: 5, count: 70_000))
        push.open()
        #expect(push.published.map(\.topic) == ["tidegate/a/schedule/v1/document/schedule"] + (1...8).map { "tidegate/a/schedule/v1/document/schedule/\($0)" })
        #expect(push.published.map(\.payload.isEmpty) == [true, false, false, false, true, true, true, true, true])
        var basket = DocumentBasket()
        #expect(push.published.map { basket.take($0.payload) }.contains(.document([UInt8](repeating: 5, count: 70_000))))
    }

    @Test func `a transport that takes nothing is tried again, and nothing is left out`() throws {
        var push = try Pushing((0..<200).map { "g\($0)" })
        push.isTaking = false
        push.open()
        #expect(push.published.isEmpty)
        push.session.settled()
        #expect(push.stages.allSatisfy { $0 == .waiting })
        push.isTaking = true
        push.now = push.now + .seconds(1)
        push.turn()
        #expect(push.sent.count == 200)
    }

    @Test func `who is only looked at is sent nothing`() throws {
        var push = try Pushing(["a"], bytes: nil)
        push.open([Pushing.standing("a", active: "h12")])
        #expect(push.published.isEmpty)
        #expect(push.session.rows[0].standing?.active?.version == 12)
    }
}
