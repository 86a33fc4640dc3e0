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
        let memory = history.withMemory { HistoryInMemory($0, series: index) }
        let found = try ask { database in
            let query = HistoryQuery(database: database, tag: tag, span: span, clock: self.tables.clock)
            return try query.run(settled, adding: memory, of: index.map { self.series[$0] })
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
        let memory = history.withMemory { EventsInMemory($0) }
        return try ask { database in
            try EventQuery(database: database, span: span, subject: subject).run(adding: memory, tables: self.tables)
        }
    }

    private func ask<Value>(_ question: (Database) throws -> Value) throws(QueryRefused) -> Value {
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

/// One series' part of the memory, copied out from under the lock.
struct HistoryInMemory: Sendable {
    /// The batch on its way, with its number: a file that has it must not be added to.
    let number: UInt64?
    let inFlight: (samples: [SampleRow], rollups: [RollupRow])
    let pending: (samples: [SampleRow], rollups: [RollupRow])
    let series: Int?

    init(_ memory: HistoryMemory, series: Int?) {
        self.series = series
        number = memory.outbox.inFlight?.number
        inFlight = (memory.outbox.inFlight?.batch.samples ?? [], memory.outbox.inFlight?.batch.rollups ?? [])
        let current = series.flatMap { memory.book.current($0) }.map { [$0] } ?? []
        pending = (memory.outbox.pending.samples, memory.book.closed + current)
    }

    func samples(notThrough written: UInt64) -> [SampleRow] {
        guard let series else { return [] }
        let all = isWritten(written) ? pending.samples : inFlight.samples + pending.samples
        return all.filter { $0.series == UInt32(series) }
    }

    func rollups(notThrough written: UInt64) -> [RollupRow] {
        guard let series else { return [] }
        let all = isWritten(written) ? pending.rollups : inFlight.rollups + pending.rollups
        return all.filter { $0.series == series }
    }

    private func isWritten(_ written: UInt64) -> Bool { number.map { $0 <= written } ?? true }
}

struct EventsInMemory: Sendable {
    let number: UInt64?
    let inFlight: [EventRecord]
    let pending: [EventRecord]

    init(_ memory: HistoryMemory) {
        number = memory.outbox.inFlight?.number
        inFlight = memory.outbox.inFlight?.batch.events ?? []
        pending = memory.outbox.pending.events
    }

    func events(notThrough written: UInt64) -> [EventRecord] {
        number.map { $0 <= written } ?? true ? pending : inFlight + pending
    }
}
