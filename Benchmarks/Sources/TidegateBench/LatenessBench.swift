import Field
import Foundation
import ProcessImage
import Quantities
import Scan

/// How late a scan of 1,000 points begins, on the daemon's own real-time thread.
func measureLateness(periodMilliseconds: Int, seconds: Int, priority: Int) -> [String: Double] {
    let turns = max(1, seconds * 1000 / periodMilliseconds)
    let scanner = LatenessScanner(turns: turns)
    let thread = RealtimeThread(name: "scan", period: .milliseconds(periodMilliseconds), priority: priority) { now, lateness in
        scanner.turn(now, lateness)
    }
    let locked = RealtimeThread.lockMemory()
    thread.start()
    while scanner.count < turns { Thread.sleep(forTimeInterval: 0.2) }
    thread.stop()
    var figures = summary(scanner.lateness, unit: "us")
    figures["realtime"] = thread.standing == .realtime ? 1 : 0
    figures["memory_locked"] = locked ? 1 : 0
    figures["period_ms"] = Double(periodMilliseconds)
    return figures
}

/// `@unchecked Sendable`: only the real-time thread writes until it has been stopped; `count` may be read a turn late.
private final class LatenessScanner: @unchecked Sendable {
    private var cycle: ScanCycle<PolledField, RingRecords>
    private let ring = Ring<Record>(capacity: Limits.recordRingCapacity)
    private(set) var lateness: [Double]
    private(set) var count = 0

    init(turns: Int) {
        let plan = syntheticPlan(points: 1000, zones: 50)
        cycle = ScanCycle(plan: plan, restored: Restored(), inbox: CommandInbox(),
                          field: PolledField(points: 1000, meters: 2 * plan.tables.sources.count),
                          records: RingRecords(ring: ring))
        lateness = [Double](repeating: 0, count: turns)
    }

    func turn(_ now: Instant, _ late: Duration) {
        guard count < lateness.count else { return }
        lateness[count] = Double(late.nanoseconds) / 1000
        cycle.run(at: now, wall: WallTime(unixSeconds: 1_795_000_000, trust: .synced), lateness: late)
        while ring.pop() != nil {}
        count += 1
    }
}
