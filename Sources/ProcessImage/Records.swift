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
    /// A person wanted none: a pause, a rain delay, a start to be skipped.
    case skipped = 4

    /// Whether its zones are weighed for water.
    public var isStart: Bool { self == .started || self == .caughtUp }
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
    case runStarted(RunID, ZoneIndex, Cause, planned: Amount)
    /// What has been given so far; after a power cut at least this much was given. `isEstimated`: some of the volume is
    /// flow × time, because no meter told.
    case runProgress(RunID, watered: Duration, volume: Volume, isEstimated: Bool = false)
    /// What was planned less what is told here is the shortfall, and the cause is its reason.
    case runEnded(RunID, RunOutcome, watered: Duration, volume: Volume, isEstimated: Bool = false, Cause)
    /// What a zone has learned of itself.
    case learned(ZoneIndex, Learned)
    /// Water of one day that no zone got, all of it so far.
    case waterUsed(WaterUsed)
    /// What a source that has to recover has given since its last whole rest. While water flows it is ahead of that, so that a
    /// power cut gives no second quota; `isQuiet`: nothing flows any more, and the rest has begun.
    case sourceDrawn(SourceIndex, Volume, isQuiet: Bool)
    /// All that a source's meter has counted on a day, so far.
    case metered(Metered)
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
    case weatherHour(WeatherHour)
    /// The first row of a zone and a date stands.
    case waterDay(ZoneIndex, WaterDay)
    /// One reason of the decision about one zone at one start, in order of `step`.
    case finding(Occurrence, ZoneIndex, step: UInt8, Finding)
    case standing(StandingOrder)
    case standingEnded(StandingOrder.Kind, Subject)
    /// A gate begins to move.
    case gateMoved(GateIndex)
    /// The level that must not fall fast stands at this; every five minutes.
    case gateLevel(GateIndex, Length)
    /// A run is to be dosed by a channel, from a batch (see `TankState`). No recipe: a calibration.
    case dosePlanned(DoseSoFar, RecipeIndex?, batch: UInt64)
    /// A quantum may be given once this row is on disk. After a power cut it counts as given and is never given again.
    case doseIntent(DoseSoFar, DoseHour)
    /// What was really given takes the place of what was intended, in the hour too.
    case doseEnded(DoseSoFar, DoseHour, RunOutcome, Cause)
    /// Of a zone; the newest stands.
    case flushOwed(FlushDebt)
    /// The lines of the zone are clear.
    case flushPaid(ZoneIndex)
    case tank(TankIndex, TankState)
    case channelCalibrated(ChannelIndex, ChannelCalibration)
    case loopTuned(DosingUnitIndex, DosingLoop, LoopModel, command: UInt64)
    /// The interlocks let a channel give so much more to a zone, once this is on disk. After a restart all of it counts as given.
    case doseBooked(ChannelIndex, ZoneIndex, Volume)
    case feedMeal(MealRow)
    /// Of a cage; the newest stands.
    case feedStock(CageIndex, CageStock)
    /// Feed may lie in the pipe of a line, on its way to this outlet; `nil`: it was blown clean.
    case feedPipe(FeedLineIndex, loadedAt: UInt8?)
    /// People are at work in a cage, or no longer.
    case feedLock(CageIndex, isLocked: Bool, command: UInt64)
    /// What a person booked, beside the stock that came of it: for the day's sheet.
    case stockBooked(CageIndex, StockChange, command: UInt64)
    /// Of its kind the newest stands; `nil`: it is over.
    case feedFast(CageIndex, FastKind, FeedFast?)
    case feedAppetite(CageIndex, AppetiteOrder)
    /// What a silo that is not weighed holds by the book.
    case siloHolds(SiloIndex, Mass)
}

/// What runs have taught of a zone. Kept over restarts.
public struct Learned: Hashable, Sendable, BitwiseCopyable {
    /// What it takes alone, once settled; `nil`: not known yet.
    public var flow: Flow?
    /// What still comes after the decision to stop.
    public var overrun: Volume
    /// As it was measured and accepted; for people, who keep `travel` in the site file right. `nil`: never.
    public var travel: ValveTravel?

    public init(flow: Flow? = nil, overrun: Volume = .zero, travel: ValveTravel? = nil) {
        self.flow = flow
        self.overrun = overrun
        self.travel = travel
    }
}

/// How long a valve takes to open and to close, to a tenth of a second. Range: 0 … 6553 s; small, since each zone's status bears it.
public struct ValveTravel: Hashable, Sendable, BitwiseCopyable {
    private let opensTenths: UInt16
    private let closesTenths: UInt16

    public init(opens: Duration, closes: Duration) {
        opensTenths = UInt16(clamping: Int((min(max(opens.seconds, 0), 1e5) * 10).rounded()))
        closesTenths = UInt16(clamping: Int((min(max(closes.seconds, 0), 1e5) * 10).rounded()))
    }

    public var opens: Duration { .milliseconds(Int(opensTenths) * 100) }
    public var closes: Duration { .milliseconds(Int(closesTenths) * 100) }
}

public enum CommandOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case done = 1
    case queued = 2
    case refusedByTrip = 3
    case refusedBusy = 4
    case refusedNothingToDo = 5
    case refusedCauseStands = 6
    case expired = 7
    /// An end by the clock was asked for while the clock is not trusted.
    case refusedClock = 8
    /// A volume was asked of a zone that has neither meter nor known flow.
    case refusedUnmeasured = 20
    case refusedNotProven = 21
    /// More or less than the site allows people to order.
    case refusedRange = 30
    /// A no-water window stands, and the order did not say that it goes over it.
    case refusedWindow = 31
    /// A quota has less left than the order would give, and the order did not say that it goes over it.
    case refusedQuota = 32
    /// There is no flowing water for it.
    case refusedNoWater = 60
    /// Dosing is disabled.
    case refusedDisabled = 61
    /// Numbers of fish that cannot be.
    case refusedStock = 80
    /// More than the cage may still get today.
    case refusedDayUsedUp = 81
    /// Only who is on the spot may order it.
    case refusedNotPresent = 82
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
    /// Between two parts of a run: the water soaks in, or the run is held.
    case resting = 6
}

/// What a zone does, for screens and for `why`.
public struct ZoneStatus: Sendable, BitwiseCopyable, Equatable {
    public var phase: ZonePhase
    public var cause: Cause
    public var run: RunID
    public var planned: Amount
    public var watered: Duration
    public var volume: Volume
    /// Some of the volume is flow × time, because no meter told.
    public var isEstimated: Bool
    /// `nil`: not measured.
    public var flow: Flow?
    public var learned: Learned
    /// What a calibrating run found and nobody has accepted yet.
    public var proposed: Learned?

    public init(phase: ZonePhase = .idle, cause: Cause = .idle, run: RunID = RunID(rawValue: 0),
                planned: Amount = .nothing, watered: Duration = .zero, volume: Volume = .zero, isEstimated: Bool = false,
                flow: Flow? = nil, learned: Learned = Learned(), proposed: Learned? = nil) {
        self.phase = phase
        self.cause = cause
        self.run = run
        self.planned = planned
        self.watered = watered
        self.volume = volume
        self.isEstimated = isEstimated
        self.flow = flow
        self.learned = learned
        self.proposed = proposed
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
        /// Its value is a sample of its point.
        case setpoint(SetpointIndex, Cause)
        case zone(ZoneIndex, ZoneStatus)
        case gate(GateIndex, GateStatus)
        case dosing(DosingUnitIndex, DosingStatus)
        case channel(ChannelIndex, ChannelStatus)
        case cage(CageIndex, CageStatus)
        case line(FeedLineIndex, LineStatus)
        case silo(SiloIndex, SiloStatus)
        case depth(CageIndex, DepthStatus)
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

/// What a new life of the process takes over from the ledger.
public struct Restored: Sendable {
    public struct OpenRun: Sendable, Hashable {
        public let run: RunID
        public let zone: ZoneIndex
        public let planned: Amount
        public let watered: Duration
        public let volume: Volume
        public let isEstimated: Bool

        public init(run: RunID, zone: ZoneIndex, planned: Amount = .nothing, watered: Duration = .zero,
                    volume: Volume = .zero, isEstimated: Bool = false) {
            self.run = run
            self.zone = zone
            self.planned = planned
            self.watered = watered
            self.volume = volume
            self.isEstimated = isEstimated
        }

        /// The same run when more has been given.
        public func having(watered: Duration, volume: Volume, isEstimated: Bool) -> OpenRun {
            OpenRun(run: run, zone: zone, planned: planned, watered: watered, volume: volume, isEstimated: isEstimated)
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

    /// What a source has given since its last whole rest.
    public struct Drawn: Sendable, Hashable {
        public let source: SourceIndex
        public let volume: Volume
        /// How long nothing had flowed, as far as that is known; zero where it is not, or water flowed to the end.
        public let quietFor: Duration

        public init(source: SourceIndex, volume: Volume, quietFor: Duration = .zero) {
            self.source = source
            self.volume = volume
            self.quietFor = quietFor
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
    /// When each program started last, seconds since 1970.
    public var lastStarts: [ProgramIndex: Int64] = [:]
    /// What people ordered that stands.
    public var standing: [StandingOrder] = []
    /// Water given, by zone and day, as far back as a quota or a balance may look.
    public var given: [GivenWater] = []
    public var trips: [TripID] = []
    public var learned: [ZoneIndex: Learned] = [:]
    /// Of the newest day of each source and use.
    public var waterUsed: [WaterUsed] = []
    public var drawn: [Drawn] = []
    /// Of the newest day of each source.
    public var metered: [Metered] = []
    /// Hours of the station, oldest first, as far back as a decision may look.
    public var weather: [WeatherHour] = []
    /// Each zone's newest day of the water balance.
    public var water: [(zone: ZoneIndex, day: WaterDay)] = []
    /// Alarms that were not normal.
    public var alarms: [(id: AlarmID, state: AlarmState)] = []
    /// Of motors whose starts are limited, oldest first.
    public var motorStarts: [MotorStart] = []
    /// How often the meters of sources report, as far as it was learned.
    public var meterReports: [(source: SourceIndex, every: Duration)] = []
    /// Outputs that were proven as they are wired now.
    public var proven: [OutputIndex] = []
    /// Moves of gates within the last 24 h, oldest first, each so long ago; not more than what is known, so zero where the clock
    /// could not be trusted.
    public var gateMoves: [(gate: GateIndex, age: Duration)] = []
    /// The same of the levels that must not fall fast.
    public var gateLevels: [(gate: GateIndex, level: Length, age: Duration)] = []
    /// Doses that were begun and never ended.
    public var openDoses: [DoseSoFar] = []
    /// Of the last 25 hours. Whoever restores it without a trusted clock counts all of it as of the last 24 h.
    public var doseHours: [DoseHour] = []
    public var flushDebts: [FlushDebt] = []
    public var tanks: [(tank: TankIndex, state: TankState)] = []
    /// The newest of each channel.
    public var calibrations: [(channel: ChannelIndex, calibration: ChannelCalibration)] = []
    /// Of the last 25 hours, oldest first.
    public var bookedDoses: [BookedDose] = []
    /// `false`: within that time the ledger was lost, and with it what was booked before.
    public var bookedIsComplete = true
    /// The newest of each loop.
    public var loopModels: [(unit: DosingUnitIndex, loop: DosingLoop, model: LoopModel)] = []
    /// Meals of the newest two days of each cage.
    public var meals: [BookedMeal] = []
    public var stocks: [(cage: CageIndex, stock: CageStock)] = []
    /// Lines that owe a purge.
    public var loadedLines: [(line: FeedLineIndex, outlet: UInt8)] = []
    public var lockedCages: [CageIndex] = []
    public var fasts: [(cage: CageIndex, fast: FeedFast)] = []
    public var appetites: [(cage: CageIndex, order: AppetiteOrder)] = []
    public var silos: [(silo: SiloIndex, holds: Mass)] = []

    public init() {}
}
