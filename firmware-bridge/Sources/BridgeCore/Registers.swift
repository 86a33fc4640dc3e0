/// Every register of the bridge, in this one place; firmware-bridge/PROTOCOL.md explains them. A register is 16 bits; where
/// `words` is 2 the high word comes first.
public enum BridgeProtocol {
    /// Grows when a frame that was right before would be understood otherwise.
    public static var version: UInt16 { 1 }
    /// High byte major, low byte minor.
    public static var firmware: UInt16 { 0x0100 }
    /// The address on the line of a bridge as it is shipped.
    public static var address: UInt8 { 17 }
    /// Ceilings of the layout; a board has fewer.
    public static var relaysMax: Int { 16 }
    public static var countersMax: Int { 8 }
    public static var analoguesMax: Int { 8 }
}

/// Read only (function 4). What a board does not have, and what is reserved between blocks, reads as 0.
public enum InputRegister: UInt16, Sendable {
    // Who the bridge is.
    case protocolVersion = 0
    case firmwareVersion = 1
    /// A `BoardKind`.
    case board = 2
    case relayCount = 3
    case inputCount = 4
    case counterCount = 5
    case analogueCount = 6

    // What it does now. One read of 64 words from here gives all that lives.
    /// A `BridgeState`.
    case state = 16
    /// Starts since power came; wraps.
    case bootCount = 17
    /// A `Cause`: why the last start.
    case bootCause = 18
    /// A `Cause`: why the relays went safe last; `none` once armed.
    case tripCause = 19
    /// The relay that was on too long, else 0xFFFF.
    case tripRelay = 20
    /// Trips since the start; wraps.
    case tripCount = 21
    /// CRC of the configuration in force, 0 while none is sealed.
    case sealedCRC = 22
    /// The bridge's own milliseconds since its start; wraps after 49.7 days.
    case clock = 23
    /// The clock when it tripped last.
    case tripClock = 25
    /// Levels the relays are driven to, relay 0 in bit 0.
    case relays = 27
    case digitalInputs = 28
    /// Milliseconds until the heartbeat is overdue; 0 while not armed.
    case beatLeft = 29
    /// Frames thrown away for a wrong checksum or as halves; wraps.
    case lineErrors = 30
    /// Seconds since the start.
    case uptime = 31

    /// `BridgeProtocol.analoguesMax` words: full scale is 0xFFFF.
    case analogues = 40
    /// Per counter `counterWords` words: count (2), clock of the last counted edge (2).
    case counters = 48

    public static var counterWords: UInt16 { 4 }
    /// The block that lives.
    public static var liveStart: UInt16 { 16 }
    public static var liveWords: UInt16 { 64 }
    /// The first address behind the last block.
    public static var end: UInt16 { 80 }

    public var words: UInt16 {
        switch self {
        case .clock, .tripClock, .uptime: 2
        case .analogues: 8
        case .counters: 32
        default: 1
        }
    }

    /// Where counter `index` begins.
    public static func counter(_ index: Int) -> UInt16 {
        counters.rawValue + UInt16(truncatingIfNeeded: index) * counterWords
    }
}

/// Read and written (functions 3, 6, 16).
public enum HoldingRegister: UInt16, Sendable {
    /// Any value that differs from the one before. Words 0 and 1 in one frame beat and drive.
    case heartbeat = 0
    /// Wanted levels of all relays, relay 0 in bit 0. Refused unless armed.
    case relays = 1
    /// Four words in one frame, an `ArmOrder`. Reads as 0.
    case arm = 8
    /// Any value trips with `hostOrder`, in any state. Reads as 0.
    case stop = 12
    /// `Configuration.wordCount` words. A write breaks the seal; refused while armed.
    case configuration = 32
    /// The CRC of the configuration's words: seals it. Reads as the sealed CRC, or 0.
    case seal = 50

    public var words: UInt16 {
        switch self {
        case .arm: 4
        case .configuration: UInt16(truncatingIfNeeded: Configuration.wordCount)
        default: 1
        }
    }

    /// The first address behind the last block.
    public static var end: UInt16 { 51 }
}

public enum BridgeState: UInt16, Sendable {
    /// Nothing sealed since the start or since the last change: relays are at the last sealed safe levels.
    case unconfigured = 0
    /// Sealed, not armed yet: relays at their safe levels.
    case configured = 1
    /// Relays obey while the heartbeat lives.
    case armed = 2
    /// Relays at their safe levels until armed again.
    case tripped = 3
}

/// Why relays went to their safe levels, and why the bridge started.
public enum Cause: UInt16, Sendable {
    case none = 0
    /// No new heartbeat within the time.
    case heartbeat = 1
    /// A relay was away from safe for its longest time.
    case relayTime = 2
    /// `HoldingRegister.stop` was written.
    case hostOrder = 3
    /// The sealed configuration no longer matches its CRC: memory was damaged.
    case configuration = 4
    /// The processor trapped.
    case fault = 5
    /// The main loop hung and the watchdog reset the bridge.
    case watchdog = 6
    case brownOut = 7
    case powerOn = 8
    /// The reset line, or a debugger.
    case reset = 9
}

public enum BoardKind: UInt16, Sendable {
    case twin = 0
    case lm3s6965evb = 1
    case mps2an386 = 2
    case rp2040 = 3
}

/// What the bridge answers instead of obeying, as Modbus numbers it.
public enum Refusal: UInt8, Error, Sendable {
    case illegalFunction = 1
    case illegalAddress = 2
    case illegalValue = 3
    /// The state does not allow it now: relays while not armed, configuration while armed.
    case notNow = 6
}
