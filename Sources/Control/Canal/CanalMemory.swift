import ProcessImage
import Quantities

/// How far each gate's level has fallen within an hour and a day: a level every five minutes for a day.
struct FallWatch: ~Copyable {
    private var levels: Dense<GateSlot, Double>
    private var cursors: Dense<GateIndex, FallCursor>

    private static let every: Duration = .minutes(5)
    private static let perDay = 288
    private static let perHour = 12
    private static let unknown = -Double.greatestFiniteMagnitude

    init(count: Int) {
        levels = Dense(repeating: Self.unknown, count: count * Self.perDay)
        cursors = Dense(repeating: FallCursor(), count: count)
    }

    /// - Returns: whether the level was kept: once in five minutes.
    mutating func note(_ gate: GateIndex, _ level: Double?, at now: Instant) -> Bool {
        guard now >= cursors[gate].due else { return false }
        cursors[gate].due = now + Self.every
        cursors[gate].last = (cursors[gate].last + 1) % Self.perDay
        levels[place(gate, back: 0)] = level ?? Self.unknown
        return true
    }

    /// A level of an earlier life, before the first of this one.
    mutating func restore(_ gate: GateIndex, _ level: Double, age: Duration) {
        let back = Int(max(age, .zero).seconds / Self.every.seconds)
        guard back < Self.perDay, level.isFinite else { return }
        levels[place(gate, back: back)] = max(levels[place(gate, back: back)], level)
    }

    /// Nobody knows what was: an hour ago the level counts as having stood this high.
    mutating func presume(_ level: Double, _ gate: GateIndex) {
        levels[place(gate, back: 0)] = max(levels[place(gate, back: 0)], level)
    }

    private func place(_ gate: GateIndex, back: Int) -> Int {
        gate.offset * Self.perDay + (cursors[gate].last + Self.perDay - back) % Self.perDay
    }

    /// The highest level of the last hour, and of the last day; at least `level`.
    func highest(_ gate: GateIndex, _ level: Double) -> (hour: Double, day: Double) {
        var (hour, day) = (level, level)
        for back in 0..<Self.perDay {
            day = max(day, levels[place(gate, back: back)])
            if back <= Self.perHour { hour = day }
        }
        return (hour, day)
    }
}

/// When each gate has moved, so that it moves no more than so often in any 24 hours.
struct MoveWatch: ~Copyable {
    private var moves: Dense<GateSlot, Instant>
    private var cursors: Dense<GateIndex, Int>

    init(count: Int) {
        moves = Dense(repeating: .never, count: count * Limits.gateMovesMax)
        cursors = Dense(repeating: 0, count: count)
    }

    func isUsedUp(_ gate: GateIndex, most: Int, at now: Instant) -> Bool {
        let oldest = (cursors[gate] + Limits.gateMovesMax - most) % Limits.gateMovesMax
        return now - moves[gate.offset * Limits.gateMovesMax + oldest] < .hours(24)
    }

    func count(_ gate: GateIndex, within time: Duration, at now: Instant) -> UInt8 {
        var count: UInt8 = 0
        for number in 0..<Limits.gateMovesMax where now - moves[gate.offset * Limits.gateMovesMax + number] < time { count += 1 }
        return count
    }

    mutating func note(_ gate: GateIndex, at now: Instant) {
        moves[gate.offset * Limits.gateMovesMax + cursors[gate]] = now
        cursors[gate] = (cursors[gate] + 1) % Limits.gateMovesMax
    }
}

/// A place in a row of several for each gate.
struct GateSlot: DenseIndex {
    let rawValue: UInt16
}

struct FallCursor: BitwiseCopyable {
    var last = 0
    var due = Instant.never
}
