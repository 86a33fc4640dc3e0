public import Quantities

/// What one channel has given to one run. Stock volumes, each the whole of the run so far: a row takes the place of the one
/// before it.
public struct DoseSoFar: Hashable, Sendable, BitwiseCopyable {
    public let run: RunID
    public let zone: ZoneIndex
    public let channel: ChannelIndex
    /// What the recipe means to give; of a loop: what it is expected to take.
    public var planned: Volume
    /// May have been given: the row is on disk before. After a power cut all of it counts as given.
    public var intended: Volume
    /// Given by time on or strokes.
    public var commanded: Volume
    /// By the channel's own meter. `nil`: it has none, or it was not to be read all the time.
    public var metered: Volume?

    public init(run: RunID, zone: ZoneIndex, channel: ChannelIndex, planned: Volume = .zero, intended: Volume = .zero,
                commanded: Volume = .zero, metered: Volume? = nil) {
        self.run = run
        self.zone = zone
        self.channel = channel
        self.planned = planned
        self.intended = intended
        self.commanded = commanded
        self.metered = metered
    }
}

/// All that a channel gave, or may have given, in one hour.
public struct DoseHour: Hashable, Sendable, BitwiseCopyable {
    public let channel: ChannelIndex
    /// Hours since 1970 by the wall clock, UTC. A row takes the place of the one of the same channel and hour.
    public let hour: Int64
    public let volume: Volume

    public init(channel: ChannelIndex, hour: Int64, volume: Volume) {
        self.channel = channel
        self.hour = hour
        self.volume = volume
    }
}

/// Fertiliser that is, or may be, in the lines of a zone. The row is on disk before the first of it is given, so a power cut
/// at any moment leaves it standing.
public struct FlushDebt: Hashable, Sendable, BitwiseCopyable {
    public let zone: ZoneIndex
    public let recipe: RecipeIndex?
    /// The run that was dosed.
    public let run: RunID
    /// Clear water that pays it.
    public let volume: Volume
    /// A person stopped the run, or a trip did: no water comes by itself, somebody orders the flush.
    public let waitsForPerson: Bool

    public init(zone: ZoneIndex, recipe: RecipeIndex?, run: RunID, volume: Volume, waitsForPerson: Bool = false) {
        self.zone = zone
        self.recipe = recipe
        self.run = run
        self.volume = volume
        self.waitsForPerson = waitsForPerson
    }
}

/// What is in a tank, by its filling less what its channels gave.
public struct TankState: Hashable, Sendable, BitwiseCopyable {
    public let left: Volume
    /// The command that filled it: its row in the audit says who, when and what.
    public let batch: UInt64

    public init(left: Volume, batch: UInt64) {
        self.left = left
        self.batch = batch
    }
}

/// What a measuring cylinder said of a channel.
public struct ChannelCalibration: Hashable, Sendable, BitwiseCopyable {
    public let rate: ChannelRate
    /// Seconds since 1970; 0: the clock was not trusted.
    public let at: Int64
    /// The new rate less the one before it, as a part of that.
    public let drift: Fraction
    public let command: UInt64

    public init(rate: ChannelRate, at: Int64, drift: Fraction, command: UInt64) {
        self.rate = rate
        self.at = at
        self.drift = drift
        self.command = command
    }
}

/// A loop as a step test shows it: what it does for one unit of its output, after which dead time, with which lag.
public struct LoopModel: Hashable, Sendable, BitwiseCopyable {
    /// EC: mS/cm measured for each mS/cm ordered, about 1. pH: pH for each eq/m3, negative of acid, positive of alkali.
    public let gain: Double
    public let lag: Duration
    public let deadTime: Duration

    public init(gain: Double, lag: Duration, deadTime: Duration) {
        self.gain = gain
        self.lag = lag
        self.deadTime = deadTime
    }

    /// The same process with a stock that works the other way.
    public func raising(_ raises: Bool) -> LoopModel { LoopModel(gain: raises ? abs(gain) : -abs(gain), lag: lag, deadTime: deadTime) }
}

/// What a dosing unit does, for screens and for `why`. Recorded when `reason` changes, and once a second while it is not idle.
public struct DosingStatus: Hashable, Sendable, BitwiseCopyable {
    public var reason = DosingReason.idle
    /// Why it gives no more in this run, from then to the end of the run; else the same as `reason`.
    public var stop: DosingReason?
    public var recipe: RecipeIndex?
    /// A zone that gets it; others of its shift get the same.
    public var zone: ZoneIndex?
    /// Of the present phase: water that has passed, and all of it.
    public var passed = Volume.zero
    public var phaseWater = Volume.zero
    /// What is steered to, and what is measured. `nil`: not steered, not measured.
    public var ecTarget: Conductivity?
    public var ec: Conductivity?
    public var rawEC: Conductivity?
    public var phTarget: Acidity?
    public var ph: Acidity?
    /// What a step test found and nobody has accepted yet, and of which loop.
    public var proposed: LoopModel?
    public var proposedLoop: DosingLoop?

    public init() {}
}

/// What a channel does. Recorded with the status of its unit.
public struct ChannelStatus: Hashable, Sendable, BitwiseCopyable {
    /// Of the recipe now; zero when it has no part in it.
    public var ratio = Fraction.zero
    /// In the present runs, all zones together.
    public var planned = Volume.zero
    public var commanded = Volume.zero
    public var metered: Volume?
    public var rate: ChannelRate
    public var tankLeft: Volume?
    public var isDisabled = false
    /// Moved for a calibration, until a person says what came.
    public var calibrated: CalibrationRun?

    public init(rate: ChannelRate) { self.rate = rate }
}

/// How a channel was moved so that a person can measure what came.
public struct CalibrationRun: Hashable, Sendable, BitwiseCopyable {
    public let on: Duration
    public let strokes: UInt32
    public let isOver: Bool

    public init(on: Duration, strokes: UInt32, isOver: Bool) {
        self.on = on
        self.strokes = strokes
        self.isOver = isOver
    }
}

extension Restored {
    /// Stock that the interlocks booked within the last day.
    public struct BookedDose: Sendable, Hashable {
        public let channel: ChannelIndex
        public let zone: ZoneIndex
        public let volume: Volume
        /// As that of `MotorStart`.
        public let age: Duration

        public init(channel: ChannelIndex, zone: ZoneIndex, volume: Volume, age: Duration) {
            self.channel = channel
            self.zone = zone
            self.volume = volume
            self.age = age
        }
    }
}
