import Foundation
public import ProcessImage
public import Quantities
import Synchronization

/// The records of the site on the disk, and the newest of them in memory.
///
/// Three threads that sleep until there is work: one drains the scan's records into memory, one writes `ledger.db` (each
/// row durable at once), one writes `journal.db` (a batch every `flushEvery`). The first never touches the disk: while the
/// disk is full, read-only, slow, hanging or gone, the live state goes on, `ledgerIsWritable` and `journalIsWritable` say
/// so, what must be written waits in bounded memory, and writing goes on by itself when the disk is back.
public final class Journal: Sendable {
    /// Where the scan's records go in.
    public let port: JournalPort
    /// The site as it is now.
    public let live: LiveState
    let tables: SiteTables
    let series: [Series]
    let state: JournalState
    let ledger: LedgerWriter
    let history: JournalWriter
    let drain: Drain
    let startedAt = Moment.monotonic
    private let drainThread: WorkThread
    private let ledgerThread: WorkThread
    private let historyThread: WorkThread

    /// Opens the ledger; this waits for the disk. A damaged ledger is set aside and a new one begun; where the disk does
    /// not answer, the journal is made all the same, and tries again once started.
    /// - Parameters:
    ///   - folder: where `ledger.db` and `journal.db` are, made if missing.
    ///   - tables: things of the site; their tags name what is kept.
    ///   - scanPeriod: samples are kept with the scan's nominal time.
    public init(folder: String, tables: SiteTables, plan: RecordingPlan, scanPeriod: Duration = .milliseconds(100)) {
        let state = JournalState()
        let history = JournalWriter(folder: folder, tables: tables, plan: plan, scanPeriod: scanPeriod, state: state)
        let ledger = LedgerWriter(folder: folder, tables: tables, state: state, setAside: history.noteSetAside,
                                  report: history.note)
        let ring = Ring<Record>(capacity: Journal.ringCapacity(tables))
        let bell = Bell()
        let ledgerThread = WorkThread(name: "ledger") {
            ledger.work()
            return ledger.rest
        }
        let historyBell = Bell()
        let drain = Drain(ring: ring, snapshot: LiveSnapshot(tables: tables, restored: ledger.restored), ledger: ledger,
                          history: history, state: state, pointCount: tables.points.count,
                          wake: Drain.Wakers(ledger: ledgerThread.wake, history: historyBell.ring))
        drainThread = WorkThread(name: "journal-drain", bell: bell, work: drain.work)
        historyThread = WorkThread(name: "journal", bell: historyBell) {
            drain.empty()
            history.work()
            return history.rest
        }
        self.ledgerThread = ledgerThread
        self.drain = drain
        self.tables = tables
        self.state = state
        self.history = history
        self.ledger = ledger
        live = LiveState(drain)
        series = Series.all(of: tables)
        port = JournalPort(ring: ring, state: state, bell: bell)
    }

    /// Room for every point and output once and a quarter as much again: the scan rings when the ring is half full, and at
    /// the first scan, when everything is new, once is what comes.
    private static func ringCapacity(_ tables: SiteTables) -> Int {
        let all = tables.points.count + tables.outputs.count
        return min(Limits.recordRingCapacity, max(4_096, all + all / 4))
    }

    // MARK: Life

    /// What a new life takes over from the last. Does not touch the disk.
    public func restore() -> Restored { ledger.restored }

    /// The newest wall time the last life was sure of: no trusted clock shows less. `nil`: never sure, or not known.
    public var lastWall: WallTime? { ledger.lastWall }

    /// Of the thread that takes the scan's records. The two that write are not vouched for: a disk that hangs is an alarm,
    /// and no reason to end the control of water.
    public var heart: Heartbeat { drainThread.heart }

    public func start() {
        drainThread.start()
        ledgerThread.start()
        historyThread.start()
    }

    /// Writes what is left and ends. Call when the scan has ended. Needed once at most.
    /// - Returns: `false` when the disk did not take everything in time; what was durable stays so.
    @discardableResult
    public func stop(within limit: Duration = .seconds(5)) -> Bool {
        let deadline = Moment.monotonic + limit.nanoseconds
        func left() -> Duration { .nanoseconds(max(0, deadline - Moment.monotonic)) }
        let drained = drainThread.stop(within: left())
        history.noteLast()
        ledgerThread.wake()
        historyThread.wake()
        guard drained, ledgerThread.stop(within: left()), historyThread.stop(within: left()) else { return false }
        return closeIfWritten()
    }

    private func closeIfWritten() -> Bool {
        let isComplete = state.ledgerIsWritable.load(ordering: .relaxed) && state.journalIsWritable.load(ordering: .relaxed)
        ledger.close()
        history.close()
        return isComplete
    }

    // MARK: Commands

    /// The next number of a command: growing, over restarts too. Any thread; never waits for the disk.
    public func nextCommandID() -> UInt64 { ledger.nextCommand() }

    /// Notes in the audit who ordered what, before the command is offered to the scan. Never waits for the disk.
    /// - Parameters:
    ///   - author: who, as a person knows them (a user's name, `simulator`).
    ///   - text: the order as it was given; more than 1 000 bytes are cut.
    /// - Returns: `false` when thousands already wait for a disk that does not answer, and this one is not in the audit.
    @discardableResult
    public func noteCommand(_ id: UInt64, author: String, text: String) -> Bool {
        let note = AuditNote(at: Moment.wall.unixMilliseconds, command: id, what: .given, author: cut(author), text: cut(text))
        let isTaken = ledger.note(note)
        ledgerThread.wake()
        return isTaken
    }

    /// An event that the scan does not know of, such as of what goes upstream. Never waits for the disk.
    public func note(_ event: Event) { history.note(event) }

    private func cut(_ text: String) -> String {
        String(decoding: text.utf8.prefix(Bounds.noteBytesMax), as: UTF8.self)
    }
}
