import ProcessImage
import Quantities

/// A reading on its way to the file, in 16 bytes: hundreds of thousands may wait.
struct SampleRow: Sendable, BitwiseCopyable {
    /// Meaningless where the state is bad.
    let value: Double
    /// The scan's nominal time, milliseconds after its frame began.
    let after: UInt32
    /// Series in the high bits, state in the low eight.
    private let place: UInt32

    init(_ value: Double, after: Int64, series: Int, _ state: SampleState) {
        self.value = value
        self.after = UInt32(clamping: after)
        place = UInt32(truncatingIfNeeded: series) << 8 | UInt32(state.code)
    }

    var series: Int { Int(place >> 8) }
    var state: SampleState { SampleState(code: UInt8(truncatingIfNeeded: place)) }
}

struct EventRecord: Sendable {
    let wall: WallTime
    let event: Event
    /// What the sentence of the catalogue cannot say, such as a file's name.
    var detail: String?
}

/// A stretch of time without a gap, within one window, and what was recorded in it, in order of arrival.
struct OpenFrame: Sendable {
    /// Milliseconds since 1970.
    let from: Int64
    var through: Int64
    let joint: Joint
    var samples: [SampleRow] = []

    mutating func add(_ value: Double, _ state: SampleState, series: Int, at: Int64) {
        samples.append(SampleRow(value, after: at - from, series: series, state))
    }
}

/// How a frame joins the one before it.
enum Joint: UInt64, Sendable {
    /// A new life: nothing of what stood before is known.
    case begins = 0
    /// The clock stepped or the scan was silent: what stood before ended then, and stands again from here on.
    case resumes = 1
    /// It begins where the one before ended.
    case continues = 2
}

/// What is written to the journal in one transaction.
struct JournalBatch: Sendable {
    var frames: [OpenFrame] = []
    var events: [EventRecord] = []

    var sampleCount: Int { frames.reduce(0) { $0 + $1.samples.count } }

    /// What it takes in the file at most.
    var bytesMax: Int64 { frames.reduce(0) { $0 + 4_096 + Int64($1.samples.count) * 16 } + Int64(events.count) * 600 }

    var isEmpty: Bool { frames.isEmpty && events.isEmpty }
}

/// The newest history, which is not in the file yet: written by the drain, emptied by the writer, seen by readers.
struct HistoryMemory: Sendable {
    var outbox = Outbox(empty: JournalBatch())
    private var newest: (instant: Instant, at: Int64)?
    private var sampleCount = 0
    /// Samples and events that found no room since the drain last asked.
    private var givenUp: UInt64 = 0

    /// A difference of the clocks beyond this is a step.
    private static let step: Int64 = 500
    /// With no record for longer than this nobody knows what was: the machine slept. (The scan leaves its statistics
    /// every second, even where nothing changes.)
    private static let gap: Duration = .seconds(10)

    /// So many samples wait that they are not left until the flush is due.
    var mustFlush: Bool { sampleCount >= Bounds.samplesFlush }
    var isEmpty: Bool { sampleCount == 0 && outbox.inFlight == nil }

    mutating func take(_ record: Record, pointCount: UInt32) {
        pass(to: record.instant, wall: record.wall)
        switch record.body {
        case .sample(let point, let reading):
            take(reading.recorded, SampleState(reading.quality, reading.reason), series: point.offset, at: record.wall)
        case .output(let output, let level, _):
            take(level.isOn ? 1 : 0, .good, series: Int(pointCount) + output.offset, at: record.wall)
        case .event(let event): take(EventRecord(wall: record.wall, event: event))
        case .setpoint, .zone, .gate, .dosing, .channel, .cage, .line, .silo, .depth, .alarm, .ledger, .statistics: break
        }
    }

    // MARK: Time

    /// Goes on to the moment of a scan. Frames tile the time without a gap; a new one begins with each window, after each
    /// flush, and where the scan was silent or the clock stepped.
    private mutating func pass(to instant: Instant, wall: WallTime) {
        guard newest?.instant != instant else { return }
        let at = max(wall.unixMilliseconds, 0)
        defer { newest = (instant, at) }
        guard let before = newest else { return append(from: at, .begins) }
        guard instant > before.instant, instant - before.instant <= HistoryMemory.gap else { return append(from: at, .resumes) }
        let passed = (instant - before.instant).wholeMilliseconds
        guard at >= before.at, abs(at - before.at - passed) <= HistoryMemory.step else {
            // What stood has stood until the step, by the clock as it was.
            ensureFrame(from: before.at)
            extend(to: before.at + passed)
            return append(from: at, .resumes)
        }
        ensureFrame(from: before.at)
        let window = Window.start(of: at) * 1000
        if window > before.at {
            extend(to: window)
            append(from: window, .continues)
        }
        extend(to: at)
    }

    /// A clock that steps all the time does not fill the memory with frames: its samples share the last.
    private mutating func append(from: Int64, _ joint: Joint) {
        guard outbox.pending.frames.count < Bounds.framesMax else { return }
        outbox.pending.frames.append(OpenFrame(from: from, through: from, joint: joint))
    }

    /// After a flush the next frame goes on where the flushed one ended.
    private mutating func ensureFrame(from: Int64) {
        if outbox.pending.frames.isEmpty { append(from: from, .continues) }
    }

    private mutating func extend(to at: Int64) {
        outbox.pending.frames[outbox.pending.frames.count - 1].through = at
    }

    // MARK: Rows

    /// The newest is given up when the memory is full: what came first stays whole.
    private mutating func take(_ value: Double, _ state: SampleState, series: Int, at wall: WallTime) {
        guard sampleCount < Bounds.samplesMax else {
            givenUp &+= 1
            return
        }
        let at = max(wall.unixMilliseconds, 0)
        ensureFrame(from: at)
        outbox.pending.frames[outbox.pending.frames.count - 1].add(value, state, series: series, at: at)
        sampleCount += 1
    }

    mutating func take(_ event: EventRecord) {
        if outbox.pending.events.count < Bounds.eventsMax {
            outbox.pending.events.append(event)
        } else {
            givenUp &+= 1
        }
    }

    /// So many wait that the next flush is brought forward.

    mutating func givenUpSinceAsked() -> UInt64 {
        defer { givenUp = 0 }
        return givenUp
    }

    mutating func takeBatch() -> (number: UInt64, batch: JournalBatch)? {
        guard outbox.inFlight == nil else { return outbox.take() }
        sampleCount = 0
        return outbox.pending.isEmpty ? nil : outbox.take()
    }
}
