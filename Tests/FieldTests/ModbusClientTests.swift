import Field
import Foundation
import ProcessImage
import Quantities
import Testing

/// Our client against somebody else's server, on a real connection and a real pair of terminals.
@Suite(.enabled(if: !Peer.pymodbusIsMissing, "python3 with pymodbus and pyserial is not installed"), .serialized)
struct `Modbus client against pymodbus` {
    enum Way: String, CaseIterable, Sendable { case tcp, rtuOverTCP, serial }

    private struct Rig {
        let peer: Peer
        var cable: SerialCable?
        let client: ModbusClient

        init(_ way: Way) throws {
            switch way {
            case .tcp:
                peer = try Peer.python("pymodbus_device", ["tcp", "1,7"])
                client = ModbusClient(.tcp(host: "127.0.0.1", port: peer.port))
            case .rtuOverTCP:
                peer = try Peer.python("pymodbus_device", ["rtu-tcp", "1,7"])
                client = ModbusClient(.rtuOverTCP(host: "127.0.0.1", port: peer.port))
            case .serial:
                let cable = try SerialCable()
                peer = try Peer.python("pymodbus_device", ["rtu", "1,7", cable.far])
                client = ModbusClient(.serial(path: cable.near, SerialSettings(baud: 9600, parity: .none)))
                self.cable = cable
            }
            try #require(client.connect(timeout: .seconds(2)) == nil)
        }

        func ask(_ request: ModbusRequest, unit: UInt8 = 1) -> ExchangeOutcome {
            client.exchange(request, unit: unit, timeout: .seconds(2))
        }

        func read(_ table: RegisterTable, _ address: UInt16, _ count: Int, unit: UInt8 = 1) throws -> ExchangeOutcome {
            ask(.read(table, try #require(RegisterSpan(address: address, count: count))), unit: unit)
        }
    }

    private static let thirds = (0..<20).map { $0 % 3 == 0 }

    @Test(arguments: Way.allCases)
    func `every function code is understood`(way: Way) throws {
        if way == .serial, Peer.socatIsMissing { try Test.cancel("skipped: socat is not installed") }
        let rig = try Rig(way)
        #expect(try rig.read(.coil, 0, 20) == .answer(.bits(Self.thirds)))
        #expect(try rig.read(.discrete, 0, 20) == .answer(.bits(Self.thirds)))
        #expect(try rig.read(.holding, 3, 3) == .answer(.registers([1003, 1004, 1005])))
        #expect(try rig.read(.input, 50, 2, unit: 7) == .answer(.registers([1050, 1051])))
        #expect(rig.ask(.writeCoil(address: 1, isOn: true)) == .answer(.written))
        #expect(rig.ask(.writeRegister(address: 9, value: 0xBEEF)) == .answer(.written))
        #expect(rig.ask(.writeCoils(address: 10, values: [true, true, false, true, true, false, false, false, true])) == .answer(.written))
        #expect(rig.ask(.writeRegisters(address: 20, values: [7, 8, 9])) == .answer(.written))
        let span = try #require(RegisterSpan(address: 19, count: 4))
        #expect(rig.ask(.readWrite(read: span, address: 22, values: [77])) == .answer(.registers([1019, 7, 8, 77])))
        #expect(try rig.read(.coil, 1, 1) == .answer(.bits([true])))
        #expect(try rig.read(.holding, 9, 1) == .answer(.registers([0xBEEF])))
        #expect(try rig.read(.coil, 10, 9) == .answer(.bits([true, true, false, true, true, false, false, false, true])))
        #expect(try rig.read(.holding, 195, 10) == .answer(.refused(.illegalAddress)))
        #expect(rig.client.counts.exceptions == 1)
        #expect(rig.client.counts.timeouts == 0)
    }

    @Test func `the largest reads and writes go through`() throws {
        let rig = try Rig(.tcp)
        #expect(try rig.read(.holding, 0, 125) != .noAnswer)
        guard case .answer(.registers(let words)) = try rig.read(.input, 0, 125) else { Issue.record("no registers"); return }
        #expect(words == (1000..<1125).map { UInt16($0) })
        #expect(rig.ask(.writeRegisters(address: 0, values: Array(repeating: 5, count: 123))) == .answer(.written))
    }

    /// In the order of `TYPED` of pymodbus_device.py, each in the orders ABCD, BADC, CDAB, DCBA.
    private static let typed: [(RegisterType.Kind, Double)] = [
        (.unsigned(bits: 16), 54_321), (.signed(bits: 16), -12_345), (.unsigned(bits: 32), 3_000_000_001),
        (.signed(bits: 32), -2_000_000_001), (.unsigned(bits: 64), 9_000_000_000_000_001),
        (.signed(bits: 64), -9_000_000_000_000_001), (.float(bits: 32), 123.4375), (.float(bits: 64), -2.5e-7),
    ]

    @Test(arguments: Way.allCases)
    func `every type in every order reads as what the device holds`(way: Way) throws {
        if way == .serial, Peer.socatIsMissing { try Test.cancel("skipped: socat is not installed") }
        let rig = try Rig(way)
        var address: UInt16 = 100
        for (kind, expected) in Self.typed {
            for order in RegisterType.Order.allCases where address < 196 {
                let subject = point(kind, order, address: address)
                guard case .answer(.registers(let words)) = try rig.read(.holding, address, subject.registers) else {
                    Issue.record("\(kind) \(order) was not answered"); continue
                }
                #expect(subject.decode(words) == .number(expected), "\(kind) \(order)")
                #expect(subject.encode(expected) == words)
                address += UInt16(subject.registers)
            }
        }
        #expect(address == 180)
    }
}

/// Our client against a device that misbehaves on purpose.
@Suite(.enabled(if: !Peer.pythonIsMissing, "python3 is not installed"))
struct `Modbus client against faults` {
    private static let timeout: Duration = .milliseconds(200)

    /// The device and a client of it, over TCP or as RTU through a connection. Keeps the device alive.
    private final class Rig {
        let peer: Peer
        let client: ModbusClient

        init(_ behaviours: [String], rtu: Bool = false) throws {
            peer = try Peer.python("faulty_device", [rtu ? "rtu-tcp" : "tcp"] + behaviours)
            client = ModbusClient(rtu ? .rtuOverTCP(host: "127.0.0.1", port: peer.port) : .tcp(host: "127.0.0.1", port: peer.port))
            try #require(client.connect(timeout: .seconds(2)) == nil)
        }

        func read(_ address: UInt16) throws -> ExchangeOutcome {
            defer { withExtendedLifetime(peer) {} }
            return try `Modbus client against faults`.read(client, address)
        }
    }

    private static func read(_ client: ModbusClient, _ address: UInt16) throws -> ExchangeOutcome {
        _ = client.connect(timeout: .seconds(2))
        let span = try #require(RegisterSpan(address: address, count: 1))
        return client.exchange(.read(.holding, span), unit: 1, timeout: timeout)
    }

    private static func value(_ value: UInt16) -> ExchangeOutcome { .answer(.registers([value])) }

    @Test(arguments: [false, true])
    func `a late answer is never taken for the next request's`(rtu: Bool) throws {
        let rig = try Rig(["ok", "late:0.3", "ok", "ok"], rtu: rtu)
        #expect(try rig.read(1) == Self.value(101))
        #expect(try rig.read(2) == .noAnswer)
        #expect(try rig.read(3) == Self.value(103))
        usleep(200_000)
        #expect(try rig.read(4) == Self.value(104))
    }

    @Test func `the answer that falls into the next request's wait is thrown away by its number`() throws {
        let rig = try Rig(["ok", "late:0.25", "late:0.15", "ok"])
        #expect(try rig.read(1) == Self.value(101))
        #expect(try rig.read(2) == .noAnswer)
        #expect(try rig.read(3) == Self.value(103))
        #expect(try rig.read(4) == Self.value(104))
        #expect(rig.client.counts.staleAnswers == 1)
        #expect(rig.client.isConnected)
    }

    @Test func `after a timeout a connection whose numbers are not proven is not used again`() throws {
        let rig = try Rig(["late:0.3", "ok"])
        #expect(try rig.read(2) == .noAnswer)
        #expect(!rig.client.isConnected)
        #expect(try rig.read(3) == Self.value(103))
    }

    @Test func `a silent connection is opened anew after three timeouts`() throws {
        let rig = try Rig(["ok", "silent"])
        #expect(try rig.read(1) == Self.value(101))
        for isKept in [true, true, false] {
            #expect(try rig.read(2) == .noAnswer)
            #expect(rig.client.isConnected == isKept)
        }
    }

    @Test(arguments: [false, true])
    func `an answer that comes twice counts once`(rtu: Bool) throws {
        let rig = try Rig(["twice", "twice", "ok"], rtu: rtu)
        #expect(try rig.read(1) == Self.value(101))
        #expect(try rig.read(2) == Self.value(102))
        #expect(try rig.read(3) == Self.value(103))
    }

    @Test(arguments: [false, true])
    func `what is not the answer is never a value`(rtu: Bool) throws {
        for behaviour in ["unit", "function", "cut", "garbage", "exception:2", "exception:77"] + (rtu ? ["noise"] : ["tid"]) {
            let rig = try Rig(["ok", behaviour, "ok"], rtu: rtu)
            #expect(try rig.read(1) == Self.value(101))
            let outcome = try rig.read(2)
            if case .answer(.registers) = outcome { Issue.record("\(behaviour) gave a value: \(outcome)") }
            if behaviour == "exception:77" { #expect(outcome == .answer(.refused(ModbusException(rawValue: 77)))) }
            #expect(try rig.read(3) == Self.value(103), "after \(behaviour)")
        }
    }

    @Test(arguments: [false, true])
    func `an answer in single bytes is waited for`(rtu: Bool) throws {
        let rig = try Rig(["slow"], rtu: rtu)
        #expect(try rig.read(8) == Self.value(108))
    }

    @Test(arguments: ["rst", "close"])
    func `a connection that is cut is said to be cut, and a new one works`(behaviour: String) throws {
        let rig = try Rig(["ok", behaviour, "ok"])
        #expect(try rig.read(1) == Self.value(101))
        guard case .disconnected = try rig.read(2) else { Issue.record("not cut"); return }
        #expect(!rig.client.isConnected)
        #expect(try rig.read(3) == Self.value(103))
    }

    @Test(.enabled(if: !Peer.socatIsMissing, "socat is not installed"))
    func `a unit that is not there does not answer, and the next one is not harmed`() throws {
        let cable = try SerialCable()
        let peer = try Peer.python("faulty_device", ["rtu:" + cable.far, "but:9"])
        defer { peer.stop() }
        let client = ModbusClient(.serial(path: cable.near, SerialSettings(baud: 9600, parity: .none)))
        try #require(client.connect(timeout: .seconds(1)) == nil)
        let request = ModbusRequest.read(.holding, try #require(RegisterSpan(address: 0, count: 1)))
        #expect(client.exchange(request, unit: 9, timeout: .milliseconds(150)) == .noAnswer)
        #expect(client.exchange(request, unit: 1, timeout: .seconds(1)) == Self.value(100))
    }

    @Test func `nobody listening is a fault of the line`() throws {
        let peer = try Peer.python("faulty_device", ["tcp", "ok"])
        let port = peer.port
        peer.stop()
        #expect(ModbusClient(.tcp(host: "127.0.0.1", port: port)).connect(timeout: .seconds(1)) == .system(ECONNREFUSED))
        #expect(ModbusClient(.serial(path: "/dev/does-not-exist", SerialSettings(baud: 9600, parity: .none)))
            .connect(timeout: .seconds(1)) == .system(ENOENT))
        #expect(ModbusClient(.serial(path: "/dev/null", SerialSettings(baud: 12_345, parity: .none)))
            .connect(timeout: .seconds(1)) == .unknownSpeed(12_345))
    }

    @Test(.enabled(if: !Peer.socatIsMissing, "socat is not installed"))
    func `on a serial line a late answer falls into the time the unit is left alone`() throws {
        let cable = try SerialCable()
        let peer = try Peer.python("faulty_device", ["rtu:" + cable.far, "ok", "late:0.3", "ok", "ok"])
        defer { peer.stop() }
        let client = ModbusClient(.serial(path: cable.near, SerialSettings(baud: 19_200, parity: .even)))
        try #require(client.connect(timeout: .seconds(1)) == nil)
        #expect(try Self.read(client, 1) == Self.value(101))
        #expect(try Self.read(client, 2) == .noAnswer)
        #expect(try Self.read(client, 3) == Self.value(103))
        #expect(try Self.read(client, 4) == Self.value(104))
    }

    @Test(.enabled(if: !Peer.socatIsMissing, "socat is not installed"))
    func `a port that another program of ours has open is said to be in use`() throws {
        let cable = try SerialCable()
        let settings = SerialSettings(baud: 9600, parity: .none)
        let first = ModbusClient(.serial(path: cable.near, settings))
        try #require(first.connect(timeout: .seconds(1)) == nil)
        #expect(ModbusClient(.serial(path: cable.near, settings)).connect(timeout: .seconds(1)) == .inUse)
        cable.pull()
        guard case .disconnected = try Self.read(first, 1) else { Issue.record("a pulled adapter was not noticed"); return }
    }
}
