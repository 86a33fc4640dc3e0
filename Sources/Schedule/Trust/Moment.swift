import Quantities

/// A moment as it stands in an envelope: `2026-02-27T08:15:00Z`, to the second, UTC.
enum Moment {
    static func text(_ unixSeconds: Int64) -> String {
        let (date, time) = LocalClock(name: "UTC", firstOffset: 0).local(unixSeconds: unixSeconds)
        return "\(date.text)T\(time.textWithSeconds)Z"
    }

    /// `nil` for anything that `text` would not write.
    static func unixSeconds(_ text: some StringProtocol) -> Int64? {
        let parts = text.split { $0 == "T" || $0 == "Z" }, clock = parts.last?.split(separator: ":").compactMap { Int($0) } ?? []
        guard parts.count == 2, clock.count == 3, let date = CivilDate(text: parts[0]),
              let time = TimeOfDay(hour: clock[0], minute: clock[1], second: clock[2]) else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(time.secondsSinceMidnight)
        return Moment.text(seconds) == text ? seconds : nil
    }
}
