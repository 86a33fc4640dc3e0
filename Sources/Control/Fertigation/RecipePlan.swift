public import Agronomy
public import ProcessImage
public import Quantities

/// How much stock a channel gives.
public enum DoseMode: Hashable, Sendable, BitwiseCopyable {
    /// So much in each run of a zone, spread over the water of the dose.
    case quantity(Volume)
    /// The same by the zone's area: stock as a depth, so 1 L/mu is 0.0015 mm.
    case perArea(Depth)
    /// On for a time, from the beginning of the dose.
    case time(Duration)
    /// So much for each volume of water, by the meter: 0.005 is 5 L/m3.
    case ratio(Fraction)
    /// By the EC loop, in these shares among its channels (A : B as 1 : 1).
    case ec(share: Double)
    /// By the pH loop.
    case ph

    /// A dose for each portion of water that the meter counts.
    public static func proportional(_ dose: Volume, each water: Volume) -> DoseMode { .ratio(Fraction(base: dose / water)) }
}

/// What the conductivity of the mix is to be.
public enum ECTarget: Hashable, Sendable, BitwiseCopyable {
    /// Of the mix, raw water included. Raw water that has more already gets nothing.
    case mix(Conductivity)
    /// What is added to the raw water.
    case feed(Conductivity)
}

/// What a zone's water carries, and when.
public struct RecipePlan: Sendable, Hashable {
    public struct Part: Sendable, Hashable, BitwiseCopyable {
        public let channel: ChannelIndex
        public let mode: DoseMode

        public init(_ channel: ChannelIndex, _ mode: DoseMode) {
            self.channel = channel
            self.mode = mode
        }
    }

    /// A recipe belongs to one unit: it names that unit's channels.
    public let unit: DosingUnitIndex
    public let parts: [Part]
    /// Clear water before and after.
    public let phases: ThreePhase
    public let ec: ECTarget?
    public let ph: Acidity?

    /// - Precondition: there are parts; loops have their targets, and shares are more than nothing.
    public init(unit: DosingUnitIndex, parts: [Part], phases: ThreePhase = .usual, ec: ECTarget? = nil, ph: Acidity? = nil) {
        precondition(!parts.isEmpty && parts.count <= Limits.channelsPerUnitMax)
        for part in parts {
            switch part.mode {
            case .ec(let share): precondition(ec != nil && share > 0 && share.isFinite)
            case .ph: precondition(ph != nil)
            default: break
            }
        }
        self.unit = unit
        self.parts = parts
        self.phases = phases
        self.ec = ec
        self.ph = ph
    }
}

/// What becomes of a run whose water does not reach for its dose and flush.
public enum TooShort: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    /// It gets as much more water as they need.
    case extend = 1
    /// It gets its water, and no dose.
    case clearWater = 2
    /// The zone is skipped this time.
    case skip = 3
}

/// The recipe of a program.
public struct ProgramRecipe: Hashable, Sendable, BitwiseCopyable {
    public let recipe: RecipeIndex
    public let tooShort: TooShort

    public init(_ recipe: RecipeIndex, tooShort: TooShort = .extend) {
        self.recipe = recipe
        self.tooShort = tooShort
    }
}
