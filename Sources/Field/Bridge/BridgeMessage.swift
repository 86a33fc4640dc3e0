internal import BridgeCore

/// What is said to a bridge: the requests of `firmware-bridge/PROTOCOL.md` that a gateway needs.
enum BridgeMessage: Equatable {
    case identify
    case look
    case stop
    case commission(BridgeConfiguration)
    case arm(ArmOrder)
    /// A new heartbeat and the levels of all relays, in one frame.
    case beat(UInt16, relays: UInt16)

    var request: ModbusRequest {
        switch self {
        case .identify: .reading(InputRegister.protocolVersion.rawValue, words: BridgeMessage.identityWords)
        case .look: .reading(InputRegister.liveStart, words: Int(InputRegister.liveWords))
        case .stop: .writeRegister(address: HoldingRegister.stop.rawValue, value: 1)
        case .commission(let configuration): .writing(.configuration, configuration.words)
        case .arm(let order): .writing(.arm, (0..<4).map { order[word: $0] })
        case .beat(let beat, let relays): .writing(.heartbeat, [beat, relays])
        }
    }

    static let identityWords = Int(InputRegister.analogueCount.rawValue) + 1
}

/// A configuration with its seal, which go over the line in one frame.
struct BridgeConfiguration: Equatable {
    let words: [UInt16]
    let crc: UInt16

    init(_ configuration: Configuration) {
        crc = configuration.crc
        words = (0..<Configuration.wordCount).map { configuration[word: $0] } + [crc]
    }
}

/// Who a bridge says it is.
struct BridgeIdentity: Equatable {
    let protocolVersion: UInt16
    let relays: Int
    let inputs: Int
    let counters: Int
    let analogues: Int

    /// - Parameter answer: to `BridgeMessage.identify`.
    init(_ answer: ReceivedAnswer) {
        func word(_ register: InputRegister) -> UInt16 { answer.register(Int(register.rawValue)) }
        protocolVersion = word(.protocolVersion)
        relays = Int(word(.relayCount))
        inputs = Int(word(.inputCount))
        counters = Int(word(.counterCount))
        analogues = Int(word(.analogueCount))
    }
}

/// All that lives in a bridge, of one moment.
struct BridgeLive {
    struct Counter: Equatable {
        let count: UInt32
        /// The bridge's clock at the last edge.
        let lastEdge: UInt32
    }

    let state: BridgeState
    let bootCount: UInt16
    let tripCause: UInt16
    let tripCount: UInt16
    let sealedCRC: UInt16
    /// ms, wraps.
    let clock: UInt32
    let relays: UInt16
    let digital: UInt16
    /// s.
    let uptime: UInt32
    let analogues: [UInt16]
    let counters: [Counter]

    /// - Parameter answer: to `BridgeMessage.look`. `nil` for a state that the protocol does not have.
    init?(_ answer: ReceivedAnswer) {
        func word(_ address: UInt16) -> UInt16 { answer.register(Int(address - InputRegister.liveStart)) }
        func word(_ register: InputRegister) -> UInt16 { word(register.rawValue) }
        func double(_ address: UInt16) -> UInt32 { UInt32(word(address)) << 16 | UInt32(word(address + 1)) }
        guard let state = BridgeState(rawValue: word(.state)) else { return nil }
        self.state = state
        bootCount = word(.bootCount)
        tripCause = word(.tripCause)
        tripCount = word(.tripCount)
        sealedCRC = word(.sealedCRC)
        clock = double(InputRegister.clock.rawValue)
        relays = word(.relays)
        digital = word(.digitalInputs)
        uptime = double(InputRegister.uptime.rawValue)
        analogues = (0..<UInt16(BridgeProtocol.analoguesMax)).map { word(InputRegister.analogues.rawValue + $0) }
        counters = (0..<BridgeProtocol.countersMax).map { index in
            let address = InputRegister.counter(index)
            return Counter(count: double(address), lastEdge: double(address + 2))
        }
    }

    /// What an order to arm must name.
    var armOrder: ArmOrder { ArmOrder(bootCount: bootCount, sealedCRC: sealedCRC, tripCount: tripCount) }

    /// Whether the bridge has run on since `earlier`, as far as it can be told: a power cut counts its starts anew.
    func isSameLife(as earlier: BridgeLive) -> Bool {
        let lostItsSeal = earlier.sealedCRC != 0 && sealedCRC == 0 && tripCause != Cause.configuration.rawValue
        return bootCount == earlier.bootCount && uptime >= earlier.uptime && !lostItsSeal
    }
}

extension ModbusRequest {
    /// - Precondition: the block lies within the registers.
    fileprivate static func reading(_ address: UInt16, words: Int) -> ModbusRequest {
        guard let span = RegisterSpan(address: address, count: words) else { preconditionFailure("past the last register") }
        return .read(.input, span)
    }

    fileprivate static func writing(_ register: HoldingRegister, _ words: [UInt16]) -> ModbusRequest {
        .writeRegisters(address: register.rawValue, values: words)
    }
}
