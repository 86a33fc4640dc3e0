import Quantities

/// Turns the kernel's stamps of edges into moments. The kernel stamps by a clock that stands still in suspend, ours goes on.
///
/// Two clocks cannot be read at once, and a thread may be held up between them for long. Ours is read first: then a pair
/// never says too much, and since the true distance never shrinks, the greatest said is the nearest. Moments so made keep
/// the order of their stamps and are never later than the edge.
struct KernelStamps {
    /// How much our clock is ahead, in nanoseconds; 0 until the machine was suspended for the first time.
    private var ahead: Int64 = 0

    /// Old kernels stamp by the wall, of which nothing follows; no event waits longer than this.
    private static let oldest: Int64 = 60_000_000_000

    /// Takes a pair of readings in nanoseconds, ours the earlier.
    mutating func compare(ours: Int64, kernel: Int64) { ahead = max(ahead, ours &- kernel) }

    /// - Parameter now: the later reading of a pair, by the kernel's clock. A stamp that no waiting event can have is taken as now.
    func moment(of stamp: Int64, now: Int64) -> Instant {
        let isOne = (0...KernelStamps.oldest).contains(now &- stamp)
        return Instant(nanoseconds: (isOne ? stamp : now) &+ ahead)
    }
}
