import ProcessImage
import Quantities
import Scan

/// One life of the program under test, as a world turns it.
protocol VirtualProcess: AnyObject {
    func run(at now: Instant, wall: WallTime, lateness: Duration)
}

/// What a new life is given: what it is told of the site, what the disk holds, and the ports to the world.
struct VirtualLife {
    let plan: ScanPlan
    let restored: Restored
    let inbox: CommandInbox
    let field: VirtualFieldPort
    let records: VirtualRecords
}

/// The production scan.
final class VirtualController: VirtualProcess {
    private var cycle: ScanCycle<VirtualFieldPort, VirtualRecords>

    init(_ life: VirtualLife) {
        cycle = ScanCycle(plan: life.plan, restored: life.restored, inbox: life.inbox, field: life.field, records: life.records)
    }

    func run(at now: Instant, wall: WallTime, lateness: Duration) { cycle.run(at: now, wall: wall, lateness: lateness) }
}
