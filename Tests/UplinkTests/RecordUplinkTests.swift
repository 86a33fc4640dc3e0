import Foundation
import Journal
import ProcessImage
import Quantities
import Scan
import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A ledger on a real disk, and a scan that pushes records at moments of the test's choosing.
private final class Box {
    static let tables = SiteTables(
        site: Label(tag: "gate-7"), clock: .shanghai,
        points: [PointDefinition(label: Label(tag: "soil-a.moisture"), unit: Unit(symbol: "%") ?? Unit.all[0], decimals: 1, uncertainAfter: .hours(1),
                                 badAfter: .hours(2))],
        outputs: [OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(2))], zones: [Label(tag: "东一")],
        sources: [Label(tag: "well")], programs: [Label(tag: "morning")])
    /// Mon 23 Nov 2026, 06:00:00 in Shanghai.
    static let six: Int64 = 1_795_384_800

    let folder: String
    private(set) var journal: Journal
    private var number: UInt64 = 0
    private var scan: UInt64 = 0

    init(_ folder: URL) {
        self.folder = folder.appendingPathComponent("data").path
        journal = Journal(folder: self.folder, tables: Self.tables, plan: RecordingPlan(flushEvery: .seconds(1)))
        journal.start()
    }

    /// Another life of the same disk.
    func begin() {
        journal.stop()
        journal = Journal(folder: folder, tables: Self.tables, plan: RecordingPlan(flushEvery: .seconds(1)))
        (number, scan) = (0, 0)
        journal.start()
    }

    /// Bytes of today.
    var spent: Int { account?.today.values.reduce(0, +) ?? 0 }

    func push(_ body: Record.Body) {
        scan += 1
        journal.port.push(Record(scan: scan, instant: Instant(nanoseconds: Int64(scan) * 1_000_000_000),
                                 wall: WallTime(unixSeconds: Self.six + Int64(scan), trust: .synced), body: body))
        journal.port.endScan()
    }

    func water(_ run: UInt64, litres: Double) {
        for entry: LedgerEntry in [
            .runStarted(RunID(rawValue: run), ZoneIndex(0), .program(ProgramIndex(0)), planned: .volume(.liters(600))),
            .runEnded(RunID(rawValue: run), .completed, watered: .seconds(125), volume: .liters(litres), isEstimated: false, .idle),
        ] {
            number += 1
            push(.ledger(entry, number: number))
        }
        eventually("the run is on disk") { journal.port.ledgerDurableThrough == number }
    }

    private(set) var account: LinkAccount?

    /// An account of the link, and the records that go over it.
    func uplink(_ broker: RealBroker, as form: SyncForm = .rows(.json), budget: Int? = nil,
                stateEvery: Duration = .hours(1)) throws -> RecordUplink {
        var settings = RecordSettings(gateway: try #require(TopicName("闸-7")), brokers: [broker.address])
        (settings.form, settings.firstRest, settings.longestRest, settings.patience) = (form, .milliseconds(200), .milliseconds(400), .seconds(1))
        (settings.stateEvery, settings.keepAlive) = (stateEvery, .seconds(5))
        let wall = { @Sendable in WallTime(unixSeconds: Box.six + 60, trust: .synced) }
        let account = LinkAccount(journal, clock: .shanghai, budget: budget, wall: wall)
        let uplink = RecordUplink(journal, Self.tables, settings, account, wall: wall)
        account.start()
        self.account = account
        uplink.start()
        return uplink
    }
}

@Suite("The ledger's rows upstream, through a real mosquitto to a receiver in Python",
       .enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"),
       .enabled(if: python != nil, "skipped: python3 has no pysparkplug, which brings paho"))
struct RecordUplinkTests {
    @Test func `what is recorded arrives once and equal to the bit, over restarts of the controller and a broker that is away`() throws {
        let broker = try RealBroker()
        let receiver = try PythonReceiver(broker.folder), box = Box(broker.folder)
        try receiver.start(broker)
        var uplink = try box.uplink(broker)
        eventually("rows are kept from the first turn on") { (try? box.journal.outgoingHeads()) ?? nil != nil }
        box.water(1, litres: 812.0 / 7)
        eventually("the broker is missed") { uplink.status.problem?.problem != nil && !uplink.status.isUp }
        try broker.start()
        eventually("the link is up and nothing waits") { uplink.status.isUp && uplink.status.lastStored != nil && uplink.status.waiting["runs"] == 0 }
        #expect(uplink.stop(within: .seconds(10)))
        box.begin()
        box.water(2, litres: 0.1 + 0.2)
        broker.kill()
        uplink = try box.uplink(broker)
        box.water(3, litres: 1e-300)
        try broker.start()
        eventually("all is stored") { uplink.status.lastStored != nil && uplink.status.waiting.values.allSatisfy { $0 == 0 } }
        let runs = try receiver.list().filter { $0.hasPrefix("runs ") }
        #expect(runs.count == 3, "\(runs)")
        let kept = try box.journal.runs(from: 0, to: .max / 2000).map(\.volume.liters).sorted(by: >)
        for (row, litres) in zip(runs, kept) { #expect(row.contains(",\"东一\",") && row.contains(",\(litres),"), "\(litres) in \(row)") }
        let store = try #require(try box.journal.outgoingHeads()?.store)
        eventually("what arrived is forgotten") { (try? box.journal.outgoing(.runs, 1...9, of: store).isEmpty) == true }
        #expect(uplink.stop(within: .seconds(10)))
        box.journal.stop()
    }

    @Test func `beyond the day's bytes only alarms go, over a restart too`() throws {
        let broker = try RealBroker()
        let receiver = try PythonReceiver(broker.folder), box = Box(broker.folder)
        try broker.start()
        try receiver.start(broker)
        var uplink = try box.uplink(broker, budget: 600, stateEvery: .milliseconds(100))
        eventually("states have used it up") { box.spent >= 600 && box.account?.isSpent == true }
        let states = try #require(try box.journal.outgoingHeads()?.heads["state"])
        for (count, state) in [AlarmState.unacknowledged, .acknowledged, .normal].enumerated() {
            box.push(.alarm(AlarmID(.tripBurst, .site), state))
            eventually("the alarm arrives") { (try? receiver.list().count { $0.hasPrefix("alarms ") }) == count + 1 }
        }
        let later = try #require(try box.journal.outgoingHeads()?.heads["state"])
        #expect(later <= states + 1, "how things are is not told meanwhile")
        #expect(uplink.stop(within: .seconds(10)) && box.account?.stop(within: .seconds(10)) == true)
        let spent = box.spent
        box.begin()
        uplink = try box.uplink(broker, budget: 600)
        eventually("it is known again") { box.spent >= spent }
        box.water(1, litres: 5)
        box.push(.alarm(AlarmID(.tripNoFlow, .zone(ZoneIndex(0))), .unacknowledged))
        eventually("the alarm arrives") { (try? receiver.list().count { $0.hasPrefix("alarms ") }) == 4 }
        #expect(uplink.status.waiting["runs"] == 1, "the run waits for the next day")
        #expect(uplink.stop(within: .seconds(10)))
        box.journal.stop()
    }

    @Test func `an empty battery lets only alarms through, and another charge the rest`() throws {
        let broker = try RealBroker()
        let receiver = try PythonReceiver(broker.folder), box = Box(broker.folder)
        try broker.start()
        try receiver.start(broker)
        box.push(.power(.critical))
        let uplink = try box.uplink(broker)
        eventually("the link is up") { uplink.status.isUp }
        box.water(1, litres: 5)
        box.push(.alarm(AlarmID(.batteryCritical, .site), .unacknowledged))
        eventually("the alarm arrives") { (try? receiver.list().contains { $0.hasPrefix("alarms ") }) == true }
        #expect(try !receiver.list().contains { $0.hasPrefix("runs ") || $0.hasPrefix("state ") })
        box.push(.power(.low))
        eventually("the run follows") { (try? receiver.list().contains { $0.hasPrefix("runs ") }) == true }
        #expect(uplink.stop(within: .seconds(10)))
        box.journal.stop()
    }
}

@Suite struct LinkWatchTests {
    private func moment(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test func `a link that is away for ten minutes is told once, and that it is back; a hiccup is not`() {
        var watch = LinkWatch()
        var told: [EventKind] = []
        func look(_ isOpen: Bool, _ seconds: Int64) {
            watch.look(isOpen: isOpen, at: moment(seconds))
            told += watch.takeEvents().map(\.kind)
        }
        look(true, 0)
        look(false, 10)
        look(true, 300)
        #expect(told.isEmpty)
        for second in stride(from: Int64(400), to: 2000, by: 100) { look(false, second) }
        look(true, 2000)
        look(true, 2001)
        #expect(told == [.uplinkLost, .uplinkBack])
    }

    @Test func `a refusal is told once until the link has been up again`() {
        var watch = LinkWatch()
        for _ in 0..<50 { watch.hear(.failed(broker: 0, .refused(code: 5))) }
        #expect(watch.takeEvents().map(\.kind) == [.uplinkRefused])
        watch.look(isOpen: true, at: moment(1))
        watch.hear(.failed(broker: 0, .refused(code: 5)))
        #expect(watch.takeEvents().map(\.kind) == [.uplinkRefused])
    }
}
