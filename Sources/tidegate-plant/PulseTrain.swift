import Quantities

/// The contact of a pulse meter: closed for half of each volume, open for the other half, so that its edges count what
/// flowed, exactly, at any speed.
struct PulseTrain {
    private let each: Volume
    /// Half periods that were already sent.
    private var halves: Int64 = 0

    init(each: Volume) {
        self.each = each
    }

    /// The levels the contact went through until the meter's total, oldest first: every one is an edge.
    mutating func levels(until total: Volume) -> [Bool] {
        let wanted = Int64(exactly: (total / each * 2).rounded(.down)) ?? halves
        guard wanted > halves else { return [] }
        let passed = (halves + 1...wanted).map { $0 % 2 == 1 }
        halves = wanted
        return passed
    }
}
