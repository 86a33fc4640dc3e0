import Control
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Testing

/// A site of one lamp on a bridge: what the bridge stands at, scan after scan, and what people are told of it.
struct BridgeEventTests {
    private func events(_ standings: [BridgeStanding?]) throws -> [EventKind] {
        func point(_ tag: String, digital: Bool) throws -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: try #require(Unit(symbol: "1")), device: DeviceIndex(0),
                            uncertainAfter: .seconds(1.5), badAfter: .seconds(5), isDigital: digital)
        }
        let tables = SiteTables(
            site: Label(tag: "site"), clock: .shanghai,
            points: [try point("bridge.online", digital: true), try point("bridge.state", digital: false)],
            outputs: [OutputDefinition(label: Label(tag: "L"), kind: .lamp, safe: .off, maximumOn: .hours(1))],
            devices: [Label(tag: "bridge")])
        let bridge = BridgeGuard(device: DeviceIndex(0), state: BridgePoint(index: PointIndex(1)), outputs: [OutputIndex(0)])
        let plan = ScanPlan(
            tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: []),
            interlocks: InterlockPlan(outputs: tables.outputs, emergencyStop: nil, sources: [], zones: [], bridges: [bridge]),
            period: .milliseconds(100), deviceOnline: [try #require(tables.digital(PointIndex(0)))])
        var cycle = ScanCycle(plan: plan, restored: Restored(), inbox: CommandInbox(), field: TestField(outputs: 1),
                              records: TestRecords())
        var now = Instant.start + .seconds(100)
        for standing in standings {
            cycle.field.readings[PointIndex(0)] = .good(standing == nil ? 0 : 1, at: now)
            cycle.field.readings[PointIndex(1)] = standing.map { .good(Double($0.rawValue), at: now) } ?? .bad(.noAnswer, at: now)
            cycle.run(at: now, wall: WallTime(unixSeconds: 1_795_384_800, trust: .synced), lateness: .zero)
            now = now + .milliseconds(100)
        }
        return cycle.records.all.compactMap { record in
            if case .event(let event) = record.body, event.subject == .device(DeviceIndex(0)) { event.kind } else { nil }
        }
    }

    @Test func `A bridge that is met, trips for want of a beat, is reset and returns is told step by step, each once`() throws {
        #expect(try events([.powerOn, .powerOn, .armed, .armed, .heartbeat, .armed, nil, nil, .watchdog, .armed]) == [
            .bridgeReset, .bridgeArmed, .bridgeTripped, .bridgeArmed, .deviceLost, .deviceReturned, .bridgeReset, .bridgeArmed,
        ])
    }

    @Test func `A trip for a person is told by the trip alone, a refusal with its reason`() throws {
        #expect(try events([.powerOn, .armed, .relayTime, .relayTime]) == [.bridgeReset, .bridgeArmed, .tripBridge])
        #expect(try events([.tooFewChannels, .tooFewChannels]) == [.bridgeRefused])
    }
}
