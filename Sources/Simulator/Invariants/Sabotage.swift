/// Ways to break what stands around the scan, each so that one invariant must notice: an invariant that nothing can
/// break checks nothing.
public enum Sabotage: Sendable, CaseIterable {
    /// The first scan of a life hands over a line that is on. (1)
    case startsWithLineOn
    /// The guard counts no time on. (2)
    case guardForgetsMaximumOn
    /// The guard keeps lines on when the scan is silent. (3)
    case guardForgetsLease
    /// A line goes on that nobody ordered. (4)
    case lineMovesByItself
    /// The drivers give the old value of a silent device a new time. (7)
    case oldValueMadeNew
    /// A restart does not tell control which trips stood. (14)
    case restartForgetsTrips
    /// A restart does not tell the interlocks how often motors were started. (12)
    case restartForgetsStarts
    /// A restart does not tell the interlocks what was booked for dosing. (11)
    case restartForgetsDoses
    /// A restart does not tell control which meals were begun (17), in which pipes feed is left (10), which cages are locked (9).
    case restartForgetsMeals, restartForgetsPipes, restartForgetsLocks
    /// A restart does not tell control what was started last. (17)
    case restartForgetsLastStart
    /// The ledger says rows are on the disk that are not. (17)
    case ledgerClaimsTooMuch
    /// Monotonic time follows the wall clock. (19)
    case wallDrivesMonotonic
    /// An unset clock is called synced. (20)
    case clockClaimsTrust
    /// Rows of what a run has got are lost on their way. (31)
    case booksAreLost
    /// Randomness that no seed governs. (23)
    case unseededNoise
}
