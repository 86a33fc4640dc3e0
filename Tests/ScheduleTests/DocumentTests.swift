import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Schedule
@testable import Site

/// The project's own files, as they are shipped.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static func path(_ relative: String) -> String { "\(root)/\(relative)" }

    static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }

    static func text(of file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

    /// The site file a schedule is for, by its own word; one that names none is tomatoes.
    static func site(of text: String) -> String {
        if text.contains("site: liangshan-gate-3") { return path("configs/example-canal-gate.yaml") }
        return path(text.contains("site: changdao-deck-2") ? "configs/example-net-cage.yaml" : "configs/example-fertigation.yaml")
    }

    static func load(_ text: String, file: String = "schedule.yaml") throws(SiteRefused) -> Site {
        try Site.load(path: site(of: text), boards: path("boards"), profiles: path("configs/profiles"),
                      schedule: ScheduleText(file: file, bytes: Array(text.utf8)))
    }
}

/// A schedule as it is written: read by the site's own readers, within the site's limits.
@Suite struct DocumentTests {
    private static let tomatoes = "configs/schedules/example-shouguang-12.yaml"

    @Test("a shipped schedule is in order for its site", arguments: Project.files(in: "configs/schedules"))
    func inOrder(_ file: String) throws {
        let text = try Project.text(of: file), site = try Project.load(text, file: file)
        let head = try ScheduleHead.read(Array(text.utf8), file: file)
        #expect(head.site == site.tables.site.tag)
        #expect(!head.zones.isEmpty)
    }

    @Test("a refused schedule is refused with its exact text", arguments: Project.files(in: "configs/schedules/refused"))
    func refusedExactly(_ file: String) throws {
        let text = try Project.text(of: file)
        let refused = try #require(throws: SiteRefused.self) { try Project.load(text, file: file) }
        let said = [Language.english, .chinese].map { refused.text(in: $0) }.joined(separator: "\n\n") + "\n"
        #expect(try said == Project.text(of: String(file.dropLast(5)) + ".expected"))
        #expect(refused.problems.map(\.line) == refused.problems.map(\.line).sorted())
    }

    @Test func `there are refused schedules for every rule of their own`() {
        #expect(Project.files(in: "configs/schedules/refused").count >= 24)
    }

    @Test func `a schedule's programs and recipes stand in for the site's, and nothing else changes`() throws {
        let text = try Project.text(of: Self.tomatoes), site = try Project.load(text)
        let own = try Site.load(path: Project.site(of: text))
        #expect(site.tables.programs.map(\.tag) == ["morning", "weekend"])
        #expect(own.tables.programs.map(\.tag) == ["morning", "weekend"])
        #expect(site.tables.recipes.map(\.tag) == ["flowering"])
        #expect(site.tables.outputs == own.tables.outputs)
        #expect("\(site.scan.interlocks)" == "\(own.scan.interlocks)")
        #expect("\(site.field)" == "\(own.field)")
        #expect(site.fingerprint == own.fingerprint)
    }

    @Test func `what a schedule leaves out stays as the site file has it`() throws {
        let text = try Project.text(of: Self.tomatoes)
        let recipes = try #require(text.range(of: "recipes:")), programs = try #require(text.range(of: "programs:"))
        let short = text.replacingCharacters(in: recipes.lowerBound..<programs.lowerBound, with: "")
        #expect(try Project.load(short).tables.recipes.map(\.tag) == ["flowering", "swelling"])
    }

    @Test func `a gate's set-point counts, and its key must answer for the gate`() throws {
        let text = try Project.text(of: "configs/schedules/example-liangshan-gate-3.yaml"), site = try Project.load(text)
        #expect(site.statements.map(\.words.en) == ["1.35 m below"])
        #expect(try ScheduleHead.read(Array(text.utf8), file: "s").zones == ["gate-3"])
    }

    @Test func `a schedule is told in words, in both languages`() throws {
        let statements = try Project.load(Project.text(of: Self.tomatoes)).statements
        let said = statements.map { "\($0.subject.en) / \($0.aspect.en): \($0.words.en)" }
        #expect(said.contains("program morning feed (morning) / starts: 30 min after sunrise"))
        #expect(said.contains("program morning feed (morning) / west: 5.00 m3"))
        #expect(said.contains("program clear water at the weekend (weekend) / soak: at most 8 min at a time, with at least 20 min between"))
        #expect(said.contains { $0.hasPrefix("recipe flowering / targets: EC 2.20 mS/cm, pH 6.2") })
        for statement in statements {
            #expect(!statement.words.en.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) }, "\(statement.words.en)")
        }
    }

    @Test func `what the water carries and whether zones water together is told`() throws {
        let statements = try Project.load(Project.text(of: Self.tomatoes)).statements
        func said(_ program: String, _ aspect: String) -> String? { statements.first { $0.subject.en.contains(program) && $0.aspect.en == aspect }?.words.en }
        #expect(said("(morning)", "fertiliser") == "recipe flowering (water is added where it is too little)")
        #expect(said("(weekend)", "fertiliser") == "none, clear water")
        #expect(said("(weekend)", "order") == "all together")
    }

    @Test func `what changes is told: what is new, what is gone, and from what to what`() throws {
        let text = try Project.text(of: Self.tomatoes)
        let changes = Change.between(try Site.load(path: Project.site(of: text)).statements, and: try Project.load(text).statements)
        let morning = try #require(changes.first { $0.subject.en == "program morning feed (morning)" })
        #expect(morning.kind == .changed)
        #expect(morning.lines.map(\.en) == ["starts: 07:00 → 30 min after sunrise", "west: 4.00 m3 → 5.00 m3"])
        #expect(morning.lines.first?.zh == "启动：07:00 → 日出后 30 分")
        #expect(changes.filter { $0.kind == .gone }.map(\.subject.en) == ["recipe fruit swelling (swelling)"])
        let weekend = try #require(changes.first { $0.subject.en == "program clear water at the weekend (weekend)" })
        #expect(weekend.lines.map(\.en).contains("soak: none → at most 8 min at a time, with at least 20 min between"))
        #expect(try Change.between(changes: text) == [])
    }

    @Test("a change is told wherever it is made", arguments: [
        ("zones: { east: 4 m3, west: 5 m3 }", "zones: { east: 4 m3, west: 5.01 m3 }"), ("zones: { east: 4 m3, west: 5 m3 }", "zones: { west: 5 m3 }"),
        ("start: sunrise + 30 min", "start: sunrise + 31 min"), ("[mon, wed, fri]", "[mon, wed]"), ("within 2 h", "within 3 h"),
        ("[mon, wed, fri]", "every 2 days from 2026-03-01"), ("    missed: catch up within 2 h\n", ""), ("    recipe: flowering\n", ""), ("recipe: flowering", "recipe: flowering\n    too-short: skip"),
        ("recipe: flowering", "recipe: flowering\n    priority: 6"), ("recipe: flowering", "recipe: flowering\n    adjust: { jul: 80 % }"),
        ("recipe: flowering", "recipe: flowering\n    dates: [04-01 .. 05-01]"), ("zones: [east, west]", "shifts: [[east, west]]"),
        ("rest: at least 20 min", "rest: at least 21 min"), ("at most 8 min", "at most 7 min"), ("ec: 2.2 mS/cm", "ec: 2.3 mS/cm"), ("ph: 6.2", "ph: 6.3"),
        ("ph: 6.2\n", "ph: 6.2\n    flush: 30 %\n"), ("A: 1, B: 1, acid: ph", "A: 2, B: 2, acid: ph"), ("  weekend:", "  sunday:"),
        (#"start: "07:15""#, #"starts: ["05:00", "07:00", "09:00", "11:00", "13:00", "15:00", "17:00"]"#),
    ])
    func changeIsTold(_ before: String, _ after: String) throws {
        let text = try Project.text(of: Self.tomatoes), changed = text.replacing(before, with: after)
        #expect(changed != text)
        #expect(try !Change.between(Project.load(text).statements, and: Project.load(changed).statements).isEmpty)
    }

    @Test func `the first of every second day changes not unseen`() throws {
        let text = try Project.text(of: Self.tomatoes).replacing("[mon, wed, fri]", with: "every 2 days from 2026-03-01")
        let changes = Change.between(try Project.load(text).statements,
                                     and: try Project.load(text.replacing("from 2026-03-01", with: "from 2026-03-02")).statements)
        #expect(changes.flatMap(\.lines).map(\.en) == ["days counted from: 2026-03-01 → 2026-03-02"])
    }

    @Test func `the published schema knows the keys that are read, and no others`() throws {
        let data = Data(try Project.text(of: "docs/schedule.schema.json").utf8)
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let parts = try #require(schema["$defs"] as? [String: [String: Any]])
        func keys(_ part: [String: Any]?) -> Set<String> { Set((part?["properties"] as? [String: Any] ?? [:]).keys) }
        #expect(keys(schema) == Set(ScheduleFile.keys))
        #expect(keys(parts["program"]) == Set(ProgramReader.keys))
        #expect(keys(parts["recipe"]) == Set(SiteReader.recipeKeys))
        #expect(keys(parts["cage"]) == Set(ScheduleFile.feedingKeys))
        #expect(keys(parts["crop"]) == Set(ScheduleFile.cropKeys))
        #expect(keys(parts["expectation"]) == Set(SiteReader.expectKeys))
        let given = (parts["expectation"]?["properties"] as? [String: [String: Any]])?["given"]
        #expect(keys(given) == Set(SiteReader.givenKeys))
    }

    @Test func `of many starts none changes unseen`() throws {
        let text = try Project.text(of: Self.tomatoes)
            .replacing(#"start: "07:15""#, with: #"starts: ["05:00", "07:00", "09:00", "11:00", "13:00", "15:00", "17:00"]"#)
        let changes = Change.between(try Project.load(text).statements, and: try Project.load(text.replacing("11:00", with: "12:00")).statements)
        #expect(changes.flatMap(\.lines).count == 1)
    }

    @Test func `a zone that is watered twice is told twice, and each is compared with its own`() throws {
        let text = try Project.text(of: Self.tomatoes).replacing("zones: [east, west]", with: "zones: [east, west, east]")
        let statements = try Project.load(text).statements.filter { $0.subject.en.contains("weekend") }
        #expect(statements.map(\.aspect.en).filter { $0.hasPrefix("east") } == ["east", "east (2)"])
    }

    @Test("a new schedule is the site's own programs, in order as it stands", arguments: ["fertigation", "canal-gate", "drip-greenhouse", "season-24", "net-cage"])
    func begun(_ name: String) throws {
        let path = Project.path("configs/example-\(name).yaml"), site = try Site.load(path: path)
        let file = try String(contentsOfFile: path, encoding: .utf8)
        let text = NewDocument(site, file: file, version: 1, from: CivilDate(daysSinceEpoch: 20_600), days: 120).text
        let begun = try Site.load(path: path, schedule: ScheduleText(file: "new.yaml", bytes: Array(text.utf8)))
        #expect(Change.between(site.statements, and: begun.statements) == [])
        #expect(!begun.statements.isEmpty)
        #expect(name != "net-cage" || (text.contains("  cage-5:\n    ration:") && !text.contains("cage-6") && !text.contains("line:")))
    }

    @Test func `a gateway refuses what its site cannot run, and takes what it can`() throws {
        let desk = Desk()
        let own = try Site.load(path: Project.path("configs/example-fertigation.yaml"))
        let site = ScheduleSite(own)
        let trust = desk.signed(desk.trustText(1).replacing(Desk.site, with: "shouguang-12"), by: [desk.wang, desk.zhao], .trust)
        let folder = try TestFolder()
        var acceptance = try Acceptance.enroll(folder: folder.path, site, trust: trust, now: Desk.now())
        let bad = desk.signed(try Project.text(of: "configs/schedules/refused/valve-too-long.yaml"))
        guard case .refused(let refusal, after: .verified) = acceptance.receive(bad, now: Desk.now()) else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.text(in: .english).contains("schedule.yaml:6"))
        let good = acceptance.receive(desk.signed(try Project.text(of: Self.tomatoes)), now: Desk.now())
        #expect(good == .staged(12, from: "2026-03-01", waitsForApproval: false))
    }
}

extension Change {
    /// A document against itself.
    fileprivate static func between(changes text: String) throws -> [Change] {
        let site = try Project.load(text)
        return between(site.statements, and: site.statements)
    }
}
