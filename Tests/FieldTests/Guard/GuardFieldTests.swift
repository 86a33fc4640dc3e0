import CAllocationCounter
@testable import Field
import Foundation
import ProcessImage
import Quantities
import Testing

/// The daemon's side against the real guard and a plant at its lines.
@Suite(.serialized) struct GuardFieldTests {
    private static let stop = PointIndex(0), level = PointIndex(1), total = PointIndex(2), rate = PointIndex(3), online = PointIndex(4)

    private func isGood(_ image: borrowing InputImage, _ point: PointIndex, _ value: Double) -> Bool {
        let reading = image.reading(point)
        return reading.quality == .good && reading.recorded == value
    }

    @Test func `first contact: the table is written, inputs are latched, an output is driven and read back`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        try #require(daemon.scan(rig) { isGood($0, Self.online, 1) && isGood($0, Self.stop, 0) && isGood($0, Self.level, 0) } != nil,
                     "\(rig.guardProcess?.said ?? "")")
        daemon.permit(0, .on)
        #expect(daemon.scan(rig) { $0.feedback(of: OutputIndex(0)).level == .on && rig.plant.level(output: "V1") == true } != nil)
        #expect(rig.levels == [true, false, true, false])
        rig.plant.drive(input: "D1", true)
        #expect(daemon.scan(rig) { isGood($0, Self.level, 1) } != nil)
    }

    @Test func `a scan that stands still renews nothing, though the process lives`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        daemon.permit(0, .on)
        try #require(daemon.scan(rig) { _ in rig.plant.level(output: "V1") == true } != nil)
        let took = try #require(rig.wait { rig.plant.level(output: "V1") == false })
        print("measured: last scan to safe at the line: \(took) (lease \(GuardRig.lease))")
        #expect(took <= GuardRig.lease + GuardRig.slack)
        daemon.permit(0, .off)
        daemon.scan()
        #expect(daemon.image.feedback(of: OutputIndex(0)).leaseExpired)
    }

    @Test func `guard killed: inputs bad with their reason and feedback unknown; it comes back by itself, totals go on`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        try #require(daemon.scan(rig) { isGood($0, Self.total, 0) } != nil)
        pulse(rig, 7)
        try #require(daemon.scan(rig) { isGood($0, Self.total, 7) } != nil)
        rig.guardProcess?.signal(SIGKILL)
        _ = rig.guardProcess?.waitForEnd()
        let took = try #require(daemon.scan(rig) { $0.reading(Self.level).reason == .guardLost && isGood($0, Self.online, 0) })
        print("measured: guard killed to inputs bad: \(took)")
        #expect(took <= .milliseconds(500) + GuardRig.slack)
        #expect(daemon.image.feedback(of: OutputIndex(0)).level == nil)
        #expect(daemon.image.reading(Self.rate).reason == .guardLost)
        try rig.startGuard()
        try #require(daemon.scan(rig) { isGood($0, Self.online, 1) && isGood($0, Self.total, 7) } != nil)
        pulse(rig, 5)
        #expect(daemon.scan(rig) { isGood($0, Self.total, 12) } != nil)
    }

    private func pulse(_ rig: GuardRig, _ count: Int) {
        for _ in 0..<count {
            rig.plant.drive(input: "P1", true)
            rig.plant.drive(input: "P1", false)
        }
    }

    @Test func `latch and commit take no memory, with a guard and without one`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        daemon.permit(0, .on)
        try #require(daemon.scan(rig) { isGood($0, Self.total, 0) && $0.feedback(of: OutputIndex(0)).level == .on } != nil)
        for isGuardThere in [true, false] {
            var taken: UInt64 = 0
            for _ in 0..<100 {
                let before = allocations_of_this_thread()
                daemon.scan()
                taken += allocations_of_this_thread() - before
                usleep(10_000)
            }
            #expect(taken == 0, "guard there: \(isGuardThere)")
            rig.guardProcess?.signal(SIGKILL)
        }
        #expect(daemon.image.reading(Self.level).reason == .guardLost)
    }

    @Test func `no plant at the lines: inputs bad, and the emergency stop that cannot be read holds everything safe`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        daemon.permit(0, .on)
        for _ in 0..<50 where daemon.image.reading(Self.online).recorded != 1 || daemon.image.reading(Self.level).reason == .neverRead {
            daemon.scan()
            usleep(20_000)
        }
        #expect(daemon.image.reading(Self.stop).reason == .notConnected)
        #expect(daemon.image.reading(Self.total).reason == .notConnected)
        #expect(daemon.image.feedback(of: OutputIndex(0)).level == .off)
    }

    @Test func `a changed table: hello is refused, the table written, the lines taken anew at safe`() throws {
        let rig = try GuardRig()
        try rig.writeTable(extraValve: true)
        try rig.startGuard()
        try #require(rig.wait { rig.plant.level(output: "V9") == false } != nil)
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        #expect(daemon.scan(rig) { isGood($0, Self.online, 1) && rig.plant.level(output: "V2") == false } != nil)
        #expect(try LineTable.read(fromDirectory: rig.directory.path) == LineTable(plan: GuardRig.plan()))
    }

    @Test func `200 Hz for 5 s on a busy machine: every pulse is counted, and the rate is right`() throws {
        let rig = try GuardRig()
        try rig.startGuard()
        var daemon = try Scanning(rig)
        defer { daemon.field.stop() }
        try #require(daemon.scan(rig) { isGood($0, Self.total, 0) } != nil)
        let busy = try (0..<3).map { _ in try ChildProcess("/bin/sh", ["-c", "while :; do :; done"]) }
        let start = SystemClock.now()
        for edge in 0..<2000 {
            let due = start + .microseconds(2500 * edge)
            while SystemClock.now() < due { usleep(200) }
            rig.plant.drive(input: "P1", edge.isMultiple(of: 2), at: due)
            rig.plant.turn()
            if edge.isMultiple(of: 40) { daemon.scan() }
        }
        #expect(daemon.scan(rig, for: .seconds(5)) { isGood($0, Self.total, 1000) } != nil, "\(daemon.image.reading(Self.total).recorded)")
        // 200 pulses of 1 L a second, as it was measured while they came; now it falls.
        let now = daemon.image.reading(Self.rate).recorded
        #expect(now > 0 && now <= 12_000 * 1.05)
        print("measured: \(daemon.image.reading(Self.total).recorded) of 1000 pulses counted at 200 Hz under load of \(busy.count) busy loops")
    }
}
