import GRDB
import ProcessImage
import Quantities
import Synchronization

/// Owns `ledger.db`. What must not be lost waits here in memory for its thread to write it, one durable transaction for
/// all that has come. Whoever hands something over never waits for the disk.
final class LedgerWriter: Sendable {
    let file: DatabaseFile
    let restored: Restored
    let lastWall: WallTime?
    private let tables: SiteTables
    private let state: JournalState
    private let setAside: @Sendable (String) -> Void
    private let proofs: ProofCopy
    /// Proofs were given, or may have been, since the copy was written.
    private let mustCopyProofs = Atomic<Bool>(true)
    private let outbox: Mutex<Outbox<LedgerBatch>>
    private let memory: Mutex<LedgerMemory>
    let health: DiskHealth
    private let lastWritten = Atomic<Int64>(0)
    /// A damaged ledger was set aside, and the new one does not hold yet what memory knows.
    private let mustBegin = Atomic<Bool>(false)
    private let commands: CommandNumbers

    /// Opens the ledger, or begins a new one where it is damaged, or goes on without where the disk does not answer.
    /// - Parameters:
    ///   - setAside: told the name of each damaged file.
    ///   - report: told what people are to know besides.
    init(folder: String, tables: SiteTables, state: JournalState, setAside: @escaping @Sendable (String) -> Void,
         report: @Sendable (Event) -> Void) {
        let file = DatabaseFile(folder: folder, name: "ledger.db", migrator: LedgerSchema.migrator)
        proofs = ProofCopy(folder: folder, tables: tables)
        let opening = LedgerOpening(file: file, tables: tables, proofs: proofs)
        let found = opening.open()
        self.file = file
        self.tables = tables
        self.state = state
        self.setAside = setAside
        restored = found.restored
        lastWall = found.lastWall
        commands = CommandNumbers(next: found.nextCommand)
        var box = Outbox(empty: LedgerBatch())
        box.continueAfter(found.batch)
        outbox = Mutex(box)
        memory = Mutex(LedgerMemory(found.restored))
        health = DiskHealth(patience: Pulse.ledger, problem: found.problem) { state.ledgerIsWritable.store($0, ordering: .relaxed) }
        state.ledgerIsWritable.store(file.isOpen, ordering: .relaxed)
        if let name = found.setAside { setAside(name) }
        if found.provenByCopy {
            report(Event(.provenByCopy, .site, value: Double(found.restored.proven.count), limit: Double(tables.outputs.count)))
        }
    }

    // MARK: Handing over (any thread)

    /// - Parameter wall: of the newest record.
    func take(_ rows: [LedgerRow], alarms: [AlarmID: AlarmState], wall: WallTime) {
        outbox.withLock { box in
            for row in rows { take(row, into: &box.pending) }
            for (id, state) in alarms { box.pending.alarms[id] = (state: state, at: wall.unixMilliseconds) }
            if wall.isTrusted { box.pending.lastWall = wall.unixMilliseconds }
        }
    }

    /// A missing number holds `through` back for the life of the process: what was never here can never be on disk.
    private func take(_ row: LedgerRow, into batch: inout LedgerBatch) {
        let isNext = row.number == highest.load(ordering: .relaxed) + 1
        guard batch.take(row) else {
            state.givenUp.wrappingAdd(1, ordering: .relaxed)
            return
        }
        if isNext { highest.store(row.number, ordering: .relaxed) }
        batch.through = highest.load(ordering: .relaxed)
    }

    private let highest = Atomic<UInt64>(0)

    func nextCommand() -> UInt64 { commands.next() }

    /// - Returns: `false` when so many wait already that this one was not taken.
    func note(_ note: AuditNote) -> Bool {
        outbox.withLock { box in
            guard box.pending.notes.count < Bounds.notesMax else { return false }
            box.pending.notes.append(note)
            return true
        }
    }

    // MARK: Writing (its thread)

    func work() {
        let now = Moment.monotonic
        guard health.mayTry(at: now) else { return }
        health.attempt(file, at: now, replace: replace) { () throws(StorageFault) in
            if !file.isOpen { try reopen() }
            if mustBegin.load(ordering: .relaxed) { try begin() }
            copyProofs()
            guard isDue(at: now) || health.hasFailed else { return false }
            try writeBatch()
            lastWritten.store(now, ordering: .relaxed)
            return true
        }
    }

    private func isDue(at now: Int64) -> Bool {
        let age = now - lastWritten.load(ordering: .relaxed)
        return outbox.withLock { box in
            box.inFlight != nil || box.pending.mustBeWrittenNow
                || (!box.pending.alarms.isEmpty && age > Pulse.alarms.nanoseconds) || age > Pulse.lastWall.nanoseconds
        }
    }

    /// How long there is nothing to do unless it is woken. A batch that a damaged file did not take is tried again.
    var rest: Duration {
        let (waits, isOnItsWay, hasAlarms) = outbox.withLock {
            ($0.pending.mustBeWrittenNow, $0.inFlight != nil, !$0.pending.alarms.isEmpty)
        }
        if isOnItsWay || health.hasFailed { return Pulse.retry }
        if waits { return .zero }
        return .nanoseconds(lastWritten.load(ordering: .relaxed) - Moment.monotonic) + (hasAlarms ? Pulse.alarms : Pulse.lastWall)
    }

    private func writeBatch() throws(StorageFault) {
        let (number, batch) = outbox.withLock { $0.take() }
        try file.write { database in
            guard try Meta.get(.batch, in: database) ?? 0 < Int64(number) else { return }
            try LedgerTables(tables: tables, database: database).write(batch)
            try Meta.set(.nextCommand, Int64(bitPattern: commands.reserve()), in: database)
            try Meta.set(.batch, Int64(number), in: database)
        }
        outbox.withLock { $0.done() }
        memory.withLock { memory in
            for row in batch.rows { memory.apply(row.entry) }
            for (id, value) in batch.alarms { memory.set(id, value.state) }
        }
        if batch.rows.contains(where: { if case .outputProven = $0.entry { true } else { false } }) {
            mustCopyProofs.store(true, ordering: .relaxed)
            copyProofs()
        }
        if batch.through > state.ledgerDurableThrough.load(ordering: .relaxed) {
            state.ledgerDurableThrough.store(batch.through, ordering: .releasing)
        }
    }

    /// After the ledger has them.
    private func copyProofs() {
        guard mustCopyProofs.exchange(false, ordering: .relaxed) else { return }
        let proven = memory.withLock { $0.state.proven }
        if !proven.isEmpty { proofs.write(proven) }
    }

    /// A ledger that was away is opened as it is; its numbers of batches go on.
    private func reopen() throws(StorageFault) {
        try file.open()
        let newest = try file.read { try Meta.get(.batch, in: $0) ?? 0 }
        outbox.withLock { $0.continueAfter(UInt64(clamping: newest)) }
    }

    private func replace() throws(StorageFault) {
        let name = try file.setAside()
        mustBegin.store(true, ordering: .relaxed)
        setAside(name)
        try file.open()
        try begin()
    }

    /// Begins a new ledger from memory, so that a start already given is not given again.
    private func begin() throws(StorageFault) {
        let known = memory.withLock { $0.state }
        try file.write { database in
            try LedgerTables(tables: tables, database: database)
                .begin(from: known, at: Moment.wall, isAfterLoss: !known.ledgerIsComplete)
        }
        mustBegin.store(false, ordering: .relaxed)
    }

    /// The last row of a life in order: no numbers stay reserved.
    func close() {
        try? file.write { database in
            try Meta.set(.nextCommand, Int64(bitPattern: commands.newest), in: database)
        }
        file.closeInOrder()
    }
}

/// How long the journal waits for what.
enum Pulse {
    /// A ledger transaction that takes longer makes the ledger count as not writable.
    static let ledger: Duration = .seconds(2)
    /// The same for the journal.
    static let journal: Duration = .seconds(5)
    /// From a failure to the next try.
    static let retry: Duration = .seconds(1)
    /// Between two flushes at least, unless woken: a file set aside is not followed by the next at once.
    static let breath: Duration = .milliseconds(100)
    /// Alarms that go and come share a transaction this often.
    static let alarms: Duration = .seconds(1)
    /// The wall time is kept this often when nothing else is written.
    static let lastWall: Duration = .seconds(60)
}

/// Numbers of commands: growing over restarts. A few are reserved ahead in the ledger, so that none is given twice even
/// when its row is lost with the power.
final class CommandNumbers: Sendable {
    private let counter: Atomic<UInt64>
    private static let reservedAhead: UInt64 = 100

    init(next: UInt64) { counter = Atomic(next) }

    func next() -> UInt64 { counter.wrappingAdd(1, ordering: .relaxed).oldValue }
    func reserve() -> UInt64 { newest &+ CommandNumbers.reservedAhead }
    var newest: UInt64 { counter.load(ordering: .relaxed) }
}
