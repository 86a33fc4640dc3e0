import GRDB
import Language
import ProcessImage
import Quantities

/// Questions to the past. Any thread may ask; each waits for the disk as long as the disk takes, so a server asks on a
/// thread that may wait. Answers are bounded; flushed rows and those still in memory are told as one.
extension Journal {
    /// Rows a single answer holds at most.
    public static let rowsMax = 100_000

    /// One point's or output's past.
    /// - Parameters:
    ///   - from: seconds since 1970, included.
    ///   - to: seconds since 1970, not included.
    ///   - limit: rows; the newest are told. Range: 1 … `rowsMax`.
    public func history(tag: String, from: Int64, to: Int64, resolution: Resolution = .auto,
                        limit: Int = 10_000) throws(QueryRefused) -> History {
        let span = HistorySpan(from: from, to: to, limit: limit)
        let index = series.firstIndex { $0.tag == tag }
        drain.empty()
        let settled = resolution.settled(over: span.seconds)
        let memory = history.withMemory { InMemory($0, series: index) }
        let held = history.held
        let found = try askHistory { database in
            let query = HistoryQuery(database: database, tag: tag, span: span, clock: self.tables.clock)
            return try query.run(settled, adding: memory, standing: held, of: index.map { self.series[$0] })
        }
        guard let found else { throw .unknownTag(tag) }
        return found
    }

    /// What happened, newest first.
    /// - Parameters:
    ///   - from: seconds since 1970, included.
    ///   - to: seconds since 1970, not included.
    ///   - subject: only what is about this thing.
    public func events(from: Int64, to: Int64, subject: SubjectTag? = nil, limit: Int = 1_000) throws(QueryRefused) -> [EventRow] {
        let span = HistorySpan(from: from, to: to, limit: limit)
        drain.empty()
        let memory = history.withMemory { InMemory(eventsOf: $0) }
        return try askHistory { database in
            try EventQuery(database: database, span: span, subject: subject).run(adding: memory, tables: self.tables)
        }
    }

    func askHistory<Value>(_ question: (Database) throws -> Value) throws(QueryRefused) -> Value {
        do {
            return try history.file.read(question)
        } catch {
            throw .unavailable(error.text)
        }
    }
}

/// A stretch of time and how much of it may be told.
struct HistorySpan: Sendable {
    let from: Int64
    let to: Int64
    let limit: Int

    /// Times are clamped to what a row can bear: 1970 … 2248.
    init(from: Int64, to: Int64, limit: Int) {
        let last: Int64 = 8_790_000_000
        self.from = min(max(from, 0), last)
        self.to = min(max(to, self.from), last)
        self.limit = min(max(limit, 1), Journal.rowsMax)
    }

    var seconds: Int64 { to - from }
}

/// A part of the memory, copied out from under the lock before the file is looked at.
struct InMemory: Sendable {
    private let batches: Outbox<JournalBatch>

    /// One series' samples.
    init(_ memory: HistoryMemory, series: Int?) {
        batches = memory.outbox.map { batch in
            JournalBatch(frames: batch.frames.map { $0.only(series) })
        }
    }

    init(eventsOf memory: HistoryMemory) {
        batches = memory.outbox.map { JournalBatch(events: $0.events) }
    }

    /// What is not among the batches that the file says were written.
    func frames(notThrough written: UInt64) -> [OpenFrame] { batches.missing(after: written).flatMap(\.frames) }
    func events(notThrough written: UInt64) -> [EventRecord] { batches.missing(after: written).flatMap(\.events) }
}

extension OpenFrame {
    fileprivate func only(_ series: Int?) -> OpenFrame {
        OpenFrame(from: from, through: through, joint: joint, samples: samples.filter { $0.series == series })
    }
}
