import Glibc
public import ProcessImage
public import Quantities
import Synchronization

/// Tells systemd how a program is doing, over the datagram socket it names in the environment (sd_notify(3)); systemd in
/// turn feeds the machine's watchdog. Without a service manager every call does nothing.
///
/// `beat` belongs to the thread whose work the program is for: the scan's, the guard's loop. It is the last word of a whole
/// turn, so that a turn that hangs, or never comes, is never vouched for.
public final class ServiceManager: Sendable {
    private let path: String
    private let socket: Int32
    /// `nil`: nobody watches.
    private let every: Duration?
    private let hearts: [Heartbeat]
    private let next = Atomic<Int64>(Instant.notDue.nanoseconds)

    /// - Parameter hearts: threads without which the program is of no use. One of them missed, nothing is vouched for.
    public convenience init(hearts: [Heartbeat] = []) {
        self.init(hearts: hearts, process: getpid()) { name in getenv(name).map { String(cString: $0) } }
    }

    init(hearts: [Heartbeat], process: Int32, environment: (String) -> String?) {
        self.hearts = hearts
        let name = environment("NOTIFY_SOCKET")
        path = name ?? ""
        socket = name == nil ? -1 : Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isMeant = environment("WATCHDOG_PID").map { $0 == String(process) } ?? true
        let patience = environment("WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
        // A third of its patience: two may be lost.
        every = isMeant && patience > 0 ? .nanoseconds(max(patience / 3, 1) * 1000) : nil
        connect()
    }

    deinit { if socket >= 0 { close(socket) } }

    /// Started, and the work goes on; beats count from now on.
    public func ready() {
        send("READY=1")
        next.store(Instant.never.nanoseconds, ordering: .relaxed)
    }

    public func stopping() { send("STOPPING=1") }

    /// At the end of each turn. Never waits and allocates nothing; one system call where a beat is due.
    public func beat(at now: Instant) {
        guard let every, now.nanoseconds >= next.load(ordering: .relaxed) else { return }
        for index in hearts.indices where hearts[index].isMissed(at: now) { return }
        next.store((now + every).nanoseconds, ordering: .relaxed)
        send("WATCHDOG=1")
    }

    private func send(_ message: StaticString) {
        guard socket >= 0 else { return }
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let sent = Glibc.send(socket, message.utf8Start, message.utf8CodeUnitCount, flags)
        // The next word finds a service manager that was started again.
        if sent < 0, errno != EAGAIN { connect() }
    }

    private func connect() {
        if socket >= 0 { _ = LocalSocket.withAddress(of: path) { Glibc.connect(socket, $0, $1) } }
    }
}
