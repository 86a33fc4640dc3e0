public import ProcessImage
public import Quantities

/// How much water a zone gets at a start.
public enum AmountRule: Sendable, Hashable, BitwiseCopyable {
    case fixed(Amount)
    /// On the zone's area, as it leaves the pipe.
    case depth(Depth)
    /// What the root zone lacks by the water balance, grossed up by the zone's efficiency.
    case deficit(Bounds)
    /// What evaporated since the zone's last irrigation, grossed up likewise.
    case etSinceIrrigation(Bounds)

    /// Bounds of a computed amount, as it leaves the pipe.
    public struct Bounds: Sendable, Hashable, BitwiseCopyable {
        public var atLeast: Depth?
        public var atMost: Depth?
        /// Given when the balance can not say. `nil`: then there is no water.
        public var otherwise: Depth?

        public init(atLeast: Depth? = nil, atMost: Depth? = nil, otherwise: Depth? = nil) {
            self.atLeast = atLeast
            self.atMost = atMost
            self.otherwise = otherwise
        }
    }
}

/// The most water for a zone or the whole site in a stretch of days. A run is cut to what is left.
public struct QuotaPlan: Sendable, Hashable, BitwiseCopyable {
    public enum Period: Sendable, Hashable, BitwiseCopyable {
        case day, month, year
        case season(DateRange)

        /// The first day of the stretch a day lies in; `nil` outside of the season, where the quota says nothing.
        public func beginning(of date: CivilDate) -> CivilDate? {
            let (year, month, _) = date.components
            return switch self {
            case .day: date
            case .month: CivilDate(year: year, month: month, day: 1)
            case .year: CivilDate(year: year, month: 1, day: 1)
            case .season(let range): range.beginning(of: date)
            }
        }
    }

    /// `nil`: the whole site.
    public let zone: ZoneIndex?
    public let limit: Volume
    public let period: Period

    public init(zone: ZoneIndex?, limit: Volume, period: Period) {
        self.zone = zone
        self.limit = limit
        self.period = period
    }
}

/// A time, or something measured, in which no program waters: a tariff, wind, frost.
public struct WaterWindow: Sendable, Hashable, BitwiseCopyable {
    public enum Kind: Sendable, Hashable, BitwiseCopyable {
        /// Local time; an end before the beginning lies on the next day.
        case hours(from: TimeOfDay, until: TimeOfDay, DayRule)
        /// From the moment it holds until it has not held for `calm`.
        case condition(Condition, calm: Duration)
    }

    public let kind: Kind
    /// Of a condition: whether the window stands while what it asks for is not known.
    public let ifUnknown: UnknownPolicy
    /// Water that flows when the window begins is ended with its shortfall; else it rests and goes on afterwards.
    public let endsRuns: Bool

    public init(_ kind: Kind, ifUnknown: UnknownPolicy = .water, endsRuns: Bool = false) {
        self.kind = kind
        self.ifUnknown = ifUnknown
        self.endsRuns = endsRuns
    }
}
