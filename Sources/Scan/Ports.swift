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
    /// The battery's stage has changed: from `low` on, what need not be asked so often is asked half as often.
    mutating func save(power stage: PowerStage)
}

extension FieldPort where Self: ~Copyable {
    /// Nothing that asks.
    public mutating func save(power stage: PowerStage) {}
}

/// Where the scan's records go and what it learns of the ledger. Neither call may block.
public protocol RecordPort: ~Copyable {
    mutating func push(_ record: Record)
    /// All records of the scan have been pushed.
    mutating func endScan()
    /// Ledger rows up to this number are on disk for good. A row that was dropped must never be passed.
    var ledgerDurableThrough: UInt64 { get }
    var ledgerIsWritable: Bool { get }
    var journalIsWritable: Bool { get }
    /// Records dropped so far because the journal did not keep up.
    var dropped: UInt64 { get }
}

extension RecordPort where Self: ~Copyable {
    /// Nobody sleeps behind this port.
    public mutating func endScan() {}
}
