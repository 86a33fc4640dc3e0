public import Language
public import Quantities

/// What a gate keeps. Levels are over its sill.
public enum GateGoal: Hashable, Sendable, BitwiseCopyable {
    /// Of the pool below it: more flow raises it.
    case downstream(Length)
    /// Of the pool above it: more flow lowers it.
    case upstream(Length)
    case flow(Flow)
}

/// What a person orders of a gate, in place of what the site file says.
public enum GateOrder: Hashable, Sendable, BitwiseCopyable {
    /// Keep this level: the one that the gate keeps anyway.
    case level(Length)
    case flow(Flow)
    /// Go to this opening and stay there.
    case opening(Length)
    /// Stay where it is.
    case hold
}

/// What people may order of a gate.
public struct GateBounds: Sendable, BitwiseCopyable {
    /// `nil`: the gate keeps a flow.
    public let level: (least: Length, most: Length)?
    public let flow: (least: Flow, most: Flow)
    public let opening: (least: Length, most: Length)

    public init(level: (least: Length, most: Length)?, flow: (least: Flow, most: Flow), opening: (least: Length, most: Length)) {
        self.level = level
        self.flow = flow
        self.opening = opening
    }

    public func allow(_ order: GateOrder) -> Bool {
        switch order {
        case .level(let wanted): level.map { isWithin(wanted, $0) } ?? false
        case .flow(let wanted): isWithin(wanted, flow)
        case .opening(let wanted): isWithin(wanted, opening)
        case .hold: true
        }
    }

    /// By the bare numbers: of these, one that is none is within nothing.
    private func isWithin<Q: Quantity>(_ wanted: Q, _ range: (least: Q, most: Q)) -> Bool {
        wanted.base >= range.least.base && wanted.base <= range.most.base
    }
}

/// What a canal gate does now, or why it holds where it is. Raw values are stable.
public enum GateReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    // Holds because it cannot see
    case levelUnknown = 1
    case positionUnknown = 2
    case flowUnknown = 3
    // Holds because it is locked
    /// A lock goes by the date, and the clock is not trusted.
    case dateUnknown = 10
    case ice = 11
    /// The water carries too much silt, or its contact cannot be read.
    case silt = 12
    // Controls
    case moving = 20
    /// What it is at is near enough to what it should be at.
    case settled = 21
    /// The time between two moves is not over.
    case resting = 22
    /// The level falls as fast as it may already.
    case falling = 23
    /// The interlocks hold the drive that way.
    case blocked = 24
    /// It has had its moves of the last 24 h.
    case movesUsedUp = 25
    /// A person ordered it to stay where it is.
    case heldByHand = 26

    /// Something it must know is not known.
    public var isBlind: Bool { rawValue < 10 }
    /// It may not move, whatever the water does.
    public var isLock: Bool { (10..<20).contains(rawValue) }
}

extension GateReason {
    public var text: Phrase {
        switch self {
        case .levelUnknown: Phrase(zh: "水位读不到", en: "a level cannot be read")
        case .positionUnknown: Phrase(zh: "闸位读不到", en: "its position cannot be read")
        case .flowUnknown: Phrase(zh: "流量读不到", en: "the flow cannot be read")
        case .dateUnknown: Phrase(zh: "时钟不可信，不知是否在锁定期", en: "the clock is not trusted, so a lock by date may stand")
        case .ice: Phrase(zh: "封冻期", en: "ice period")
        case .silt: Phrase(zh: "泥沙过大，或泥沙触点读不到", en: "too much silt, or its contact cannot be read")
        case .movesUsedUp: Phrase(zh: "24 小时内的动作次数已用完", en: "it has had its moves of 24 h")
        case .moving: Phrase(zh: "正在调闸", en: "the gate is being moved")
        case .settled: Phrase(zh: "已在设定值附近", en: "near enough to the set-point")
        case .resting: Phrase(zh: "两次动作之间等待", en: "rests between two moves")
        case .falling: Phrase(zh: "水位下降已到允许速度", en: "the level falls as fast as it may")
        case .blocked: Phrase(zh: "该方向被联锁挡住", en: "held that way by an interlock")
        case .heldByHand: Phrase(zh: "人工令其停在原位", en: "held by order of a person")
        }
    }
}

/// What a gate does, for screens and for `why`. Its levels and its opening are points.
public struct GateStatus: Sendable, BitwiseCopyable, Equatable {
    public var reason: GateReason
    /// What the interlocks have against the way it would go; of `blocked`.
    public var hold: Cause?
    /// The level it steers for now, where that falls slowly towards the one it is to keep.
    public var setpoint: Length?
    /// The opening it is to have. `nil`: it does not reckon one now.
    public var target: Length?
    /// By its equation. `nil`: a level or its opening is not known.
    public var flow: Flow?
    /// Until it may move again.
    public var restLeft: Duration
    public var movesLastHour: UInt8
    public var movesLastDay: UInt8

    public init(reason: GateReason = .settled, hold: Cause? = nil, setpoint: Length? = nil, target: Length? = nil, flow: Flow? = nil,
                restLeft: Duration = .zero, movesLastHour: UInt8 = 0, movesLastDay: UInt8 = 0) {
        self.reason = reason
        self.hold = hold
        self.setpoint = setpoint
        self.target = target
        self.flow = flow
        self.restLeft = restLeft
        self.movesLastHour = movesLastHour
        self.movesLastDay = movesLastDay
    }
}

extension Flow {
    /// As canals are measured.
    public static func cubicMetersPerSecond(_ value: Double) -> Flow { Flow(base: value * 3600) }
    public var cubicMetersPerSecond: Double { base / 3600 }
}
