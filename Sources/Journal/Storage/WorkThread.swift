import CRealtime
import Dispatch
import Foundation
import ProcessImage
import Quantities
import Synchronization

/// A thread that does one piece of work again and again: when it is due, or when woken.
final class WorkThread: Sendable {
    private let name: String
    private let work: @Sendable () -> Duration
    private let bell: Bell
    private let ended = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)
    let heart = Heartbeat()

    /// - Parameter work: done first at the start; says how long it may rest before it is due again.
    init(name: String, bell: Bell = Bell(), work: @escaping @Sendable () -> Duration) {
        self.name = name
        self.bell = bell
        self.work = work
    }

    func start() {
        let thread = Thread { [self] in
            var isLast = false
            while !isLast {
                isLast = isStopping.load(ordering: .acquiring)
                let rest = work()
                if !isLast {
                    heart.willBeat(by: Instant(nanoseconds: tg_boottime_ns()) + rest)
                    bell.wait(atMost: rest)
                }
            }
            ended.signal()
        }
        thread.name = name
        thread.stackSize = 512 * 1024
        thread.start()
    }

    func wake() { bell.ring() }

    /// Lets the work run once more and ends the thread.
    /// - Returns: `false` when it did not end in time (the disk hangs); it is then left alone.
    func stop(within limit: Duration) -> Bool {
        isStopping.store(true, ordering: .releasing)
        wake()
        return ended.wait(timeout: .now() + limit.seconds) == .success
    }
}

/// Wakes a thread that rests. Ringing never waits, so the scan may.
final class Bell: Sendable {
    private let descriptor = tg_bell_make()

    init() { precondition(descriptor >= 0, "no descriptor is left for a bell") }

    deinit { close(descriptor) }

    /// One system call.
    func ring() { tg_bell_ring(descriptor) }

    /// Returns when it rings or has rung since the last wait, or after the time.
    /// - Returns: whether it rang.
    @discardableResult
    func wait(atMost time: Duration) -> Bool { tg_bell_wait(descriptor, max(0, time.nanoseconds)) == 1 }
}
