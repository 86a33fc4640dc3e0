@testable import Field
import ProcessImage
import Quantities
import Testing

@Suite struct LineTableTests {
    private let plan = LinePlan(driver: .gpio, outputs: [
        OutputLine(output: OutputIndex(0), tag: "V-1", address: LineAddress(name: "R1", chip: "gpiochip0", offset: 5, activeLow: true),
                   safe: .off, maximumOn: .hours(2)),
        OutputLine(output: OutputIndex(1), tag: "A-1", address: LineAddress(name: "R2", chip: "gpiochip0", offset: 6, activeLow: false),
                   safe: .on, maximumOn: .minutes(10)),
    ], inputs: [
        InputLine(address: LineAddress(name: "D1", chip: "gpiochip0", offset: 16, activeLow: true), pull: .up,
                  use: .level(PointIndex(0), debounce: .milliseconds(20)), isEmergencyStop: true),
        InputLine(address: LineAddress(name: "P1", chip: "gpiochip0", offset: 20, activeLow: false), pull: .none,
                  use: .pulses(total: PointIndex(1), rate: PointIndex(2), edge: .rising, each: .liters(10))),
    ], online: nil)

    private let body = """
        tidegate lines 1
        driver gpio
        output R1 gpiochip0 5 active-low safe-off max-on-ms 7200000
        output R2 gpiochip0 6 active-high safe-on max-on-ms 600000
        input D1 gpiochip0 16 active-low pull-up level debounce-us 20000 emergency-stop
        input P1 gpiochip0 20 active-high pull-none count-rising debounce-us 0

        """

    private func sealed(_ body: String) -> String { body + "checksum \(LineTableReader.hex(fnv1a(body.utf8)))\n" }

    @Test func `a plan is written as this text and read back the same`() throws {
        let table = try LineTable(plan: plan)
        #expect(table.text == sealed(body))
        #expect(table.outputs.map(\.safeIsOn) == [false, true])
        #expect(table.outputs.map(\.maximumOn) == [.hours(2), .minutes(10)])
        #expect(table.inputs.map(\.kind) == [.level, .pulses(.rising)])
        #expect(table.inputs.map(\.isEmergencyStop) == [true, false])
        #expect(table.inputs[0].address == LineTable.Address(name: "D1", chip: "gpiochip0", offset: 16, activeLow: true))
    }

    @Test func `a valve that latches has a second line and its pulse, numbered after the outputs`() throws {
        let open = LineAddress(name: "R1", chip: "gpiochip0", offset: 5, activeLow: true)
        let close = LineAddress(name: "R3", chip: "gpiochip0", offset: 7, activeLow: false)
        let latching = LinePlan(driver: .gpio, outputs: [
            OutputLine(output: OutputIndex(0), tag: "V-1", address: open, latch: Latch(close: close, pulse: .milliseconds(80)),
                       safe: .off, maximumOn: .hours(2)),
            plan.outputs[1],
        ], inputs: [], online: nil)
        let table = try LineTable(plan: latching)
        #expect(table.text.contains("output R1 gpiochip0 5 active-low safe-off max-on-ms 7200000 pulse-ms 80 close R3 gpiochip0 7 active-high\n"))
        #expect(table.drivenLines.map(\.name) == ["R1", "R2", "R3"])
        #expect(table.latchingValves.map(\.closeLine) == [2] && table.latchingValves.map(\.openLine) == [0])
        for wrong in ["safe-on max-on-ms 1000 pulse-ms 80 close R3 c 7 active-low", "safe-off max-on-ms 1000 pulse-ms 5 close R3 c 7 active-low",
                      "safe-off max-on-ms 1000 pulse-ms 80 close R1 c 7 active-low", "safe-off max-on-ms 1000 pulse-ms 80 open R3 c 7 active-low"] {
            let body = "tidegate lines 1\ndriver gpio\noutput R1 c 5 active-low \(wrong)\n"
            #expect(throws: LineTableFault.self) { try LineTable(text: sealed(body)) }
        }
    }

    @Test func `a file written is the file read, and another table has another fingerprint`() throws {
        let directory = try TemporaryDirectory()
        let table = try LineTable(plan: plan)
        #expect(table.write(toDirectory: directory.path))
        #expect(try LineTable.read(fromDirectory: directory.path) == table)
        let other = LinePlan(driver: .simulated, outputs: plan.outputs, inputs: plan.inputs, online: nil)
        #expect(try LineTable(plan: other).fingerprint != table.fingerprint)
    }

    @Test func `a missing file is said, not taken for an empty table`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: LineTableFault(line: 0, what: "cannot be opened")) {
            try LineTable.read(fromDirectory: directory.path)
        }
    }

    @Test func `no single changed, lost or added byte is accepted`() {
        let text = Array(sealed(body).utf8)
        for place in text.indices {
            var changed = text
            changed[place] ^= 0x01
            var shorter = text
            shorter.remove(at: place)
            var longer = text
            longer.insert(0x20, at: place)
            for bytes in [changed, shorter, longer] {
                #expect(throws: LineTableFault.self) { try LineTable(text: String(decoding: bytes, as: UTF8.self)) }
            }
            #expect(throws: LineTableFault.self) { try LineTable(text: String(decoding: text[..<place], as: UTF8.self)) }
        }
    }

    @Test(arguments: [
        ("output R1 gpiochip0 7 active-low safe-off max-on-ms 1", "used twice"),
        ("output R9 gpiochip0 5 active-low safe-off max-on-ms 1", "used twice"),
        ("output R9 gpiochip0 7 active-low safe-off max-on-ms 0", "not an output"),
        ("output R9 gpiochip0 7 active-low safe-open max-on-ms 5", "not an output"),
        ("output R9 gpiochip0 1024 active-low safe-off max-on-ms 5", "not an address"),
        ("output R9 gpiochip0 99999999999999999999 active-low safe-off max-on-ms 5", "not an address"),
        ("output R9 gpiochip0 +7 active-low safe-off max-on-ms 5", "not an address"),
        ("output R9  7 active-low safe-off max-on-ms 5", "not a name"),
        ("output R九 gpiochip0 7 active-low safe-off max-on-ms 5", "not a name"),
        ("input D9 gpiochip0 7 active-low pull-left level debounce-us 5", "not an input"),
        ("input D9 gpiochip0 7 active-low pull-up level debounce-us -5", "not an input"),
        ("input P9 gpiochip0 7 active-low pull-up count-rising debounce-us 5 emergency-stop", "not an emergency stop"),
        ("input D9 gpiochip0 7 active-low pull-up level debounce-us 5 please", "not an emergency stop"),
        ("driver gpio", "not a line"), ("", "not a line"), ("valve R9", "not a line"),
    ]) func `a line that says something else is refused even under a right checksum`(line: String, what: String) {
        let error = #expect(throws: LineTableFault.self) { try LineTable(text: sealed(body + line + "\n")) }
        #expect(error?.line == 7)
        #expect(error?.what.contains(what) == true, "\(error?.what ?? "nothing")")
    }

    @Test func `more outputs than a frame has bits are refused`() {
        let outputs = (0...64).map {
            OutputLine(output: OutputIndex($0), tag: "V\($0)",
                       address: LineAddress(name: "R\($0)", chip: "c", offset: $0, activeLow: false), safe: .off, maximumOn: .seconds(1))
        }
        #expect(throws: LineTableFault(line: 67, what: "more than 64 outputs")) {
            try LineTable(plan: LinePlan(driver: .gpio, outputs: outputs, inputs: [], online: nil))
        }
    }
}
