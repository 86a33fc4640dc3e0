import ProcessImage
import Quantities

/// Stands outside `OccurrenceMemory`, and not private: swiftc 6.3 fails on private types within a type without copies.
struct ProgramMemory: BitwiseCopyable {
    var count = 0
    /// Every key up to this is decided.
    var floor = Int64.min
}

/// Which starts of one program have been decided, so that no step of the clock makes one happen twice.
///
/// The latest `Limits.occurrencesRemembered` are kept one by one; whatever is not later than one that had to make room
/// counts as decided. So the memory is bounded and never forgets towards a second start. The price: a
/// trusted clock that ran years ahead for more starts than are kept holds the program back until those years.
struct OccurrenceMemory: ~Copyable {
    private static let size = Limits.occurrencesRemembered
    private var programs: Dense<ProgramIndex, ProgramMemory>
    private var keys: Dense<ProgramIndex, Int64>

    init(programs count: Int, restoring decided: [Occurrence]) {
        programs = Dense(repeating: ProgramMemory(), count: count)
        keys = Dense(repeating: 0, count: count * Self.size)
        for occurrence in decided where occurrence.program.offset < count { remember(occurrence) }
    }

    mutating func take(from other: borrowing OccurrenceMemory) {
        programs.take(from: other.programs)
        keys.take(from: other.keys)
    }

    /// Whether anything at all is remembered of a program.
    func knows(_ program: ProgramIndex) -> Bool { programs[program].count > 0 }

    func isDecided(_ occurrence: Occurrence) -> Bool {
        let memory = programs[occurrence.program]
        let key = Self.key(occurrence)
        guard key > memory.floor else { return true }
        let first = occurrence.program.offset * Self.size
        for place in first..<(first + memory.count) where keys[place] == key { return true }
        return false
    }

    mutating func remember(_ occurrence: Occurrence) {
        guard !isDecided(occurrence) else { return }
        let program = occurrence.program
        let first = program.offset * Self.size
        let key = Self.key(occurrence)
        if programs[program].count < Self.size {
            keys[first + programs[program].count] = key
            programs[program].count += 1
            return
        }
        var earliest = first
        for place in first..<(first + Self.size) where keys[place] < keys[earliest] { earliest = place }
        programs[program].floor = min(keys[earliest], key)
        if key > keys[earliest] { keys[earliest] = key }
    }

    /// Grows with date and number.
    private static func key(_ occurrence: Occurrence) -> Int64 {
        Int64(occurrence.date.daysSinceEpoch) * 256 + Int64(occurrence.number)
    }
}
