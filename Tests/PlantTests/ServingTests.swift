import Foundation
import Testing

/// The plant as other people's Modbus tools see it: over a real pseudo terminal and real TCP.
@Suite("Plant served", .serialized)
struct ServingTests {
    @Test(.enabled(if: mbpoll != nil, "skipped: mbpoll is not installed"))
    func `mbpoll reads a soil probe on the serial line`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let program = try #require(mbpoll)
        let read = try run(program, ["-m", "rtu", "-a", "4", "-b", "19200", "-P", "none", "-t", "4", "-r", "1", "-c", "3", "-1", "-q",
                                     farm.serialPort])
        #expect(read.status == 0, "\(read.output)")
        let values = read.output.matches(of: /\[(\d+)\]:\s+(\d+)/).map { Int($0.2) ?? -1 }
        #expect(values.count == 3, "\(read.output)")
        #expect((150...300).contains(values.first ?? 0), "moisture in 0.1 %: \(values)")
    }

    @Test(.enabled(if: mbpoll != nil, "skipped: mbpoll is not installed"))
    func `mbpoll is refused a register that is not there, and times out at a unit that is not`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let program = try #require(mbpoll)
        func read(_ more: [String]) throws -> ToolResult {
            try run(program, ["-m", "rtu", "-b", "19200", "-P", "none", "-t", "4", "-1", "-o", "0.3"] + more + [farm.serialPort])
        }
        #expect(try read(["-a", "3", "-r", "4", "-c", "1"]).output.contains("Illegal data address"))
        #expect(try read(["-a", "77", "-r", "1", "-c", "1"]).output.contains("timed out"))
    }

    @Test(.enabled(if: mbpoll != nil, "skipped: mbpoll is not installed"))
    func `mbpoll switches a relay on over TCP and the valve opens`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let program = try #require(mbpoll)
        let written = try run(program, ["-m", "tcp", "-p", "\(farm.tcpPort)", "-a", "1", "-t", "0", "-r", "3", "127.0.0.1", "1"])
        #expect(written.status == 0, "\(written.output)")
        #expect(try farm.say("state").contains(#""V-1":"on""#))
        let read = try run(program, ["-m", "tcp", "-p", "\(farm.tcpPort)", "-a", "1", "-t", "0", "-r", "3", "-c", "1", "-1", "-q", "127.0.0.1"])
        #expect(read.output.contains("[3]: \t1"), "\(read.output)")
    }

    @Test(.enabled(if: pythonWithPymodbus != nil, "skipped: python3 has no pymodbus"))
    func `pymodbus reads floats in every word order over the serial line`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let script = """
            import struct
            from pymodbus.client import ModbusSerialClient
            c = ModbusSerialClient(port="\(farm.serialPort)", baudrate=19200, timeout=1)
            assert c.connect()
            r = c.read_holding_registers(100, count=8, \(unitArgument)=5)
            assert not r.isError(), r
            orders = [[0,1,2,3],[1,0,3,2],[2,3,0,1],[3,2,1,0]]
            for i, order in enumerate(orders):
                wire = struct.pack(">HH", *r.registers[2*i:2*i+2])
                print(struct.unpack(">f", bytes(wire[k] for k in order))[0])
            """
        let result = try run(try #require(pythonWithPymodbus), ["-c", script])
        #expect(result.output == "24.0\n24.0\n24.0\n24.0\n", "\(result.output)")
    }

    @Test(.enabled(if: pythonWithPymodbus != nil, "skipped: python3 has no pymodbus"))
    func `pymodbus reads a level through an RTU-over-TCP converter`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let script = """
            from pymodbus.client import ModbusTcpClient
            from pymodbus.framer import FramerType
            c = ModbusTcpClient("127.0.0.1", port=\(farm.converterPort), framer=FramerType.RTU, timeout=1)
            assert c.connect()
            r = c.read_input_registers(4, count=1, \(unitArgument)=9)
            assert not r.isError(), r
            print(r.registers[0])
            """
        let result = try run(try #require(pythonWithPymodbus), ["-c", script])
        let millimeters = Int(result.output.split(separator: "\n").first ?? "") ?? 0
        #expect((5000...6000).contains(millimeters), "\(result.output)")
    }

    @Test(.enabled(if: mbpoll != nil, "skipped: mbpoll is not installed"))
    func `a silent device says nothing, a garbled one is not believed, the others go on`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        let program = try #require(mbpoll)
        func read(_ unit: Int) throws -> ToolResult {
            try run(program, ["-m", "rtu", "-a", "\(unit)", "-b", "19200", "-P", "none", "-t", "4", "-r", "1", "-c", "1", "-1", "-o", "0.3",
                              farm.serialPort])
        }
        #expect(try farm.say("fault device soil-3 silent") == "ok")
        #expect(try farm.say("fault device soil-4 garbage") == "ok")
        #expect(try read(3).output.contains("timed out"))
        #expect(try read(4).status != 0)
        #expect(try farm.say("faults") == "device soil-3 silent; device soil-4 garbage")
        #expect(try farm.say("clear all") == "ok")
        #expect(try read(3).status == 0)
        #expect(try read(4).status == 0)
    }

    @Test func `the control socket says what it does not understand`() throws {
        let farm = try ServedFarm()
        defer { farm.stop() }
        #expect(try farm.say("fault valve V-9 stuck-open") == "error: no valve V-9; there are: V-1")
        #expect(try farm.say("fault valve V-1 broken") == "error: say: valve TAG stuck-open|stuck-closed|clogged")
        #expect(try farm.say("open sesame").hasPrefix("error: say state"))
    }
}

/// The keyword changed its name between pymodbus 3.9 and 3.10.
private let unitArgument: String = {
    guard let python = pythonWithPymodbus,
          let version = try? run(python, ["-c", "import pymodbus; print(pymodbus.__version__)"]).output else { return "device_id" }
    let parts = version.split(separator: ".").compactMap { Int($0) }
    return parts.count > 1 && parts[1] >= 10 ? "device_id" : "slave"
}()
