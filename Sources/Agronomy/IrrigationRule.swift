public import Quantities

/// What a forecast of enough rain does to an irrigation.
public enum ForecastAction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case proceed
    case cancel
    /// The rain is taken off.
    case reduce
}

/// How much is given. Every amount is net, before `IrrigationRule.percent` and efficiency.
public enum IrrigationAmount: Sendable, Hashable, BitwiseCopyable {
    /// Back to field capacity at the end of the day: yesterday's depletion and today's expected use.
    case refill
    case fixed(Depth)
    /// To a depletion that is left.
    case leaving(Depth)
    /// To a depletion that is left, as a part of the available water.
    case leavingShare(Fraction)
    /// What was used in the last days, less the rain that stayed.
    case usedInDays(Int)
    case usedSinceIrrigation
    case usedSinceWetting
}

/// Which evapotranspiration is replaced.
public enum ReplacedET: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// With stress and without.
    case actual, crop
    /// Of the reference.
    case reference
}

/// When to irrigate and how much: every condition must hold, then the amount is computed and bounded. The set of rules of
/// pyfao56's AutoIrrigate (Thorp et al. 2025, Agric. Water Manage. 322:110013), evaluated at the start of a day with the state of
/// yesterday. A bound is passed only by more than itself: exactly at `share` nothing is given.
public struct IrrigationRule: Sendable, BitwiseCopyable {
    public var from: CivilDate
    /// Included.
    public var to: CivilDate
    /// Bit 0 is Monday, bit 6 Sunday.
    public var weekdays: UInt8 = 0b111_1111
    public var forecastRain = Depth.millimeters(25)
    /// The forecast's days, today included; 0: it is not looked at.
    public var forecastDays = 0
    public var forecastAction = ForecastAction.proceed
    /// Depletion, as a part of the available water, that must be exceeded.
    public var share: Fraction?
    public var depletion: Depth?
    /// Ks at the end of yesterday that must be undercut.
    public var stress: Double?
    public var daysSinceIrrigation: Int?
    public var daysSinceWetting: Int?
    /// Rain and irrigation that stayed, from which a day counts as a wetting.
    public var wetting = Depth.millimeters(10)
    public var amount = IrrigationAmount.refill
    public var replaced = ReplacedET.actual
    /// Of the amount. 80 % is deficit irrigation.
    public var percent = Fraction.percent(100)
    public var efficiency = Fraction.percent(100)
    public var least = Depth.zero
    public var most: Depth?
    /// Share of the ground that it wets.
    public var wetted = 1.0

    public init(from: CivilDate, to: CivilDate) {
        self.from = from
        self.to = to
    }
}

/// What a rule looks at in the morning of a day.
public struct IrrigationMorning: Sendable {
    public let date: CivilDate
    public let state: RootZoneState
    /// TAW of yesterday.
    public let available: Depth
    /// Expected reference ET of today.
    public let et: Depth
    /// The days before today since planting, oldest first.
    public let past: [RootZoneDay]
    /// Rain of a number of days from today on.
    public let forecast: @Sendable (Int) -> Depth

    public init(date: CivilDate, state: RootZoneState, available: Depth, et: Depth, past: [RootZoneDay],
                forecast: @escaping @Sendable (Int) -> Depth) {
        self.date = date
        self.state = state
        self.available = available
        self.et = et
        self.past = past
        self.forecast = forecast
    }

    /// Days since the last day that was as wanted; counted from the day before planting when there was none.
    func daysSince(_ isWanted: (RootZoneDay) -> Bool) -> Int {
        guard let last = past.lastIndex(where: isWanted) else { return past.count + 1 }
        return past.count - last
    }
}

extension IrrigationRule {
    /// Gross water to give today; `nil`: a condition does not hold.
    public func decide(_ morning: IrrigationMorning) -> Depth? {
        guard from <= morning.date, morning.date <= to, weekdays & (1 << UInt8(morning.date.weekday)) != 0,
              let expected = rainTaken(morning), isThirsty(morning) else { return nil }
        let sinceIrrigation = morning.daysSince { $0.irrigation > .zero }
        let sinceWetting = morning.daysSince { $0.irrigation - $0.irrigationLoss + $0.rain - $0.runoff >= wetting }
        guard sinceIrrigation >= daysSinceIrrigation ?? 0, sinceWetting >= daysSinceWetting ?? 0 else { return nil }
        let net = max(need(morning, sinceIrrigation, sinceWetting) - expected, .zero) * percent.base
        let gross = max(least, net * (1 / efficiency.base))
        return most.map { min($0, gross) } ?? gross
    }

    /// Forecast rain that is taken off; `nil`: it cancels.
    private func rainTaken(_ morning: IrrigationMorning) -> Depth? {
        guard forecastDays > 0 else { return .zero }
        let rain = morning.forecast(forecastDays)
        guard rain >= forecastRain else { return .zero }
        switch forecastAction {
        case .proceed: return .zero
        case .cancel: return nil
        case .reduce: return rain
        }
    }

    private func isThirsty(_ morning: IrrigationMorning) -> Bool {
        if let share, morning.available > .zero, morning.state.depletion / morning.available <= share.base { return false }
        if let depletion, morning.state.depletion <= depletion { return false }
        if let stress, morning.state.stress >= stress { return false }
        return true
    }

    private func need(_ morning: IrrigationMorning, _ sinceIrrigation: Int, _ sinceWetting: Int) -> Depth {
        let refill = morning.state.depletion + morning.et * morning.state.coefficient
        switch amount {
        case .refill: return refill
        case .fixed(let depth): return depth
        case .leaving(let depth): return refill - depth
        case .leavingShare(let share): return refill - morning.available * share.base
        case .usedInDays(let days): return used(morning.past.suffix(max(days, 0)))
        case .usedSinceIrrigation: return used(morning.past.suffix(sinceIrrigation))
        case .usedSinceWetting: return used(morning.past.suffix(sinceWetting))
        }
    }

    private func used(_ days: ArraySlice<RootZoneDay>) -> Depth {
        days.reduce(.zero) { sum, day in
            let et = switch replaced {
            case .actual: day.actualET
            case .crop: day.cropET
            case .reference: day.et
            }
            return sum + et - day.rain + day.runoff
        }
    }
}
