import Control
public import ProcessImage
public import Quantities
public import Scan

/// What can be seen from outside while the code under test runs: what the image held, what reached the lines, what the
/// ledger got. The checkers look at nothing else.
public final class Evidence {
    public let plan: ScanPlan
    public let layout: FieldLayout
    /// Whether anybody looks: else what only checkers ask for is not noted.
    let isWatched: Bool

    /// True monotonic time.
    public internal(set) var now = Instant.start
    /// What the wall clock really shows, and how far it may really be believed.
    public internal(set) var wall = WallTime(unixNanoseconds: 0, trust: .unset)
    /// A scan has just run; else time passed while the process was down or stalled.
    public internal(set) var isScan = false
    /// The process lives, whether its scan turns or not.
    public internal(set) var isProcessUp = false
    /// Lives of the process, from 1.
    public internal(set) var life = 0
    /// Scans of this life, from 1.
    public internal(set) var scanOfLife = 0

    /// By `PointIndex`: as the scan's image had them.
    public internal(set) var readings: [Reading]
    /// By `PointIndex`: what the device or line itself last answered, `nil` when it never did.
    public internal(set) var answers: [Answer?]
    /// By `OutputIndex`: what the scan last handed to the field, and what it had handed before.
    public internal(set) var committed: [OutputLevel]
    public internal(set) var committedBefore: [OutputLevel]
    /// By `SetpointIndex`: the values the scan last handed to the field, and those it had handed before.
    public internal(set) var committedValues: [Double]
    public internal(set) var committedValuesBefore: [Double]
    public internal(set) var committedAt = Instant.never
    /// By `OutputIndex`: the levels of lines and relays.
    @exclusivity(unchecked) public internal(set) var physical: [OutputLevel]
    /// Since when the guard has been alive; `nil`: it is dead, and the lines stay as they are.
    public internal(set) var guardAliveSince: Instant? = .start
    /// What this scan recorded, oldest first.
    public internal(set) var records: [Record] = []
    /// Ledger rows of this life up to this number are on the disk, really.
    public internal(set) var durableThrough: UInt64 = 0
    /// Rows that came to the disk since the last look, oldest first.
    public internal(set) var durableRows: [LedgerEntry] = []
    /// Commands people gave that clear trips, by number.
    public internal(set) var resets: [UInt64: Command.Kind] = [:]
    /// Orders that switch dosing off and on, offered since the last look.
    public internal(set) var dosingOrders: [Command.Kind] = []
    /// Orders that lock a cage, release it or quiet its siren, offered since the last look.
    public internal(set) var cageOrders: [Command.Kind] = []
    /// What really is in feed lines and cages, and by point whether its sensor shows what is not so.
    public internal(set) var lines: [LineTruth]
    public internal(set) var cages: [CageTruth]
    public internal(set) var isLying: [Bool]
    /// Of the plan, found once: probes by cage and quantity, outlets by line.
    let probesOfCages: [[SeaProbePlan]]
    let outletsOfLines: [[OutletWiring]]
    /// Time in which the scan stood still though the process lived, since the start.
    public internal(set) var stalled = Duration.zero

    public struct Answer: Sendable, BitwiseCopyable {
        public let number: Double
        public let at: Instant
    }

    init(plan: ScanPlan, layout: FieldLayout, isWatched: Bool = true) {
        self.plan = plan
        self.layout = layout
        self.isWatched = isWatched
        readings = Array(repeating: .neverRead, count: plan.tables.points.count)
        answers = Array(repeating: nil, count: plan.tables.points.count)
        committed = plan.tables.outputs.map(\.safe)
        committedBefore = committed
        physical = committed
        committedValues = plan.tables.setpoints.map(\.safe)
        committedValuesBefore = committedValues
        let feeding = plan.control.feeding
        probesOfCages = feeding.cages.indices.flatMap { cage in
            SeaQuantity.allCases.map { quantity in feeding.probes.filter { $0.cage.offset == cage && $0.quantity == quantity } }
        }
        outletsOfLines = feeding.lines.indices.map { line in feeding.outlets.filter { $0.line.offset == line } }
        lines = plan.control.feeding.lines.map { _ in LineTruth() }
        cages = plan.control.feeding.cages.map { _ in CageTruth() }
        isLying = plan.tables.points.map { _ in false }
        records.reserveCapacity(256)
    }

    public func isAway(_ output: Int, in levels: [OutputLevel]) -> Bool {
        levels[output] != plan.tables.outputs[output].safe
    }

    /// A digital point as a rule may use it: good and fresh enough, or `nil`.
    public func isOn(_ point: DigitalPoint, noOlderThan limit: Duration) -> Bool? {
        let reading = readings[point.index.offset]
        guard reading.quality == .good, now - reading.takenAt <= limit else { return nil }
        return reading.recorded != 0
    }
}
