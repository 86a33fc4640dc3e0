public import Language
public import Quantities

/// Why a cage fasts. Raw values are stable.
public enum FastKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case treatment = 0
    case harvest = 1
    case grading = 2
    case netCleaning = 3
    case netLifting = 4
    case other = 5

    public var text: Phrase {
        switch self {
        case .treatment: Phrase(zh: "药浴", en: "treatment")
        case .harvest: Phrase(zh: "起捕", en: "harvest")
        case .grading: Phrase(zh: "分级", en: "grading")
        case .netCleaning: Phrase(zh: "洗网", en: "net cleaning")
        case .netLifting: Phrase(zh: "起网换网", en: "net lifting")
        case .other: Phrase(zh: "其他", en: "other")
        }
    }

    /// From the last feed to the work. Source: DB37 practice for net cages: 12 … 24 h before the net is handled, a day before a harvest.
    public var usualBefore: Duration {
        switch self {
        case .harvest, .grading, .treatment: .hours(24)
        case .netCleaning, .netLifting: .hours(12)
        case .other: .zero
        }
    }
}

/// A stretch of time in which a cage gets nothing, whatever its plan says: booked by people, ended by the clock or by people.
public struct FeedFast: Hashable, Sendable, BitwiseCopyable {
    public let kind: FastKind
    /// Seconds since 1970; `until` is not included.
    public let from: Int64
    public let until: Int64

    public init(_ kind: FastKind, from: Int64, until: Int64) {
        self.kind = kind
        self.from = from
        self.until = until
    }

    public func includes(_ wall: WallTime) -> Bool { wall.unixSeconds >= from && wall.unixSeconds < until }
}

/// A person's word on a cage's appetite: so much more or less than one, from a day on.
public struct AppetiteOrder: Hashable, Sendable, BitwiseCopyable {
    public let extra: Double
    public let on: CivilDate

    public init(extra: Double, on date: CivilDate) {
        self.extra = extra
        on = date
    }
}

/// Where the sequence of a feed line is. Raw values are stable.
public enum LinePhase: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    case idle = 0
    case selecting = 1
    case starting = 2
    case feeding = 3
    case purging = 4
    case coasting = 5
    case blocked = 6
    case faulted = 7

    public var text: Phrase {
        switch self {
        case .idle: Phrase(zh: "待机", en: "idle")
        case .selecting: Phrase(zh: "转分配器", en: "turns to its outlet")
        case .starting: Phrase(zh: "起风", en: "air comes up")
        case .feeding: Phrase(zh: "投喂中", en: "feeds")
        case .purging: Phrase(zh: "吹净", en: "blows clean")
        case .coasting: Phrase(zh: "停风", en: "air goes down")
        case .blocked: Phrase(zh: "堵料顶吹", en: "is blocked and blown at")
        case .faulted: Phrase(zh: "故障停", en: "stands with a fault")
        }
    }
}

/// How a feed line stands, for screens and `why`.
public struct LineStatus: Hashable, Sendable, BitwiseCopyable {
    public var phase = LinePhase.idle
    /// The cage whose meal it gives.
    public var cage: CageIndex?
    public var fault: FeedReason?
    /// Feed may lie in its pipe.
    public var isLoaded = false

    public init() {}
}

/// What a silo holds, for screens.
public struct SiloStatus: Hashable, Sendable, BitwiseCopyable {
    /// `nil`: nobody has said, and no scale tells.
    public var holds: Mass?
    /// By its load cells, not by the book.
    public var isWeighed = false
    public var isLow = false

    public init() {}
}

/// How much of a site's battery is left, by what is given up for it.
public enum PowerStage: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    case normal = 0
    /// Cameras and the like are off.
    case saving = 1
    /// Devices are asked half as often, too.
    case low = 2
    /// Only alarms go upstream, too.
    case critical = 3
}

/// Where a submersible cage is and is to be, for screens.
public struct DepthStatus: Hashable, Sendable, BitwiseCopyable {
    /// `nil`: its depth cannot be read, and it stays where it is.
    public var depth: Length?
    /// What it is moved to; `nil`: it stays.
    public var goal: Length?
    /// What it would be better at; a person has not agreed yet.
    public var proposed: Length?
    public var isMoving = false
    /// Driven, it did not move; a new order tries again.
    public var isStuck = false

    public init() {}
}
