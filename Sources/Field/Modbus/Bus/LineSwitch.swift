import CRealtime
import Glibc
internal import Quantities
import Synchronization

/// Wakes a bus thread out of its rest, and stops it. Waking never blocks and may be done from any thread.
final class LineSwitch: Sendable {
    private let stopping = Atomic<Bool>(false)
    private let news = Atomic<Bool>(false)
    /// Readable when the thread should look; for its `poll` or `epoll`.
    let descriptor: Int32

    /// - Precondition: the process may open one more file.
    init() {
        descriptor = tg_bell_make()
        precondition(descriptor >= 0, "no file descriptors left for a bus thread")
    }

    deinit { close(descriptor) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// The scan's side: there is an order, but it counts only once it is committed.
    func noteNews() { news.store(true, ordering: .relaxed) }

    /// The scan's side, after the commit. One system call at most, no allocation.
    /// - Returns: whether there was news, and so the call.
    @discardableResult
    func wakeIfNews() -> Bool {
        guard news.load(ordering: .relaxed) else { return false }
        news.store(false, ordering: .relaxed)
        wake()
        return true
    }

    func wake() { tg_bell_ring(descriptor) }

    /// The thread's side: it looks now.
    func noticed() { _ = tg_bell_wait(descriptor, 0) }

    /// The thread's side: rests until a moment or until it is woken.
    func rest(until moment: Instant) {
        _ = tg_bell_wait(descriptor, max(moment - SystemClock.now(), .zero).nanoseconds)
    }
}
