public import ProcessImage
public import Quantities

/// What must hold before an output may leave its safe state, and what takes it back. Knows nothing of control.
public struct InterlockPlan: Sendable {
    public let outputs: [OutputDefinition]
    public let emergencyStop: EmergencyStop?
    public let sources: [SourceGuard]
    public let zones: [ZoneGuard]
    public let motors: [MotorGuard]
    /// By `OutputIndex`: whether the device that carries the output answers; `nil` for a line of the board.
    public let reach: [DigitalPoint?]
    /// Outputs that nobody has proven on the spot stay at their safe state.
    public let requiresProof: Bool
    public let flushes: [FlushGuard]
    public let bridges: [BridgeGuard]
    public let gates: [GateGuard]
    public let winches: [WinchGuard]
    public let feeds: [FeedGuard]
    public let selectors: [SelectorGuard]
    public let cages: [CageGuard]
    public let cageContacts: [CageContact]
    /// Cages that can be locked.
    public let cageCount: Int
    public let setpoints: [SetpointGuard]
    /// Further valves of zones: what holds one valve of a zone holds all.
    public let followers: [ValveFollower]
    public let dosing: DosingGuards
    /// An output that is read back and differs from its permitted level for this long, on top of its travel, trips.
    public let readbackDelay: Duration

    /// - Precondition: every index named is inside its list.
    public init(outputs: [OutputDefinition], emergencyStop: EmergencyStop?, sources: [SourceGuard], zones: [ZoneGuard],
                flushes: [FlushGuard] = [], motors: [MotorGuard] = [], reach: [DigitalPoint?]? = nil, requiresProof: Bool = false,
                bridges: [BridgeGuard] = [], gates: [GateGuard] = [], setpoints: [SetpointGuard] = [], dosing: DosingGuards = .none,
                winches: [WinchGuard] = [], feeds: [FeedGuard] = [], selectors: [SelectorGuard] = [], cages: [CageGuard] = [], cageContacts: [CageContact] = [],
                cageCount: Int = 0, followers: [ValveFollower] = [], readbackDelay: Duration = .seconds(3)) {
        precondition(outputs.count <= Limits.outputsMax && sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count && $0.valve.offset < outputs.count })
        precondition(motors.allSatisfy { $0.output.offset < outputs.count })
        precondition(reach.map { $0.count == outputs.count } ?? true)
        self.outputs = outputs
        self.emergencyStop = emergencyStop
        self.sources = sources
        precondition(flushes.allSatisfy { $0.source.offset < sources.count && $0.valve.offset < outputs.count })
        self.zones = zones
        self.motors = motors
        self.reach = reach ?? outputs.map { _ in nil }
        self.requiresProof = requiresProof
        self.flushes = flushes
        self.bridges = bridges
        precondition(gates.allSatisfy { outputs.indices.contains($0.raise.offset) && outputs.indices.contains($0.lower.offset) })
        self.gates = gates
        precondition(followers.allSatisfy { zones.indices.contains($0.zone.offset) && outputs.indices.contains($0.valve.offset) })
        self.followers = followers
        precondition(feeds.allSatisfy { outputs.indices.contains($0.doser.offset) && outputs.indices.contains($0.blower.offset) })
        precondition(selectors.allSatisfy { feeds.indices.contains($0.feed) && outputs.indices.contains($0.drive.offset) })
        precondition(cages.allSatisfy { $0.cage.offset < cageCount && outputs.indices.contains($0.output.offset) })
        precondition(cageContacts.allSatisfy { $0.cage.offset < cageCount })
        precondition(winches.allSatisfy { $0.cage.offset < cageCount && outputs.indices.contains($0.sink.offset) && outputs.indices.contains($0.rise.offset) })
        self.winches = winches
        self.feeds = feeds
        self.selectors = selectors
        self.cages = cages
        self.cageContacts = cageContacts
        self.cageCount = cageCount
        precondition(setpoints.count <= Limits.setpointsMax)
        precondition(setpoints.allSatisfy { $0.definition.output.map { outputs.indices.contains($0.offset) } ?? true })
        self.setpoints = setpoints
        for unit in dosing.units { precondition(sources[unit.source.offset].flow != nil || unit.flowSwitch != nil) }
        precondition(dosing.channels.allSatisfy { $0.output.offset < outputs.count })
        self.dosing = dosing
        self.readbackDelay = readbackDelay
    }
}

/// The emergency stop line. Pressed, unreadable or stale: every output goes to its safe state and a trip latches.
public struct EmergencyStop: Sendable, BitwiseCopyable {
    /// On when pressed (the board file has the polarity; wired so that a broken wire reads as pressed).
    public let pressed: DigitalPoint
    public let noOlderThan: Duration

    public init(pressed: DigitalPoint, noOlderThan: Duration = .seconds(2)) {
        self.pressed = pressed
        self.noOlderThan = noOlderThan
    }
}

/// A safety bridge and the outputs on its relays. While it is not armed, or not known to be, they may not leave their safe
/// states: so when it is armed again everything starts in order, and not at once.
public struct BridgeGuard: Sendable {
    public let device: DeviceIndex
    public let state: BridgePoint
    public let stateNoOlderThan: Duration
    public let outputs: [OutputIndex]

    public init(device: DeviceIndex, state: BridgePoint, stateNoOlderThan: Duration = .seconds(2), outputs: [OutputIndex]) {
        self.device = device
        self.state = state
        self.stateNoOlderThan = stateNoOlderThan
        self.outputs = outputs
    }
}

/// A motor that must be spared: what its protection says, what it draws, how often it may start.
public struct MotorGuard: Sendable, BitwiseCopyable {
    public let output: OutputIndex
    /// On when the motor's protection or drive reports a fault. Unknown keeps the motor off.
    public let faultWhen: DigitalPoint?
    public let faultNoOlderThan: Duration
    /// On when the motor's thermistors say that it is too hot. Unknown keeps the motor off.
    public let hotWhen: DigitalPoint?
    /// How hot it is, reckoned from what it draws.
    public let heat: MotorHeat?
    public let current: PointOf<ElectricCurrent>?
    public let currentNoOlderThan: Duration
    /// A running motor that draws less than this moves no water. DOMAIN §2: 60 % of the no-load curve.
    public let dryBelow: ElectricCurrent?
    public let dryAfter: Duration
    /// Range: 1 … `Limits.startsPerHourMax`; `nil`: as many as there are.
    public let startsPerHour: Int?
    /// From one stop to the next start at least; the first start of a life waits for it too.
    public let rest: Duration

    public init(output: OutputIndex, faultWhen: DigitalPoint? = nil, faultNoOlderThan: Duration = .seconds(10),
                hotWhen: DigitalPoint? = nil, heat: MotorHeat? = nil, current: PointOf<ElectricCurrent>? = nil, currentNoOlderThan: Duration = .seconds(10),
                dryBelow: ElectricCurrent? = nil, dryAfter: Duration = .seconds(10), startsPerHour: Int? = nil,
                rest: Duration = .zero) {
        precondition(startsPerHour.map { (1...Limits.startsPerHourMax).contains($0) } ?? true)
        self.output = output
        self.faultWhen = faultWhen
        self.faultNoOlderThan = faultNoOlderThan
        self.hotWhen = hotWhen
        self.heat = heat
        self.current = current
        self.currentNoOlderThan = currentNoOlderThan
        self.dryBelow = dryBelow
        self.dryAfter = dryAfter
        self.startsPerHour = startsPerHour
        self.rest = rest
    }
}

/// A motor's warmth as one number: 0 cold, 1 what it comes to at its rated current, and it goes there with one time constant:
/// dθ/dt = ((I / rated)² − θ) / τ, and three times as slowly while it stands and nothing cools it.
public struct MotorHeat: Sendable, BitwiseCopyable {
    public let rated: ElectricCurrent
    public let timeConstant: Duration

    /// Above this it trips: never at 1.05 × rated, always in the end at 1.2 ×.
    public static let tripsAt = 1.3225
    /// It may be started again below this.
    public static let coolBelow = 1.0
    static let standingFactor = 3.0

    public init(rated: ElectricCurrent, timeConstant: Duration = .minutes(5)) {
        precondition(rated.amperes > 0 && timeConstant > .zero)
        self.rated = rated
        self.timeConstant = timeConstant
    }
}

/// A filter's flush valve: what it takes is no burst.
public struct FlushGuard: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let valve: OutputIndex
    /// `nil`: not known; no burst is seen while it is open.
    public let flow: Flow?

    public init(source: SourceIndex, valve: OutputIndex, flow: Flow?) {
        self.source = source
        self.valve = valve
        self.flow = flow
    }
}
