/// What a host commissions: kept as the words that go over the line, so that the CRC is of exactly those.
///
/// Word 0: heartbeat time-out, ms, 100 to 60 000. Word 1: safe levels, relay 0 in bit 0. Words 2 to 17: the longest
/// unbroken time away from safe of relays 0 to 15, s, 1 to 65 535; 0 keeps the relay at its safe level for good.
public struct Configuration: Sendable {
    public static var wordCount: Int { 18 }
    public static var heartbeatRange: ClosedRange<UInt16> { 100...60_000 }

    private var words: InlineArray<18, UInt16>

    /// Nothing may move, and nothing may be sealed.
    public init() {
        words = InlineArray(repeating: 0)
    }

    /// - Parameter safeLevels: held by what is not armed.
    init(safeLevels: UInt16) {
        self.init()
        words[1] = safeLevels
    }

    /// 0 outside of `0..<wordCount`; a write there is without effect.
    public subscript(word index: Int) -> UInt16 {
        get { index >= 0 && index < Self.wordCount ? words[index] : 0 }
        set { if index >= 0 && index < Self.wordCount { words[index] = newValue } }
    }

    /// Milliseconds.
    public var heartbeatTimeout: UInt16 {
        get { words[0] }
        set { words[0] = newValue }
    }

    public var safeLevels: UInt16 {
        get { words[1] }
        set { words[1] = newValue }
    }

    /// Seconds away from safe at most.
    public func longestOn(relay: Int) -> UInt16 { relay < 0 ? 0 : self[word: 2 + relay] }

    /// Sets the seconds away from safe at most.
    public mutating func setLongestOn(relay: Int, seconds: UInt16) {
        if relay >= 0 { self[word: 2 + relay] = seconds }
    }

    /// What `HoldingRegister.seal` must be written with.
    public var crc: UInt16 {
        var crc = CRC16()
        for index in 0..<Self.wordCount { crc.add(words[index]) }
        return crc.value
    }

    /// Relays that may ever leave their safe level.
    var movable: UInt16 {
        var mask: UInt16 = 0
        for relay in 0..<BridgeProtocol.relaysMax where longestOn(relay: relay) > 0 { mask |= 1 << UInt16(relay) }
        return mask
    }

    /// A board with `relays` relays can keep it.
    public func isValid(relays: Int) -> Bool {
        let present = BoardIdentity.mask(relays)
        return Self.heartbeatRange.contains(heartbeatTimeout) && safeLevels & ~present == 0 && movable & ~present == 0
    }
}

/// The four words of `HoldingRegister.arm`. They name what the host believes: a host that missed a reset, another
/// configuration or a trip cannot arm, nor can its old frame, delayed on the line.
public struct ArmOrder: Sendable, Equatable {
    public static var key: UInt16 { 0xA53C }

    public let bootCount: UInt16
    public let sealedCRC: UInt16
    public let tripCount: UInt16

    public init(bootCount: UInt16, sealedCRC: UInt16, tripCount: UInt16) {
        self.bootCount = bootCount
        self.sealedCRC = sealedCRC
        self.tripCount = tripCount
    }

    /// Word `index` of 0 to 3; 0 outside.
    public subscript(word index: Int) -> UInt16 {
        switch index {
        case 0: Self.key
        case 1: bootCount
        case 2: sealedCRC
        case 3: tripCount
        default: 0
        }
    }
}
