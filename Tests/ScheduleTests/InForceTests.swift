import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Schedule
@testable import Site

/// What a controller starts with, and when it should start anew.
@Suite struct InForceTests {
    let desk = Desk()
    let base: Site

    init() throws { base = try Site.load(path: Project.path("configs/example-fertigation.yaml")) }

    private var rules: ScheduleSite { ScheduleSite(base) }

    private func enrolled() throws -> TestFolder {
        let folder = try TestFolder()
        let trust = desk.signed(desk.trustText(1).replacing(Desk.site, with: "shouguang-12"), by: [desk.wang, desk.zhao], .trust)
        _ = try Acceptance.enroll(folder: folder.path, rules, trust: trust, now: Desk.now())
        return folder
    }

    private func take(_ version: Int, _ folder: TestFolder, from first: String = "2026-03-01", to last: String = "2026-06-30") throws {
        let text = """
            schedule: spring
            site: shouguang-12
            version: \(version)
            valid: \(first) .. \(last)
            programs:
              plan-\(version): { zones: [east, west], give: 20 min, start: "06:00" }

            """
        var acceptance = try #require(try Acceptance(folder: folder.path, rules))
        guard case .staged = acceptance.receive(desk.signed(text), now: Desk.now()) else {
            Issue.record("\(version) was not taken")
            return
        }
    }

    private func start(_ folder: TestFolder, day: Int64 = 0, _ trust: ClockTrust = .synced) -> InForce {
        InForce(folder: folder.path, base: base) { _ in Desk.now(day, trust) }
    }

    private func programs(_ start: InForce) -> [String] { start.site.tables.programs.map(\.tag) }

    @Test func `without a folder, or with nothing taken, the site file's own programs run, and no folder is made`() throws {
        let none = try TestFolder()
        let first = start(none)
        #expect(programs(first) == ["morning", "weekend"])
        #expect(!FileManager.default.fileExists(atPath: none.path))
        #expect(!first.isChangeDue(now: Desk.now()))
        let second = start(try enrolled())
        #expect(programs(second) == ["morning", "weekend"])
        #expect(!second.isChangeDue(now: Desk.now()))
    }

    @Test func `a schedule that was taken is due on its day, runs from the next start on, and ends by itself`() throws {
        let folder = try enrolled()
        let before = start(folder)
        try take(12, folder, from: "2026-03-03", to: "2026-03-10")
        #expect(!before.isChangeDue(now: Desk.now(1)))
        #expect(!before.isChangeDue(now: Desk.now(2, .unset)))
        #expect(before.isChangeDue(now: Desk.now(2)))
        let running = start(folder, day: 2)
        #expect(running.answers == [.active(12)])
        #expect(programs(running) == ["plan-12"])
        #expect(!running.isChangeDue(now: Desk.now(9)))
        #expect(running.isChangeDue(now: Desk.now(10)))
        let after = start(folder, day: 10)
        #expect(after.answers == [.ended(12)])
        #expect(programs(after) == ["morning", "weekend"])
        #expect(!after.isChangeDue(now: Desk.now(10)))
    }

    @Test func `a gateway that wakes without a clock goes on with what ran`() throws {
        let folder = try enrolled()
        try take(12, folder)
        _ = start(folder)
        let woken = start(folder, day: -20_000, .unset)
        #expect(programs(woken) == ["plan-12"])
        #expect(!woken.isChangeDue(now: Desk.now(-20_000, .unset)))
    }

    @Test func `a rollback is due at once, and the one before runs`() throws {
        let folder = try enrolled()
        for version in [11, 12] {
            try take(version, folder)
            _ = start(folder)
        }
        let running = start(folder)
        #expect(programs(running) == ["plan-12"])
        _ = try Acceptance(folder: folder.path, rules)?.rolledBack
        #expect(running.isChangeDue(now: Desk.now()))
        #expect(programs(start(folder)) == ["plan-11"])
    }

    @Test func `a schedule the site can no longer run gives way to the one before, and no start follows another for it`() throws {
        let folder = try enrolled()
        try take(12, folder)
        _ = start(folder)
        let changed = try Site.load(path: Project.path("configs/example-canal-gate.yaml"))
        let next = InForce(folder: folder.path, base: changed) { _ in Desk.now() }
        #expect(next.answers == [.cameBack(12, because: Phrase(zh: "站点用不了它。", en: "the site cannot run it."))])
        #expect(next.site.tables.site.tag == "liangshan-gate-3")
        #expect(!next.isChangeDue(now: Desk.now()))
    }

    @Test func `a damaged folder: the site file's own programs run, it is told, and nothing is started anew for it`() throws {
        let folder = try enrolled()
        try take(12, folder)
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + Record.file))
        let damaged = start(folder)
        #expect(damaged.answers == [.damaged(Record.file)])
        #expect(programs(damaged) == ["morning", "weekend"])
        #expect(!damaged.isChangeDue(now: Desk.now()))
    }

    @Test func `one program at a time holds the folder`() throws {
        let folder = try enrolled()
        let held = try Acceptance(folder: folder.path, rules)
        #expect(throws: DiskFault.self) { try Acceptance(folder: folder.path, rules) }
        withExtendedLifetime(held) {}
    }
}

extension Acceptance {
    fileprivate var rolledBack: Answer {
        var copy = self
        return copy.rollback()
    }
}
