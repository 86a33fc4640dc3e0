import Foundation
import Journal
import Language
import ProcessImage
import Quantities
import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// An account on a real disk, at a time of the test's choosing: from noon on in Shanghai.
final class TestAccount {
    static let tables = SiteTables(site: Label(tag: "gate-7"), clock: .shanghai, points: [], outputs: [], zones: [Label(tag: "东一")])

    let account: LinkAccount
    let journal: Journal
    private let seconds: Clock

    private final class Clock: Sendable { let now = Mutex<Int64>(1_795_406_400) }

    init(_ folder: String, budget: Int?) {
        let clock = Clock()
        journal = Journal(folder: folder, tables: Self.tables, plan: RecordingPlan(flushEvery: .seconds(1)))
        journal.start()
        seconds = clock
        account = LinkAccount(journal, clock: .shanghai, budget: budget) { WallTime(unixSeconds: clock.now.withLock { $0 }, trust: .synced) }
    }

    func pass(_ time: Int64) { seconds.now.withLock { $0 += time } }

    func end() {
        account.stop(within: .milliseconds(100))
        journal.stop()
    }
}

@Suite("One account for all that goes over a site's link")
struct LinkAccountTests {
    @Test func `a day's bytes are summed over links and lives, begin anew at midnight, and are known again when a clock brings the day back`() throws {
        let folder = try ScratchFolder(), day: Int64 = 86_400
        var life = TestAccount(folder.path, budget: 1_000)
        #expect(life.account.isSpent, "until it is known, nothing goes that could wait")
        life.account.turn()
        #expect(!life.account.isSpent)
        life.account.count(["runs": 300, "overhead": 300], of: "sync")
        life.account.count(["sparkplug": 300], of: "node")
        life.account.turn()
        #expect(!life.account.isSpent)
        life.account.count(["documents": 100], of: "documents")
        life.account.turn()
        #expect(life.account.isSpent)
        life.end()
        life = TestAccount(folder.path, budget: 1_000)
        life.account.turn()
        #expect(life.account.isSpent && life.account.today == ["runs": 300, "overhead": 300, "sparkplug": 300, "documents": 100])
        life.pass(day)
        life.account.turn()
        #expect(!life.account.isSpent && life.account.today.isEmpty)
        life.account.count(["runs": 40], of: "sync")
        life.pass(-day)
        life.account.turn()
        #expect(life.account.isSpent && life.account.today.values.reduce(0, +) == 1_000)
        life.end()
    }

    @Test func `without a budget all is counted and nothing is ever spent`() throws {
        let folder = try ScratchFolder(), life = TestAccount(folder.path, budget: nil)
        #expect(!life.account.isSpent)
        life.account.turn()
        life.account.count(["runs": 1 << 40], of: "sync")
        life.account.turn()
        #expect(!life.account.isSpent && life.account.today == ["runs": 1 << 40])
        life.end()
    }

    @Test(.enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"))
    func `when the day's bytes are spent a node says goodbye, and is born again the next day`() throws {
        let broker = try RealBroker()
        try broker.start()
        let life = TestAccount(broker.folder.path, budget: 100_000), (account, journal) = (life.account, life.journal)
        let host = try Listener(broker, name: "host")
        let name = NodeName(group: try #require(TopicName("shandong")), node: try #require(TopicName("gw-7")))
        let sheet = FarmSheet(name, tables: TestAccount.tables, writable: [], mayAcknowledge: false, mayStopAll: false, gates: [], language: .chinese)
        var settings = SessionSettings()
        (settings.firstRest, settings.longestRest) = (.milliseconds(200), .milliseconds(400))
        let farm = try FarmUplink(sheet, settings, brokers: [broker.address], keepAlive: 5, folder: broker.folder.path, journal: journal,
                                  inbox: CommandInbox(), account: account) { WallTime(unixSeconds: 1_795_406_400, trust: .synced) }
        account.start()
        farm.start()
        host.hear("a birth") { $0.contains("NBIRTH") }
        eventually("it costs something") { (account.today["sparkplug"] ?? 0) > 500 }
        account.count(["runs": 100_000], of: "records")
        host.hear("a death") { $0.contains("NDEATH") }
        eventually("it is away") { !farm.isAlive && account.isSpent }
        life.pass(86_400)
        host.hear("another birth") { $0.count { $0 == "NBIRTH" } == 2 }
        #expect(farm.stop(within: .seconds(10)))
        life.end()
    }
}
