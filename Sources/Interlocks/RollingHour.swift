import ProcessImage
import Quantities

/// When each of some things last happened, so that it can be said how often within the last hour. Bounded: of each, the
/// latest `Limits.startsPerHourMax` are kept.
struct RollingHour<Index: DenseIndex>: ~Copyable {
    private static var size: Int { Limits.startsPerHourMax }
    private var moments: Dense<Index, Instant>
    private var next: Dense<Index, Int>

    init(count: Int) {
        moments = Dense(repeating: .never, count: count * Self.size)
        next = Dense(repeating: 0, count: count)
    }

    mutating func note(_ index: Index, at moment: Instant) {
        moments[index.offset * Self.size + next[index]] = moment
        next[index] = (next[index] + 1) % Self.size
    }

    func count(_ index: Index, at now: Instant) -> Int {
        var count = 0
        for place in 0..<Self.size where moments[index.offset * Self.size + place] > now + (.zero - .hours(1)) { count += 1 }
        return count
    }
}
