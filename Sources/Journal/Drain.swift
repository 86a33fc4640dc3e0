import ProcessImage
import Quantities
import Synchronization

/// Empties the ring about every 50 ms: into the live state, and into the bounded memories from which the two writers
/// take. It never touches the disk, so it goes on while the disk hangs.
final class Drain: Sendable {
    private let ring: Ring<Record>
    private let live: LiveState
    private let ledger: LedgerWriter
    private let history: JournalWriter
    private let state: JournalState
    private let pointCount: UInt32
    private let wakeLedger: @Sendable () -> Void
    /// Records taken under one lock.
    private static let portion = 1_024

    init(ring: Ring<Record>, live: LiveState, ledger: LedgerWriter, history: JournalWriter, state: JournalState,
         pointCount: Int, wakeLedger: @escaping @Sendable () -> Void) {
        self.ring = ring
        self.live = live
        self.ledger = ledger
        self.history = history
        self.state = state
        self.pointCount = UInt32(clamping: pointCount)
        self.wakeLedger = wakeLedger
    }

    /// Everything that is in the ring now.
    func work() {
        let now = Moment.monotonic
        ledger.feelPulse(at: now)
        history.feelPulse(at: now)
        var records: [Record] = []
        repeat {
            records.removeAll(keepingCapacity: true)
            while records.count < Drain.portion, let record = ring.pop() { records.append(record) }
            hand(over: records)
        } while records.count == Drain.portion
        let (ledgerWrites, journalWrites) = (state.ledgerIsWritable.load(ordering: .relaxed),
                                             state.journalIsWritable.load(ordering: .relaxed))
        live.update { snapshot in
            snapshot.ledgerIsWritable = ledgerWrites
            snapshot.journalIsWritable = journalWrites
        }
    }

    private func hand(over records: [Record]) {
        guard let last = records.last else { return }
        live.update { snapshot in
            for record in records { snapshot.apply(record) }
        }
        if last.wall.isTrusted { history.note(trustedWall: last.wall.unixMilliseconds) }
        handToLedger(records, wall: last.wall)
        let givenUp = history.withMemory { [pointCount] memory in
            for record in records { memory.take(record, pointCount: pointCount) }
            return memory.givenUpSinceAsked()
        }
        state.givenUp.wrappingAdd(givenUp, ordering: .relaxed)
    }

    private func handToLedger(_ records: [Record], wall: WallTime) {
        var rows: [LedgerRow] = []
        var alarms: [AlarmID: AlarmState] = [:]
        for record in records {
            switch record.body {
            case .ledger(let entry, let number): rows.append(LedgerRow(number: number, wall: record.wall, entry: entry))
            case .alarm(let id, let state): alarms[id] = state
            default: break
            }
        }
        ledger.take(rows, alarms: alarms, wall: wall)
        if !rows.isEmpty { wakeLedger() }
    }
}
