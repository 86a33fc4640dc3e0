public import Language

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
        }
    }
}
