import Control
import Interlocks
import ProcessImage
import Quantities

// The three stand outside `Recorder`, and not private: swiftc 6.3 fails on private types within a type without copies.
struct LastSample: BitwiseCopyable {
    var reading: Reading?
    var due: Instant
}

struct LastOutput: BitwiseCopyable, Equatable {
    var level: OutputLevel
    var cause: Cause
}

struct LastZone: BitwiseCopyable {
    var phase: ZonePhase?
    var due = Instant.never
}

/// Decides what of each scan is worth a record: what changed, and now and then what did not, so that a history without
/// a sample is never mistaken for one with nothing to say.
struct Recorder: ~Copyable {
    private var points: Dense<PointIndex, LastSample>
    private var outputs: Dense<OutputIndex, LastOutput?>
    private var zones: Dense<ZoneIndex, LastZone>
    private var nextStatistics = Instant.never

    /// A sample of a point that does not change comes this often.
    private static let refreshEvery: Duration = .minutes(1)
    private static let statusEvery: Duration = .seconds(1)

    init(tables: borrowing SiteTables, zones: Int) {
        points = Dense(repeating: LastSample(reading: nil, due: .never), count: tables.points.count)
        outputs = Dense(repeating: nil, count: tables.outputs.count)
        self.zones = Dense(repeating: LastZone(), count: zones)
    }

    /// Samples come last: if there is no room for all, it is they that are dropped, never a ledger row or an alarm.
    mutating func record(_ image: borrowing InputImage, _ interlocks: borrowing Interlocks,
                         _ control: borrowing IrrigationControl, _ statistics: ScanStatistics,
                         _ records: inout RecordBuffer) {
        for number in 0..<outputs.count { record(OutputIndex(number), interlocks, &records) }
        for number in 0..<zones.count { record(ZoneIndex(number), control.status(of: ZoneIndex(number)), image.now, &records) }
        if image.now >= nextStatistics {
            nextStatistics = image.now + Self.statusEvery
            records.append(.statistics(statistics))
        }
        for number in 0..<points.count { record(PointIndex(number), image, &records) }
    }

    private mutating func record(_ output: OutputIndex, _ interlocks: borrowing Interlocks, _ records: inout RecordBuffer) {
        let permitted = interlocks.outputs[output]
        let new = LastOutput(level: permitted.level, cause: permitted.cause)
        guard outputs[output] != new else { return }
        outputs[output] = new
        records.append(.output(output, new.level, new.cause))
    }

    private mutating func record(_ zone: ZoneIndex, _ status: ZoneStatus, _ now: Instant, _ records: inout RecordBuffer) {
        let isDue = status.phase != .idle && now >= zones[zone].due
        guard isDue || zones[zone].phase != status.phase else { return }
        zones[zone].phase = status.phase
        zones[zone].due = now + Self.statusEvery
        records.append(.zone(zone, status))
    }

    private mutating func record(_ point: PointIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let reading = image.reading(point)
        guard let last = points[point].reading else {
            // The first refreshes are spread over the minute, so that they do not all come in one scan for ever.
            let share = Int64(point.offset) * Self.refreshEvery.nanoseconds / Int64(points.count)
            points[point] = LastSample(reading: reading, due: image.now + .nanoseconds(share))
            records.append(.sample(point, reading))
            return
        }
        guard image.now >= points[point].due || reading.differs(from: last) else { return }
        points[point] = LastSample(reading: reading, due: image.now + Self.refreshEvery)
        records.append(.sample(point, reading))
    }
}

extension Reading {
    /// In what is recorded; two equal readings taken at different moments do not differ.
    fileprivate func differs(from other: Reading) -> Bool {
        quality != other.quality || reason != other.reason || recorded.bitPattern != other.recorded.bitPattern
    }
}
