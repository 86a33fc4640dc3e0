import Field
import Foundation
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// A site on a safety bridge, from board and site file to the plans.
@Suite struct BridgeSiteTests {
    private func pumpStation() throws -> Site { try load(Project.path("configs/example-pump-station.yaml")) }

    @Test func `outputs on a bridge become its relays, with the bridge as the holder of each lease`() throws {
        let site = try pumpStation()
        let bridge = try #require(site.field.bridges.first)
        #expect(site.field.bridges.count == 1 && site.field.lines.outputs.isEmpty)
        #expect(bridge.path == "/dev/ttyAMA4" && bridge.unit == 17 && bridge.tag == "bridge-1")
        #expect(bridge.relays.map(\.number) == [0, 1, 2, 3, 4, 5])
        #expect(bridge.relays.map(\.activeLow) == [false, false, false, false, false, true])
        #expect(site.leases.allSatisfy { $0 == .bridge })
        #expect(site.field.lines.lease == .milliseconds(800))
    }

    @Test func `contacts, meters and signals on a bridge are points like any other`() throws {
        let site = try pumpStation()
        let bridge = try #require(site.field.bridges.first)
        #expect(bridge.inputs.map(\.name) == ["D1", "A1", "P1"])
        let tags = bridge.inputs.flatMap(\.points).map { site.tables.points[$0.offset].tag }
        #expect(tags == ["LS-101", "LT-101", "FT-101.total", "FT-101.flow"])
        guard case .signal(_, let scale) = bridge.inputs[1].use else { Issue.record("no signal"); return }
        #expect(abs(scale.signal.lowerBound - 0.2) < 1e-12 && scale.signal.upperBound == 1 && scale.values == 0...60)
        #expect(site.scan.interlocks.sources[0].dryWhen?.index == bridge.inputs[0].points[0])
    }

    @Test func `the bridge is a device, whose state holds its outputs`() throws {
        let site = try pumpStation()
        #expect(site.tables.devices.map(\.tag) == ["bridge-1"])
        #expect(site.tables.points[site.scan.deviceOnline[0].index.offset].tag == "bridge-1.online")
        let held = try #require(site.scan.interlocks.bridges.first)
        #expect(site.tables.points[held.state.index.offset].tag == "bridge-1.state")
        #expect(held.outputs == site.tables.outputs.indices.map { OutputIndex($0) })
    }

    @Test func `the emergency stop stays a line of the guard`() throws {
        let site = try pumpStation()
        #expect(site.field.lines.inputs.map(\.isEmergencyStop) == [true])
        #expect(site.field.lines.online != nil)
    }

    @Test func `without a lease in the file a slow scan gets one of four scans`() throws {
        #expect(try site("scan: 300 ms").field.lines.lease == .milliseconds(1200))
        #expect(try site("scan: 100 ms").field.lines.lease == .milliseconds(800))
    }

    @Test func `an aerator that stops with the bridge's current is noticed`() throws {
        let notices = try site("scan: 100 ms", output: "AE-1: { line: R1, is: aerator, safe: on, at-most: 6 h }").notices
        #expect(notices.contains { $0.what.en.contains("drops out") })
    }

    @Test(arguments: [
        ("bridge-1: { port: NOWHERE }", "R1: { bridge: bridge-1, line: 0, out: active-high }", "the board has no serial port NOWHERE"),
        ("bridge-1: { port: A }\n  bridge-2: { port: A }", "R1: { bridge: bridge-1, line: 0, out: active-high }", "port A is already that of bridge bridge-1"),
        ("bridge-1: { port: A }", "R1: { bridge: bridge-2, line: 0, out: active-high }", "bridge-2 is not a bridge of this board"),
        ("bridge-1: { port: A }", "R1: { bridge: bridge-1, line: 16, out: active-high }", "16 is outside 0 … 15"),
        ("bridge-1: { port: A }", "P1: { bridge: bridge-1, line: 8, count: rising }", "8 is outside 0 … 7"),
        ("bridge-1: { port: A }", "P1: { bridge: bridge-1, line: 0, count: falling }", "a bridge counts rising edges only"),
        ("bridge-1: { port: A }", "D1: { bridge: bridge-1, line: 0, in: active-high, debounce: 20 ms }", "a line of a bridge has no such setting"),
        ("bridge-1: { port: A }", "A1: { chip: gpiochip0, line: 3, analogue: 0 .. 10 V }", "only a safety bridge has analogue inputs"),
        ("bridge-1: { port: A }", "A1: { bridge: bridge-1, line: 0, analogue: 0 .. 10 }", "0 .. 10 has no unit"),
        ("bridge-1: { port: A }", "A1: { bridge: bridge-1, line: 0, analogue: 0.0000000000001 .. 0.0000000000002 K }", "is no electric signal"),
        ("bridge-1: { port: A }", "R1: { bridge: bridge-1, line: 0, out: active-high }\n  R2: { bridge: bridge-1, line: 0, out: active-low }",
         "R2 and R1 are the same line"),
    ]) func `a board with a wrong bridge is refused`(bridges: String, lines: String, says: String) throws {
        let path = try scratchBoard(lines: lines, bridges: bridges)
        defer { remove(path) }
        let said = Board.check(path: path, tag: "scratch")?.text(in: .english) ?? ""
        #expect(said.contains(says), "\(said)")
    }

    @Test func `a relay and an input of one number are two lines`() throws {
        let lines = "R1: { bridge: b, line: 0, out: active-high }\n  D1: { bridge: b, line: 0, in: active-high }\n"
            + "  P1: { bridge: b, line: 0, count: rising }\n  A1: { bridge: b, line: 0, analogue: 0 .. 10 V }"
        let path = try scratchBoard(lines: lines, bridges: "b: { port: A }")
        defer { remove(path) }
        #expect(Board.check(path: path, tag: "scratch") == nil)
    }

    // MARK: Files

    private func site(_ head: String, output: String = "HN-1: { line: R1, is: horn, safe: off, at-most: 10 min }") throws -> Site {
        let text = """
            site: scratch
            place: { latitude: 36.88, longitude: 118.74, time-zone: Asia/Shanghai }
            board: rpi-cm4-bridge6
            emergency-stop: none
            \(head)
            outputs:
              \(output)

            """
        let path = try scratch("site", text)
        defer { remove(path) }
        return try Site.load(path: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
    }

    private func scratchBoard(lines: String, bridges: String) throws -> String {
        try scratch("scratch", """
            board: scratch
            about: a board of this test
            lines:
              \(lines)
            serial:
              A: { device: /dev/ttyS1 }
            bridges:
              \(bridges)
            checked: not on hardware

            """)
    }

    private func scratch(_ name: String, _ text: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-bridge-site-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("\(name).yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    private func remove(_ path: String) {
        try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
    }
}
