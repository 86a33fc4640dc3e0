import Control
import Interlocks
import ProcessImage
import Quantities

// These stand outside `Recorder`, and not private: swiftc 6.3 fails on private types within a type without copies.
struct LastSample: BitwiseCopyable {
    var value = UInt64.max
    var quality = Quality.bad
    var reason = Reason.none
    var due = Instant.never
}

struct LastOutput: BitwiseCopyable {
    /// `nil`: never recorded.
    var level: OutputLevel?
    var cause = Cause.idle
    var due = Instant.never
}

struct LastSetpoint: BitwiseCopyable {
    /// `nil`: never recorded.
    var cause: Cause?
    var due = Instant.never
}

struct LastZone: BitwiseCopyable {
    var phase: ZonePhase?
    var due = Instant.never
}

struct LastGate: BitwiseCopyable {
    var reason: GateReason?
    var due = Instant.never
}

/// Decides what of each scan is worth a record: what changed, and once a minute what did not, so that a history without
/// a sample is never mistaken for one with nothing to say.
///
/// A scan costs what was latched in it, and a share of the other points such that each is looked at once a second: that
/// is when ageing is seen and a refresh is due.
struct Recorder: ~Copyable {
    private var points: Dense<PointIndex, LastSample>
    private var outputs: Dense<OutputIndex, LastOutput>
    private var setpoints: Dense<SetpointIndex, LastSetpoint>
    private var zones: Dense<ZoneIndex, LastZone>
    private var gates: Dense<GateIndex, LastGate>
    private var nextStatistics = Instant.never
    private var isFirst = true
    /// Where the next look at points that were not latched begins, and how many there are in a scan.
    private var nextLook = 0
    private let lookShare: Int

    /// What does not change is recorded this often.
    private static let refreshEvery: Duration = .minutes(1)
    private static let statusEvery: Duration = .seconds(1)
    private static let lookEvery: Duration = .seconds(1)

    init(tables: borrowing SiteTables, control: borrowing ControlPlan, period: Duration) {
        points = Dense(repeating: LastSample(), count: tables.points.count)
        outputs = Dense(repeating: LastOutput(), count: tables.outputs.count)
        setpoints = Dense(repeating: LastSetpoint(), count: tables.setpoints.count)
        zones = Dense(repeating: LastZone(), count: control.zones.count)
        gates = Dense(repeating: LastGate(), count: control.gates.count)
        let scans = max(1, Int(Self.lookEvery.nanoseconds / period.nanoseconds))
        lookShare = (tables.points.count + scans - 1) / scans
    }

    /// Samples come last: if there is no room for all, it is they that are dropped, never a ledger row or an alarm.
    mutating func record(_ image: borrowing InputImage, _ interlocks: borrowing Interlocks,
                         _ control: borrowing IrrigationControl, _ canal: borrowing CanalControl, _ statistics: ScanStatistics,
                         _ records: inout RecordBuffer) {
        for number in 0..<outputs.count { record(OutputIndex(number), interlocks, image.now, &records) }
        for number in 0..<setpoints.count { record(SetpointIndex(number), interlocks, image.now, &records) }
        for number in 0..<zones.count { record(ZoneIndex(number), control.status(of: ZoneIndex(number)), image.now, &records) }
        for number in 0..<gates.count { record(canal, GateIndex(number), image.now, &records) }
        if image.now >= nextStatistics {
            nextStatistics = image.now + Self.statusEvery
            records.append(.statistics(statistics))
        }
        recordPoints(image, &records)
        isFirst = false
    }

    private mutating func record(_ output: OutputIndex, _ interlocks: borrowing Interlocks, _ now: Instant,
                                 _ records: inout RecordBuffer) {
        let permitted = interlocks.outputs[output]
        let last = outputs[output]
        guard now >= last.due || last.level != permitted.level || last.cause != permitted.cause else { return }
        outputs[output] = LastOutput(level: permitted.level, cause: permitted.cause,
                                     due: nextDue(output.offset, of: outputs.count, now))
        records.append(.output(output, permitted.level, permitted.cause))
    }

    /// Its value is recorded with its point.
    private mutating func record(_ setpoint: SetpointIndex, _ interlocks: borrowing Interlocks, _ now: Instant,
                                 _ records: inout RecordBuffer) {
        let cause = interlocks.outputs[setpoint].cause
        guard now >= setpoints[setpoint].due || setpoints[setpoint].cause != cause else { return }
        setpoints[setpoint] = LastSetpoint(cause: cause, due: nextDue(setpoint.offset, of: setpoints.count, now))
        records.append(.setpoint(setpoint, cause))
    }

    private mutating func record(_ zone: ZoneIndex, _ status: ZoneStatus, _ now: Instant, _ records: inout RecordBuffer) {
        let isDue = status.phase != .idle && now >= zones[zone].due
        guard isDue || zones[zone].phase != status.phase else { return }
        zones[zone].phase = status.phase
        zones[zone].due = now + Self.statusEvery
        records.append(.zone(zone, status))
    }

    private mutating func record(_ canal: borrowing CanalControl, _ gate: GateIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let reason = canal.reason(of: gate)
        guard now >= gates[gate].due || gates[gate].reason != reason else { return }
        gates[gate] = LastGate(reason: reason, due: now + Self.statusEvery)
        records.append(.gate(gate, canal.status(of: gate, at: now)))
    }

    // MARK: Points

    private mutating func recordPoints(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        if isFirst {
            for number in 0..<points.count { record(PointIndex(number), image, &records) }
            return
        }
        for number in 0..<image.latchedCount { record(image.latched(number), image, &records) }
        for _ in 0..<lookShare {
            record(PointIndex(nextLook), image, &records)
            nextLook = nextLook + 1 < points.count ? nextLook + 1 : 0
        }
    }

    private mutating func record(_ point: PointIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let reading = image.reading(point)
        guard image.now >= points[point].due || points[point].differs(from: reading) else { return }
        points[point] = LastSample(value: reading.recorded.bitPattern, quality: reading.quality, reason: reading.reason,
                                   due: nextDue(point.offset, of: points.count, image.now))
        records.append(.sample(point, reading))
    }

    /// The first refreshes are spread over the minute, so that they do not all come in one scan for ever.
    private func nextDue(_ number: Int, of count: Int, _ now: Instant) -> Instant {
        guard isFirst else { return now + Self.refreshEvery }
        return now + .nanoseconds(Int64(number) * Self.refreshEvery.nanoseconds / Int64(count))
    }
}

extension LastSample {
    /// In what is recorded; two equal readings taken at different moments do not differ.
    fileprivate func differs(from reading: Reading) -> Bool {
        value != reading.recorded.bitPattern || quality != reading.quality || reason != reading.reason
    }
}
