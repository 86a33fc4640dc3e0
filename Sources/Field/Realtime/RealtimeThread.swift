import CRealtime
import Glibc
public import Quantities
import Synchronization

/// Runs a body at a fixed period on a thread of its own, with absolute deadlines, under SCHED_FIFO where that is allowed.
///
/// Deadlines lie on whole multiples of the period on the clock of `Instant`, so that others can know when the next turn is.
/// A turn that comes late runs at once and is told how late it is; periods missed meanwhile are skipped, and the grid of
/// deadlines stays as it was. Without the right to real-time priority the thread runs anyway: see `standing`.
/// Nothing is allocated per turn. With a period of 10 ms or less the processors are kept out of deep idle states meanwhile,
/// where that is allowed: waking from those would be a good part of the lateness; longer periods save the power.
public final class RealtimeThread: Sendable {
    public enum Standing: UInt8, Sendable {
        case notStarted, realtime
        /// The right to SCHED_FIFO is missing: turns may be late.
        case ordinary
    }

    private let name: String
    private let period: Duration
    private let priority: Int
    private let body: @Sendable (Instant, Duration) -> Void
    private let stopping = Atomic<Bool>(false)
    private let standingCode = Atomic<UInt8>(Standing.notStarted.rawValue)
    private let thread = Mutex<WorkThread?>(nil)

    /// - Parameters:
    ///   - priority: of SCHED_FIFO, 1 … 99.
    ///   - body: gets the moment its turn began and how long after the due moment that was.
    /// - Precondition: the period is positive.
    public init(name: String, period: Duration, priority: Int = 60,
                body: @escaping @Sendable (_ now: Instant, _ lateness: Duration) -> Void) {
        precondition(period > .zero && (1...99).contains(priority))
        self.name = name
        self.period = period
        self.priority = priority
        self.body = body
    }

    /// Known once the first turn has begun.
    public var standing: Standing { Standing(rawValue: standingCode.load(ordering: .acquiring)) ?? .notStarted }

    /// Puts the calling thread, which carries the scan's inputs and orders, before all ordinary work of the machine and
    /// behind every scan: a poll that is a millisecond late is a scan late. Without the right to it goes on as it is.
    static func raiseFieldThread() { _ = tg_schedule_fifo(40) }

    /// Keeps the heap of the process small. To be called before anything else.
    public static func spareMemory() { tg_spare_memory() }

    /// Gives back what is free and locks the memory of the process against being paged out. `false` without the right to.
    public static func lockMemory() -> Bool { tg_lock_memory() == 0 }

    /// - Precondition: not running.
    public func start() {
        thread.withLock { thread in
            precondition(thread == nil)
            stopping.store(false, ordering: .relaxed)
            thread = WorkThread(name: name) { [self] in run() }
        }
    }

    /// Returns when the turn in hand has ended. Not to be called from the body.
    public func stop() {
        stopping.store(true, ordering: .relaxed)
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private static let staysAwakeUpTo: Duration = .milliseconds(10)

    private func run() {
        let awake: Int32 = period <= RealtimeThread.staysAwakeUpTo ? tg_stay_awake() : -1
        defer { if awake >= 0 { close(awake) } }
        let isRealtime = tg_schedule_fifo(Int32(priority)) == 0
        tg_prefault_stack()
        standingCode.store((isRealtime ? Standing.realtime : .ordinary).rawValue, ordering: .releasing)
        var beat = Beat(after: SystemClock.now(), period: period)
        while !stopping.load(ordering: .relaxed) {
            tg_sleep_until_boottime(beat.due.nanoseconds)
            let now = SystemClock.now()
            body(now, beat.turn(at: now))
        }
    }
}

/// The grid of due moments of a periodic thread: the whole multiples of its period. Pure: the moments come from outside.
struct Beat {
    private(set) var due: Instant
    private let period: Int64

    init(after now: Instant, period: Duration) {
        self.period = period.nanoseconds
        due = Instant(nanoseconds: (now.nanoseconds / self.period + 1) * self.period)
    }

    /// A turn begins at `now`; the next is due at the first moment of the grid after it.
    /// - Returns: how late this turn is.
    mutating func turn(at now: Instant) -> Duration {
        let lateness = max(now.nanoseconds - due.nanoseconds, 0)
        due = Instant(nanoseconds: due.nanoseconds + (lateness / period + 1) * period)
        return .nanoseconds(lateness)
    }
}
