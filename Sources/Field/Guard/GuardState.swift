import ProcessImage
import Quantities

/// The rules by which the guard drives its outputs. Pure: moments come from outside, and the shell (`HeldLines`) drives
/// the lines to `levels` after every call.
///
/// An output is away from its safe level only while all of this holds: its lease runs, it has not used up its longest
/// time away, and it has been commanded safe since the last emergency stop. One bit of each mask is one output.
struct GuardState: Sendable {
    struct Rule: Sendable {
        let safeIsOn: Bool
        /// Longest unbroken time away from safe.
        let maximumOn: Duration
    }

    /// A lease is taken as over this much before its end, or an eighth of its length where that is less: whoever waits for
    /// a moment wakes after it, and it is the line that must be safe when the lease ends. 2 ms are many wake-ups of a
    /// thread of real-time priority, and nothing beside two scans, the shortest lease a site may have.
    static let headStart: Duration = .milliseconds(2)

    /// What each output is without a lease.
    let safe: UInt64
    private let all: UInt64
    private let rules: [Rule]
    private var asked: UInt64
    private var leased: UInt64 = 0
    private var leaseEnds: [Instant]
    private var timeIsUp: [Instant]
    private var away: UInt64 = 0

    /// Outputs taken to safe because nobody renewed them, until they are renewed.
    private(set) var expired: UInt64 = 0
    /// Outputs that used up their longest time, until they are commanded safe once.
    private(set) var tripped: UInt64 = 0
    /// Outputs stopped by the emergency stop, until they are commanded safe once after its end.
    private(set) var stopped: UInt64 = 0
    /// The emergency stop is pressed, or its line cannot be read.
    private(set) var isEmergencyStop: Bool

    /// - Parameter hasEmergencyStop: then everything is stopped until its line has been read as released.
    init(rules: [Rule], hasEmergencyStop: Bool) {
        precondition(rules.count <= LineTable.outputsMax)
        self.rules = rules
        all = rules.count == 64 ? .max : (1 << UInt64(rules.count)) - 1
        safe = rules.enumerated().reduce(0) { $0 | ($1.element.safeIsOn ? 1 << UInt64($1.offset) : 0) }
        asked = safe
        leaseEnds = Array(repeating: .never, count: rules.count)
        timeIsUp = Array(repeating: .never, count: rules.count)
        isEmergencyStop = hasEmergencyStop
    }

    /// What each line must be now.
    var levels: UInt64 {
        let free = isEmergencyStop ? 0 : leased & ~tripped & ~stopped
        return (asked & free) | (safe & ~free)
    }

    /// A frame of the peer: takes over the levels of the renewed outputs and their lease, which counts from the moment the
    /// frame says it was sent, and never from a moment still to come.
    ///
    /// An output that is renewed late but before it was driven safe has been away without a break, and counts so.
    mutating func lease(_ renewed: UInt64, levels: UInt64, from sent: Instant, for length: Duration, at now: Instant) {
        let renewed = renewed & all
        let end = min(sent, now) + (length - min(GuardState.headStart, length / 8))
        asked = (asked & ~renewed) | (levels & renewed)
        let commandedSafe = renewed & ~(levels ^ safe)
        tripped &= ~commandedSafe
        if !isEmergencyStop { stopped &= ~commandedSafe }
        expired &= ~renewed
        leased |= renewed
        forEach(renewed) { leaseEnds[$0] = end }
        advance(to: now)
    }

    /// The peer is gone, or sent what is no frame: nothing is leased any more.
    mutating func dropPeer(at now: Instant) {
        expired |= away
        leased = 0
        advance(to: now)
    }

    /// The emergency stop line as it was read; `true` also when it cannot be read.
    mutating func emergencyStop(_ isActive: Bool, at now: Instant) {
        isEmergencyStop = isActive
        if isActive { stopped = all }
        advance(to: now)
    }

    /// Lets time pass: leases run out, longest times are used up.
    mutating func advance(to now: Instant) {
        forEach(leased) { output in
            guard leaseEnds[output] <= now else { return }
            leased &= ~bit(output)
            expired |= away & bit(output)
        }
        countAway(from: now)
        forEach(away) { if timeIsUp[$0] <= now { tripped |= bit($0) } }
        countAway(from: now)
    }

    /// When `advance` must be called next; `nil` while nothing is away from safe.
    var deadline: Instant? {
        var earliest: Instant?
        forEach(away) { output in
            let due = min(leaseEnds[output], timeIsUp[output])
            earliest = min(earliest ?? due, due)
        }
        return earliest
    }

    private mutating func countAway(from now: Instant) {
        let nowAway = levels ^ safe
        forEach(nowAway & ~away) { timeIsUp[$0] = now + rules[$0].maximumOn }
        away = nowAway
    }
}

/// One output as a bit.
func bit(_ index: Int) -> UInt64 { 1 << UInt64(index) }

/// Calls with the number of every bit that is set, lowest first.
func forEach(_ mask: UInt64, _ body: (Int) -> Void) {
    var rest = mask
    while rest != 0 {
        body(rest.trailingZeroBitCount)
        rest &= rest - 1
    }
}
