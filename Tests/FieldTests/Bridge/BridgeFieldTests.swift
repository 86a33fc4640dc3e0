import BridgeCore
@testable import Field
import Glibc
import ProcessImage
import Quantities
import Testing

/// The threads against a bridge on a pty, in real time. Bounds are those of the lease; nothing finer is asserted here.
@Suite(.serialized) struct BridgeFieldTests {
    private static let valve: UInt16 = 0b100001, safe: UInt16 = 0b100000

    private func armed(_ twin: TwinPeer) throws -> BridgeScanning {
        var scanning = try BridgeScanning(twin)
        #expect(scanning.scan { $0.isArmed } != nil)
        scanning.wanted = .on
        #expect(scanning.scan { _ in twin.relays == BridgeFieldTests.valve } != nil)
        return scanning
    }

    @Test func `a bridge comes online, is armed, and a committed level reaches its relay and is read back`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try armed(twin)
        #expect(scanning.scan { $0.image.feedback(of: BridgeScanning.valve).level == .on } != nil)
        #expect(scanning.image.feedback(of: BridgeScanning.aerator).level == .on, "safe when energised")
        scanning.wanted = .off
        #expect(scanning.scan { $0.image.feedback(of: BridgeScanning.valve).level == .off } != nil)
        let isOnline = scanning.isOnline
        #expect(isOnline)
        scanning.field.stop()
    }

    @Test func `contacts, meters and signals are points like any other`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try BridgeScanning(twin)
        twin.set(digital: 0)
        twin.set(analogue: 2, to: 65_535)
        for _ in 0..<3 { twin.pulse(0) }
        #expect(scanning.scan { $0.reading(0).recorded == 1 && abs($0.reading(3).recorded - 5) < 0.001 } != nil)
        #expect(scanning.scan { abs($0.reading(1).recorded - 0.03) < 1e-9 } != nil)
        twin.set(digital: 0b10)
        #expect(scanning.scan { $0.reading(0).recorded == 0 && $0.reading(0).quality == .good } != nil)
        scanning.field.stop()
    }

    @Test func `a scan that stands still beats no more, though the threads live: safe within the lease`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        for _ in 0..<5 {
            var scanning = try armed(twin)
            let last = scanning.scan()
            while twin.relays != BridgeFieldTests.safe, SystemClock.now() - last < .seconds(10) { usleep(500) }
            let safeAt = try #require(twin.changes.last)
            #expect(safeAt.levels == BridgeFieldTests.safe)
            #expect(safeAt.at - last <= .milliseconds(800) + GuardRig.slack)
            #expect(scanning.scan { $0.isArmed } != nil, "armed again when it is back")
            #expect(scanning.scan { _ in twin.relays == BridgeFieldTests.valve } != nil)
            scanning.field.stop()
        }
    }

    @Test func `a cut cable: offline, no value, no feedback; mended: the trip is told, and it is armed again`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try armed(twin)
        twin.cut(true)
        #expect(scanning.scan { !$0.isOnline && $0.reading(0).quality == .bad && $0.standing == nil } != nil)
        #expect(scanning.image.feedback(of: BridgeScanning.valve).level == nil)
        #expect(twin.relays == BridgeFieldTests.safe)
        twin.cut(false)
        #expect(scanning.scan { $0.standing == .heartbeat } != nil)
        #expect(scanning.scan { $0.isArmed && twin.relays == BridgeFieldTests.valve } != nil)
        scanning.field.stop()
    }

    @Test func `damaged answers are thrown away and nothing trips`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try armed(twin)
        twin.garble(every: 5)
        let changes = twin.changes.count
        _ = scanning.scan(for: .seconds(3)) { $0.standing != .armed }
        let isOnline = scanning.isOnline
        #expect(twin.changes.count == changes && isOnline)
        scanning.field.stop()
    }

    @Test func `what is committed is at the relay before the lease is over; the times are printed`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try armed(twin)
        var times: [Duration] = []
        for turn in 0..<100 {
            scanning.wanted = turn % 2 == 0 ? .off : .on
            let changes = twin.changes.count
            let commit = scanning.scan()
            while twin.changes.count == changes, SystemClock.now() - commit < .seconds(5) { usleep(200) }
            times.append(try #require(twin.changes.last).at - commit)
            scanning.scan(for: .milliseconds(60)) { _ in false }
        }
        times.sort()
        print("commit to relay over a pty: median \(times[50].nanoseconds / 1000) us, most \(times[99].nanoseconds / 1000) us")
        #expect(times[99] <= .milliseconds(800))
        scanning.field.stop()
    }

    @Test func `a bridge that was reset is told so and armed again`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        var scanning = try armed(twin)
        twin.reset(.watchdog)
        #expect(scanning.scan { $0.standing == .watchdog } != nil)
        #expect(scanning.scan { $0.isArmed && twin.relays == BridgeFieldTests.valve } != nil)
        scanning.field.stop()
    }

    @Test func `an orderly end takes every relay to safe at once`() throws {
        let twin = try TwinPeer()
        defer { twin.end() }
        let scanning = try armed(twin)
        scanning.field.stop()
        #expect(twin.relays == BridgeFieldTests.safe)
        #expect(twin.bridgeState == .tripped)
    }

    @Test func `a port that is not there is offline, and one that comes later is found`() throws {
        let directory = try TemporaryDirectory()
        let twin = try TwinPeer()
        defer { twin.end() }
        let tables = try BridgeRig.tables()
        let field = BridgeField(plan: [BridgeBench.plan(path: directory.path + "/later")], tables: tables)
        field.start()
        var image = InputImage(tables: tables)
        func waitForOnline(_ wanted: Double) -> Bool {
            for _ in 0..<1000 {
                image.begin(now: SystemClock.now(), wall: WallTime(unixSeconds: 0, trust: .unset))
                field.latch(into: &image)
                if image.reading(PointIndex(4)).quality == .good, image.reading(PointIndex(4)).recorded == wanted { return true }
                usleep(20_000)
            }
            return false
        }
        #expect(waitForOnline(0))
        #expect(symlink(twin.path, directory.path + "/later") == 0)
        #expect(waitForOnline(1))
        field.stop()
    }
}
