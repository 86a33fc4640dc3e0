public import Quantities

/// The field as it was latched at the start of a scan. Its `now` is the only now there is; control reads nothing else.
///
/// A reading ages as it is looked at, so a scan costs what came in and what is asked, not how many points there are.
/// All memory is taken at `init`; latching and reading allocate nothing.
public struct InputImage: ~Copyable {
    public private(set) var now = Instant.start
    public private(set) var wall = WallTime(unixNanoseconds: 0, trust: .unset)
    public private(set) var scan: UInt64 = 0
    /// Commands of people latched in this scan, oldest first.
    public private(set) var commandCount = 0
    /// Ledger rows up to this number are on disk for good (see `LedgerEntry.number`).
    public private(set) var ledgerDurableThrough: UInt64 = 0
    /// Whether the ledger can be written at all, as the journal last said.
    public private(set) var ledgerIsWritable = true

    /// The forecast that was pushed last, if one ever was.
    public private(set) var forecast: Forecast?

    /// Points that were latched in this scan; see `latched(_:)`.
    public private(set) var latchedCount = 0

    public let pointCount: Int
    public let outputCount: Int
    public let setpointCount: Int
    private let readings: UnsafeMutablePointer<Reading>
    private let feedback: UnsafeMutablePointer<OutputFeedback>
    private let verdicts: UnsafeMutablePointer<Verdict>
    private let setpointFeedback: UnsafeMutablePointer<SetpointFeedback>
    private let setpointVerdicts: UnsafeMutablePointer<SetpointVerdict>
    private let commands: UnsafeMutablePointer<Command>
    private let ageLimits: UnsafeMutablePointer<AgeLimit>
    private let latchedPoints: UnsafeMutablePointer<PointIndex>
    /// The scan in which each point was latched last.
    private let latchedIn: UnsafeMutablePointer<UInt64>

    public init(tables: borrowing SiteTables) {
        pointCount = tables.points.count
        outputCount = tables.outputs.count
        setpointCount = tables.setpoints.count
        readings = .allocate(capacity: max(pointCount, 1))
        readings.initialize(repeating: .neverRead, count: pointCount)
        feedback = .allocate(capacity: max(outputCount, 1))
        feedback.initialize(repeating: .unknown, count: outputCount)
        verdicts = .allocate(capacity: max(outputCount, 1))
        for (index, output) in tables.outputs.enumerated() {
            (verdicts + index).initialize(to: Verdict(level: output.safe, since: .start))
        }
        setpointFeedback = .allocate(capacity: max(setpointCount, 1))
        setpointFeedback.initialize(repeating: .unknown, count: setpointCount)
        setpointVerdicts = .allocate(capacity: max(setpointCount, 1))
        for (index, setpoint) in tables.setpoints.enumerated() {
            (setpointVerdicts + index).initialize(to: SetpointVerdict(value: setpoint.safe))
        }
        commands = .allocate(capacity: Limits.commandsPerScanMax)
        ageLimits = .allocate(capacity: max(pointCount, 1))
        for (index, point) in tables.points.enumerated() { (ageLimits + index).initialize(to: AgeLimit(point)) }
        latchedPoints = .allocate(capacity: max(pointCount, 1))
        latchedIn = .allocate(capacity: max(pointCount, 1))
        latchedIn.initialize(repeating: 0, count: pointCount)
    }

    deinit {
        readings.deallocate()
        feedback.deallocate()
        verdicts.deallocate()
        setpointFeedback.deallocate()
        setpointVerdicts.deallocate()
        commands.deallocate()
        ageLimits.deallocate()
        latchedPoints.deallocate()
        latchedIn.deallocate()
    }

    // MARK: Reading

    /// The point's value if it is good and no older than the rule that asks for it allows.
    public func value<Q: Quantity>(of point: PointOf<Q>, noOlderThan limit: Duration) -> Known<Q> {
        switch number(of: point.index, noOlderThan: limit) {
        case .known(let number): .known(point.quantity(number))
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// Whether the point is on, if it is good and fresh enough.
    public func isOn(_ point: DigitalPoint, noOlderThan limit: Duration) -> Known<Bool> {
        switch number(of: point.index, noOlderThan: limit) {
        case .known(let number): .known(number != 0)
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// The point's value in the base unit of what it measures, if it is good and fresh enough.
    public func base(of gauge: GaugePoint, noOlderThan limit: Duration) -> Known<Double> {
        switch number(of: gauge.index, noOlderThan: limit) {
        case .known(let number): .known(gauge.base(number))
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// What a bridge stands at, if that is known and fresh enough.
    public func standing(of bridge: BridgePoint, noOlderThan limit: Duration) -> Known<BridgeStanding> {
        switch number(of: bridge.index, noOlderThan: limit) {
        case .known(let number):
            UInt8(exactly: number).flatMap(BridgeStanding.init(rawValue:)).map { .known($0) } ?? .unknown(.outOfRange)
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// The whole reading, aged to `now`, for records and screens.
    public func reading(_ point: PointIndex) -> Reading {
        precondition(point.offset < pointCount)
        return readings[point.offset].aged(at: now, ageLimits[point.offset])
    }

    /// One of the points latched in this scan, each once, in the order they came.
    /// - Parameter number: 0 ..< `latchedCount`.
    public func latched(_ number: Int) -> PointIndex {
        precondition(number >= 0 && number < latchedCount)
        return latchedPoints[number]
    }

    public func feedback(of output: OutputIndex) -> OutputFeedback {
        precondition(output.offset < outputCount)
        return feedback[output.offset]
    }

    /// What was permitted of the output in the scan before, and since when.
    public func verdict(of output: OutputIndex) -> Verdict {
        precondition(output.offset < outputCount)
        return verdicts[output.offset]
    }

    public func feedback(of setpoint: SetpointIndex) -> SetpointFeedback {
        precondition(setpoint.offset < setpointCount)
        return setpointFeedback[setpoint.offset]
    }

    /// What was permitted of the set-point in the scan before.
    public func verdict(of setpoint: SetpointIndex) -> SetpointVerdict {
        precondition(setpoint.offset < setpointCount)
        return setpointVerdicts[setpoint.offset]
    }

    public func command(_ index: Int) -> Command {
        precondition(index < commandCount)
        return commands[index]
    }

    private func number(of point: PointIndex, noOlderThan limit: Duration) -> Known<Double> {
        let reading = reading(point)
        guard reading.quality == .good else { return .unknown(reading.reason) }
        guard now - reading.takenAt <= limit else { return .unknown(.stale) }
        return .known(reading.number)
    }

    // MARK: Copying

    /// Takes over what another image of the same site holds; its commands are not taken.
    public mutating func take(from other: borrowing InputImage) {
        precondition(other.pointCount == pointCount && other.outputCount == outputCount && other.setpointCount == setpointCount)
        now = other.now
        wall = other.wall
        scan = other.scan
        commandCount = 0
        latchedCount = 0
        ledgerDurableThrough = other.ledgerDurableThrough
        ledgerIsWritable = other.ledgerIsWritable
        readings.update(from: other.readings, count: pointCount)
        feedback.update(from: other.feedback, count: outputCount)
        verdicts.update(from: other.verdicts, count: outputCount)
        setpointFeedback.update(from: other.setpointFeedback, count: setpointCount)
        setpointVerdicts.update(from: other.setpointVerdicts, count: setpointCount)
    }

    // MARK: Latching (Scan and tests)

    /// Begins a new scan: the moment is fixed, last scan's commands are gone, and time has passed for every reading.
    public mutating func begin(now: Instant, wall: WallTime) {
        self.now = now
        self.wall = wall
        scan &+= 1
        commandCount = 0
        latchedCount = 0
    }

    /// Latches a reading.
    public mutating func latch(_ reading: Reading, at point: PointIndex) {
        precondition(point.offset < pointCount)
        readings[point.offset] = reading
        guard latchedIn[point.offset] != scan else { return }
        latchedIn[point.offset] = scan
        latchedPoints[latchedCount] = point
        latchedCount += 1
    }

    public mutating func latch(_ feedback: OutputFeedback, of output: OutputIndex) {
        precondition(output.offset < outputCount)
        self.feedback[output.offset] = feedback
    }

    public mutating func latch(_ verdict: Verdict, of output: OutputIndex) {
        precondition(output.offset < outputCount)
        verdicts[output.offset] = verdict
    }

    public mutating func latch(_ feedback: SetpointFeedback, of setpoint: SetpointIndex) {
        precondition(setpoint.offset < setpointCount)
        setpointFeedback[setpoint.offset] = feedback
    }

    public mutating func latch(_ verdict: SetpointVerdict, of setpoint: SetpointIndex) {
        precondition(setpoint.offset < setpointCount)
        setpointVerdicts[setpoint.offset] = verdict
    }

    /// `false` when this scan has its fill; the command then waits for the next.
    public mutating func latch(_ command: Command) -> Bool {
        guard commandCount < Limits.commandsPerScanMax else { return false }
        commands[commandCount] = command
        commandCount += 1
        return true
    }

    public mutating func latch(_ forecast: Forecast) { self.forecast = forecast }

    public mutating func latchLedger(durableThrough number: UInt64, isWritable: Bool) {
        ledgerDurableThrough = number
        ledgerIsWritable = isWritable
    }
}

/// What the field says of an output: its level as read back, if it can be.
public struct OutputFeedback: Sendable, BitwiseCopyable, Equatable {
    /// `nil`: not known (never read, or the link is down).
    public let level: OutputLevel?
    public let at: Instant
    /// The lease holder drove the output to its safe state on its own.
    public let leaseExpired: Bool

    public init(level: OutputLevel?, at: Instant, leaseExpired: Bool = false) {
        self.level = level
        self.at = at
        self.leaseExpired = leaseExpired
    }

    public static let unknown = OutputFeedback(level: nil, at: .never)
}
