import CRealtime
import GRDB
import ProcessImage
import Quantities
import Synchronization

/// Owns `journal.db`: writes what waits in memory, one transaction per flush.
final class JournalWriter: Sendable {
    let file: DatabaseFile
    private let memory: Mutex<HistoryMemory>
    private let tables: SiteTables
    private let plan: RecordingPlan
    /// Milliseconds.
    private let tick: Int64
    private let series: [Series]
    private let ids = Mutex<[Int64]>([])
    let health: DiskHealth
    private let lastFlush = Atomic<Int64>(0)
    private let isLast = Atomic<Bool>(false)
    private let wasChecked = Atomic<Bool>(false)
    /// The newest trusted wall time, milliseconds since 1970; 0: none yet.
    private let trustedNow = Atomic<Int64>(0)
    private let folding = Mutex(Folding())

    /// What the thread that writes knows of the frames in the file.
    private struct Folding {
        /// Which stretch of `foldEvery` the newest frame lies in.
        var stretch: Int64?
        /// Frames with a lower number are to be folded.
        var before: Int64?
        var bytes: Int64 = 0
        var held = Held()
    }

    init(folder: String, tables: SiteTables, plan: RecordingPlan, scanPeriod: Duration, state: JournalState) {
        file = DatabaseFile(folder: folder, name: "journal.db", migrator: JournalSchema.migrator)
        series = Series.all(of: tables)
        memory = Mutex(HistoryMemory())
        self.tables = tables
        self.plan = plan
        tick = max(1, scanPeriod.wholeMilliseconds)
        health = DiskHealth(patience: Pulse.journal) { state.journalIsWritable.store($0, ordering: .relaxed) }
        lastFlush.store(Moment.monotonic, ordering: .relaxed)
    }

    // MARK: Handing over and looking (any thread)

    /// - Returns: what the change says; the lock is held for it, so it must be short.
    func withMemory<Value>(_ change: (inout sending HistoryMemory) -> sending Value) -> sending Value {
        memory.withLock(change)
    }

    func note(trustedWall: Int64) { trustedNow.store(trustedWall, ordering: .relaxed) }

    /// The next flush is the last: it folds all there is, so that the file that stays is whole for any reader.
    func noteLast() { isLast.store(true, ordering: .relaxed) }

    // MARK: Writing (its thread)

    func work() {
        let now = Moment.monotonic
        guard health.mayTry(at: now) || isLast.load(ordering: .relaxed) else { return }
        health.attempt(file, at: now, replace: replace) { () throws(StorageFault) in
            if !file.isOpen { try open() }
            guard isDue(at: now) || health.hasFailed else { return false }
            try flush()
            lastFlush.store(now, ordering: .relaxed)
            return true
        }
    }

    /// How long there is nothing to do unless it is woken.
    var rest: Duration {
        if health.hasFailed { return Pulse.retry }
        let due = Duration.nanoseconds(lastFlush.load(ordering: .relaxed) - Moment.monotonic) + plan.flushEvery
        return max(due, Pulse.breath)
    }

    private func isDue(at now: Int64) -> Bool {
        if isLast.load(ordering: .relaxed) { return true }
        if now - lastFlush.load(ordering: .relaxed) >= plan.flushEvery.nanoseconds { return true }
        return memory.withLock { $0.mustFlush }
    }

    private func flush() throws(StorageFault) {
        let taken = memory.withLock { $0.takeBatch() }
        let bytes = taken?.batch.bytesMax ?? 0
        try makeRoom(for: health.hasFailed ? bytes : min(bytes, plan.maximumBytes / 4))
        if let (number, batch) = taken {
            try write(batch, number)
            memory.withLock { $0.outbox.done() }
        }
        if isLast.load(ordering: .relaxed) { folding.withLock { $0.before = .max } }
        try foldIfDue()
    }

    private func write(_ batch: JournalBatch, _ number: UInt64) throws(StorageFault) {
        let ids = ids.withLock { $0 }
        var written: [(number: Int64, from: Int64, bytes: Int)] = []
        try file.write { database in
            guard try Meta.get(.batch, in: database) ?? 0 < Int64(number) else { return }
            written = try JournalTables(tables: tables, series: series, ids: ids, database: database, tick: tick).write(batch)
            try Meta.set(.batch, Int64(number), in: database)
        }
        folding.withLock { folding in
            for frame in written {
                let stretch = floorDivision(frame.from, plan.foldEvery.wholeMilliseconds)
                if stretch != folding.stretch { folding.before = frame.number }
                folding.stretch = stretch
                folding.bytes += Int64(frame.bytes)
            }
            if folding.bytes >= Bounds.framesFold { folding.before = .max }
        }
    }

    private func foldIfDue() throws(StorageFault) {
        let (before, bytes, known) = folding.withLock { ($0.before, $0.bytes, $0.held) }
        guard let before else { return }
        try makeRoom(for: bytes + bytes / 4)
        var held = known
        var left: Int64 = 0
        try file.write { database in
            held = known
            var fold = try Fold(database, clock: tables.clock)
            try fold.run(before: before, held: &held)
            left = try frameBytes(in: database)
        }
        folding.withLock { folding in
            folding.held = held
            folding.before = nil
            folding.bytes = left
        }
        // A fold takes many small pieces and leaves them free; until the next one others may have their pages.
        tg_return_memory()
    }

    private func frameBytes(in database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT sum(length(data)) FROM frames") ?? 0
    }

    /// What stands before the frames that are not folded yet.
    var held: Held { folding.withLock { $0.held } }

    /// Small transactions of their own, so that a batch that did not fit finds more room at its next try. A first try
    /// asks for a quarter of the file at most: what a batch takes is guessed high.
    private func makeRoom(for bytes: Int64) throws(StorageFault) {
        let trusted = trustedNow.load(ordering: .relaxed)
        for _ in 0..<JournalWriter.roomStepsMax {
            var hasRoom = false
            try file.write { database in
                hasRoom = try Retention(plan: plan, database: database).step(now: trusted > 0 ? trusted : nil, room: bytes)
            }
            if hasRoom { return }
        }
    }

    /// Steps of retention in one flush.
    private static let roomStepsMax = 20

    /// A file that was not closed in order is read through once, before anything is written to it.
    private func open() throws(StorageFault) {
        let mustCheck = !wasChecked.load(ordering: .relaxed)
        try file.open { database in
            try mustCheck && Meta.get(.closedInOrder, in: database) != 1
        }
        wasChecked.store(true, ordering: .relaxed)
        do throws(StorageFault) {
            try prepare()
        } catch {
            // Open but not prepared, it would be written to without its series.
            file.close()
            throw error
        }
    }

    private func prepare() throws(StorageFault) {
        var found: [Int64] = [], newest: Int64 = 0, bytes: Int64 = 0
        try file.write { database in
            found = try JournalTables.ids(of: series, in: database)
            try Meta.set(.closedInOrder, 0, in: database)
            newest = try Meta.get(.batch, in: database) ?? 0
            bytes = try frameBytes(in: database)
        }
        try file.configure { try Retention.setBound($0, plan: plan) }
        ids.withLock { $0 = found }
        folding.withLock { $0.bytes = bytes }
        memory.withLock { $0.outbox.continueAfter(UInt64(clamping: newest)) }
    }

    private func replace() throws(StorageFault) {
        noteSetAside(try file.setAside())
        folding.withLock { $0 = Folding() }
    }

    /// An event for people that a damaged database has a new name.
    func noteSetAside(_ name: String) {
        let event = EventRecord(wall: Moment.wall, event: Event(.databaseSetAside, .site), detail: name)
        memory.withLock { $0.take(event) }
    }

    /// An event of the records' own.
    func note(_ event: Event) { memory.withLock { $0.take(EventRecord(wall: Moment.wall, event: event)) } }

    func close() {
        try? file.write { try Meta.set(.closedInOrder, 1, in: $0) }
        file.closeInOrder()
    }
}
