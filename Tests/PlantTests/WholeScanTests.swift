import CAllocationCounter
import Field
import Foundation
import Journal
import ProcessImage
import Quantities
import Scan
import Site
import Synchronization
import Testing

/// The daemon's whole scan in this process: the real guard, buses and journal, with the plant as the field.
@Suite("Whole scan", .serialized)
struct WholeScanTests {
    @Test func `the counter sees a mutex, and a lock that has to wait`() throws {
        let before = locks_of_this_thread()
        let lock = NSLock()
        lock.withLock {}
        let afterMutex = locks_of_this_thread()
        #expect(afterMutex > before)
        let held = Mutex(0)
        let isHeld = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            held.withLock { _ in
                isHeld.signal()
                usleep(100_000)
            }
        }
        isHeld.wait()
        let beforeWait = locks_of_this_thread()
        held.withLock { _ in }
        #expect(locks_of_this_thread() > beforeWait)
    }

    @Test func `once warm, a scan of the greenhouse with a zone watering allocates nothing and takes no lock`() throws {
        try expectNothing("example-drip-greenhouse")
    }

    @Test func `nor does a scan of a site whose outputs are on a safety bridge`() throws {
        try expectNothing("example-pump-station")
    }

    @Test func `nor does a scan of a site whose pump runs on a drive`() throws {
        try expectNothing("example-vfd-orchard")
    }

    private func expectNothing(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-scan-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try siteWithFreePort(name, in: folder)
        let children = try [startProgram("tidegate-plant", [path, folder.path]), startProgram("tidegate-guard", [folder.path])]
        defer {
            for child in children.reversed() {
                child.terminate()
                child.waitUntilExit()
            }
        }
        let counted = try count(try Site.load(path: path), in: folder.path)
        #expect(counted.allocations == 0 && counted.locks == 0, "\(counted)")
    }

    /// Scans until everything was read and the first zone has watered for a while, then counts while the second does too.
    private func count(_ site: Site, in folder: String) throws -> (allocations: UInt64, locks: UInt64) {
        let field = site.field.onPlant(inRunDirectory: folder)
        let journal = Journal(folder: folder + "/data", tables: site.tables, plan: site.recording)
        let lines = GuardField(plan: field.lines, tables: site.tables, runDirectory: folder)
        let buses = ModbusField(plan: field.buses, tables: site.tables, lease: field.lines.lease)
        let bridges = BridgeField(plan: field.bridges, tables: site.tables, lease: field.lines.lease)
        let (inbox, clock) = (CommandInbox(), SystemClock())
        var restored = journal.restore()
        restored.proven = site.tables.outputs.indices.map { OutputIndex($0) }
        var cycle = ScanCycle(plan: site.scan, restored: restored, inbox: inbox,
                              field: SiteField(lines: lines, buses: buses, bridges: bridges), records: journal.port)
        journal.start()
        lines.start()
        buses.start()
        bridges.start()
        defer {
            bridges.stop()
            buses.stop()
            lines.stop()
            journal.stop()
        }
        func run(_ zone: Int) {
            _ = inbox.offer(Command(id: journal.nextCommandID(), kind: .run(ZoneIndex(zone), for: .minutes(5)),
                                    author: .localOperator, expires: SystemClock.now() + .seconds(10)))
        }
        func isWarm() -> Bool {
            let live = journal.live.snapshot()
            return live.readings.allSatisfy { $0.quality == .good } && live.zones[0].status.phase == .watering
        }
        var counted = (allocations: UInt64(0), locks: UInt64(0))
        let warmUntil = SystemClock.now() + .seconds(40)
        var (scans, isCounting) = (0, false)
        run(0)
        while scans < 500 {
            let before = (allocations_of_this_thread(), locks_of_this_thread())
            let now = SystemClock.now()
            cycle.run(at: now, wall: clock.wall(at: now), lateness: .zero)
            if isCounting {
                counted.allocations += allocations_of_this_thread() - before.0
                counted.locks += locks_of_this_thread() - before.1
                scans += 1
            } else if isWarm() {
                isCounting = true
                run(1)
            }
            try #require(isCounting || now < warmUntil, "not warm: \(journal.live.snapshot().readings)")
            usleep(10_000)
        }
        return counted
    }
}
