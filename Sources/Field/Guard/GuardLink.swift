import CRealtime
import Glibc
import Quantities
import Synchronization

/// The connection to the guard: made by a thread of its own, used by the scan.
///
/// The descriptor belongs to the scan from the moment it is published until the scan lets it go; the thread only makes
/// new ones. So a send or receive of the scan needs no lock, and whoever finds the line broken closes it.
final class GuardLink: Sendable {
    private static let none: Int32 = -1

    private let directory: String
    private let table: LineTable
    private let socket = Atomic<Int32>(GuardLink.none)
    private let stopping = Atomic<Bool>(false)
    /// Rung when the connection is gone or the thread must end; until then it sleeps.
    private let bell = tg_bell_make()
    private let thread = Mutex<WorkThread?>(nil)

    init(directory: String, table: LineTable) {
        self.directory = directory
        self.table = table
        precondition(bell >= 0, "no descriptor is left for a bell")
    }

    deinit { close(bell) }

    /// The scan's side: the descriptor, if there is a connection.
    var current: Int32? {
        let value = socket.load(ordering: .acquiring)
        return value == GuardLink.none ? nil : value
    }

    /// The scan's side: the connection is broken. The thread makes another.
    func drop() {
        let value = socket.exchange(GuardLink.none, ordering: .acquiringAndReleasing)
        guard value != GuardLink.none else { return }
        close(value)
        tg_bell_ring(bell)
    }

    func start() {
        thread.withLock { thread in
            precondition(thread == nil)
            stopping.store(false, ordering: .relaxed)
            thread = WorkThread(name: "guard-link") { [self] in keepConnected() }
        }
    }

    /// Ends the thread and hangs up: the guard takes every output to safe.
    /// - Precondition: the scan has stopped.
    func stop() {
        stopping.store(true, ordering: .releasing)
        tg_bell_ring(bell)
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
        drop()
    }

    // MARK: The thread

    private static let firstPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(1)

    private func keepConnected() {
        if (try? LineTable.read(fromDirectory: directory)) != table { _ = table.write(toDirectory: directory) }
        var pause = GuardLink.firstPause
        while !stopping.load(ordering: .acquiring) {
            if current != nil {
                _ = tg_bell_wait(bell, -1)
            } else if let made = connect() {
                socket.store(made, ordering: .releasing)
                pause = GuardLink.firstPause
            } else {
                _ = tg_bell_wait(bell, pause.nanoseconds)
                pause = min(pause * 2, GuardLink.longestPause)
            }
        }
    }

    /// Connects and agrees on the table; if the guard has another one, ours is written and it is asked to read it.
    private func connect() -> Int32? {
        guard let socket = LocalSocket.connect(to: directory + "/" + GuardFrame.socketName) else { return nil }
        let frame = FrameBuffer(capacity: GuardFrame.stateMax)
        var answer = ask(.hello(fingerprint: table.fingerprint), frame, socket)
        if answer == .refused(.tableDiffers) || answer == .refused(.noTable), table.write(toDirectory: directory) {
            answer = ask(.reload(fingerprint: table.fingerprint), frame, socket)
        }
        if case .welcome(table.fingerprint, _) = answer { return socket }
        close(socket)
        return nil
    }

    private func ask(_ request: GuardRequest, _ frame: FrameBuffer, _ socket: Int32) -> GuardReply? {
        request.write(to: frame)
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard LocalSocket.send(frame.used, to: socket) != .broken, tg_poll(&descriptor, 1, 2_000_000_000) == 1,
              case .done(let count) = LocalSocket.receive(into: frame.bytes, from: socket) else { return nil }
        return GuardReply(frame, received: count)
    }
}
