/// One feed line as its sequence needs to know it: how long things take, and what may be expected of the air.
///
/// A line without a blower is a feeder that hangs over its cage (挂机式投饵机): doser and spreader, nothing to blow or to turn.
public struct FeedLinePlan: Sendable, BitwiseCopyable {
    /// What stands between the blower and the cages.
    public enum Selector: UInt8, Sendable, BitwiseCopyable {
        /// One cage.
        case none
        /// Turns until the mark of its outlet comes, and stays there without its drive.
        case rotary
        /// A valve for each outlet, open as long as it is driven.
        case valves
    }

    public let selector: Selector
    /// Range: 1 … 255.
    public let outlets: Int
    public let hasBlower: Bool
    /// The selector is at its outlet by then, or it is stuck. Usual: 15 … 20 s.
    public let selectWithin: Duration
    /// Air is in its window by then, or there is none; of a feeder without a blower, how long its spreader runs ahead.
    public let airWithin: Duration
    /// Air counts as proven once it has been in its window for so long.
    public let airSteady: Duration
    /// Air out of its window stops the doser in the same scan, and the meal when it lasts so long.
    public let airLostAfter: Duration
    /// After the last feed: at least twice the pipe's length by the speed in it. Usual: 30 … 60 s.
    public let purge: Duration
    /// A purge that has not come clean by then does not.
    public let purgeAtMost: Duration
    /// A blower against a blockage runs no longer than this at once. Usual: 20 s.
    public let pushAtMost: Duration
    /// And rests so long between two pushes.
    public let pushRest: Duration
    /// Pushes before it is given up.
    public let pushes: Int
    /// The pipe is still by then after the blower has stopped.
    public let stillWithin: Duration

    public init(selector: Selector = .rotary, outlets: Int, hasBlower: Bool = true, selectWithin: Duration = .seconds(20),
                airWithin: Duration = .seconds(10), airSteady: Duration = .seconds(3), airLostAfter: Duration = .seconds(10),
                purge: Duration = .seconds(45), purgeAtMost: Duration = .seconds(180), pushAtMost: Duration = .seconds(20),
                pushRest: Duration = .seconds(30), pushes: Int = 3, stillWithin: Duration = .seconds(60)) {
        precondition((1...Int(UInt8.max)).contains(outlets) && (selector != .none || outlets == 1) && (hasBlower || selector == .none))
        precondition(selectWithin > .zero && airWithin > airSteady && airSteady >= .zero && airLostAfter > .zero)
        precondition(purge > .zero && purgeAtMost > purge && pushAtMost > .zero && pushRest > .zero && pushes > 0 && stillWithin > .zero)
        self.selector = selector
        self.outlets = outlets
        self.hasBlower = hasBlower
        self.selectWithin = selectWithin
        self.airWithin = airWithin
        self.airSteady = airSteady
        self.airLostAfter = airLostAfter
        self.purge = purge
        self.purgeAtMost = purgeAtMost
        self.pushAtMost = pushAtMost
        self.pushRest = pushRest
        self.pushes = pushes
        self.stillWithin = stillWithin
    }

    /// Nothing is waited for longer than this.
    var longest: Duration {
        max(max(max(selectWithin, airWithin), max(airSteady, airLostAfter)), max(max(purgeAtMost, stillWithin), max(pushAtMost, pushRest)))
    }
}

/// Where the selector stands, as far as its marks tell.
public enum SelectorPosition: Hashable, Sendable, BitwiseCopyable {
    /// One mark is on, all the others are known to be off.
    case at(UInt8)
    case between
    /// A mark cannot be read, or two are on.
    case unknown
}

/// The air in the pipe, by its pressure.
public enum LineAir: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case still
    /// Flows against too little: a hose is off.
    case low
    case good
    /// Flows against too much: the pipe is blocked. Usual: 1.6 times the clean pressure.
    case high
    case unknown
}

/// What a line sees in one scan.
public struct LineSight: Hashable, Sendable, BitwiseCopyable {
    public var position: SelectorPosition
    public var air: LineAir
    /// The air is hotter than pellets bear (40 … 50 °C), or its temperature cannot be read.
    public var isHot: Bool
    /// The doser turns, or is not known not to.
    public var doserRuns: Bool
    /// The blower turns, or is not known not to.
    public var blowerRuns: Bool
    /// The interlocks hold it at its safe state.
    public var selectorIsHeld: Bool
    public var blowerIsHeld: Bool
    public var doserIsHeld: Bool

    public init(position: SelectorPosition = .between, air: LineAir = .still, isHot: Bool = false, doserRuns: Bool = false,
                blowerRuns: Bool = false, selectorIsHeld: Bool = false, blowerIsHeld: Bool = false, doserIsHeld: Bool = false) {
        self.position = position
        self.air = air
        self.isHot = isHot
        self.doserRuns = doserRuns
        self.blowerRuns = blowerRuns
        self.selectorIsHeld = selectorIsHeld
        self.blowerIsHeld = blowerIsHeld
        self.doserIsHeld = doserIsHeld
    }
}

/// What a line is to do.
public enum LineWish: Hashable, Sendable, BitwiseCopyable {
    case rest
    /// Convey to an outlet; the doser turns while `dose`.
    case feed(UInt8, dose: Bool)

    var outlet: UInt8? { if case .feed(let outlet, _) = self { outlet } else { nil } }
    var doses: Bool { if case .feed(_, dose: true) = self { true } else { false } }
}

/// What a line demands of its outputs in one scan.
public struct LineOrder: Hashable, Sendable, BitwiseCopyable {
    /// Drive towards, or hold open, this outlet.
    public var outlet: UInt8?
    public var blower = false
    public var doser = false
    public var spreader = false
    /// What came to pass in this scan, to be told.
    public var news: LineNews?
}

/// Why a line stands still until a person has looked. Raw values are stable.
public enum LineFault: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    case selectorStuck = 1
    case positionLost = 2
    case noAir = 3
    case hoseOff = 4
    case blocked = 5
    case hotAir = 6
    /// The pressure does not fall though the blower is off.
    case airStays = 7
    /// The purge never came clean.
    case notPurged = 8
}

public enum LineNews: Hashable, Sendable, BitwiseCopyable {
    case fault(LineFault)
    case purgeBegan
    case purged
    /// The blower was taken away with feed in the pipe: a purge is owed.
    case purgeOwed
    case pushing
}
