public import Quantities

/// A civil time as frames carry it: the station's own clock, two digits of the year (2000 … 2099), to the second or the minute.
public struct Stamp: Hashable, Comparable, Sendable {
    public let date: CivilDate
    public let time: TimeOfDay

    public init(date: CivilDate, time: TimeOfDay) {
        self.date = date
        self.time = time
    }

    /// What the place's clock shows at a moment.
    public init(unixSeconds: Int64, clock: LocalClock) {
        (date, time) = clock.local(unixSeconds: unixSeconds)
    }

    /// From packed digits: year, month, day, hour, then as many of minute and second as are given.
    /// `nil` for what no calendar has.
    init?(packed bytes: ArraySlice<UInt8>) {
        let fields = bytes.compactMap { decimal(packed: [$0]).map(Int.init) }
        guard fields.count == bytes.count, (4...6).contains(fields.count),
              let date = CivilDate(year: 2000 + fields[0], month: fields[1], day: fields[2]),
              let time = TimeOfDay(hour: fields[3], minute: fields.count > 4 ? fields[4] : 0,
                                   second: fields.count > 5 ? fields[5] : 0)
        else { return nil }
        self.init(date: date, time: time)
    }

    /// 4 bytes: to the hour, 5: to the minute, 6: to the second.
    func packed(_ size: Int) -> [UInt8] {
        let (year, month, day) = date.components
        let (hour, minute, second) = time.components
        return [year % 100, month, day, hour, minute, second].prefix(size).map { UInt8($0 / 10 % 10) << 4 | UInt8($0 % 10) }
    }

    public static func < (a: Stamp, b: Stamp) -> Bool { (a.date, a.time) < (b.date, b.time) }
}

/// The distance between the values of a series: so many days, hours or minutes.
public struct TimeStep: Hashable, Sendable {
    public enum Unit: Hashable, Sendable { case day, hour, minute }

    public let unit: Unit
    /// 1 … 31 days, 1 … 23 hours, 1 … 59 minutes. 0 hours: the series is one of the hourly sets F4H … FCH.
    public let count: UInt8

    public init?(_ count: UInt8, _ unit: Unit) {
        guard count <= (unit == .day ? 31 : unit == .hour ? 23 : 59), count > 0 || unit == .hour else { return nil }
        (self.count, self.unit) = (count, unit)
    }

    public var duration: Duration {
        switch unit {
        case .day: .hours(24 * Int(count))
        case .hour: .hours(Int(count))
        case .minute: .minutes(Int(count))
        }
    }

    /// Three packed bytes, of which at most one is not 0: days, hours, minutes. Source: table C.3.
    init?(packed bytes: ArraySlice<UInt8>) {
        let fields = bytes.compactMap { decimal(packed: [$0]).map(UInt8.init) }
        guard fields.count == 3, bytes.count == 3, fields.filter({ $0 > 0 }).count <= 1 else { return nil }
        if fields[0] > 0 { self.init(fields[0], .day) } else if fields[2] > 0 { self.init(fields[2], .minute) } else {
            self.init(fields[1], .hour)
        }
    }

    var packed: [UInt8] {
        let digits = (count / 10) << 4 | count % 10
        return [unit == .day ? digits : 0, unit == .hour ? digits : 0, unit == .minute ? digits : 0]
    }

    /// `DRD01`, `DRH01`, `DRN05`. Source: table C.2.
    init?(name: some StringProtocol) {
        guard name.utf8.count == 5, name.hasPrefix("DR"), let count = UInt8(name.suffix(2)) else { return nil }
        switch name.dropFirst(2).first {
        case "D": self.init(count, .day)
        case "H": self.init(count, .hour)
        case "N": self.init(count, .minute)
        default: return nil
        }
    }

    var name: String {
        let letter = unit == .day ? "D" : unit == .hour ? "H" : "N"
        return "DR\(letter)\(count < 10 ? "0" : "")\(count)"
    }
}
