public import Quantities

/// How a channel is moved.
public enum ChannelDrive: Hashable, Sendable, BitwiseCopyable {
    /// An on-off valve at a venturi, or a pump that is on or off: a part of each cycle is on. Usual: cycle 2 … 10 s, least
    /// times 0.2 … 0.5 s. What a cycle could not give is carried to the next.
    case duty(cycle: Duration, leastOn: Duration, leastOff: Duration)
    /// A metering pump that gives one stroke each time its contact closes. Usual: 50 … 300 ms each.
    case pulses(on: Duration, off: Duration)
    /// A pump on a drive, which gives in proportion to its speed. What is wanted below `least` of its greatest speed is given at
    /// that in parts of `cycle`.
    case speed(SetpointShare, least: Fraction, cycle: Duration)

    /// What sets its speed; `nil`: nothing does.
    public var setpoint: SetpointShare? { if case .speed(let setpoint, _, _) = self { setpoint } else { nil } }
}

/// What a channel gives when it is moved; a calibration takes the place of what the site file says.
public enum ChannelRate: Hashable, Sendable, BitwiseCopyable {
    /// While it is on.
    case flow(Flow)
    /// With each stroke.
    case stroke(Volume)
}

/// What the stock of a channel does to the water, and so which loop may steer it.
public enum ChannelReaction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Nothing that is measured.
    case passive = 1
    /// Raises the conductivity: fertiliser.
    case ec = 2
    /// Lowers the pH.
    case acid = 3
    /// Raises the pH.
    case base = 4
}

/// The most stock of one channel, whatever a recipe or a loop asks. Control stays below them, the interlocks hold them by a
/// count of their own. `nil`: no such limit.
public struct DoseCeilings: Hashable, Sendable, BitwiseCopyable {
    /// Stock in the water it goes into, by volume: 0.005 is 5 L/m3.
    public let inWater: Fraction?
    /// In one run of one zone.
    public let perRun: Volume?
    /// In any 60 min.
    public let perHour: Volume?
    /// In any 24 h, restarts included.
    public let perDay: Volume?

    public static let none = DoseCeilings()

    public init(inWater: Fraction? = nil, perRun: Volume? = nil, perHour: Volume? = nil, perDay: Volume? = nil) {
        self.inWater = inWater
        self.perRun = perRun
        self.perHour = perHour
        self.perDay = perDay
    }
}

/// The two loops of a dosing unit.
public enum DosingLoop: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case ec = 1
    case ph = 2
}

/// What a dosing unit does, or why it does not dose. Raw values are stable and never reused.
public enum DosingReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    // What it does
    case idle = 1
    /// Clear water first fills the pipes.
    case preWater = 2
    case dosing = 3
    /// Clear water carries the rest out of the pipes.
    case flushing = 4
    case calibrating = 5
    case tuning = 6
    // What it waits for; it goes on by itself
    /// No flow is proven in this scan.
    case noFlow = 20
    /// A zone is open whose run is not for this recipe, or not ready for it.
    case otherZone = 21
    case backwash = 22
    /// An interlock holds one channel: all of the recipe wait, so that the mix stays right.
    case held = 23
    /// The row of the next quantum is not on disk.
    case ledger = 24
    /// Two probes are farther apart than they may be.
    case probesDisagree = 25
    /// A probe that is steered by has no usable reading, or is frozen.
    case blind = 26
    /// What was dosed before does not go together with this recipe and is not flushed yet.
    case oldMix = 27
    // Why it gives no more in this run
    case stoppedByHand = 40
    case disabled = 41
    case ceiling = 42
    /// A channel does not give what it is told, by its meter.
    case channelFault = 43
    case tankEmpty = 44
    /// What it waited for did not come.
    case waitedLong = 45
    /// The conductivity or pH was out of its band for too long.
    case outOfBand = 46
    /// It has been given what was planned.
    case given = 47
    // Why a run waits, or is not as it was asked for
    /// Water of another recipe, or clear water, flows from the same source.
    case otherWater = 60
    /// The run does not reach for the dose and its flush.
    case tooShort = 61
    // Why there is water
    /// Fertiliser is left in the lines of the zone.
    case flushOwed = 70

    /// It waits, and goes on by itself.
    public var isPause: Bool { (20..<40).contains(rawValue) }
    /// It gives no more in this run.
    public var isStop: Bool { (40..<60).contains(rawValue) }
}
