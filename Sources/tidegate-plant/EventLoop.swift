import Field
import Glibc
import Quantities

/// Something with a descriptor that has something to say now and then.
protocol Pollable: AnyObject {
    var descriptor: Int32 { get }
    /// Bytes, a new connection, or the end of one are there.
    func isReady(at now: Instant, in loop: EventLoop)
}

/// One thread, one `poll`: everything the plant serves, and what it must do later.
final class EventLoop {
    private var sources: [any Pollable] = []
    private var actions: [(at: Instant, action: () -> Void)] = []

    func add(_ source: any Pollable) { sources.append(source) }

    func remove(_ source: any Pollable) { sources.removeAll { $0 === source } }

    func later(at moment: Instant, _ action: @escaping () -> Void) {
        let place = actions.firstIndex { $0.at > moment } ?? actions.endIndex
        actions.insert((moment, action), at: place)
    }

    /// Turns until told to end.
    /// - Parameter turn: called at least as often as it says itself: it returns how long nothing needs it.
    func run(until isEnding: () -> Bool, _ turn: (Instant) -> Duration) {
        while !isEnding() {
            let now = SystemClock.now()
            let pause = turn(now)
            while let first = actions.first, first.at <= now {
                actions.removeFirst()
                first.action()
            }
            wait(atMost: min(pause, actions.first.map { $0.at - now } ?? pause))
        }
    }

    private func wait(atMost pause: Duration) {
        var waiting = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(clamping: (max(pause.nanoseconds, 0) + 999_999) / 1_000_000)
        guard poll(&waiting, nfds_t(waiting.count), milliseconds) > 0 else { return }
        let now = SystemClock.now()
        let ready = zip(sources, waiting).filter { $0.1.revents != 0 }.map(\.0)
        for source in ready { source.isReady(at: now, in: self) }
    }
}

/// SIGINT and SIGTERM, held back and looked for instead of handled, so that nothing runs in between.
struct EndingSignals {
    private var set = sigset_t()

    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        sigprocmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    var came: Bool {
        var set = set
        var noWait = timespec()
        return sigtimedwait(&set, nil, &noWait) > 0
    }
}
