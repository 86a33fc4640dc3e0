import ProcessImage
import Quantities

/// A reading on its way to the file.
struct SampleRow: Sendable, BitwiseCopyable {
    /// Milliseconds since 1970: the scan's nominal time.
    let at: Int64
    let value: Double
    let series: UInt32
    let quality: Quality
    let reason: Reason
}

struct EventRecord: Sendable {
    let wall: WallTime
    let event: Event
    /// What the sentence of the catalogue cannot say, such as a file's name.
    var detail: String?
}

/// What is written to the journal in one transaction.
struct JournalBatch: Sendable {
    var samples: [SampleRow] = []
    var rollups: [RollupRow] = []
    var events: [EventRecord] = []

    /// What it takes in the file at most: a rollup has a row in three tables.
    var bytesMax: Int64 { Int64(samples.count) * 24 + Int64(rollups.count) * 150 + Int64(events.count) * 600 }

    var isEmpty: Bool { samples.isEmpty && rollups.isEmpty && events.isEmpty }
}

/// The newest history, which is not in the file yet: written by the drain, emptied by the writer, seen by readers.
struct HistoryMemory: Sendable {
    var outbox = Outbox(empty: JournalBatch())
    var book: RollupBook
    /// Samples and events that found no room since the drain last asked.
    private var givenUp: UInt64 = 0

    init(series: Int) { book = RollupBook(series: series) }

    /// The newest is given up when the memory is full: what came first stays whole.
    mutating func take(_ sample: SampleRow) {
        if outbox.pending.samples.count < Bounds.samplesMax {
            outbox.pending.samples.append(sample)
        } else {
            givenUp &+= 1
        }
    }

    mutating func take(_ event: EventRecord) {
        if outbox.pending.events.count < Bounds.eventsMax {
            outbox.pending.events.append(event)
        } else {
            givenUp &+= 1
        }
    }

    /// So many wait that the next flush is brought forward.
    var mustFlush: Bool { outbox.pending.samples.count >= Bounds.samplesFlush }

    mutating func givenUpSinceAsked() -> UInt64 {
        defer { givenUp = 0 }
        return givenUp
    }

    /// - Parameter isLast: at the end the minute that is not over is written too.
    mutating func takeBatch(isLast: Bool) -> (number: UInt64, batch: JournalBatch)? {
        if isLast { book.close() }
        guard outbox.inFlight == nil else { return outbox.take() }
        outbox.pending.rollups = book.takeClosed()
        return outbox.pending.isEmpty ? nil : outbox.take()
    }
}

extension HistoryMemory {
    mutating func take(_ record: Record, pointCount: UInt32) {
        book.advance(to: record.instant, wall: record.wall)
        switch record.body {
        case .sample(let point, let reading):
            take(SampleRow(at: record.wall.unixMilliseconds, value: reading.recorded, series: UInt32(point.rawValue),
                           quality: reading.quality, reason: reading.reason))
            book.take(reading.recorded, isGood: reading.quality == .good, for: point.offset)
        case .output(let output, let level, _):
            let series = pointCount + UInt32(output.rawValue)
            let value = level.isOn ? 1.0 : 0.0
            take(SampleRow(at: record.wall.unixMilliseconds, value: value, series: series, quality: .good, reason: .none))
            book.take(value, isGood: true, for: Int(series))
        case .event(let event): take(EventRecord(wall: record.wall, event: event))
        case .zone, .alarm, .ledger, .statistics: break
        }
    }
}
