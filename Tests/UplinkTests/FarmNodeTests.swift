import Foundation
@testable import Journal
import Language
import ProcessImage
import Quantities
@testable import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A farm of one of each, as the records show it.
private enum Farm {
    static let tables = SiteTables(
        site: Label(tag: "farm", name: Phrase(zh: "一号棚", en: "house 1")), clock: .shanghai,
        points: [
            point("FT-101", "m3/h", device: nil), point("soil-a.moisture", "%", device: 0),
            PointDefinition(label: Label(tag: "door"), unit: unit("1"), uncertainAfter: .seconds(5), badAfter: .seconds(15), isDigital: true),
        ],
        outputs: [OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(1))],
        zones: [Label(tag: "east-1", name: Phrase(zh: "东一区", en: "east-1")), Label(tag: "soil-a")],
        devices: [Label(tag: "soil-a")], gates: [Label(tag: "G-1")], dosingUnits: [Label(tag: "mixer")], cages: [Label(tag: "cage-3")])

    private static func unit(_ symbol: String) -> Quantities.Unit { Quantities.Unit.all.first { $0.symbol == symbol } ?? Quantities.Unit.all[0] }

    private static func point(_ tag: String, _ symbol: String, device: Int?) -> PointDefinition {
        PointDefinition(label: Label(tag: tag), unit: unit(symbol), device: device.map { DeviceIndex($0) }, uncertainAfter: .seconds(5), badAfter: .seconds(15))
    }

    static let bounds = GateBounds(level: (.meters(1), .meters(2)), flow: (.cubicMetersPerSecond(0.5), .cubicMetersPerSecond(3)),
                                   opening: (.meters(0), .meters(0.8)))

    static func sheet(_ writable: Set<String> = [], all: Bool = false) throws -> FarmSheet {
        let (group, node) = (try #require(TopicName("shandong")), try #require(TopicName("gw-7")))
        return FarmSheet(NodeName(group: group, node: node), tables: tables, writable: writable, mayAcknowledge: all, mayStopAll: all,
                         gates: [bounds], language: .chinese)
    }

    static func node(_ writable: Set<String> = [], all: Bool = false) throws -> FarmNode {
        try FarmNode(try sheet(writable, all: all)) { LastOrder() }
    }

    /// At ten seconds after noon; the flow was taken 2 s before.
    static var live: LiveSnapshot {
        var live = LiveSnapshot()
        live.scan = 1
        live.instant = .start + .seconds(100)
        live.wall = WallTime(unixSeconds: 1_780_000_010, trust: .synced)
        live.readings = [.good(12.5, at: .start + .seconds(98)), .uncertain(31, .stale, at: .start + .seconds(90)), .good(1, at: .start + .seconds(100))]
        live.outputs = [LiveSnapshot.Output(level: .on, cause: .idle, since: live.wall)]
        let watering = ZoneStatus(phase: .watering, planned: .time(.minutes(10)), watered: .minutes(4), volume: .cubicMeters(0.8),
                                  flow: .cubicMetersPerHour(12))
        live.zones = [LiveSnapshot.Zone(status: watering, since: live.wall), LiveSnapshot.Zone(status: ZoneStatus(), since: live.wall)]
        live.gates = [LiveSnapshot.Gate(status: GateStatus(), since: live.wall)]
        live.dosing = [DosingStatus()]
        live.cages = [CageStatus()]
        return live
    }
}

/// What a session holds of a metric.
private func row(_ session: Session, _ farm: FarmNode, _ name: String) throws -> Values.Row {
    let index = try #require(farm.plan.metrics.indices.first { farm.name(of: MetricIndex(rawValue: $0)) == name }, "\(name)")
    return session.values[index]
}

private func orderable(_ farm: FarmNode) -> [String] {
    farm.plan.metrics.indices.filter { farm.plan.metrics[$0].writable != nil }.map { farm.name(of: MetricIndex(rawValue: $0)) }
}

@Suite("A farm as a node")
struct FarmNodeTests {
    @Test func `zones, gates, dosing units, cages and devices on buses are devices; two of one tag are told apart`() throws {
        let plan = try Farm.node().plan
        #expect(plan.devices.map(\.text) == ["east-1", "soil-a", "G-1", "mixer", "cage-3", "device soil-a"])
    }

    @Test func `metrics have the units of the site file and stand where their point hangs`() throws {
        let farm = try Farm.node()
        let units = Dictionary(uniqueKeysWithValues: farm.plan.metrics.indices.map { (farm.name(of: MetricIndex(rawValue: $0)), farm.plan.metrics[$0].unit) })
        #expect(units["FT-101"] == "m3/h" && units["device soil-a moisture"] == "%" && units["east-1 Watered"] == "min")
        #expect(units.keys.contains("Outputs/V-1") && units.keys.contains("door"))
    }

    @Test func `the same site file gives the same aliases`() throws {
        let (first, second) = (try Farm.node().plan, try Farm.node().plan)
        #expect(first.metrics.map(\.name) == second.metrics.map(\.name) && first.devices == second.devices)
    }

    @Test func `values carry their quality and the time at which they were taken`() throws {
        var farm = try Farm.node()
        var session = Session(farm.plan, lastBirthNumber: nil)
        farm.tell(Farm.live, to: &session)
        let flow = try row(session, farm, "FT-101"), moisture = try row(session, farm, "device soil-a moisture")
        #expect(flow.value == .double(12.5) && flow.quality == .good && flow.at == 1_780_000_008_000)
        #expect(moisture.value == .double(31) && moisture.quality == .stale)
        #expect(try row(session, farm, "door").value == .boolean(true))
        #expect(try row(session, farm, "Outputs/V-1").value == .boolean(true))
        #expect(try row(session, farm, "east-1 State").value == .string("watering"))
        #expect(try row(session, farm, "east-1 Watered").value == .double(4))
        #expect(try row(session, farm, "east-1 Name").value == .string("东一区"))
        #expect(try row(session, farm, "soil-a Flow").value == nil)
        #expect(try row(session, farm, "soil-a Flow").quality == .bad)
    }

    @Test func `a device that does not answer is not there, and back once it does`() throws {
        var farm = try Farm.node(), live = Farm.live
        var session = Session(farm.plan, lastBirthNumber: nil)
        live.alarms = [LiveSnapshot.Alarm(id: AlarmID(.deviceLost, .device(DeviceIndex(0))), state: .acknowledged, since: live.wall)]
        farm.tell(live, to: &session)
        #expect(session.devices.map(\.isThere) == [true, true, true, true, true, false])
        live.alarms[0].state = .returned
        farm.tell(live, to: &session)
        #expect(session.devices.map(\.isThere) == Array(repeating: true, count: 6))
    }

    @Test func `nothing may be ordered that the site file does not name`() throws {
        #expect(try orderable(Farm.node()).isEmpty)
        #expect(try orderable(Farm.node(["east-1"])) == ["east-1 Run", "east-1 Run volume", "east-1 Stop"])
        #expect(try orderable(Farm.node(["mixer", "cage-3"])) == ["mixer Stop dosing", "mixer Disable dosing", "cage-3 Feed", "cage-3 Stop feeding"])
        #expect(try orderable(Farm.node(all: true)) == ["Site/Acknowledge all alarms", "Site/Stop all watering"])
    }

    @Test func `orders become what the inbox knows, within the bounds of the site file`() throws {
        let farm = try Farm.node(["east-1", "G-1"])
        func kind(_ name: String, _ value: MetricValue) throws -> Command.Kind? {
            let index = try #require(farm.plan.metrics.indices.first { farm.name(of: MetricIndex(rawValue: $0)) == name })
            let isPermitted = farm.plan.metrics[index].writable?.permits(value) == true
            return isPermitted ? farm.command(CommandOrder(metric: MetricIndex(rawValue: index), value: value, timestamp: 0)) : nil
        }
        #expect(try kind("east-1 Run", .double(2.5)) == .run(ZoneIndex(0), for: .seconds(150)))
        #expect(try kind("east-1 Run", .double(0.5)) == nil)
        #expect(try kind("east-1 Run", .double(.nan)) == nil)
        #expect(try kind("east-1 Run", .double(1e300)) == nil)
        #expect(try kind("east-1 Stop", .boolean(true)) == .stopZone(ZoneIndex(0)))
        #expect(try kind("east-1 Stop", .boolean(false)) == nil)
        #expect(try kind("G-1 Level", .double(1.5)) == .setGate(GateIndex(0), .level(.meters(1.5)), for: Limits.gateOrderUsual))
        #expect(try kind("G-1 Level", .double(2.5)) == nil)
        #expect(try kind("G-1 Opening", .double(0.9)) == nil)
    }

    @Test func `no order from upstream resets a trip, releases a lock, enables or proves`() throws {
        let farm = try Farm.node(["east-1", "soil-a", "G-1", "mixer", "cage-3"], all: true)
        for (number, metric) in farm.plan.metrics.enumerated() where metric.writable != nil {
            let value: MetricValue = if case .number(let range) = metric.writable { .double(range.lowerBound) } else { .boolean(true) }
            switch farm.command(CommandOrder(metric: MetricIndex(rawValue: number), value: value, timestamp: 0)) {
            case .reset, .resetAll, .unlockCage, .enableDosing, .prove, .confirmProof, .releaseFeed, .resetLine, .resume, nil:
                Issue.record("\(farm.name(of: MetricIndex(rawValue: number)))")
            default: break
            }
        }
    }

    @Test func `what changed while nobody listened is told as history, oldest first`() throws {
        var farm = try Farm.node(), live = Farm.live
        var world = Shell(Session(farm.plan, lastBirthNumber: nil))
        farm.tell(live, to: &world.session)
        for flow in [13.0, 14.0] {
            live.instant = live.instant + .seconds(1)
            live.readings[0] = .good(flow, at: live.instant)
            farm.tell(live, to: &world.session)
        }
        world.run()
        farm.tell(live, to: &world.session)
        world.run()
        let past = world.published.flatMap { (try? Payload(decoding: $0.payload, within: .command))?.metrics ?? [] }.filter(\.isHistorical)
        #expect(past.map(\.value) == [.double(13), .double(14)])
    }

    @Test func `the number of a birth outlives a restart, and what is no number is none`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("births-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = BirthFile(folder: folder.path)
        #expect(file.number == nil && file.keep(255) && BirthFile(folder: folder.path).number == 255)
        for text in ["", "256", "-1", "seven", String(repeating: "9", count: 10_000)] {
            try text.write(to: folder.appendingPathComponent("sparkplug-birth"), atomically: true, encoding: .utf8)
            #expect(file.number == nil, "\(text.prefix(9))")
        }
        #expect(file.keep(3) && file.number == 3 && !BirthFile(folder: folder.path + "/nowhere").keep(1))
    }

    @Test func `names with wildcards, and ids of things that are not there, order nothing`() throws {
        let farm = try Farm.node(["east-1"])
        var world = Shell(Session(farm.plan, lastBirthNumber: nil))
        world.run()
        for name in ["#", "+", "east-1/Run", "Run#", "*", "", "Outputs/V-1", String(repeating: "é", count: 20_000)] {
            world.hear("spBv1.0/shandong/NCMD/gw-7", Metric(name: name, value: .boolean(true)))
            world.hear("spBv1.0/shandong/DCMD/gw-7/east-1", Metric(name: name, value: .double(5)))
        }
        for alias in [0, 1, 2, UInt64(farm.plan.metrics.count) + 2, .max] {
            world.hear("spBv1.0/shandong/DCMD/gw-7/east-1", Metric(alias: alias, value: .double(5)))
        }
        for topic in ["spBv1.0/shandong/DCMD/gw-7/#", "spBv1.0/shandong/DCMD/gw-7/+", "spBv1.0/+/NCMD/#", ""] {
            world.hear(topic, Metric(name: "Run", value: .double(5)))
        }
        #expect(world.orders.isEmpty && !world.refusals.isEmpty && world.refusals.allSatisfy { $0 != .seenBefore })
    }

    @Test func `whoever floods us is told of once a minute, each cause by itself`() {
        let told = Collected()
        let reports = NodeReports { told.add($0) }
        for second in 0..<90 {
            reports.tell(.commandRefused(.stale, nil), about: .site, at: .start + .seconds(second))
            reports.tell(.commandRefused(.unreadable, nil), about: .site, at: .start + .seconds(second))
        }
        #expect(told.all.map(\.kind) == [.remoteOrderRefused, .remoteMessageUnreadable, .remoteOrderRefused, .remoteMessageUnreadable])
    }
}

/// Does what a session says, with a broker that takes everything.
private struct Shell {
    var session: Session
    private(set) var published: [Publication] = []
    private(set) var orders: [CommandOrder] = []
    private(set) var refusals: [CommandRefusal] = []
    private let moment = Sparkplug.Moment(.start + .seconds(1000), WallTime(unixSeconds: 1_780_000_100, trust: .synced))

    init(_ session: Session) { self.session = session }

    mutating func hear(_ topic: String, _ metric: Metric) {
        let payload = Payload(timestamp: 1_780_000_100_000, metrics: [metric]).encoded()
        session.hear(.message(topic: topic, payload: payload, isRetained: false), at: moment)
        run()
    }

    mutating func run() {
        while let action = session.next(at: moment) {
            switch action {
            case .keep: session.kept(true, at: moment.instant)
            case .connect: session.hear(.connected, at: moment)
            case .subscribe: session.hear(.subscribed(isGranted: true), at: moment)
            case .publish(let publication):
                published.append(publication)
                session.published(true, at: moment.instant)
            case .order(let order): orders.append(order)
            case .report(.commandRefused(let refusal, _)): refusals.append(refusal)
            case .disconnect, .hangUp, .report: break
            }
        }
    }
}

private final class Collected: Sendable {
    private let events = Mutex<[Event]>([])
    func add(_ event: Event) { events.withLock { $0.append(event) } }
    var all: [Event] { events.withLock { $0 } }
}
