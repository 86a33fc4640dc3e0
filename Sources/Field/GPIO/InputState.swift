import Quantities

/// Bounce taken off a line: its level counts once it has held for a while. Pure, and exact when the edges carry their
/// moments, however late they are handed in.
struct Debounce: Sendable {
    private(set) var level: Bool?
    /// When the line went to `level`.
    private(set) var since = Instant.never
    private var raw: Bool?
    private var rawSince = Instant.never
    private let hold: Duration

    init(hold: Duration) {
        self.hold = hold
    }

    /// What the line is at when nothing is known of it yet: no change, whatever it is.
    mutating func begin(_ seen: Bool, at moment: Instant) {
        guard raw == nil else { return }
        (raw, level) = (seen, seen)
        (rawSince, since) = (moment, moment)
    }

    /// The line was seen at a level. Call `settle` with the same moment before it.
    mutating func saw(_ seen: Bool, at moment: Instant) {
        guard seen != raw else { return }
        raw = seen
        rawSince = moment
    }

    /// The line cannot be read any more.
    mutating func lose() {
        level = nil
        raw = nil
    }

    /// Takes over a level that has held up to `moment`. `true` when the level changed.
    mutating func settle(at moment: Instant) -> Bool {
        guard let raw, raw != level, moment - rawSince >= hold else { return false }
        level = raw
        since = rawSince
        return true
    }

    /// When `settle` would change the level.
    var deadline: Instant? { raw != nil && raw != level ? rawSince + hold : nil }
}

/// One input of the guard: a debounced level, or pulses counted by their edge.
struct InputState: Sendable {
    /// `nil`: the line cannot be read, or not yet.
    var level: Bool? { debounce.level }
    /// A level that has settled; of a meter, only that its line can be read.
    var isKnown: Bool { counted == nil ? level != nil : isReadable }
    private(set) var pulses: UInt64 = 0
    private(set) var lastPulse = Instant.never

    private var debounce: Debounce
    private var isReadable = false
    /// The level a counted pulse begins with; `nil` for an input that is only a level.
    private let counted: Bool?
    private let countsEveryEdge: Bool

    /// An emergency stop may not be slowed by more than this, whatever its debounce.
    static let emergencyStopHoldMax: Duration = .milliseconds(100)

    init(_ input: LineTable.Input) {
        let longest = input.isEmergencyStop ? InputState.emergencyStopHoldMax : input.debounce
        debounce = Debounce(hold: min(input.debounce, longest))
        switch input.kind {
        case .level: counted = nil
        case .pulses(let edge): counted = edge == .rising
        }
        countsEveryEdge = input.debounce == .zero
    }

    /// What the line is, without an edge: at the start, and when it is looked at in between. Of a meter's line this
    /// tells nothing of its pulses, only that it is there.
    mutating func looked(_ level: Bool, at moment: Instant) {
        isReadable = true
        guard counted == nil else { return debounce.begin(level, at: moment) }
        debounce.saw(level, at: moment)
        settle(at: moment)
    }

    /// An edge to a level.
    /// - Parameter missed: edges of the same kind lost before it.
    mutating func edge(to level: Bool, at moment: Instant, missed: UInt64 = 0) {
        isReadable = true
        // Before its first edge a meter's line was at the other level: a spike is over where it began, and no pulse.
        if counted != nil { debounce.begin(!level, at: moment) }
        settle(at: moment)
        debounce.saw(level, at: moment)
        if countsEveryEdge, level == counted { count(1 + missed, at: moment) }
        settle(at: moment)
    }

    mutating func lose() {
        isReadable = false
        debounce.lose()
    }

    /// Lets time pass. A pulse with a shortest width counts once it has lasted that long.
    mutating func settle(at moment: Instant) {
        guard debounce.settle(at: moment), !countsEveryEdge, debounce.level == counted else { return }
        count(1, at: debounce.since)
    }

    /// When `settle` has something to do.
    var deadline: Instant? { debounce.deadline }

    private mutating func count(_ pulses: UInt64, at moment: Instant) {
        self.pulses &+= pulses
        lastPulse = moment
    }
}
