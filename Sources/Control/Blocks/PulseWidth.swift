import Quantities

/// A slow on-off valve that gives a part of its time: each cycle is on for its share, then off.
///
/// What a cycle could not give (shorter than the valve's least time on, cut short, rounded to scans) is carried to the next, so
/// that over any time what was on and what was asked differ by no more than one cycle and one least time.
struct PulseWidth: BitwiseCopyable {
    let cycle: Duration
    let leastOn: Duration
    let leastOff: Duration
    /// The first cycle begins so late.
    let lead: Duration

    private(set) var isOn = false
    /// Time asked for and not given yet; negative: given ahead.
    private(set) var owed = Duration.zero
    private var sinceStart = Duration.zero
    /// How long this cycle is on.
    private var planned = Duration.zero
    private var hasBegun = false
    private var lastShare = 0.0

    /// - Parameters:
    ///   - cycle: usually 2 … 10 s; long against the valve's own movement, short against the mixing.
    ///   - leastOn, leastOff: what the valve can follow, usually 0.2 … 0.5 s; together no longer than the cycle.
    ///   - lead: less than a cycle: valves that begin together take turns.
    init(cycle: Duration, leastOn: Duration = .milliseconds(300), leastOff: Duration = .milliseconds(300), lead: Duration = .zero) {
        precondition(cycle > .zero && leastOn >= .zero && leastOff >= .zero && leastOn + leastOff <= cycle)
        precondition(lead >= .zero && lead < cycle)
        self.cycle = cycle
        self.leastOn = leastOn
        self.leastOff = leastOff
        self.lead = lead
    }

    /// - Parameters:
    ///   - share: of the time, 0 … 1. At 0, below, and for a number that is none it is off in the same step.
    ///   - elapsed: since the step before. Nothing is asked for a gap of more than a cycle; if it was on, a cycle counts as
    ///     given.
    mutating func step(_ share: Double, over elapsed: Duration) -> Bool {
        let share = share > 0 ? min(share, 1) : 0
        let passed = min(max(elapsed, .zero), cycle)
        if elapsed <= cycle { owed += .seconds(passed.seconds * lastShare) }
        if isOn { owed -= passed }
        lastShare = share
        sinceStart += passed
        guard share > 0 else {
            hasBegun = false
            isOn = false
            return false
        }
        if !hasBegun { wait() }
        if sinceStart >= cycle { begin(share) }
        isOn = sinceStart < planned
        return isOn
    }

    /// What is owed is forgotten: the water it was meant for has gone.
    /// - Returns: the time that was not given.
    mutating func forget() -> Duration {
        let lost = max(owed, .zero)
        self = PulseWidth(cycle: cycle, leastOn: leastOn, leastOff: leastOff, lead: lead)
        return lost
    }

    private mutating func wait() {
        hasBegun = true
        sinceStart = cycle - lead
        planned = .zero
    }

    private mutating func begin(_ share: Double) {
        sinceStart = .zero
        let wanted = owed + .seconds(cycle.seconds * share)
        planned = wanted < leastOn ? .zero : (wanted > cycle - leastOff ? cycle : wanted)
    }
}
