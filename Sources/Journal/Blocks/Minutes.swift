/// One series over one minute, in whole numbers: good readings only. Parts of one minute add up.
struct MinutePart: BitwiseCopyable, Equatable {
    /// Minutes since 1970.
    let minute: Int64
    var min: Int64
    var max: Int64
    var last: Int64
    /// Number times milliseconds.
    var sum: Int64
    /// Milliseconds with a good reading.
    var good: Int64

    /// A number that stood for a time.
    init(_ number: Int64, for milliseconds: Int64, in minute: Int64) {
        self.minute = minute
        min = number
        max = number
        last = number
        sum = number &* milliseconds
        good = milliseconds
    }

    init(minute: Int64, min: Int64, max: Int64, last: Int64, sum: Int64, good: Int64) {
        self.minute = minute
        self.min = min
        self.max = max
        self.last = last
        self.sum = sum
        self.good = good
    }

    mutating func add(_ later: MinutePart) {
        min = Swift.min(min, later.min)
        max = Swift.max(max, later.max)
        last = later.last
        sum = sum &+ later.sum
        good = good &+ later.good
    }
}

/// What a series stands at: a sample stands until the next one, and gives minutes as it stands. Pure; times in milliseconds
/// since 1970. There is one for each series of a site for good, so it holds nothing on the heap.
struct Standing {
    private(set) var number: Int64 = 0
    private(set) var isGood = false
    private(set) var since: Int64 = 0

    /// Nothing stands longer than this unsaid: every series is recorded again each minute.
    static let longest: Int64 = 2 * 3_600_000

    mutating func take(_ sample: KeptSample, into minutes: inout [MinutePart]) {
        settle(to: sample.at, into: &minutes)
        number = sample.number
        isGood = sample.state == .good
        since = sample.at
    }

    /// What stands has stood until now, and goes on.
    mutating func settle(to end: Int64, into minutes: inout [MinutePart]) {
        defer { since = end }
        guard isGood, end > since, end - since <= Standing.longest else { return }
        var from = since
        while from < end {
            let minute = floorDivision(from, 60_000)
            let until = Swift.min(end, (minute + 1) * 60_000)
            Standing.add(MinutePart(number, for: until - from, in: minute), to: &minutes)
            from = until
        }
    }

    /// Goes on to the next frame.
    /// - Parameter end: where the frame before ended.
    mutating func join(_ joint: Joint, from: Int64, after end: Int64, into minutes: inout [MinutePart]) {
        guard joint != .continues else { return }
        settle(to: end, into: &minutes)
        since = from
        if joint == .begins { isGood = false }
    }

    private static func add(_ part: MinutePart, to minutes: inout [MinutePart]) {
        if minutes.last?.minute == part.minute {
            minutes[minutes.count - 1].add(part)
        } else {
            minutes.append(part)
        }
    }
}

/// The minutes of one series and window, packed. Each begins with a byte: 1, the minute after the one before; 2, good
/// all the minute; 4, all of it at the last number of the minute before. What a flag does not say follows: minutes
/// passed over, milliseconds good; then min less the last number before, max and last less min, and what the mean differs
/// from last.
enum PackedMinutes {
    private static let next: UInt64 = 1, whole: UInt64 = 2, same: UInt64 = 4

    static func bytes(_ parts: [MinutePart], window: Int64) -> [UInt8] {
        var packed = PackedBytes()
        var expected = window / 60
        var last: Int64 = 0
        for part in parts {
            let isSame = part.min == last && part.max == last && part.last == last
            packed.append((part.minute == expected ? next : 0) | (part.good == 60_000 ? whole : 0) | (isSame ? same : 0))
            if part.minute != expected { packed.append(signed: part.minute - expected) }
            if part.good != 60_000 { packed.append(signed: part.good) }
            if !isSame {
                packed.append(signed: part.min &- last)
                packed.append(signed: part.max &- part.min)
                packed.append(signed: part.last &- part.min)
                packed.append(signed: part.sum &- part.last &* part.good)
            }
            expected = part.minute + 1
            last = part.last
        }
        return sealed(packed.bytes)
    }

    /// `nil` when these are not the bytes that were written.
    static func parts(_ bytes: [UInt8], window: Int64) -> [MinutePart]? {
        guard isSealed(bytes[...]) else { return nil }
        var reader = PackedReader(bytes, from: sealBytes)
        var parts: [MinutePart] = []
        var expected = window / 60
        var last: Int64 = 0
        while !reader.isAtEnd {
            guard let part = part(&reader, expected: expected, last: last) else { return nil }
            parts.append(part)
            expected = part.minute &+ 1
            last = part.last
        }
        return parts
    }

    private static func part(_ reader: inout PackedReader, expected: Int64, last: Int64) -> MinutePart? {
        guard let flags = reader.next() else { return nil }
        var minute = expected, good: Int64 = 60_000
        if flags & next == 0 {
            guard let step = reader.nextSigned() else { return nil }
            minute = expected &+ step
        }
        if flags & whole == 0 {
            guard let some = reader.nextSigned() else { return nil }
            good = some
        }
        guard flags & same == 0 else {
            return MinutePart(minute: minute, min: last, max: last, last: last, sum: last &* good, good: good)
        }
        guard let low = reader.nextSigned(), let high = reader.nextSigned(), let newest = reader.nextSigned(),
              let sum = reader.nextSigned() else { return nil }
        let min = last &+ low
        return MinutePart(minute: minute, min: min, max: min &+ high, last: min &+ newest,
                          sum: sum &+ (min &+ newest) &* good, good: good)
    }
}
