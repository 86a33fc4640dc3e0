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

    mutating func note(_ gate: GateIndex, _ level: Double?, at now: Instant) {
        guard now >= cursors[gate].due else { return }
        cursors[gate].due = now + Self.every
        cursors[gate].last = (cursors[gate].last + 1) % Self.perDay
        levels[gate.offset * Self.perDay + cursors[gate].last] = level ?? Self.unknown
    }

    /// The highest level of the last hour, and of the last day; at least `level`.
    func highest(_ gate: GateIndex, _ level: Double) -> (hour: Double, day: Double) {
        var (hour, day) = (level, level)
        for back in 0..<Self.perDay {
            let place = (cursors[gate].last + Self.perDay - back) % Self.perDay
            day = max(day, levels[gate.offset * Self.perDay + place])
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
