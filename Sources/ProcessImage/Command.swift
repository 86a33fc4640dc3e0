public import Quantities

/// Who gave a command. Kept in the audit.
public enum Author: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case localOperator = 1
    case simulator = 2
    case remote = 3
}

/// What a calibrating run measures.
public enum Calibration: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Settled flow.
    case flow = 1
    /// What still comes when the valve has been told to close, and how long it takes to open and to close.
    case valve = 2
}

/// A person's or the cloud's wish, latched like any other input.
public struct Command: Sendable, BitwiseCopyable {
    public enum Kind: Sendable, BitwiseCopyable, Equatable {
        case run(ZoneIndex, Amount)
        case stopZone(ZoneIndex)
        /// A bounded run of one zone alone that measures it; what it finds counts only once it is accepted.
        case calibrate(ZoneIndex, Calibration)
        case acceptCalibration(ZoneIndex)
        case stopAll
        case acknowledge(AlarmID)
        case acknowledgeAll
        /// Clears a latched trip whose cause is gone.
        case reset(TripID)
        case resetAll
        /// Moves one output for a time, so that an installer sees what it does.
        case prove(OutputIndex, for: Duration)
        /// The installer saw it do what its name says.
        case confirmProof(OutputIndex)
        /// Every zone of a program, now. `over`: even while a no-water window stands, and beyond what a quota has left.
        case startProgram(ProgramIndex, over: Bool = false)
        /// No program waters the site, a program's zones, a zone. Without a time: until it is resumed.
        case pause(Subject, for: Duration?)
        case resume(Subject)
        case rainDelay(for: Duration)
        case skipNext(ProgramIndex)
        /// A program gives this part of its water from now on. Range: `Limits.adjustRange`.
        case adjust(ProgramIndex, Fraction)
        /// A gate does this for a time, whatever the site file says; then it goes back to that. Without a time a hold stands
        /// until it is taken back, and anything else for `Limits.gateOrderUsual`.
        case setGate(GateIndex, GateOrder, for: Duration?)
        /// A gate does what the site file says again.
        case freeGate(GateIndex)
        /// Water with a recipe. Refused where the zone's source has no dosing unit for it.
        case fertigate(ZoneIndex, Amount, RecipeIndex)
        /// No more stock in the runs of now; their water goes on and flushes.
        case stopDosing(DosingUnitIndex)
        /// Off within one scan and until it is enabled, restarts included. Of a dosing unit or a channel.
        case disableDosing(Subject)
        case enableDosing(Subject)
        /// Clear water for what is left in the lines of the zone.
        case flush(ZoneIndex)
        /// The tank holds so much now; a new batch begins.
        case setTank(TankIndex, Volume)
        /// Moves the channel for a measuring cylinder: a time, or strokes. Needs flowing clear water.
        case calibrateChannel(ChannelIndex, for: Duration)
        case calibrateStrokes(ChannelIndex, Int)
        /// What the cylinder showed of the last calibrating run.
        case acceptCylinder(ChannelIndex, Volume)
        /// A bounded step test of a loop while it doses; what it finds counts only once it is accepted.
        case tune(DosingUnitIndex, DosingLoop)
        case acceptTuning(DosingUnitIndex)

        /// What swims in a cage has changed.
        case changeStock(CageIndex, StockChange)
        /// So much feed, now; gates, locks and the day's limit hold.
        case feed(CageIndex, Mass)
        /// The meal of a cage, or every meal, ends now.
        case stopFeeding(CageIndex?)
        /// Part of the ration more or less; it fades from day to day.
        case appetite(CageIndex, Double)
        /// The next meal of the plan, now instead of at its time.
        case feedMeal(CageIndex)
        /// Fish go from one cage into another.
        case moveFish(CageIndex, to: CageIndex, count: Double)
        case fast(CageIndex, FeedFast)
        /// A submersible cage goes to a depth; to the one that is proposed; or stays where it is.
        case setDepth(CageIndex, Length)
        case acceptDepth(CageIndex)
        case holdDepth(CageIndex)
        /// `nil`: every fast of the cage.
        case endFast(CageIndex, FastKind?)
        /// A silo that is not weighed: so much was filled in, or it holds so much.
        case fillSilo(SiloIndex, Mass)
        case setSilo(SiloIndex, Mass)
        /// The siren is silent for a quarter of an hour.
        case silence(CageIndex)
        /// A gate that stays shut until a person says so may open once its cause is gone.
        case releaseFeed(CageIndex)
        case resetLine(FeedLineIndex, isEmpty: Bool)
        /// People go to work in a cage: nothing that feeds it moves. Only who is present releases it.
        case lockCage(CageIndex)
        /// A person's note for the day's sheet: the audit has it, nothing comes of it.
        case noteCage(CageIndex)
        case unlockCage(CageIndex)

        /// How far a schedule came, to be told; nothing else comes of it. Version 0: not known.
        case noteSchedule(ScheduleStep, version: UInt32, ScheduleReason)

        /// Water one zone for a time.
        public static func run(_ zone: ZoneIndex, for time: Duration) -> Kind { .run(zone, .time(time)) }
    }

    /// Unique on this gateway, growing; the audit's key.
    public let id: UInt64
    public let kind: Kind
    public let author: Author
    /// Worth nothing after this moment.
    public let expires: Instant

    public init(id: UInt64, kind: Kind, author: Author, expires: Instant) {
        self.id = id
        self.kind = kind
        self.author = author
        self.expires = expires
    }
}
