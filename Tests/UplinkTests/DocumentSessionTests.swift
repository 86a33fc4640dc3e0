import Language
import Quantities
@testable import Sparkplug
import Testing
@testable import Uplink

/// A gateway's session, driven as its link drives it.
private struct Desk {
    var session: DocumentSession
    var now = Instant.start
    /// What was done, in order.
    var done: [String] = []
    var published: [Publication] = []
    var judged: [[UInt8]] = []
    /// Whether the transport takes messages.
    var isTaking = true

    init() throws { session = DocumentSession(gateway: try #require(TopicName("闸-7"))) }

    mutating func turn() {
        while let action = session.next(at: now) { perform(action) }
    }

    private mutating func perform(_ action: DocumentAction) {
        switch action {
        case .connect: done.append("connect")
        case .subscribe(let topic): done.append("subscribe \(topic)")
        case .publish(let publication):
            if isTaking {
                published.append(publication)
                done.append(publication.isRetained ? "stand" : "say \(DocumentAnswer(publication.payload)?.step.rawValue ?? "?")")
            }
            session.published(isTaking, at: now)
        case .recognise(let document):
            done.append("recognise")
            session.recognised(document, DocumentAnswer(.received, document: "h\(document.count)", version: nil, at: 1, .plain))
        case .judge(let document):
            judged.append(document)
            done.append("judge")
            session.judged(DocumentAnswer(.staged, document: "h\(document.count)", version: 12, at: 2, .plain))
        case .look:
            done.append("look")
            session.stands(DocumentStanding(at: 3))
        case .hangUp: done.append("hang up")
        case .report: break
        }
    }

    mutating func hear(_ news: News) {
        session.hear(news, at: now, seconds: 5)
        turn()
    }

    mutating func open() {
        turn()
        hear(.connected)
        hear(.subscribed(isGranted: true))
        done = []
        published = []
    }

    mutating func document(_ bytes: [UInt8], _ place: String = "document", isRetained: Bool = false) {
        hear(.message(topic: "tidegate/闸-7/schedule/v1/\(place)", payload: bytes, isRetained: isRetained))
    }
}

extension Phrase {
    fileprivate static let plain = Phrase(zh: "好。", en: "fine.")
}

@Suite("Documents come to a gateway")
struct DocumentSessionTests {
    @Test func `while there are no bytes for it, it takes its leave, and comes back when there are`() throws {
        var desk = try Desk()
        desk.open()
        desk.session.isPaused = true
        desk.turn()
        #expect(desk.done == ["hang up"])
        desk.now = desk.now + .hours(9)
        desk.turn()
        #expect(desk.done == ["hang up"] && desk.session.wake(at: desk.now) == .notDue)
        desk.session.isPaused = false
        desk.turn()
        #expect(desk.done == ["hang up", "connect"])
    }

    @Test func `a gateway connects, listens, and says how it stands`() throws {
        var desk = try Desk()
        desk.turn()
        desk.hear(.connected)
        desk.hear(.subscribed(isGranted: true))
        #expect(desk.done == ["connect", "subscribe tidegate/闸-7/schedule/v1/document/#", "look", "stand"])
        #expect(desk.published.first?.topic == "tidegate/闸-7/schedule/v1/standing")
    }

    @Test(arguments: ["document", "document/schedule", "document/any/thing"], [true, false])
    func `a document is received, judged, answered at each step, and then it is said how things stand`(place: String, isRetained: Bool) throws {
        var desk = try Desk()
        desk.open()
        desk.document([1, 2, 3], place, isRetained: isRetained)
        #expect(desk.done == ["recognise", "say received", "judge", "say staged", "look", "stand"])
        #expect(desk.judged == [[1, 2, 3]])
        let standing = desk.published.last.flatMap { DocumentStanding($0.payload) }
        #expect(standing?.last?.step == .staged)
        #expect(standing?.last?.document == "h3")
    }

    @Test func `other topics are nothing to it`() throws {
        var desk = try Desk()
        desk.open()
        desk.document([1], "answer")
        desk.document([1], "documents")
        desk.hear(.message(topic: "tidegate/other/schedule/v1/document", payload: [1], isRetained: false))
        #expect(desk.done.isEmpty)
    }

    @Test func `what the broker sends before it has granted the subscription is judged once it has`() throws {
        var desk = try Desk()
        desk.turn()
        desk.hear(.connected)
        desk.document([1, 2], isRetained: true)
        #expect(desk.judged.isEmpty)
        desk.hear(.subscribed(isGranted: true))
        #expect(desk.judged == [[1, 2]])
    }

    @Test func `answers wait for a link that takes nothing, and no more is judged meanwhile`() throws {
        var desk = try Desk()
        desk.open()
        desk.isTaking = false
        desk.document([1])
        desk.document([2, 2])
        #expect(desk.judged.isEmpty)
        desk.isTaking = true
        desk.now = desk.now + .seconds(1)
        desk.turn()
        #expect(desk.judged == [[1], [2, 2]])
        #expect(desk.done.filter { $0.hasPrefix("say") } == ["say received", "say staged", "say received", "say staged"])
    }

    @Test func `a flood of documents is bounded: what does not fit is refused in words`() throws {
        var desk = try Desk()
        desk.open()
        desk.isTaking = false
        for number in 0..<1_000 { desk.document([UInt8(truncatingIfNeeded: number), 1]) }
        desk.isTaking = true
        desk.now = desk.now + .seconds(1)
        desk.turn()
        // One was recognised before the link was full.
        #expect(desk.judged.count <= DocumentSession.waitingMax + 1)
        #expect(desk.published.compactMap { DocumentAnswer($0.payload) }.contains { $0.step == .refused && $0.text.en.contains("Too many") })
    }

    @Test func `a message that is too long is refused in words and not judged`() throws {
        var desk = try Desk()
        desk.open()
        desk.document([UInt8](repeating: 0x20, count: 65_537))
        #expect(desk.judged.isEmpty)
        #expect(desk.published.compactMap { DocumentAnswer($0.payload) }.first?.text.en.contains("in parts") == true)
    }

    @Test func `what became of a document before there was a link is said when there is one`() throws {
        var desk = try Desk()
        desk.session.tell(DocumentAnswer(.active, document: "h", version: 12, at: 4, .plain))
        desk.turn()
        desk.hear(.connected)
        #expect(!desk.done.contains("say active"))
        desk.hear(.subscribed(isGranted: true))
        #expect(desk.done.suffix(3) == ["say active", "look", "stand"])
    }

    @Test func `a connection that is lost is rested from and made anew, parts begin anew, and how it stands is said again`() throws {
        var desk = try Desk()
        desk.open()
        let parts = DocumentPart.messages(of: [UInt8](repeating: 9, count: 60_000), name: "a")
        desk.document(parts[0])
        desk.hear(.lost)
        #expect(!desk.done.contains("connect"))
        desk.now = desk.now + .minutes(6)
        desk.turn()
        desk.hear(.connected)
        desk.hear(.subscribed(isGranted: true))
        #expect(desk.done.contains("connect") && desk.done.suffix(2) == ["look", "stand"])
        desk.document(parts[1])
        #expect(desk.judged.isEmpty)
        desk.document(parts[0])
        #expect(desk.judged.count == 1)
    }

    @Test func `a broker that grants nothing, or does not answer, is left and tried again`() throws {
        var desk = try Desk()
        desk.turn()
        desk.hear(.connected)
        desk.hear(.subscribed(isGranted: false))
        desk.now = desk.now + .minutes(6)
        desk.turn()
        #expect(desk.done.filter { $0 == "connect" }.count == 2)
        desk.now = desk.now + .seconds(31)
        desk.turn()
        #expect(desk.done.last == "hang up")
    }

    @Test func `an idle session sleeps`() throws {
        var desk = try Desk()
        desk.open()
        #expect(desk.session.wake(at: desk.now) == .notDue)
        desk.session.changed()
        #expect(desk.session.wake(at: desk.now) <= desk.now)
    }

    @Test func `answers and standings are read as they were written`() {
        let answer = DocumentAnswer(.cameBack, document: "ab", version: 12, at: 1_764_000_000, Phrase(zh: "没能启用：“东一”\n  缺配方", en: "no: \"east\""))
        #expect(DocumentAnswer(answer.encoded) == answer)
        var standing = DocumentStanding(at: 7)
        standing.keys = 3
        standing.keysEnd = "2027-03-01"
        standing.newest = 12
        standing.staged = .init(version: 12, first: "2026-03-01", last: "2026-06-30", waitsForApproval: true, document: "cd")
        standing.last = answer
        #expect(DocumentStanding(standing.encoded) == standing)
        #expect(DocumentStanding(DocumentStanding(at: 1).encoded) == DocumentStanding(at: 1))
    }

    @Test(arguments: ["", "{}", "[]", "{\"v\":2,\"at\":1}", "{\"v\":1,\"step\":\"flying\",\"at\":1,\"zh\":\"\",\"en\":\"\"}", "{\"v\":1,\"at\":\"x\"}", "nonsense"])
    func `what is no answer and no standing is read as neither`(text: String) {
        #expect(DocumentAnswer(Array(text.utf8)) == nil)
        #expect(DocumentStanding(Array(text.utf8)) == nil)
    }

    @Test func `a text of a thousand problems is cut at a line`() {
        let text = String(repeating: "schedule.yaml:7: programs.morning: 不对。\n", count: 1_000)
        let answer = DocumentAnswer(.refused, document: nil, version: nil, at: 0, Phrase(verbatim: text))
        #expect(answer.text.zh.utf8.count <= DocumentAnswer.textMax + 3)
        #expect(answer.text.zh.hasSuffix("不对。\n…"))
        #expect(DocumentAnswer(answer.encoded) == answer)
    }
}
