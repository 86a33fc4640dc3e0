/// What is soldered.
public struct BoardIdentity: Sendable {
    public let kind: BoardKind
    public let relays: Int
    public let inputs: Int
    public let counters: Int
    public let analogues: Int

    /// More than the layout holds is cut.
    public init(_ kind: BoardKind, relays: Int, inputs: Int, counters: Int, analogues: Int) {
        self.kind = kind
        self.relays = min(relays, BridgeProtocol.relaysMax)
        self.inputs = min(inputs, 16)
        self.counters = min(counters, BridgeProtocol.countersMax)
        self.analogues = min(analogues, BridgeProtocol.analoguesMax)
    }

    /// The board of the tests and of the golden frames.
    public static var reference: BoardIdentity {
        BoardIdentity(.lm3s6965evb, relays: 6, inputs: 8, counters: 4, analogues: 4)
    }

    /// The lowest `count` bits.
    public static func mask(_ count: Int) -> UInt16 {
        count <= 0 ? 0 : count >= 16 ? .max : (1 << UInt16(truncatingIfNeeded: count)) &- 1
    }
}

/// Why and for the how many'th time the bridge started, and what outlived the reset.
public struct Boot: Sendable {
    public let count: UInt16
    public let cause: Cause
    /// The safe levels sealed before a warm reset; 0 when power was away.
    public let safeLevels: UInt16

    public init(count: UInt16, cause: Cause, safeLevels: UInt16) {
        self.count = count
        self.cause = cause
        self.safeLevels = safeLevels
    }
}

/// What the board's pins say; the shell fills it in.
public struct FieldInputs: Sendable {
    public struct Counter: Sendable {
        public var count: UInt32 = 0
        /// The bridge's clock, ms, of the last counted edge; 0 before the first.
        public var lastEdge: UInt32 = 0
    }

    public var digital: UInt16 = 0
    private var analogueWords = InlineArray<8, UInt16>(repeating: 0)
    private var counters = InlineArray<8, Counter>(repeating: Counter())

    public init() {}

    /// 0 for a counter that the layout does not have.
    public func counter(_ index: Int) -> Counter {
        index >= 0 && index < BridgeProtocol.countersMax ? counters[index] : Counter()
    }

    /// One edge; wraps.
    public mutating func count(_ index: Int, at clock: UInt32) {
        guard index >= 0, index < BridgeProtocol.countersMax else { return }
        counters[index].count &+= 1
        counters[index].lastEdge = clock
    }

    public subscript(analogue index: Int) -> UInt16 {
        get { index >= 0 && index < BridgeProtocol.analoguesMax ? analogueWords[index] : 0 }
        set { if index >= 0 && index < BridgeProtocol.analoguesMax { analogueWords[index] = newValue } }
    }
}
