public import Quantities

/// What a decision about water can rest on. Raw values are stable and never reused: they lie in the ledger.
public enum Matter: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    // Measured
    case depletion = 1
    case soil = 2
    case rain = 3
    case forecastRain = 4
    case wind = 5
    case temperature = 6
    case radiation = 7
    /// A point of the site, by its number.
    case point = 8
    // How much
    case deficit = 20
    case etSinceIrrigation = 21
    /// A percentage of a person, the program or the month.
    case adjusted = 22
    /// The program's own least and most.
    case atLeast = 23
    case atMost = 24
    /// The longest time its valve may be open.
    case valveTime = 25
    /// What is left of a quota, by its number.
    case quota = 26
    /// What was ordered in the end: a volume, or a time.
    case ordered = 27
    case orderedTime = 30
    /// The zone has one run in hand and one waiting.
    case busy = 28
    /// A volume that neither a meter nor a flow can tell.
    case unmeasured = 29
    // People and calendar
    case paused = 40
    case rainDelay = 41
    case skipNext = 42
    case stage = 43
    case missed = 44
    /// A no-water window, by its number.
    case window = 50
    /// The run does not reach for the recipe's dose and its flush: what it has, and what it needs.
    case recipe = 80
}

/// One reason of one decision about one zone, with its numbers. A decision is a short chain of these, in order.
public struct Finding: Hashable, Sendable, BitwiseCopyable {
    /// What the reason did. Raw values lie in the ledger.
    public enum Effect: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// Speaks for the water, or does not stand against it.
        case allows = 1
        /// Why there is none.
        case skips = 2
        /// Made it more or less.
        case changes = 3
        /// What was ordered.
        case orders = 4
    }

    public let matter: Matter
    public let effect: Effect
    /// Number of the point, window or quota; 0 when the matter has none.
    public let index: UInt16
    /// Stretch of time that was looked at; 0: now.
    public let hours: UInt16
    /// In the base unit of the matter (see `Matter.dimension`). NaN: not known, for `reason`.
    public let value: Double
    /// What it was held against; NaN: nothing.
    public let limit: Double
    public let reason: Reason
    public let tier: WeatherTier

    public init(_ matter: Matter, _ effect: Effect, value: Double = .nan, limit: Double = .nan, index: UInt16 = 0,
                hours: UInt16 = 0, reason: Reason = .none, tier: WeatherTier = .none) {
        self.matter = matter
        self.effect = effect
        self.index = index
        self.hours = hours
        self.value = value
        self.limit = limit
        self.reason = reason
        self.tier = tier
    }

    public var isKnown: Bool { !value.isNaN }

    /// The matter as a cause, for events and runs.
    public var cause: Cause { .matter(matter, index) }
}

extension Matter {
    /// What its numbers measure. `nil`: it has none, or its point says.
    public var dimension: Dimension? {
        switch self {
        case .depletion, .soil, .adjusted: .fraction
        case .rain, .forecastRain, .deficit, .etSinceIrrigation: .length
        case .wind: .speed
        case .temperature: .temperature
        case .radiation: .irradiation
        case .atLeast, .atMost, .quota, .ordered, .recipe: .volume
        case .valveTime, .missed, .orderedTime: .time
        case .point, .busy, .unmeasured, .paused, .rainDelay, .skipNext, .stage, .window: nil
        }
    }
}
