import ProcessImage
import Quantities

/// One series over one minute, as far as it is known: good readings only. Parts of one minute add up.
struct RollupPart: Sendable, Equatable {
    var min: Double
    var max: Double
    var last: Double
    /// Value times seconds.
    var sum: Double
    /// Time with a good reading.
    var good: Duration

    mutating func add(_ later: RollupPart) {
        min = Swift.min(min, later.min)
        max = Swift.max(max, later.max)
        last = later.last
        sum += later.sum
        good += later.good
    }

    /// A value that stood for a time.
    init(_ value: Double, for time: Duration) {
        min = value
        max = value
        last = value
        sum = value * time.seconds
        good = time
    }

    init(min: Double, max: Double, last: Double, sum: Double, good: Duration) {
        self.min = min
        self.max = max
        self.last = last
        self.sum = sum
        self.good = good
    }
}

/// A minute of a series, closed.
struct RollupRow: Sendable {
    let series: Int
    /// Minutes since 1970.
    let minute: Int64
    let part: RollupPart
}

/// Adds up every series as readings come. Time is measured on the monotonic clock; the wall clock only says into which
/// minute it falls, so a step of it neither adds nor takes time.
struct RollupBook: Sendable {
    private struct Held: Sendable {
        var value = 0.0
        var isGood = false
        var since = Instant.start
    }

    private var held: [Held]
    private var open: [RollupPart?]
    private(set) var closed: [RollupRow] = []
    /// Rows that found no room.
    private(set) var givenUp: UInt64 = 0
    /// Wall time less monotonic time.
    private var offset: Duration = .zero
    private var minute: Int64 = 0
    private var through: Instant?

    init(series: Int) {
        held = Array(repeating: Held(), count: series)
        open = Array(repeating: nil, count: series)
    }

    /// A difference of the clocks beyond this is a step.
    private static let step: Duration = .milliseconds(500)
    /// With no record for longer than this nobody knows what was: the machine slept. (The scan leaves its statistics
    /// every second, even where nothing changes.)
    private static let gap: Duration = .seconds(10)

    /// Goes on to the moment of a scan, closing the minutes that are over.
    mutating func advance(to instant: Instant, wall: WallTime) {
        let newOffset = Duration.nanoseconds(wall.unixNanoseconds) - Duration.nanoseconds(instant.nanoseconds)
        guard let before = through else { return restart(at: instant, offset: newOffset) }
        guard instant > before else { return }
        if instant - before > RollupBook.gap {
            close()
            for index in held.indices { held[index].since = instant }
            return restart(at: instant, offset: newOffset)
        }
        through = instant
        if abs((newOffset - offset).nanoseconds) > RollupBook.step.nanoseconds {
            close()
            return restart(at: instant, offset: newOffset)
        }
        while wallNanoseconds(instant) >= (minute + 1) * 60_000_000_000 {
            closeMinute(at: Instant(nanoseconds: (minute + 1) * 60_000_000_000 - offset.nanoseconds))
            if wallNanoseconds(instant) < (minute + 1) * 60_000_000_000 { restart(at: instant, offset: newOffset) }
        }
    }

    /// A reading of a series, from the moment of the newest scan on.
    mutating func take(_ value: Double, isGood: Bool, for series: Int) {
        guard held.indices.contains(series), let now = through else { return }
        settle(series, at: now)
        held[series] = Held(value: value, isGood: isGood && value.isFinite, since: now)
    }

    /// Everything up to the newest scan, even of the minute that is not over.
    mutating func close() {
        guard let through else { return }
        closeMinute(at: through)
        minute -= 1
    }

    mutating func takeClosed() -> [RollupRow] {
        defer { closed = [] }
        return closed
    }

    /// What is known of one series in the minute that is not over.
    func current(_ series: Int) -> RollupRow? {
        guard held.indices.contains(series), let through else { return nil }
        let reading = held[series]
        var part = open[series]
        if reading.isGood, through > reading.since {
            let standing = RollupPart(reading.value, for: through - reading.since)
            part?.add(standing)
            part = part ?? standing
        }
        return part.map { RollupRow(series: series, minute: minute, part: $0) }
    }

    private mutating func restart(at instant: Instant, offset newOffset: Duration) {
        through = instant
        offset = newOffset
        minute = floorDivision(wallNanoseconds(instant), 60_000_000_000)
    }

    private func wallNanoseconds(_ instant: Instant) -> Int64 { instant.nanoseconds &+ offset.nanoseconds }

    private mutating func closeMinute(at end: Instant) {
        for series in held.indices {
            settle(series, at: end)
            guard let part = open[series] else { continue }
            open[series] = nil
            guard closed.count < Bounds.rollupsMax else {
                givenUp &+= 1
                continue
            }
            closed.append(RollupRow(series: series, minute: minute, part: part))
        }
        minute += 1
    }

    private mutating func settle(_ series: Int, at end: Instant) {
        let reading = held[series]
        let time = end - reading.since
        guard time > .zero else { return }
        held[series].since = end
        guard reading.isGood else { return }
        let part = RollupPart(reading.value, for: time)
        if open[series] == nil { open[series] = part } else { open[series]?.add(part) }
    }
}

/// Division rounded towards the past, for times before 1970.
func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
