public import Quantities

/// Days a program may start on: every part of the rule must hold.
public struct DayRule: Sendable, Hashable, BitwiseCopyable {
    public enum Parity: UInt8, Sendable, BitwiseCopyable { case any, odd, even }

    /// Bit 0 is Monday, bit 6 Sunday.
    public var weekdays: UInt8
    /// Every n days, counted from `firstDay`. Range: 1 … 366; 1: every day.
    public var interval: Int32
    public var firstDay: CivilDate
    /// By the day of the month. (After an odd 31st comes an odd 1st: both are odd days.)
    public var parity: Parity

    public init(weekdays: UInt8 = 0b111_1111, every interval: Int = 1, from firstDay: CivilDate = CivilDate(daysSinceEpoch: .min),
                parity: Parity = .any) {
        self.weekdays = weekdays
        self.interval = Int32(clamping: max(interval, 1))
        self.firstDay = firstDay
        self.parity = parity
    }

    public static let everyDay = DayRule()
    public static func weekdays(_ mask: UInt8) -> DayRule { DayRule(weekdays: mask) }
    public static func every(_ interval: Int, from first: CivilDate) -> DayRule { DayRule(every: interval, from: first) }

    public func includes(_ date: CivilDate) -> Bool {
        guard weekdays & (1 << UInt8(date.weekday)) != 0, date >= firstDay else { return false }
        if interval > 1, (Int(date.daysSinceEpoch) - Int(firstDay.daysSinceEpoch)) % Int(interval) != 0 { return false }
        switch parity {
        case .any: return true
        case .odd: return date.components.day % 2 == 1
        case .even: return date.components.day % 2 == 0
        }
    }
}

/// A stretch of days, both ends included: of one year, or the same of every year.
public struct DateRange: Sendable, Hashable, BitwiseCopyable {
    /// Days since 1970, or month × 100 + day.
    private let first: Int32
    private let last: Int32
    private let isYearly: Bool

    /// - Precondition: `first` is not after `last`.
    public init(from first: CivilDate, to last: CivilDate) {
        precondition(first <= last)
        self.first = first.daysSinceEpoch
        self.last = last.daysSinceEpoch
        isYearly = false
    }

    /// The same days of every year. An end before the beginning lies in the next year: 11-15 … 02-15 is a winter.
    public init(from first: MonthDay, to last: MonthDay) {
        self.first = first.number
        self.last = last.number
        isYearly = true
    }

    public func includes(_ date: CivilDate) -> Bool {
        guard isYearly else { return (first...last).contains(date.daysSinceEpoch) }
        let day = MonthDay(date).number
        return first <= last ? (first...last).contains(day) : day >= first || day <= last
    }

    /// As it is written in a file.
    public var text: String {
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return [first, last].map { number in
            if isYearly { return "\(digits(Int(number) / 100))-\(digits(Int(number) % 100))" }
            return CivilDate(daysSinceEpoch: number).text
        }.joined(separator: " .. ")
    }

    /// The first day of the stretch that a day lies in; `nil` when it lies in none.
    public func beginning(of date: CivilDate) -> CivilDate? {
        guard includes(date) else { return nil }
        guard isYearly else { return CivilDate(daysSinceEpoch: first) }
        let year = date.components.year - (MonthDay(date).number < first ? 1 : 0)
        return MonthDay(number: first).date(in: year)
    }
}

/// A day of any year.
public struct MonthDay: Sendable, Hashable, BitwiseCopyable {
    /// Month × 100 + day.
    let number: Int32

    init(number: Int32) { self.number = number }

    /// `nil` for a day no year has.
    public init?(month: Int, day: Int) {
        guard CivilDate(year: 2024, month: month, day: day) != nil else { return nil }
        number = Int32(month * 100 + day)
    }

    public init(_ date: CivilDate) {
        let (_, month, day) = date.components
        number = Int32(month * 100 + day)
    }

    /// 29 February is 1 March of a year that has none.
    func date(in year: Int) -> CivilDate? {
        let (month, day) = (Int(number) / 100, Int(number) % 100)
        return CivilDate(year: year, month: month, day: day) ?? CivilDate(year: year, month: 3, day: 1)
    }
}
