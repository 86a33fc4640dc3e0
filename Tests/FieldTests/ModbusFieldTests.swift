@testable import Field
import Foundation
@testable import Interlocks
import Language
import ProcessImage
import Quantities
import Testing

/// A scan's view of Modbus devices: the image, and what it commits.
final class FieldRig {
    let tables: SiteTables
    let field: ModbusField
    private var image: InputImage
    private var permitted: PermittedOutputs

    /// - Parameter points: as many as are named by the plan, each device's `online` among them.
    init(_ plan: [BusPlan], points: Int, outputs: Int = 0, setpoints: Int = 0, lease: Duration = .milliseconds(400)) {
        let definitions = (0..<points).map { number in
            PointDefinition(label: Label(tag: "p\(number)"), unit: Unit(symbol: "1") ?? Unit.all[0],
                            uncertainAfter: .seconds(1), badAfter: .seconds(2))
        }
        let driven = (0..<outputs).map { number in
            OutputDefinition(label: Label(tag: "o\(number)"), kind: .valve, safe: .off, maximumOn: .hours(1))
        }
        let set = (0..<setpoints).map { number in
            SetpointDefinition(label: Label(tag: "s\(number)"), kind: .speed, unit: Unit.all[0], range: 0...600, safe: 0,
                               risePerSecond: 1000, fallPerSecond: 1000, output: nil, point: PointIndex(0))
        }
        tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: definitions, outputs: driven,
                            devices: plan.flatMap(\.devices).map { Label(tag: $0.tag) }, setpoints: set)
        field = ModbusField(plan: plan, tables: tables, lease: lease)
        image = InputImage(tables: tables)
        permitted = PermittedOutputs(safe: driven, setpoints: set)
        field.start()
    }

    func scan(commit: Bool = true) {
        let now = SystemClock.now()
        image.begin(now: now, wall: WallTime(unixSeconds: 0, trust: .unset))
        field.latch(into: &image)
        if commit { field.commit(permitted, at: now) }
    }

    func order(_ output: Int, _ level: OutputLevel) {
        permitted[OutputIndex(output)] = Permitted(level: level, cause: .idle, isRefused: false)
    }

    func set(_ setpoint: Int, _ value: Double) {
        permitted[SetpointIndex(setpoint)] = PermittedSetpoint(value: value, cause: .idle, isRefused: false)
    }

    func setpoint(_ number: Int) -> SetpointFeedback { image.feedback(of: SetpointIndex(number)) }

    func reading(_ point: Int) -> Reading { image.reading(PointIndex(point)) }
    func feedback(_ output: Int) -> OutputFeedback { image.feedback(of: OutputIndex(output)) }

    /// Scans every 10 ms until it holds, or ten seconds are over.
    func until(commit: Bool = true, _ holds: (FieldRig) -> Bool) -> Bool {
        let deadline = SystemClock.now() + .seconds(10)
        while SystemClock.now() < deadline {
            scan(commit: commit)
            if holds(self) { return true }
            usleep(10_000)
        }
        return false
    }

    func scan(for duration: Duration) {
        let end = SystemClock.now() + duration
        while SystemClock.now() < end {
            scan()
            usleep(20_000)
        }
    }

    var devices: [BusStatistics.Device] { field.statistics.flatMap(\.devices) }

    deinit { field.stop() }
}

func device(_ number: Int, unit: UInt8, points: [RegisterPoint], outputs: [RegisterOutput] = [], setpoints: [RegisterSetpoint] = [], online: Int,
            rules: ReadRules = ReadRules(timeout: .milliseconds(500))) -> DevicePlan {
    DevicePlan(index: DeviceIndex(number), tag: "d\(number)", unit: unit, rules: rules, points: points, outputs: outputs, setpoints: setpoints,
               online: PointIndex(online))
}

@Suite(.enabled(if: !Peer.pymodbusIsMissing && !Peer.socatIsMissing, "python3 with pymodbus and pyserial, or socat, is not installed"))
struct `Modbus field with pymodbus devices` {
    private static func host(_ peer: Peer) -> BusPlan.Transport { .tcp(host: "127.0.0.1", port: peer.port) }

    @Test(arguments: [false, true])
    func `every type and order of the profiles arrives in the image as what the device holds`(serial: Bool) throws {
        let cable = try SerialCable()
        let peer = try Peer.python("pymodbus_device", serial ? ["rtu", "1", cable.far] : ["tcp", "1"])
        let kinds: [(RegisterType.Kind, Double)] = [
            (.unsigned(bits: 16), 54_321), (.signed(bits: 16), -12_345), (.unsigned(bits: 32), 3_000_000_001),
            (.signed(bits: 32), -2_000_000_001), (.unsigned(bits: 64), 9_000_000_000_000_001),
            (.signed(bits: 64), -9_000_000_000_000_001), (.float(bits: 32), 123.4375), (.float(bits: 64), -2.5e-7),
        ]
        var points: [RegisterPoint] = [], expected: [Double] = [], address: UInt16 = 100
        for (kind, value) in kinds {
            for order in RegisterType.Order.allCases {
                points.append(point(kind, order, address: address, index: points.count, every: .milliseconds(200)))
                expected.append(value)
                address += UInt16(points[points.count - 1].registers)
            }
        }
        points.append(point(.bit, address: 3, table: .coil, index: points.count, every: .milliseconds(200)))
        points.append(point(.bit, address: 4, table: .discrete, index: points.count, every: .milliseconds(200)))
        expected += [1, 0]
        let transport = serial ? .serial(path: cable.near, SerialSettings(baud: 19_200, parity: .none)) : Self.host(peer)
        let rig = FieldRig([BusPlan(tag: "bus", transport: transport, devices: [device(0, unit: 1, points: points, online: points.count)])],
                           points: points.count + 1)
        #expect(rig.until { rig in points.indices.allSatisfy { rig.reading($0).quality == .good } })
        #expect(points.indices.map { rig.reading($0).recorded } == expected)
        #expect(rig.reading(points.count) == .good(1, at: rig.reading(points.count).takenAt))
        withExtendedLifetime((peer, cable)) {}
    }

    @Test func `an output is driven on and off with read-back, and its lease runs out without the scan`() throws {
        let peer = try Peer.python("pymodbus_device", ["tcp", "1"])
        let outputs = [RegisterOutput(output: OutputIndex(0), table: .coil, address: 0, safe: .off, renewEvery: .milliseconds(200)),
                       RegisterOutput(output: OutputIndex(1), table: .holding, address: 5, on: 0x12, off: 1, safe: .off)]
        let plan = [BusPlan(tag: "bus", transport: Self.host(peer), devices: [device(0, unit: 1, points: [], outputs: outputs, online: 0)])]
        let rig = FieldRig(plan, points: 1, outputs: 2)
        #expect(rig.until { $0.feedback(0).level == .off && $0.feedback(1).level == .off }, "coil 0 was on: safe comes first")
        rig.order(0, .on)
        rig.order(1, .on)
        #expect(rig.until { $0.feedback(0).level == .on && $0.feedback(1).level == .on })
        let other = ModbusClient(Self.host(peer))
        try #require(other.connect(timeout: .seconds(2)) == nil)
        #expect(Self.register(other, 5) == 0x12)
        #expect(rig.until(commit: false) { $0.feedback(0).level == .off && $0.feedback(0).leaseExpired && $0.feedback(1).level == .off })
        #expect(Self.register(other, 5) == 1)
        #expect(rig.until { $0.feedback(0).level == .on && !$0.feedback(0).leaseExpired }, "the scan is back")
        rig.field.stop()
        #expect(Self.register(other, 5) == 1, "safe before a clean exit")
        withExtendedLifetime(peer) {}
    }

    @Test(arguments: [false, true])
    func `set-points are written and read back, safe without the scan and before a clean exit`(serial: Bool) throws {
        let cable = try SerialCable()
        let peer = try Peer.python("pymodbus_device", serial ? ["rtu", "1", cable.far] : ["tcp", "1"])
        let transport = serial ? .serial(path: cable.near, SerialSettings(baud: 19_200, parity: .none)) : Self.host(peer)
        let setpoints = [
            RegisterSetpoint(setpoint: SetpointIndex(0), address: 5, type: RegisterType(.unsigned(bits: 16)), scale: 0.01, safe: 0,
                             renewEvery: .milliseconds(200)),
            RegisterSetpoint(setpoint: SetpointIndex(1), address: 6, type: RegisterType(.float(bits: 32), order: .cdab), safe: 12.5,
                             renewEvery: .milliseconds(200)),
        ]
        let plan = [BusPlan(tag: "bus", transport: transport, devices: [device(0, unit: 1, points: [], setpoints: setpoints, online: 0)])]
        let rig = FieldRig(plan, points: 1, setpoints: 2)
        rig.set(1, 12.5)
        #expect(rig.until { $0.setpoint(0).value == 0 && $0.setpoint(1).value == 12.5 }, "safe comes first")
        rig.set(0, 37.25)
        rig.set(1, 40)
        #expect(rig.until { $0.setpoint(0).value == 37.25 && $0.setpoint(0).agrees == true && $0.setpoint(1).value == 40 })
        #expect(rig.until(commit: false) { $0.setpoint(0).value == 0 && $0.setpoint(0).leaseExpired && $0.setpoint(1).value == 12.5 })
        #expect(rig.until { $0.setpoint(0).value == 37.25 && !$0.setpoint(0).leaseExpired }, "the scan is back")
        rig.field.stop()
        let other = ModbusClient(transport)
        try #require(other.connect(timeout: .seconds(2)) == nil)
        #expect(Self.register(other, 5) == 0, "safe before a clean exit")
        withExtendedLifetime((peer, cable)) {}
    }

    private static func register(_ client: ModbusClient, _ address: UInt16) -> UInt16? {
        guard let span = RegisterSpan(address: address, count: 1),
              case .answer(.registers(let words)) = client.exchange(.read(.holding, span), unit: 1, timeout: .seconds(2))
        else { return nil }
        return words.first
    }

    @Test func `a register the device does not have is bad by name, its neighbours are good`() throws {
        let peer = try Peer.python("pymodbus_device", ["tcp", "1"])
        let points = (0..<4).map { point(.unsigned(bits: 16), address: UInt16(197 + $0), index: $0, every: .milliseconds(200)) }
        let rig = FieldRig([BusPlan(tag: "bus", transport: Self.host(peer), devices: [device(0, unit: 1, points: points, online: 4)])], points: 5)
        #expect(rig.until { $0.reading(3).reason == .noSuchRegister && $0.reading(0).quality == .good })
        #expect((1...2).allSatisfy { rig.reading($0).quality == .good })
        withExtendedLifetime(peer) {}
    }

    @Test func `a device that dies goes stale, then bad with the reason, and returns by itself`() throws {
        let cable = try SerialCable()
        var peer: Peer? = try Peer.python("pymodbus_device", ["rtu", "1", cable.far])
        let transport = BusPlan.Transport.serial(path: cable.near, SerialSettings(baud: 19_200, parity: .none))
        let points = [point(.unsigned(bits: 16), address: 7, every: .milliseconds(200))]
        let rig = FieldRig([BusPlan(tag: "bus", transport: transport, devices: [device(0, unit: 1, points: points, online: 1)])], points: 2)
        #expect(rig.until { $0.reading(0).quality == .good && $0.reading(1).recorded == 1 })
        peer?.stop()
        peer = nil
        #expect(rig.until { $0.reading(1).recorded == 0 }, "offline at once")
        #expect(rig.reading(0).quality != .bad, "the last value still stands")
        #expect(rig.until { $0.reading(0).quality == .uncertain })
        #expect(rig.until { $0.reading(0).quality == .bad && $0.reading(0).reason == .noAnswer })
        peer = try Peer.python("pymodbus_device", ["rtu", "1", cable.far])
        #expect(rig.until { $0.reading(0).quality == .good && $0.reading(1).recorded == 1 })
        withExtendedLifetime((peer, cable)) {}
    }

    @Test func `nobody listening is not connected, and a port that is pulled out comes back`() throws {
        let gone = BusPlan(tag: "gone", transport: .tcp(host: "127.0.0.1", port: 1),
                           devices: [device(0, unit: 1, points: [point(.unsigned(bits: 16))], online: 1)])
        let cable = try SerialCable()
        let adapter = NSTemporaryDirectory() + "tidegate-adapter-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: adapter) }
        let serial = BusPlan(tag: "usb", transport: .serial(path: adapter, SerialSettings(baud: 9600, parity: .none)),
                             devices: [device(1, unit: 1, points: [point(.unsigned(bits: 16), address: 7, index: 2, every: .milliseconds(200))], online: 3)])
        let rig = FieldRig([gone, serial], points: 4)
        #expect(rig.until { $0.reading(0).reason == .notConnected && $0.reading(2).reason == .notConnected })
        try FileManager.default.createSymbolicLink(atPath: adapter, withDestinationPath: cable.near)
        var peer = try Peer.python("pymodbus_device", ["rtu", "1", cable.far])
        #expect(rig.until { $0.reading(2).quality == .good })
        cable.pull()
        #expect(rig.until { $0.reading(2).reason == .notConnected })
        let second = try SerialCable()
        try FileManager.default.removeItem(atPath: adapter)
        try FileManager.default.createSymbolicLink(atPath: adapter, withDestinationPath: second.near)
        peer = try Peer.python("pymodbus_device", ["rtu", "1", second.far])
        #expect(rig.until { $0.reading(2).quality == .good })
        withExtendedLifetime((peer, cable, second)) {}
    }
}

/// The two bounds of the requirement, counted on real connections for twelve seconds.
@Suite(.enabled(if: !Peer.pymodbusIsMissing && !Peer.socatIsMissing, "python3 with pymodbus and pyserial, or socat, is not installed"))
struct `One silent Modbus device among ten` {
    private static func share(_ rig: FieldRig, silent: Int) -> (least: Double, silent: BusStatistics.Device?) {
        let others = rig.devices.enumerated().filter { $0.offset != silent }.map { Double($0.element.made) / Double(max($0.element.wanted, 1)) }
        return (others.min() ?? 0, rig.devices.first { $0.device == DeviceIndex(silent) })
    }

    @Test func `over TCP the other nine keep 99 % of their polls`() throws {
        let good = try Peer.python("pymodbus_device", ["tcp", "1", "9"])
        let bad = try Peer.python("faulty_device", ["tcp", "silent"])
        let ports = good.ready.compactMap { UInt16($0) } + [bad.port]
        let plan = ports.enumerated().map { number, port in
            BusPlan(tag: "b\(number)", transport: .tcp(host: "127.0.0.1", port: port),
                    devices: [device(number, unit: 1, points: [point(.unsigned(bits: 16), index: number, every: .milliseconds(200))],
                                     online: 10 + number, rules: ReadRules())])
        }
        let rig = FieldRig(plan, points: 20)
        rig.scan(for: .seconds(12))
        let (least, silent) = Self.share(rig, silent: 9)
        print("TCP, one of ten silent: the worst of the other nine kept \(least * 100) % of its polls")
        #expect(least >= 0.99)
        #expect(silent?.isOnline == false && silent?.made == 0)
        withExtendedLifetime((good, bad)) {}
    }

    @Test func `on one RS-485 line the other nine keep 85 % of theirs`() throws {
        let cable = try SerialCable()
        let peer = try Peer.python("faulty_device", ["rtu:" + cable.far, "but:10"])
        let devices = (1...10).map { unit in
            device(unit - 1, unit: UInt8(unit), points: [point(.unsigned(bits: 16), index: unit - 1, every: .milliseconds(250))],
                   online: 9 + unit, rules: ReadRules(timeout: .milliseconds(300)))
        }
        let rig = FieldRig([BusPlan(tag: "line", transport: .serial(path: cable.near, SerialSettings(baud: 19_200, parity: .none)), devices: devices)],
                           points: 20)
        rig.scan(for: .seconds(12))
        let (least, silent) = Self.share(rig, silent: 9)
        let line = rig.field.statistics.first
        print("RS-485, one of ten silent: the worst of the other nine kept \(least * 100) % of its polls;",
              "line in use \((line?.occupancy ?? 0) * 100) %, \(line?.counts.timeouts ?? 0) timeouts")
        #expect(least >= 0.85)
        #expect(silent?.isOnline == false && silent?.made == 0)
        withExtendedLifetime((peer, cable)) {}
    }
}
