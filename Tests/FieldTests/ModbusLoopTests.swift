@testable import Field
import Foundation
import ProcessImage
import Quantities
import Testing

/// One thread, many devices: on real connections to devices in this process.
@Suite(.serialized) struct `Modbus loop` {
    private static func bus(_ number: Int, _ port: UInt16, host: String = "127.0.0.1", points: [RegisterPoint],
                            outputs: [RegisterOutput] = [], online: Int) -> BusPlan {
        BusPlan(tag: "b\(number)", transport: .tcp(host: host, port: port),
                devices: [device(number, unit: 1, points: points, outputs: outputs, online: online)])
    }

    @Test func `5 of 50 devices that accept and never answer cost the others no poll`() throws {
        let fleet = try ModbusFleet(answering: 45, silent: 5)
        defer { fleet.stop() }
        let plan = fleet.ports.enumerated().map { number, port in
            Self.bus(number, port, points: [point(.unsigned(bits: 16), index: number, every: .milliseconds(200))], online: 50 + number)
        }
        let rig = FieldRig(plan, points: 100)
        rig.scan(for: .seconds(6))
        let live = rig.devices.prefix(45)
        let least = live.map { Double($0.made) / Double(max($0.wanted, 1)) }.min() ?? 0
        print("TCP, 5 of 50 silent: the worst of the others made \(least * 100) % of its polls")
        #expect(live.allSatisfy { $0.wanted <= $0.made + 1 }, "one poll may be under way")
        #expect(live.allSatisfy { $0.isOnline && $0.wanted >= 25 })
        #expect(rig.devices.suffix(5).allSatisfy { !$0.isOnline && $0.made == 0 })
    }

    @Test func `an order reaches its device while others are silent, and safe comes first and last`() throws {
        let fleet = try ModbusFleet(answering: 1, silent: 4)
        defer { fleet.stop() }
        let output = RegisterOutput(output: OutputIndex(0), table: .coil, address: 3, safe: .off)
        let plan = fleet.ports.enumerated().map { number, port in
            Self.bus(number, port, points: [], outputs: number == 0 ? [output] : [], online: number)
        }
        let rig = FieldRig(plan, points: 5, outputs: 1)
        #expect(rig.until { $0.feedback(0).level == .off })
        rig.order(0, .on)
        #expect(rig.until { $0.feedback(0).level == .on })
        #expect(fleet.isOn(0))
        rig.field.stop()
        #expect(!fleet.isOn(0))
        let writes = fleet.requests(of: 0).compactMap { if case .writeCoil(_, let isOn) = $0 { isOn } else { nil } }
        #expect(writes.first == false && writes.last == false)
    }

    @Test func `a host may be a name, and one that nobody knows is not connected`() throws {
        let fleet = try ModbusFleet(answering: 1)
        defer { fleet.stop() }
        let points = [point(.unsigned(bits: 16), address: 7)], lost = [point(.unsigned(bits: 16), address: 7, index: 1)]
        let rig = FieldRig([Self.bus(0, fleet.ports[0], host: "localhost", points: points, online: 2),
                            Self.bus(1, fleet.ports[0], host: "no-such-device.invalid", points: lost, online: 3)], points: 4)
        #expect(rig.until { $0.reading(0).quality == .good && $0.reading(0).recorded == 7 })
        #expect(rig.until { $0.reading(1).reason == .notConnected })
    }

    @Test func `twenty adjacent points are one request, gaps up to eight among them`() throws {
        let fleet = try ModbusFleet(answering: 2)
        defer { fleet.stop() }
        let adjacent = (0..<20).map { point(.unsigned(bits: 16), address: UInt16($0), index: $0, every: .seconds(60)) }
        let apart = (0..<10).map { point(.unsigned(bits: 16), address: UInt16($0 * 9), index: 20 + $0, every: .seconds(60)) }
        let plan = [Self.bus(0, fleet.ports[0], points: adjacent, online: 30), Self.bus(1, fleet.ports[1], points: apart, online: 31)]
        let rig = FieldRig(plan, points: 32)
        #expect(rig.until { rig in (0..<30).allSatisfy { rig.reading($0).quality == .good } })
        #expect((0..<20).map { rig.reading($0).recorded } == (0..<20).map(Double.init))
        #expect((0..<10).map { rig.reading(20 + $0).recorded } == (0..<10).map { Double($0 * 9) })
        #expect(fleet.requests(of: 0) == [.read(.holding, try #require(RegisterSpan(address: 0, count: 20)))])
        #expect(fleet.requests(of: 1) == [.read(.holding, try #require(RegisterSpan(address: 0, count: 82)))])
    }

    @Test func `a commit with many changed orders wakes a thread once`() {
        let power = LineSwitch()
        #expect(!power.wakeIfNews())
        for _ in 0..<500 { power.noteNews() }
        #expect(power.wakeIfNews())
        #expect(!power.wakeIfNews())
        power.rest(until: SystemClock.now() + .seconds(10))
    }
}
