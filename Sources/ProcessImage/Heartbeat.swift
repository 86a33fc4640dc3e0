public import Quantities
import Synchronization

/// How a thread beside the scan shows that it goes on: before it rests or waits it says until when at most. Lock-free; any
/// thread may look.
///
/// A thread that hangs in the kernel or turns for ever in our own code says nothing more, and is missed.
public final class Heartbeat: Sendable {
    /// So long past its word a thread is not yet missed: a busy machine may hold it up.
    public static let patience: Duration = .seconds(5)

    private let word = Atomic<Int64>(Instant.notDue.nanoseconds)

    public init() {}

    /// - Parameter moment: when the thread speaks again, if nothing wakes it earlier. `.notDue`: it has nothing to do.
    public func willBeat(by moment: Instant) { word.store(moment.nanoseconds, ordering: .relaxed) }

    public func isMissed(at now: Instant) -> Bool {
        let word = Instant(nanoseconds: word.load(ordering: .relaxed))
        return now > word && now - word > Heartbeat.patience
    }
}
