import CAllocationCounter
import Foundation
import Interlocks
import ProcessImage
import Quantities
import Scan

/// A field whose every point is read anew once a second, spread over the scans, as a polled site's are.
struct PolledField: FieldPort {
    let points: Int
    let meters: Int
    var scan = 0

    mutating func latch(into image: inout InputImage) {
        scan += 1
        for index in stride(from: scan % 10, to: points, by: 10) {
            let value = index < meters && index % 2 == 0 ? 48 : Double(scan) * 0.01 + Double(index)
            image.latch(.good(value, at: image.now), at: PointIndex(index))
        }
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {}
}

/// The real ring, emptied between scans outside the measured time; every ledger row is durable at once.
struct RingRecords: RecordPort {
    let ring: Ring<Record>
    var ledgerDurableThrough: UInt64 { .max }
    var ledgerIsWritable: Bool { true }
    var journalIsWritable: Bool { true }
    var dropped: UInt64 { ring.dropped }
    mutating func push(_ record: Record) { ring.push(record) }
}

/// CPU and wall time, allocations and locks of one scan step on this thread. The thread is an ordinary one, so its wall time holds
/// whatever others took; the scan's own thread goes first, and what it takes is the CPU time. A tenth of the points is new
/// in each scan, and every source waters as many zones as its capacity lets it.
func measureStep(points: Int, zones: Int, scans: Int) -> [String: Double] {
    let plan = syntheticPlan(points: points, zones: zones)
    let ring = Ring<Record>(capacity: Limits.recordRingCapacity)
    let inbox = CommandInbox()
    let field = PolledField(points: plan.tables.points.count, meters: 2 * plan.tables.sources.count)
    var cycle = ScanCycle(plan: plan, restored: Restored(), inbox: inbox, field: field, records: RingRecords(ring: ring))
    var now = Instant(nanoseconds: 1_000_000_000)
    var times = [Double](repeating: 0, count: scans)
    var walls = times
    var (allocations, locks): (UInt64, UInt64) = (0, 0)
    let warmUp = 600
    for turn in 0..<(warmUp + scans) {
        now = now + plan.period
        if turn < zones {
            _ = inbox.offer(Command(id: UInt64(turn + 1), kind: .run(ZoneIndex(turn), for: .hours(4)), author: .localOperator,
                                    expires: now + .seconds(60)))
        }
        let wall = WallTime(unixNanoseconds: 1_795_000_000_000_000_000 + now.nanoseconds, trust: .synced)
        let before = (allocations_of_this_thread(), locks_of_this_thread())
        let (began, spent) = (monotonicNanoseconds(), threadNanoseconds())
        cycle.run(at: now, wall: wall, lateness: .zero)
        let (took, cost) = (monotonicNanoseconds() - began, threadNanoseconds() - spent)
        let after = (allocations_of_this_thread(), locks_of_this_thread())
        if turn >= warmUp {
            times[turn - warmUp] = Double(cost) / 1000
            walls[turn - warmUp] = Double(took) / 1000
            allocations += after.0 - before.0
            locks += after.1 - before.1
        }
        while ring.pop() != nil {}
    }
    var figures = summary(times, unit: "us")
    figures["allocations_per_scan"] = Double(allocations) / Double(scans)
    figures["locks_per_scan"] = Double(locks) / Double(scans)
    figures.merge(summary(walls, unit: "wall_us")) { $1 }
    figures["points"] = Double(points)
    figures["zones"] = Double(zones)
    return figures
}
