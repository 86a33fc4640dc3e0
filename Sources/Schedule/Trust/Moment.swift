import Quantities

/// A moment as it stands in an envelope: `2026-02-27T08:15:00Z`, to the second, UTC.
enum Moment {
    static func text(_ unixSeconds: Int64) -> String {
        let (date, time) = LocalClock(name: "UTC", firstOffset: 0).local(unixSeconds: unixSeconds)
        let (day, clock) = (date.components, time.components)
        return "\(padded(day.year, 4))-\(padded(day.month))-\(padded(day.day))T"
            + "\(padded(clock.hour)):\(padded(clock.minute)):\(padded(clock.second))Z"
    }

    /// `nil` for anything that `text` would not write.
    static func unixSeconds(_ text: some StringProtocol) -> Int64? {
        let digits = text.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let numbers = digits.map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
        guard text.utf8.count == 20, numbers.count == 6 else { return nil }
        guard let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]),
              let time = TimeOfDay(hour: numbers[3], minute: numbers[4], second: numbers[5]) else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(time.secondsSinceMidnight)
        return Moment.text(seconds) == text ? seconds : nil
    }

    static func day(_ date: CivilDate) -> String {
        let day = date.components
        return "\(padded(day.year, 4))-\(padded(day.month))-\(padded(day.day))"
    }

    /// `06:30`
    static func time(_ time: TimeOfDay) -> String {
        "\(padded(time.components.hour)):\(padded(time.components.minute))"
    }

    /// A local moment for people, to the minute.
    static func minute(_ local: (date: CivilDate, time: TimeOfDay)) -> String {
        "\(day(local.date)) \(padded(local.time.components.hour)):\(padded(local.time.components.minute))"
    }

    private static func padded(_ number: Int, _ length: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }
}
