public import Quantities

/// When a meal is due.
public enum MealTime: Hashable, Sendable, BitwiseCopyable {
    case clock(TimeOfDay)
    /// So long after the sun rises or sets, or before. On a day without it there is no meal.
    case sun(SunEvent, offset: Duration)
    /// A part of the fed daylight, which begins 45 min after sunrise and ends an hour before sunset. Range: 0 … 1.
    case daylight(Double)
}

public struct MealRule: Hashable, Sendable, BitwiseCopyable {
    public let time: MealTime
    /// Of the day's feed, against those of the other meals. Above 0.
    public let share: Double

    public init(_ time: MealTime, share: Double) {
        precondition(share > 0 && share.isFinite)
        if case .daylight(let part) = time { precondition((0...1).contains(part)) }
        self.time = time
        self.share = share
    }
}

/// Slow, quick, slow (先慢、快、慢): how fast a meal is given at its ends, against its middle.
public struct MealPace: Hashable, Sendable, BitwiseCopyable {
    /// Range: 0.1 … 1.
    public let slow: Double
    /// Of the meal, at its beginning and at its end each. Range: 0 … 0.5.
    public let ends: Double

    public static let even = MealPace(slow: 1, ends: 0)
    public static let usual = MealPace(slow: 0.5, ends: 0.2)

    public init(slow: Double, ends: Double) {
        precondition((0.1...1).contains(slow) && (0...0.5).contains(ends))
        self.slow = slow
        self.ends = ends
    }

    func speed(at progress: Double) -> Double { progress < ends || progress >= 1 - ends ? slow : 1 }
}

/// The meals of one cage.
public struct MealPlan: Sendable, BitwiseCopyable {
    public static let mealsMax = 8

    private let rules: InlineArray<8, MealRule>
    /// 0 … `mealsMax`; none: by hand only.
    public let count: Int
    /// It begins no later than so long after it was due, or is missed.
    public let waitAtMost: Duration
    /// It ends no later than so long after it began; what is missing then is not given.
    public let lastsAtMost: Duration
    /// From the end of one meal to the beginning of the next: the gut has to empty. Usual: 2 … 4 h.
    public let rest: Duration
    /// Looks within its waiting time for slack water, where a tide table says when it is.
    public let seeksSlack: Bool
    /// In one local day, meals by hand too.
    public let dayAtMost: Mass
    /// What is booked before it is given, and what is unknown after a power cut at most.
    public let quantum: Mass
    public let pace: MealPace

    public init(_ meals: [MealRule], waitAtMost: Duration = .hours(1), lastsAtMost: Duration = .hours(2), rest: Duration = .hours(2),
                seeksSlack: Bool = false, dayAtMost: Mass, quantum: Mass, pace: MealPace = .usual) {
        precondition(meals.count <= Self.mealsMax && waitAtMost >= .zero && lastsAtMost > .zero && rest >= .zero)
        precondition(dayAtMost.base > 0 && quantum.base > 0)
        var rules = InlineArray<8, MealRule>(repeating: MealRule(.clock(.midnight), share: 1))
        for (number, rule) in meals.enumerated() { rules[number] = rule }
        self.rules = rules
        count = meals.count
        self.waitAtMost = waitAtMost
        self.lastsAtMost = lastsAtMost
        self.rest = rest
        self.seeksSlack = seeksSlack
        self.dayAtMost = dayAtMost
        self.quantum = quantum
        self.pace = pace
    }

    public subscript(meal: Int) -> MealRule { rules[meal] }

    /// Of a cage that nobody feeds from here.
    static let byHandOnly = MealPlan([], dayAtMost: .grams(1), quantum: .grams(1))

    /// One meal's part of the day's feed.
    func share(of meal: Int) -> Double {
        var whole = 0.0
        for number in 0..<count { whole += rules[number].share }
        return whole > 0 ? rules[meal].share / whole : 0
    }
}

/// When the meals of a day are due.
struct MealClock: Sendable {
    let clock: LocalClock
    let sun: SunClock
    /// Moments of slack water, seconds since 1970, rising. Empty: no table.
    let slack: [Int64]

    private static let afterSunrise: Int64 = 45 * 60
    private static let beforeSunset: Int64 = 60 * 60

    /// Seconds since 1970. `nil`: not on that day (no sunrise there, or less daylight than the two ends take).
    func due(_ meal: Int, of plan: MealPlan, on date: CivilDate) -> Int64? {
        let moment: Int64
        switch plan[meal].time {
        case .clock(let time): moment = clock.unixSeconds(date: date, time: time)
        case .sun(let event, let offset):
            guard let sun = sun.unixSeconds(of: event, on: date) else { return nil }
            moment = sun + offset.components.seconds
        case .daylight(let part):
            guard let rise = sun.unixSeconds(of: .sunrise, on: date), let set = sun.unixSeconds(of: .sunset, on: date) else { return nil }
            let first = rise + Self.afterSunrise, last = set - Self.beforeSunset
            guard last > first else { return nil }
            moment = first + Int64((Double(last - first) * part).rounded())
        }
        return plan.seeksSlack ? nearestSlack(to: moment, within: plan.waitAtMost) ?? moment : moment
    }

    /// Not before it is due, and no later than it may wait.
    private func nearestSlack(to moment: Int64, within wait: Duration) -> Int64? {
        var (low, high) = (0, slack.count)
        while low < high {
            let middle = (low + high) / 2
            if slack[middle] < moment { low = middle + 1 } else { high = middle }
        }
        guard low < slack.count, slack[low] - moment <= Int64(wait.seconds) else { return nil }
        return slack[low]
    }
}
