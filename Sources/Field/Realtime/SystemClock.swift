import CRealtime
public import Quantities
import Synchronization

/// The machine's clocks, read for the scan: the monotonic one for everything that lasts, the wall with its trust.
///
/// Reading costs two vdso calls. Whether the wall clock is disciplined costs a system call, so that is asked at most
/// once a second; the two atomics are only a cache and may be read from any thread.
///
/// Under libfaketime set `FAKETIME_DONT_FAKE_MONOTONIC=1`: the wall steps and the instant does not, as with a real clock
/// that is set. Without it sleeps and leases are faked too, and nothing is tested.
public final class SystemClock: Sendable {
    /// No wall time before this software existed can be right: 2026-01-01T00:00:00Z.
    public static let floor: Int64 = 1_767_225_600

    private let lastKnown: Int64
    private let askedAt = Atomic<Int64>(Instant.never.nanoseconds)
    private let synchronized = Atomic<Bool>(false)

    /// - Parameter lastKnown: the last wall time recorded in an earlier life of the process, if there is one: a clock
    ///   that shows less has lost its setting.
    public init(lastKnown: WallTime? = nil) {
        self.lastKnown = max(lastKnown?.unixSeconds ?? SystemClock.floor, SystemClock.floor)
    }

    public static func now() -> Instant { Instant(nanoseconds: tg_boottime_ns()) }

    /// What the wall clock shows, and how far it may be believed at `now`.
    public func wall(at now: Instant = SystemClock.now()) -> WallTime {
        refresh(at: now)
        let nanoseconds = tg_realtime_ns()
        let isSynchronized = synchronized.load(ordering: .relaxed)
        let trust = SystemClock.trust(
            unixSeconds: nanoseconds / 1_000_000_000, isSynchronized: isSynchronized, lastKnown: lastKnown)
        return WallTime(unixNanoseconds: nanoseconds, trust: trust)
    }

    /// The rule, without a clock: a disciplined clock is believed from the floor on, one that runs on its own only if
    /// it has not fallen behind what was once recorded.
    static func trust(unixSeconds: Int64, isSynchronized: Bool, lastKnown: Int64) -> ClockTrust {
        if unixSeconds < floor { return .unset }
        if isSynchronized { return .synced }
        return unixSeconds >= lastKnown ? .heldOver : .unset
    }

    private func refresh(at now: Instant) {
        let asked = askedAt.load(ordering: .relaxed)
        guard now - Instant(nanoseconds: asked) >= .seconds(1) else { return }
        askedAt.store(now.nanoseconds, ordering: .relaxed)
        synchronized.store(tg_clock_is_synchronized() == 1, ordering: .relaxed)
    }
}
