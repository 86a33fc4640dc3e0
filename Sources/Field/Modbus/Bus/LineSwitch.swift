import Glibc
internal import Quantities
import Synchronization

/// Wakes a line's thread out of its rest, and stops it. Waking never blocks: a full pipe is awake enough.
final class LineSwitch: Sendable {
    private let stopping = Atomic<Bool>(false)
    private let news = Atomic<Bool>(false)
    private let readEnd: Int32
    private let writeEnd: Int32

    /// - Precondition: the process may open two more files.
    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no file descriptors left for a bus thread")
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// The scan's side: there is an order, but it counts only once it is committed.
    func noteNews() { news.store(true, ordering: .relaxed) }

    /// The scan's side, after the commit. One system call at most, no allocation.
    func wakeIfNews() {
        if news.exchange(false, ordering: .relaxed) { wake() }
    }

    private func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// The thread's side: rests until a moment or until it is woken.
    func rest(until moment: Instant) {
        var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds(until: moment)) > 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { _ = read(readEnd, $0.baseAddress, $0.count) }
    }
}
