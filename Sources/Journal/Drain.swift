import ProcessImage
import Quantities
import Synchronization

/// Empties the ring: into the live snapshot, and into the bounded memories from which the two writers take. Its thread
/// does so once a second and when the scan rings; whoever asks for the newest does it first. It never touches the disk,
/// so it goes on while the disk hangs, and nobody who asks waits for the disk.
final class Drain: Sendable {
    /// Wakes the two writers.
    struct Wakers: Sendable {
        let ledger: @Sendable () -> Void
        let history: @Sendable () -> Void
    }

    private struct Contents {
        var snapshot: LiveSnapshot
        /// Between the ring and those who take; kept for its memory.
        var records: [Record] = []
    }

    private let ring: Ring<Record>
    /// Makes whoever drains the ring's one reader. The scan never takes it.
    private let contents: Mutex<Contents>
    private let ledger: LedgerWriter
    private let history: JournalWriter
    private let state: JournalState
    private let pointCount: UInt32
    private let wake: Wakers
    /// Records taken at once.
    private static let portion = 1_024
    /// How long its thread rests unless the scan rings.
    private static let rest: Duration = .seconds(1)

    init(ring: Ring<Record>, snapshot: LiveSnapshot, ledger: LedgerWriter, history: JournalWriter, state: JournalState,
         pointCount: Int, wake: Wakers) {
        self.ring = ring
        contents = Mutex(Contents(snapshot: snapshot))
        self.ledger = ledger
        self.history = history
        self.state = state
        self.pointCount = UInt32(clamping: pointCount)
        self.wake = wake
    }

    /// Its thread's work.
    func work() -> Duration {
        let now = Moment.monotonic
        ledger.health.feelPulse(at: now)
        history.health.feelPulse(at: now)
        empty()
        return Drain.rest
    }

    /// Hands over everything that is in the ring now. Any thread but the scan's.
    func empty() { contents.withLock { empty(&$0) } }

    /// The site as of the last scan.
    func snapshot() -> LiveSnapshot {
        contents.withLock { contents in
            empty(&contents)
            contents.snapshot.ledgerIsWritable = state.ledgerIsWritable.load(ordering: .relaxed)
            contents.snapshot.journalIsWritable = state.journalIsWritable.load(ordering: .relaxed)
            return contents.snapshot
        }
    }

    private func empty(_ contents: inout Contents) {
        repeat {
            contents.records.removeAll(keepingCapacity: true)
            while contents.records.count < Drain.portion, let record = ring.pop() { contents.records.append(record) }
            hand(over: contents.records, &contents.snapshot)
        } while contents.records.count == Drain.portion
    }

    private func hand(over records: [Record], _ snapshot: inout LiveSnapshot) {
        guard let last = records.last else { return }
        for record in records { snapshot.apply(record) }
        if last.wall.isTrusted { history.note(trustedWall: last.wall.unixMilliseconds) }
        handToLedger(records, wall: last.wall)
        let (givenUp, mustFlush) = history.withMemory { [pointCount] memory in
            for record in records { memory.take(record, pointCount: pointCount) }
            return (memory.givenUpSinceAsked(), memory.mustFlush)
        }
        state.givenUp.wrappingAdd(givenUp, ordering: .relaxed)
        if mustFlush { wake.history() }
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
        if !rows.isEmpty || !alarms.isEmpty { wake.ledger() }
    }
}
