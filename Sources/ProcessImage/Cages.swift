public import Quantities

public struct CageIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A feed line: a blower with its selector and the cages behind it, or a single feeder.
public struct FeedLineIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A store of feed above one or several lines.
public struct SiloIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// One meal of one cage on one local day: at most once ever. By hand: numbered from `byHand` up.
public struct MealID: Hashable, Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let date: CivilDate
    public let number: UInt8

    /// Meals of the plan are below it.
    public static let byHand: UInt8 = 64

    public init(cage: CageIndex, date: CivilDate, number: UInt8) {
        self.cage = cage
        self.date = date
        self.number = number
    }

    public var isByHand: Bool { number >= MealID.byHand }
}

public enum MealOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case completed = 1
    /// A gate, a fault or the end of its time cut it short; the rest is not given later.
    case short = 2
    case stopped = 3
    /// The controller died in it; what was not known to be given counts as given.
    case interrupted = 4
    /// Its time passed without a gram.
    case missed = 5
}

/// What stands in the books about the fish of one cage.
public struct CageStock: Hashable, Sendable, BitwiseCopyable {
    public var count: Double
    public var mean: Mass

    public init(count: Double, mean: Mass) {
        self.count = count
        self.mean = mean
    }

    public var biomass: Mass { mean * count }
}

/// What changes a cage's stock.
public enum StockChange: Hashable, Sendable, BitwiseCopyable {
    /// The whole of it, as it was counted in.
    case stocked(CageStock)
    /// So many were weighed, with this mean: the mean is this from now on.
    case sampled(count: Double, mean: Mass)
    /// Dead fish taken out; `mean` where they were weighed.
    case died(count: Double, mean: Mass?)
    case movedIn(CageStock)
    case movedOut(count: Double)
    /// Grown by the feed of one day.
    case grown(by: Mass, conversion: Double)
}

/// What the ledger must not lose of a meal.
public enum MealRow: Hashable, Sendable, BitwiseCopyable {
    case started(MealID, planned: Mass)
    /// So much was given, and so much more is about to be: after a power cut both count as given. The doser turns for it only
    /// once this row is on disk.
    case quantum(MealID, given: Mass, intent: Mass)
    case ended(MealID, MealOutcome, given: Mass)

    public var meal: MealID {
        switch self {
        case .started(let meal, _), .quantum(let meal, _, _), .ended(let meal, _, _): meal
        }
    }
}

/// What a new life knows of a meal of an earlier one.
public struct BookedMeal: Hashable, Sendable, BitwiseCopyable {
    public let meal: MealID
    public var planned: Mass
    /// At most: what was about to be given counts.
    public var given: Mass
    /// `nil`: it never ended, the process died in it.
    public var outcome: MealOutcome?

    public init(meal: MealID, planned: Mass = .zero, given: Mass = .zero, outcome: MealOutcome? = nil) {
        self.meal = meal
        self.planned = planned
        self.given = given
        self.outcome = outcome
    }

    /// The meal once a later row is read.
    public mutating func read(_ row: MealRow) {
        switch row {
        case .started(_, let planned): self.planned = planned
        case .quantum(_, let given, let intent): self.given = given + intent
        case .ended(_, let outcome, let given): (self.outcome, self.given) = (outcome, given)
        }
    }
}

/// What a probe in or at a cage tells of. Raw values are stable.
public enum SeaQuantity: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case oxygen = 0
    case temperature = 1
    case salinity = 2
    case current = 3
    case waves = 4
    case wind = 5
    case sulfide = 6
    case uneaten = 7
}

/// How a cage's oxygen stands, for events, screens and `why`.
public struct OxygenStatus: Hashable, Sendable, BitwiseCopyable {
    /// mg/L of the worst probe that can be read; NaN: of none.
    public var worst = Double.nan
    /// A probe cannot be read, or is not believed: the aerators are on.
    public var isBlind = false
    /// Below what the first stage comes on at.
    public var isLow = false
    public var isEmergency = false
    /// Pure oxygen is shut because the water has its fill.
    public var isFull = false
    /// A stage that is to run does not, or cannot be told to.
    public var isUnproven = false
    public var siren = false
    /// Stages that are on.
    public var stages: UInt8 = 0

    public init() {}
}

/// How a cage stands, for screens and `why`.
public struct CageStatus: Hashable, Sendable, BitwiseCopyable {
    public var reason = FeedReason.waiting
    /// What its gates let through, and why not more.
    public var share = 0.0
    public var gate: FeedReason?
    public var stock: CageStock?
    /// Of the meal under way.
    public var planned = Mass.zero
    public var given = Mass.zero
    /// Of the local day.
    public var today = Mass.zero
    public var isLocked = false
    /// By today's appetite, 1 is the table's. Range: 0.5 … 1.2.
    public var appetite = 1.0
    /// When the next meal of the plan is due, seconds since 1970; `nil`: none is left today, or nobody knows the time.
    public var nextMeal: Int64?
    /// The fast that holds now.
    public var fast: FastKind?
    /// Of its worst oxygen in its coldest water, with its salt; `nil`: it cannot be told.
    public var saturation: Fraction?
    public var oxygen = OxygenStatus()

    public init() {}
}

extension Restored {
    /// Takes over a row of a meal.
    public mutating func read(_ row: MealRow) {
        guard let place = meals.firstIndex(where: { $0.meal == row.meal }) else {
            var meal = BookedMeal(meal: row.meal)
            meal.read(row)
            meals.append(meal)
            if meals.count > Restored.mealsMax { meals.removeFirst() }
            return
        }
        meals[place].read(row)
    }

    /// More than the cages of a site have in two days.
    public static let mealsMax = Limits.cagesMax * 32
}
