public import Control
public import Interlocks
public import ProcessImage
public import Quantities

/// What the scan needs of the field. Neither call may block, lock, allocate or throw: drivers keep the latest state in
/// mailboxes and take orders from them.
public protocol FieldPort: ~Copyable {
    /// Writes the newest readings and output feedback into the image (after `image.begin`).
    mutating func latch(into image: inout InputImage)
    /// Hands over what may happen, and renews the leases.
    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant)
}

/// Where the scan's records go and what it learns of the ledger. Neither call may block.
public protocol RecordPort: ~Copyable {
    mutating func push(_ record: Record)
    var ledgerDurableThrough: UInt64 { get }
    var ledgerIsWritable: Bool { get }
    var journalIsWritable: Bool { get }
    /// Records dropped so far because the journal did not keep up.
    var dropped: UInt64 { get }
}

/// What the scan turns on.
public struct ScanPlan: Sendable {
    public let tables: SiteTables
    public let control: ControlPlan
    public let interlocks: InterlockPlan
    /// Range: `Limits.scanPeriodRange`.
    public let period: Duration
    /// Whether each device answers, by `DeviceIndex`.
    public let deviceOnline: [DigitalPoint]
    /// Whether the guard can be reached; `nil` on a site without GPIO lines.
    public let guardOnline: DigitalPoint?

    public init(tables: SiteTables, control: ControlPlan, interlocks: InterlockPlan, period: Duration,
                deviceOnline: [DigitalPoint] = [], guardOnline: DigitalPoint? = nil) {
        precondition(Limits.scanPeriodRange.contains(period))
        precondition(deviceOnline.count == tables.devices.count)
        self.tables = tables
        self.control = control
        self.interlocks = interlocks
        self.period = period
        self.deviceOnline = deviceOnline
        self.guardOnline = guardOnline
    }
}

/// One turn: latch → control → interlocks → commit → record. The same code runs in the daemon's scan thread and in the
/// simulator's virtual time. It owns no clock: `now` and `wall` come with each call.
public struct ScanCycle<Field: FieldPort & ~Copyable, Records: RecordPort & ~Copyable>: ~Copyable {
    public var field: Field
    public var records: Records

    public init(plan: ScanPlan, restored: Restored, inbox: CommandInbox, field: consuming Field, records: consuming Records) {
        self.field = field
        self.records = records
    }

    /// One scan.
    /// - Parameter lateness: how long after its due moment the scan began.
    public mutating func run(at now: Instant, wall: WallTime, lateness: Duration) {
    }
}
