public import Quantities

/// One watering of one zone, numbered over the life of the gateway.
public struct RunID: Hashable, Comparable, Sendable, BitwiseCopyable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: RunID, b: RunID) -> Bool { a.rawValue < b.rawValue }
}

/// One planned start of a program: at most one start ever bears it.
public struct Occurrence: Hashable, Sendable, BitwiseCopyable {
    public let program: ProgramIndex
    /// The local day it belongs to.
    public let date: CivilDate
    /// Which of the day's start times. Range: 0 ..< `Limits.startsPerProgramMax`.
    public let number: UInt8

    public init(program: ProgramIndex, date: CivilDate, number: UInt8) {
        self.program = program
        self.date = date
        self.number = number
    }
}

public enum OccurrenceDecision: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case started = 1
    case caughtUp = 2
    case missed = 3
}

public enum RunOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case completed = 1
    /// A person stopped it.
    case stopped = 2
    case tripped = 3
    /// The controller died or was restarted in the run.
    case interrupted = 4
    /// It never got water: refused, or its wait ran out.
    case notStarted = 5
}

/// A row that must not be lost: what was started, what was given, what is latched, who ordered it.
public enum LedgerEntry: Sendable, BitwiseCopyable {
    case occurrence(Occurrence, OccurrenceDecision)
    /// A run was ordered and has its number. Its water may come later (`EventKind.runStarted` is when its valve opens),
    /// so that a power cut in the first zone of a program leaves those behind it accounted for too.
    case runStarted(RunID, ZoneIndex, Cause, planned: Duration)
    /// What has been given so far; after a power cut at least this much was given.
    case runProgress(RunID, watered: Duration, volume: Volume)
    case runEnded(RunID, RunOutcome, watered: Duration, volume: Volume, Cause)
    case tripLatched(TripID)
    case tripCleared(TripID, command: UInt64)
    case commandDone(UInt64, CommandOutcome)
    /// A motor whose starts are limited was started.
    case motorStarted(OutputIndex)
    /// What was learned of how often a source's meter reports.
    case meterReports(SourceIndex, every: Duration)
    /// Somebody confirmed by a command that an output does what its name says; the command's row in the audit has who, and
    /// what was seen.
    case outputProven(OutputIndex, command: UInt64)
}

public enum CommandOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case done = 1
    case queued = 2
    case refusedByTrip = 3
    case refusedBusy = 4
    case refusedNothingToDo = 5
    case refusedCauseStands = 6
    case expired = 7
    case refusedNotProven = 20
}

public enum ZonePhase: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case idle = 0
    /// Waits for its turn, for capacity, or for its ledger row.
    case queued = 1
    /// Valve and pump are on their way.
    case starting = 2
    case watering = 3
    /// The run is over; valves close in order.
    case stopping = 4
    /// A trip holds the zone.
    case tripped = 5
}

/// What a zone does, for screens and for `why`.
public struct ZoneStatus: Sendable, BitwiseCopyable, Equatable {
    public var phase: ZonePhase
    public var cause: Cause
    public var run: RunID
    public var planned: Duration
    public var watered: Duration
    public var volume: Volume
    /// `nil`: not measured.
    public var flow: Flow?

    public init(phase: ZonePhase = .idle, cause: Cause = .idle, run: RunID = RunID(rawValue: 0),
                planned: Duration = .zero, watered: Duration = .zero, volume: Volume = .zero, flow: Flow? = nil) {
        self.phase = phase
        self.cause = cause
        self.run = run
        self.planned = planned
        self.watered = watered
        self.volume = volume
        self.flow = flow
    }
}

/// How the scan is doing.
public struct ScanStatistics: Sendable, BitwiseCopyable, Equatable {
    public var overruns: UInt64 = 0
    public var latest: Duration = .zero
    public var worst: Duration = .zero
    public var recordsDropped: UInt64 = 0

    public init() {}
}

/// One thing the scan leaves behind. Fixed size, no references: it is copied into a ring.
public struct Record: Sendable, BitwiseCopyable {
    public enum Body: Sendable, BitwiseCopyable {
        case sample(PointIndex, Reading)
        case output(OutputIndex, OutputLevel, Cause)
        case zone(ZoneIndex, ZoneStatus)
        case event(Event)
        case alarm(AlarmID, AlarmState)
        /// `number` counts from 1 in each life of the process; see `InputImage.ledgerDurableThrough`.
        case ledger(LedgerEntry, number: UInt64)
        case statistics(ScanStatistics)
    }

    public let scan: UInt64
    public let instant: Instant
    public let wall: WallTime
    public let body: Body

    public init(scan: UInt64, instant: Instant, wall: WallTime, body: Body) {
        self.scan = scan
        self.instant = instant
        self.wall = wall
        self.body = body
    }
}

/// The records of one scan, gathered in memory taken at `init`. What does not fit is counted, never waited for.
public struct RecordBuffer: ~Copyable {
    public private(set) var count = 0
    public private(set) var dropped: UInt64 = 0
    private var ledgerCount: UInt64 = 0
    private let bodies: UnsafeMutablePointer<Record.Body>
    private let capacity: Int

    public init(capacity: Int = Limits.recordsPerScanMax) {
        self.capacity = capacity
        bodies = .allocate(capacity: capacity)
    }

    deinit { bodies.deallocate() }

    public mutating func clear() { count = 0 }

    public mutating func append(_ body: Record.Body) {
        guard count < capacity else {
            dropped &+= 1
            return
        }
        (bodies + count).initialize(to: body)
        count += 1
    }

    public mutating func event(_ event: Event) { append(.event(event)) }

    /// Orders a ledger row.
    /// - Returns: its number; the row is on disk once `InputImage.ledgerDurableThrough` has reached it.
    @discardableResult
    public mutating func ledger(_ entry: LedgerEntry) -> UInt64 {
        ledgerCount &+= 1
        append(.ledger(entry, number: ledgerCount))
        return ledgerCount
    }

    public subscript(index: Int) -> Record.Body {
        precondition(index < count)
        return bodies[index]
    }
}

/// What a new life of the process takes over from the ledger.
public struct Restored: Sendable {
    public struct OpenRun: Sendable, Hashable {
        public let run: RunID
        public let zone: ZoneIndex
        public let watered: Duration
        public let volume: Volume

        public init(run: RunID, zone: ZoneIndex, watered: Duration, volume: Volume) {
            self.run = run
            self.zone = zone
            self.watered = watered
            self.volume = volume
        }
    }

    /// A start of a motor within the last hour.
    public struct MotorStart: Sendable, Hashable {
        public let output: OutputIndex
        /// How long ago; not more than what is known, so zero where the clock could not be trusted.
        public let age: Duration

        public init(output: OutputIndex, age: Duration) {
            self.output = output
            self.age = age
        }
    }

    /// `false`: the ledger was damaged or could not be read, so what is below is not all that happened. Control then
    /// counts every occurrence planned before the start as decided (an unknown start counts as given).
    public var ledgerIsComplete = true
    public var nextRun = RunID(rawValue: 1)
    /// Runs that were begun and never ended: the process died in them.
    public var openRuns: [OpenRun] = []
    /// Occurrences already decided, newest last.
    public var decided: [Occurrence] = []
    public var trips: [TripID] = []
    /// Alarms that were not normal.
    public var alarms: [(id: AlarmID, state: AlarmState)] = []
    /// Of motors whose starts are limited, oldest first.
    public var motorStarts: [MotorStart] = []
    /// How often the meters of sources report, as far as it was learned.
    public var meterReports: [(source: SourceIndex, every: Duration)] = []
    /// Outputs that were proven as they are wired now.
    public var proven: [OutputIndex] = []

    public init() {}
}
