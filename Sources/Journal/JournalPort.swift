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
    /// The scan has left a record that somebody waits for. The scan's alone.
    let isAwaited = Atomic<Bool>(false)
}

/// The scan's way into the journal: a push into a ring. Never waits, locks or allocates.
///
/// The last eighth of the ring is kept for what must not be lost: samples are refused there and counted.
public struct JournalPort: RecordPort, Sendable {
    let ring: Ring<Record>
    let state: JournalState
    let bell: Bell

    public func push(_ record: Record) {
        switch record.body {
        case .sample:
            if ring.room <= ring.capacity / 8 {
                state.refused.wrappingAdd(1, ordering: .relaxed)
                return
            }
        case .ledger, .alarm, .event: state.isAwaited.store(true, ordering: .relaxed)
        case .output, .setpoint, .zone, .gate, .dosing, .channel, .cage, .line, .silo, .depth, .statistics: break
        }
        ring.push(record)
    }

    /// Wakes the drain for a row of the ledger (valves wait for it), an alarm or an event, and when the ring is half full;
    /// the rest is fetched once a second, or when somebody asks. One system call at most.
    public func endScan() {
        guard state.isAwaited.load(ordering: .relaxed) || ring.room <= ring.capacity / 2 else { return }
        state.isAwaited.store(false, ordering: .relaxed)
        bell.ring()
    }

    /// Rows of the ledger up to this number are on disk for good, without a gap.
    public var ledgerDurableThrough: UInt64 { state.ledgerDurableThrough.load(ordering: .acquiring) }
    public var ledgerIsWritable: Bool { state.ledgerIsWritable.load(ordering: .relaxed) }
    public var journalIsWritable: Bool { state.journalIsWritable.load(ordering: .relaxed) }
    public var dropped: UInt64 {
        ring.dropped + state.refused.load(ordering: .relaxed) + state.givenUp.load(ordering: .relaxed)
    }
}
