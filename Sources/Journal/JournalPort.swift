public import ProcessImage
public import Scan
import Synchronization

/// What the journal tells everybody, without a lock.
final class JournalState: Sendable {
    let ledgerDurableThrough = Atomic<UInt64>(0)
    let ledgerIsWritable = Atomic<Bool>(true)
    let journalIsWritable = Atomic<Bool>(true)
    /// Samples and events that were given up because their bounded memory was full.
    let givenUp = Atomic<UInt64>(0)
    /// Records refused at the port so that rows of the ledger still find room.
    let refused = Atomic<UInt64>(0)
}

/// The scan's way into the journal: a push into a ring. Never waits, locks or allocates.
///
/// The last eighth of the ring is kept for what must not be lost: samples are refused there and counted.
public struct JournalPort: RecordPort, Sendable {
    let ring: Ring<Record>
    let state: JournalState

    public func push(_ record: Record) {
        if case .sample = record.body, ring.room <= ring.capacity / 8 {
            state.refused.wrappingAdd(1, ordering: .relaxed)
            return
        }
        ring.push(record)
    }

    /// Rows of the ledger up to this number are on disk for good, without a gap.
    public var ledgerDurableThrough: UInt64 { state.ledgerDurableThrough.load(ordering: .acquiring) }
    public var ledgerIsWritable: Bool { state.ledgerIsWritable.load(ordering: .relaxed) }
    public var journalIsWritable: Bool { state.journalIsWritable.load(ordering: .relaxed) }
    public var dropped: UInt64 {
        ring.dropped + state.refused.load(ordering: .relaxed) + state.givenUp.load(ordering: .relaxed)
    }
}
