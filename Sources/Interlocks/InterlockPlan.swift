public import ProcessImage
public import Quantities

/// What must hold before an output may leave its safe state, and what takes it back. Knows nothing of control.
public struct InterlockPlan: Sendable {
    public let outputs: [OutputDefinition]
    public let emergencyStop: EmergencyStop?
    public let sources: [SourceGuard]
    public let zones: [ZoneGuard]
    public let flushes: [FlushGuard]
    public let bridges: [BridgeGuard]
    /// An output that is read back and differs from its permitted level for this long, on top of its travel, trips.
    public let readbackDelay: Duration

    /// - Precondition: every index named is inside its list.
    public init(outputs: [OutputDefinition], emergencyStop: EmergencyStop?, sources: [SourceGuard], zones: [ZoneGuard],
                flushes: [FlushGuard] = [], bridges: [BridgeGuard] = [], readbackDelay: Duration = .seconds(3)) {
        precondition(outputs.count <= Limits.outputsMax && sources.count <= Limits.sourcesMax)
        precondition(zones.allSatisfy { $0.source.offset < sources.count && $0.valve.offset < outputs.count })
        self.outputs = outputs
        self.emergencyStop = emergencyStop
        self.sources = sources
        precondition(flushes.allSatisfy { $0.source.offset < sources.count && $0.valve.offset < outputs.count })
        self.zones = zones
        self.flushes = flushes
        self.bridges = bridges
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

public struct SourceGuard: Sendable, BitwiseCopyable {
    public let pump: OutputIndex?
    public let masterValve: OutputIndex?
    /// On when the source is empty. Unknown stops the pump as empty does.
    public let dryWhen: DigitalPoint?
    /// Readings of `dryWhen` older than this are not believed.
    public let dryNoOlderThan: Duration
    public let flow: PointOf<Flow>?
    /// Flow readings older than this are not believed.
    public let flowNoOlderThan: Duration
    /// With every valve closed more than this for `leakAfter` is a leak.
    public let leakFlow: Flow?
    public let leakAfter: Duration
    /// More than nominal flow of the open zones times this, for `burstAfter`, is a burst. DOMAIN §2: 1.3 for 10 s.
    public let burstFactor: Double?
    public let burstAfter: Duration

    public init(pump: OutputIndex?, masterValve: OutputIndex?, dryWhen: DigitalPoint?,
                dryNoOlderThan: Duration = .seconds(10), flow: PointOf<Flow>?,
                flowNoOlderThan: Duration = .seconds(5), leakFlow: Flow?, leakAfter: Duration = .seconds(60),
                burstFactor: Double?, burstAfter: Duration = .seconds(10)) {
        self.pump = pump
        self.masterValve = masterValve
        self.dryWhen = dryWhen
        self.dryNoOlderThan = dryNoOlderThan
        self.flow = flow
        self.flowNoOlderThan = flowNoOlderThan
        self.leakFlow = leakFlow
        self.leakAfter = leakAfter
        self.burstFactor = burstFactor
        self.burstAfter = burstAfter
    }
}

public struct ZoneGuard: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let valve: OutputIndex
    public let nominalFlow: Flow?
    /// Least flow of the source while this zone's valve is open; `nil` when there is no meter to tell.
    public let leastFlow: Flow?
    /// After the valve has opened, flow may take this long to come, and later may be gone for no longer.
    public let flowWithin: Duration

    public init(source: SourceIndex, valve: OutputIndex, nominalFlow: Flow?, leastFlow: Flow?,
                flowWithin: Duration = .seconds(30)) {
        self.source = source
        self.valve = valve
        self.nominalFlow = nominalFlow
        self.leastFlow = leastFlow
        self.flowWithin = flowWithin
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
