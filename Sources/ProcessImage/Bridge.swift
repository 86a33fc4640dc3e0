/// What a safety bridge stands at, as its point `TAG.state` has it. Numbers up to 9 are the bridge's own causes
/// (firmware-bridge/PROTOCOL.md); stable, never reused.
public enum BridgeStanding: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Its relays obey.
    case armed = 0
    /// It did not hear us in time.
    case heartbeat = 1
    /// A relay was away from its safe level for its longest time, though we should have taken it back before.
    case relayTime = 2
    /// A gateway told it to: on an orderly end, or before it takes a bridge over.
    case hostOrder = 3
    /// Its memory was damaged.
    case configuration = 4
    /// Its processor trapped.
    case fault = 5
    case watchdog = 6
    case brownOut = 7
    case powerOn = 8
    case reset = 9
    /// It was reset again and again.
    case unsteady = 10

    /// It speaks another version of the protocol.
    case otherProtocol = 20
    case tooFewChannels = 21
    /// It does not take the configuration of this site.
    case notCommissioned = 22

    /// Something is wrong with the bridge or with what it was told: a person looks before its relays move again.
    public var needsPerson: Bool {
        switch self {
        case .relayTime, .configuration, .fault, .unsteady: true
        default: false
        }
    }

    /// It began anew: its counters too.
    public var isReset: Bool {
        switch self {
        case .watchdog, .brownOut, .powerOn, .reset: true
        default: false
        }
    }

    public var isRefusal: Bool { rawValue >= BridgeStanding.otherProtocol.rawValue }
}

/// The point that says what a bridge stands at.
public struct BridgePoint: Sendable, Hashable, BitwiseCopyable {
    public let index: PointIndex

    public init(index: PointIndex) { self.index = index }
}
