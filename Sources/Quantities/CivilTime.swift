/// A day of the Gregorian calendar, without place or clock.
///
/// - Range: years −290 000 … 290 000. Source of the arithmetic: H. Hinnant, "chrono-compatible low-level date algorithms".
public struct CivilDate: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// Days since 1970-01-01.
    public let daysSinceEpoch: Int32

    public init(daysSinceEpoch: Int32) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// `nil` for a day the calendar does not have (30 February, month 13).
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
              day <= CivilDate.daysIn(month: month, year: year) else { return nil }
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSinceEpoch: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Monday is 0, Sunday is 6.
    public var weekday: Int {
        let shifted = (Int(daysSinceEpoch) + 3) % 7
        return shifted < 0 ? shifted + 7 : shifted
    }

    /// 1 on 1 January … 365 or 366.
    public var dayOfYear: Int {
        guard let first = CivilDate(year: components.year, month: 1, day: 1) else { return 1 }
        return Int(daysSinceEpoch) - Int(first.daysSinceEpoch) + 1
    }

    public static func < (a: CivilDate, b: CivilDate) -> Bool { a.daysSinceEpoch < b.daysSinceEpoch }

    public func adding(days: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch &+ Int32(truncatingIfNeeded: days))
    }

    private static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A time of day as a clock on the wall shows it.
///
/// - Range: 00:00:00 … 23:59:59.
public struct TimeOfDay: Comparable, Hashable, Sendable, BitwiseCopyable {
    public let secondsSinceMidnight: Int32

    /// `nil` outside 00:00:00 … 23:59:59.
    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        secondsSinceMidnight = Int32(hour * 3600 + minute * 60 + second)
    }

    public var components: (hour: Int, minute: Int, second: Int) {
        let total = Int(secondsSinceMidnight)
        return (total / 3600, total / 60 % 60, total % 60)
    }

    public static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.secondsSinceMidnight < b.secondsSinceMidnight }
}

/// A place's clock: its offset from UTC over the years, as a table, so that the core needs no time zone database.
public struct LocalClock: Sendable, Hashable {
    /// From `unixSeconds` on, local time is UTC + `offset`.
    public struct Change: Sendable, Hashable {
        public let unixSeconds: Int64
        /// Seconds east of UTC. Range: −18 h … +18 h.
        public let offset: Int32

        public init(unixSeconds: Int64, offset: Int32) {
            self.unixSeconds = unixSeconds
            self.offset = offset
        }
    }

    /// The zone's name as people know it, such as `Asia/Shanghai`.
    public let name: String
    /// The offset before the first change.
    public let firstOffset: Int32
    /// In order of time.
    public let changes: [Change]

    public init(name: String, firstOffset: Int32, changes: [Change] = []) {
        self.name = name
        self.firstOffset = firstOffset
        self.changes = changes.sorted { $0.unixSeconds < $1.unixSeconds }
    }

    /// China's one civil time. It has had no daylight saving since 1991.
    public static let shanghai = LocalClock(name: "Asia/Shanghai", firstOffset: 8 * 3600)

    /// Seconds east of UTC at a moment.
    public func offset(at unixSeconds: Int64) -> Int32 {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].unixSeconds <= unixSeconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : changes[low - 1].offset
    }

    /// What a clock on the wall shows at a moment.
    public func local(unixSeconds: Int64) -> (date: CivilDate, time: TimeOfDay) {
        let shifted = unixSeconds &+ Int64(offset(at: unixSeconds))
        var day = shifted / 86_400
        if shifted % 86_400 < 0 { day -= 1 }
        let rest = Int(shifted - day * 86_400)
        let time = TimeOfDay(hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
        return (CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: day)), time ?? TimeOfDay.midnight)
    }

    /// The one moment a local date and time stand for, so that a daily program has one start over every change of the clock.
    ///
    /// A time that is shown twice (autumn) means the first; a time that is skipped (spring) means the moment of the change.
    public func unixSeconds(date: CivilDate, time: TimeOfDay) -> Int64 {
        let asUTC = Int64(date.daysSinceEpoch) * 86_400 + Int64(time.secondsSinceMidnight)
        var before = firstOffset
        for change in changes {
            let untilChange = asUTC - Int64(before)
            if untilChange < change.unixSeconds { return untilChange }
            if asUTC - Int64(change.offset) < change.unixSeconds { return change.unixSeconds }
            before = change.offset
        }
        return asUTC - Int64(before)
    }
}

extension TimeOfDay {
    private init(midnight: Void) { secondsSinceMidnight = 0 }
    public static let midnight = TimeOfDay(midnight: ())
}
