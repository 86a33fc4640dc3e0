import Dispatch
import Foundation
import Quantities
import Synchronization

/// A thread that does one piece of work again and again, every so often or when woken.
final class WorkThread: Sendable {
    private let name: String
    private let every: Duration
    private let work: @Sendable () -> Void
    private let wakeUp = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)

    init(name: String, every: Duration, work: @escaping @Sendable () -> Void) {
        self.name = name
        self.every = every
        self.work = work
    }

    func start() {
        let thread = Thread { [self] in
            var isLast = false
            while !isLast {
                isLast = isStopping.load(ordering: .acquiring)
                if !isLast { _ = wakeUp.wait(timeout: .now() + every.seconds) }
                work()
            }
            ended.signal()
        }
        thread.name = name
        thread.stackSize = 512 * 1024
        thread.start()
    }

    func wake() { wakeUp.signal() }

    /// Lets the work run once more and ends the thread.
    /// - Returns: `false` when it did not end in time (the disk hangs); it is then left alone.
    func stop(within limit: Duration) -> Bool {
        isStopping.store(true, ordering: .releasing)
        wake()
        return ended.wait(timeout: .now() + limit.seconds) == .success
    }
}
