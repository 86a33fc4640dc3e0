import BeiDou
import Foundation
import Quantities
import Synchronization
import Testing
@testable import Uplink

/// The link through BeiDou against a terminal in Python on a pseudo-terminal, with the center behind it and decoders of its own.
@Suite(.serialized) struct SatelliteLinkTests {
    @Test func `alarms go before days, none before the card's interval, and each until it is acknowledged`() throws {
        let world = try SatelliteWorld(interval: 2)
        world.raise(145, "V-1")
        world.raise(160, "soil-a")
        world.terminal.say("ack no")
        world.link.start()
        eventually("both alarms") { world.terminal.messages.count { $0.kind == "alarm" } >= 2 }
        let first = world.terminal.messages.prefix(2)
        #expect(first.allSatisfy { $0.kind == "alarm" && $0.to == "4204990" && $0.raised == true })
        #expect(first.map(\.event) == [145, 160])
        #expect(first.map(\.tag) == ["V-1", "soil-a"])
        eventually("the day of each zone") { world.terminal.messages.contains { $0.kind == "days" } }
        let days = try #require(world.terminal.messages.first { $0.kind == "days" })
        // 27 November 2026; what is not known is all ones.
        let due: [[Int]] = [[1, 20_784, 123, 45, 312, 0, 0], [2, 20_784, 0xFFFF_FFFF, 0xFFFF, 0xFFFF, 1, 3]]
        #expect(days.days == due)
        #expect(world.link.standing.waiting == 3)
        world.lower(160)
        world.terminal.say("ack yes")
        eventually("it has gone") { world.terminal.messages.contains { $0.event == 160 && $0.raised == false } }
        eventually("all is acknowledged") { world.link.standing.waiting <= 2 }
        #expect(!world.terminal.told.contains { $0.refused == true }, "the terminal never had to say: too early")
        #expect(world.terminal.messages.allSatisfy { ($0.bytes ?? 0) <= 78 })
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `a restart tells nothing twice, goes on with its numbers, and tells what went meanwhile`() throws {
        let world = try SatelliteWorld(interval: 1)
        world.raise(145, "V-1")
        world.link.start()
        eventually("the alarm and the day are known") { world.terminal.messages.count == 2 && world.link.standing.waiting == 0 }
        #expect(world.link.stop(within: .seconds(5)))
        let next = world.again()
        next.start()
        world.raise(160, "soil-a")
        eventually("the new alarm") { world.terminal.messages.count == 3 }
        #expect(next.stop(within: .seconds(5)))
        world.lower(145)
        let last = world.again()
        last.start()
        eventually("the old one has gone") { world.terminal.messages.contains { $0.event == 145 && $0.raised == false } }
        let messages = world.terminal.messages
        #expect(messages.map(\.number) == [1, 2, 3, 4] && Set(messages.map(\.life)).count == 1)
        #expect(messages.count { $0.kind == "days" } == 1)
        #expect(last.stop(within: .seconds(5)))
    }

    @Test func `what a restart cannot read begins a new life`() throws {
        let world = try SatelliteWorld(interval: 1)
        try Data([2, 7, 1, 1]).write(to: URL(fileURLWithPath: world.folder + "/beidou.memory"))
        world.raise(145, "V-1")
        world.link.start()
        eventually("told") { !world.terminal.messages.isEmpty }
        #expect(world.terminal.messages.first?.number == 1)
        #expect(world.link.stop(within: .seconds(5)))
        let kept = try #require(MemoryFile(folder: world.folder, name: "beidou.memory").read())
        #expect(LinkMemory(kept).map { Int($0.life) } == world.terminal.messages.first?.life)
    }

    @Test func `a terminal that is silent, has no card or another one is named, and sends once it can`() throws {
        let world = try SatelliteWorld(interval: 1, card: 4_216_930)
        world.raise(145, "V-1")
        world.terminal.say("card 0")
        world.link.start()
        eventually("no card") { world.told.contains(.satellite(.noCard)) && world.link.standing.trouble != nil }
        world.terminal.say("card 4216931")
        eventually("another card") { world.told.contains { if case .otherCard = $0 { true } else { false } } }
        eventually("it is told all the same") { world.terminal.messages.contains { $0.event == 145 } }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `what comes down is no order, and noise harms nothing`() throws {
        let world = try SatelliteWorld(interval: 1)
        world.link.start()
        eventually("the day is known") { world.terminal.messages.count == 1 && world.link.standing.waiting == 0 }
        for seed in 1...4 { world.terminal.say("noise \(seed) 20000") }
        world.terminal.say("stranger 1301000000010000")
        eventually("it is left alone") { world.link.standing.refused >= 1 }
        world.raise(145, "V-1")
        eventually("and the link lives") { world.terminal.messages.contains { $0.event == 145 } && world.link.standing.waiting == 0 }
        #expect(world.link.stop(within: .seconds(5)))
    }

    @Test func `a port that another program has is left to it`() throws {
        let world = try SatelliteWorld(interval: 1)
        let end = ByteEnd.serial(path: world.port, baud: 115_200)
        let first = BytePort.open(end, within: .seconds(1))
        #expect(throws: LineTrouble.inUse) { try BytePort.open(end, within: .seconds(1)).get() }
        #expect(throws: LineTrouble.unknownSpeed(110)) { try BytePort.open(.serial(path: world.port, baud: 110), within: .seconds(1)).get() }
        _ = try first.get()
    }
}

/// A terminal on a port, and a link to it.
private final class SatelliteWorld: Sendable {
    let terminal: PythonPeer
    let link: ThinLink
    let port: String
    var folder: String { scratch.path }
    private let plan: LinkPlan
    private let manner: SatelliteManner
    private let ports: SatellitePorts
    private let scratch: ScratchFolder
    private let alarms: Alarms
    private let notes = Notes()

    final class Alarms: Sendable {
        let standing = Mutex<[AlarmNews]>([])
    }

    init(interval: Int, card: UInt32? = nil) throws {
        scratch = try ScratchFolder()
        port = scratch.path + "/terminal"
        terminal = try PythonPeer("terminal.py", [port, "\(interval)"])
        let center = try #require(CardNumber(4_204_990))
        plan = try #require(LinkPlan(kind: .beidou3, center: center, bytesAtMost: 78))
        manner = SatelliteManner(daysAt: TimeOfDay(hour: 6, minute: 0), clock: .shanghai, card: card.flatMap { CardNumber($0) })
        let (alarms, notes, terminal) = (Alarms(), self.notes, terminal)
        self.alarms = alarms
        ports = SatellitePorts(
            standing: { alarms.standing.withLock { $0 } },
            days: { date in
                [ZoneDay(zone: 1, date: date, tenthsGiven: 123, minutes: 45, reading: 312, alarms: 0, state: 0),
                 ZoneDay(zone: 2, date: date, tenthsGiven: nil, minutes: nil, reading: nil, alarms: 1, state: 3)]
            },
            wall: { WallTime(unixSeconds: 1_795_823_880, trust: .synced) },
            report: notes.take)
        link = ThinLink.beidou(plan, manner, end: .serial(path: port, baud: 115_200), folder: scratch.path, ports)
        eventually("the terminal is on") { terminal.told.contains { $0.ready == true } }
    }

    func again() -> ThinLink { ThinLink.beidou(plan, manner, end: .serial(path: port, baud: 115_200), folder: scratch.path, ports) }

    func raise(_ kind: UInt16, _ tag: String) {
        alarms.standing.withLock { $0.append(AlarmNews(kind: kind, tag: tag, isRaised: true, unixSeconds: 1_795_823_880, value: 1.5)) }
    }

    func lower(_ kind: UInt16) { alarms.standing.withLock { $0.removeAll { $0.kind == kind } } }

    var told: [ThinNews] { notes.all }
}
