import Quantities

/// What a channel gave, or may have given, in any 60 min and any 24 h. The oldest part counts whole, so both are rather too much
/// than too little.
struct RollingDose: BitwiseCopyable {
    /// m3, each of five minutes and of an hour.
    private var parts = InlineArray<13, Double>(repeating: 0)
    private var hours = InlineArray<25, Double>(repeating: 0)
    private var part: Int64 = 0
    private var hour: Int64 = 0

    private static let partLength: Int64 = 300_000_000_000
    private static let hourLength: Int64 = 3_600_000_000_000

    var inHour: Volume { Volume(base: sum(parts)) }
    var inDay: Volume {
        var sum = 0.0
        for number in 0..<25 { sum += hours[number] }
        return Volume(base: sum)
    }

    mutating func turn(to now: Instant) {
        let nowPart = now.nanoseconds / Self.partLength, nowHour = now.nanoseconds / Self.hourLength
        while part < nowPart {
            part = max(part + 1, nowPart - 12)
            parts[place(part, 13)] = 0
        }
        while hour < nowHour {
            hour = max(hour + 1, nowHour - 24)
            hours[place(hour, 25)] = 0
        }
    }

    mutating func add(_ volume: Volume) {
        parts[place(part, 13)] += volume.base
        hours[place(hour, 25)] += volume.base
    }

    /// What an earlier life gave so many hours ago. Of the last two it counts as of now: nobody knows the minutes.
    mutating func restore(_ volume: Volume, hoursAgo: Int) {
        guard (0...24).contains(hoursAgo) else { return }
        hours[place(hour - Int64(hoursAgo), 25)] += volume.base
        if hoursAgo <= 1 { parts[place(part, 13)] += volume.base }
    }

    /// What was counted and was not given after all.
    mutating func giveBack(_ volume: Volume) {
        var left = volume.base
        for back in 0..<13 where left > 0 {
            let taken = min(parts[place(part - Int64(back), 13)], left)
            parts[place(part - Int64(back), 13)] -= taken
            left -= taken
        }
        left = volume.base
        for back in 0..<25 where left > 0 {
            let taken = min(hours[place(hour - Int64(back), 25)], left)
            hours[place(hour - Int64(back), 25)] -= taken
            left -= taken
        }
    }

    private func sum(_ row: InlineArray<13, Double>) -> Double {
        var sum = 0.0
        for number in 0..<13 { sum += row[number] }
        return sum
    }

    private func place(_ number: Int64, _ count: Int64) -> Int { Int((number % count + count) % count) }
}
