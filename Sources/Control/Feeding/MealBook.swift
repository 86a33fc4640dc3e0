import ProcessImage
import Quantities

/// One cage's day of meals.
struct MealDay: BitwiseCopyable {
    var date = CivilDate(daysSinceEpoch: .min)
    /// Seconds since 1970, by the number of the meal; `.max`: not today.
    var due = InlineArray<8, Int64>(repeating: .max)
    /// Bits of the meals that were begun or missed.
    var decided: UInt64 = 0
    /// Given today by meals that are over; what was about to be given counts.
    var given = Mass.zero
    var byHand: UInt8 = 0
    /// When the last meal ended.
    var lastEnd: Instant?
}

/// What is due for a cage.
enum MealDue: Equatable, BitwiseCopyable {
    case none
    case due(Int)
    /// Its time has passed.
    case missed(Int)
}

/// Which meals of each cage's day were begun, and what was given. A meal that was begun is never begun again, whatever the clock
/// or the process does: meals of the day are bits that only come, and a day that has begun is not gone back from.
struct MealBook: ~Copyable {
    private let plans: Dense<CageIndex, MealPlan>
    private let clock: MealClock
    private var days: Dense<CageIndex, MealDay>
    /// A ledger was lost, and nobody knows yet what of this life's first day was given before.
    private var isPastUnknown: Dense<CageIndex, Bool>

    /// - Parameters:
    ///   - booked: meals of earlier lives, at least those of today.
    ///   - isComplete: whether these are all. If not, meals that were due before this life count as given.
    init(_ plans: [MealPlan], clock: MealClock, restoring booked: [BookedMeal], isComplete: Bool = true) {
        self.plans = Dense(plans)
        self.clock = clock
        days = Dense(repeating: MealDay(), count: plans.count)
        isPastUnknown = Dense(repeating: !isComplete, count: plans.count)
        for meal in booked where meal.meal.cage.offset < plans.count { restore(meal) }
    }

    private mutating func restore(_ meal: BookedMeal) {
        let cage = meal.meal.cage
        if meal.meal.date > days[cage].date { turn(cage, to: meal.meal.date) }
        guard meal.meal.date == days[cage].date else { return }
        mark(meal.meal)
        days[cage].given += meal.given
    }

    func given(today cage: CageIndex) -> Mass { days[cage].given }

    /// What may still be given today.
    func left(of cage: CageIndex) -> Mass { max(plans[cage].dayAtMost - days[cage].given, .zero) }

    /// The same, once it is sure which day it is.
    mutating func left(of cage: CageIndex, _ wall: WallTime) -> Mass {
        isOfToday(cage, wall) ? left(of: cage) : .zero
    }

    func isDecided(_ meal: Int, of cage: CageIndex) -> Bool { days[cage].decided & (1 << UInt64(meal)) != 0 }

    /// When each meal of the day is due; `nil`: not today.
    func dueTime(_ meal: Int, of cage: CageIndex) -> Int64? { days[cage].due[meal] == .max ? nil : days[cage].due[meal] }

    /// The first meal of today that was neither begun nor missed, at its time or after.
    func nextMeal(of cage: CageIndex) -> Int? {
        var next: Int?
        for meal in 0..<plans[cage].count where !isDecided(meal, of: cage) {
            guard let due = dueTime(meal, of: cage) else { continue }
            if let found = next, days[cage].due[found] <= due { continue }
            next = meal
        }
        return next
    }

    /// What is due now. Nothing while the clock is not trusted, or shows a day before the one that has begun.
    mutating func due(_ cage: CageIndex, _ wall: WallTime, at now: Instant) -> MealDue {
        guard isOfToday(cage, wall) else { return .none }
        let plan = plans[cage]
        for meal in 0..<plan.count where !isDecided(meal, of: cage) {
            guard let due = dueTime(meal, of: cage), wall.unixSeconds >= due else { continue }
            if wall.unixSeconds - due > Int64(plan.waitAtMost.seconds) { return .missed(meal) }
            if let last = days[cage].lastEnd, now - last < plan.rest { continue }
            return .due(meal)
        }
        return .none
    }

    /// The next meal of the plan, whatever its time. `nil`: none is left today, or it is not sure which day it is.
    mutating func nextToday(_ cage: CageIndex, _ wall: WallTime) -> Int? { isOfToday(cage, wall) ? nextMeal(of: cage) : nil }

    /// A meal of the plan is begun or missed: once and for all.
    mutating func decide(_ meal: Int, of cage: CageIndex) -> MealID {
        let id = MealID(cage: cage, date: days[cage].date, number: UInt8(meal))
        mark(id)
        return id
    }

    /// A meal by hand. `nil`: the clock says no day, or the day has had as many as there are numbers.
    mutating func decideByHand(_ cage: CageIndex, _ wall: WallTime) -> MealID? {
        guard isOfToday(cage, wall), days[cage].byHand < UInt8.max - MealID.byHand else { return nil }
        let id = MealID(cage: cage, date: days[cage].date, number: MealID.byHand + days[cage].byHand)
        mark(id)
        return id
    }

    mutating func end(_ meal: MealID, given: Mass, at now: Instant) {
        days[meal.cage].lastEnd = now
        if meal.date == days[meal.cage].date { days[meal.cage].given += given }
    }

    private mutating func mark(_ meal: MealID) {
        if meal.isByHand {
            days[meal.cage].byHand = max(days[meal.cage].byHand, meal.number - MealID.byHand + 1)
        } else {
            days[meal.cage].decided |= 1 << UInt64(meal.number)
        }
    }

    /// Whether the clock is trusted and shows the day that has begun; a later one begins.
    private mutating func isOfToday(_ cage: CageIndex, _ wall: WallTime) -> Bool {
        guard wall.isTrusted else { return false }
        let today = clock.clock.local(unixSeconds: wall.unixSeconds).date
        if today > days[cage].date { turn(cage, to: today) }
        guard today == days[cage].date else { return false }
        if isPastUnknown[cage] { countPast(of: cage, until: wall.unixSeconds) }
        return true
    }

    /// What was due before anybody knew may have been given, and up to its part of the day's limit.
    private mutating func countPast(of cage: CageIndex, until now: Int64) {
        isPastUnknown[cage] = false
        for meal in 0..<plans[cage].count where !isDecided(meal, of: cage) {
            guard let due = dueTime(meal, of: cage), due <= now else { continue }
            days[cage].decided |= 1 << UInt64(meal)
            days[cage].given += plans[cage].dayAtMost * plans[cage].share(of: meal)
        }
    }

    private mutating func turn(_ cage: CageIndex, to date: CivilDate) {
        let last = days[cage].lastEnd
        days[cage] = MealDay()
        days[cage].date = date
        days[cage].lastEnd = last
        for meal in 0..<plans[cage].count { days[cage].due[meal] = clock.due(meal, of: plans[cage], on: date) ?? .max }
    }
}

/// A person's word on a cage's appetite: so much more or less, fading day by day, so that a good day does not overfeed a month.
struct Appetite: BitwiseCopyable {
    /// More or less than one. Range: −0.5 … 0.2.
    private var extra = 0.0
    private var setOn = CivilDate(daysSinceEpoch: 0)

    static let most = 0.2
    static let least = -0.5
    /// Of it that is left after a day.
    static let fading = 0.7

    /// - Returns: the order within what may be ordered. `nil` for what is no number.
    static func bounded(_ extra: Double, on date: CivilDate) -> AppetiteOrder? {
        extra.isFinite ? AppetiteOrder(extra: min(max(extra, least), most), on: date) : nil
    }

    mutating func set(_ order: AppetiteOrder) {
        guard let order = Self.bounded(order.extra, on: order.on) else { return }
        extra = order.extra
        setOn = order.on
    }

    /// Range: 0.5 … 1.2.
    func factor(on date: CivilDate) -> Double {
        var left = extra
        var days = min(max(Int(date.daysSinceEpoch) - Int(setOn.daysSinceEpoch), 0), 30)
        while days > 0 {
            left *= Self.fading
            days -= 1
        }
        return 1 + left
    }
}
