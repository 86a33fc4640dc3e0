/// A hopper and the wheel under it.
struct FeedDoser: Sendable {
    /// kg/s while it turns, as calibrated.
    let rate: Double
    /// kg that the hopper holds when it is full.
    let size: Double
    /// kg in the hopper.
    private(set) var hopper: Double
    /// kg that fell out of it.
    private(set) var given = 0.0
    /// Wet feed: it turns, and nothing falls.
    var isJammed = false
    /// Another pellet than it was calibrated with: half as much again falls.
    var isFast = false
    /// Its contactor lets go late: it turns on for so many seconds.
    var runsOn = 0.0

    private var stillRuns = 0.0

    init(rate: Double, hopper: Double) {
        self.rate = rate
        size = hopper
        self.hopper = hopper
    }

    /// - Returns: kg that fell.
    mutating func advance(_ seconds: Double, isOn: Bool) -> Double {
        if isOn { stillRuns = runsOn }
        let turns = isOn ? seconds : min(stillRuns, seconds)
        if !isOn { stillRuns -= turns }
        let falls = isJammed ? 0 : min(rate * (isFast ? 1.5 : 1) * turns, hopper)
        hopper -= falls
        given += falls
        return falls
    }

    mutating func fill(to kilograms: Double) { hopper = kilograms }
}
