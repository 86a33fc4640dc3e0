import CRealtime
import Glibc
internal import Quantities

/// The descriptors one thread waits for, each with a number of ours. Belongs to that thread.
final class Poller {
    private static let readyAtMost = 64

    private let epoll: Int32
    private var numbers = [UInt32](repeating: 0, count: Poller.readyAtMost)

    /// - Precondition: the process may open one more file.
    init() {
        epoll = tg_epoll_create()
        precondition(epoll >= 0, "no file descriptors left for the bus loop")
    }

    deinit { close(epoll) }

    /// A descriptor that is closed needs no taking out.
    func add(_ descriptor: Int32, number: Int, forWriting: Bool = false) {
        _ = tg_epoll_watch(epoll, descriptor, UInt32(number), forWriting ? 1 : 0, 1)
    }

    func watchForReading(_ descriptor: Int32, number: Int) {
        _ = tg_epoll_watch(epoll, descriptor, UInt32(number), 0, 0)
    }

    /// Waits until something is ready or a moment has come.
    /// - Returns: how many are ready; `ready(_:)` names them.
    func wait(until moment: Instant) -> Int {
        let timeout = max(moment - SystemClock.now(), .zero).nanoseconds
        return Int(max(tg_epoll_wait(epoll, &numbers, timeout), 0))
    }

    func ready(_ index: Int) -> Int { Int(numbers[index]) }
}
