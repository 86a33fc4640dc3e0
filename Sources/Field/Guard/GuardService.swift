import CRealtime
import Glibc
import Quantities

/// The guard as a process: one loop that waits for the peer, the lines, a signal or the next deadline, and after
/// whatever came brings the lines to what `GuardState` says.
///
/// Lines are taken from the table in the run directory before any peer is heard, so a guard that is started again has
/// them at their safe level at once.
public final class GuardService {
    private let runDirectory: String
    private let group: gid_t?
    private var signals: Int32 = -1
    private var listener: Int32 = -1
    private var lines: HeldLines?
    private var peer: GuardPeer?
    private var isEnding = false
    private let manager = ServiceManager()
    private var malformed: UInt32 = 0
    private let request = FrameBuffer(capacity: GuardFrame.requestMax)
    private let reply = FrameBuffer(capacity: GuardFrame.stateMax)
    private var polled: [pollfd] = []

    /// Bounds what one turn gives to a peer that never stops sending.
    private static let framesPerTurn = 256

    /// - Parameter group: whose members may connect, besides root and the guard's own user and group.
    public init(runDirectory: String, group: UInt32?) {
        self.runDirectory = runDirectory
        self.group = group
    }

    /// Runs until SIGTERM or SIGINT, then leaves every output safe.
    /// - Returns: the exit status: 0, or 1 when it could not begin.
    public func run() -> Int32 {
        guard begin() else { return 1 }
        manager.ready()
        while !isEnding { turn() }
        manager.stopping()
        dropPeer(at: SystemClock.now())
        releaseLines()
        unlink(runDirectory + "/" + GuardFrame.socketName)
        say("ended, every output safe")
        return 0
    }

    // MARK: Beginning

    private func begin() -> Bool {
        mkdir(runDirectory, 0o750)
        guard isAlone() else { return fail("another guard runs in \(runDirectory), or the directory cannot be written") }
        signals = tg_end_signals()
        hurry()
        takeLines()
        guard let listener = LocalSocket.listen(at: runDirectory + "/" + GuardFrame.socketName, group: group) else {
            return fail("cannot listen in \(runDirectory)")
        }
        self.listener = listener
        polled.reserveCapacity(4 + LineTable.inputsMax)
        return true
    }

    /// The lock goes with the process, however it ends.
    private func isAlone() -> Bool {
        let lock = open(runDirectory + "/guard.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0
    }

    private func hurry() {
        if tg_schedule_fifo(80) != 0 { say("no right to real-time priority: leases may end late on a busy machine") }
        if tg_lock_memory() != 0 { say("no right to lock memory: leases may end late when memory is short") }
    }

    private func releaseLines() {
        lines?.release(at: SystemClock.now()) { time in
            var none: [pollfd] = []
            _ = tg_poll(&none, 0, time.nanoseconds)
            return SystemClock.now()
        }
        lines = nil
    }

    private func takeLines() {
        releaseLines()
        do {
            let table = try LineTable.read(fromDirectory: runDirectory)
            lines = HeldLines(table, driver: makeDriver(table, runDirectory: runDirectory), at: SystemClock.now())
            say("\(table.outputs.count) outputs taken at their safe level, \(table.inputs.count) inputs")
        } catch {
            say("\(LineTable.fileName):\(error.line): \(error.what); no line is held until the daemon writes a table")
        }
    }

    // MARK: One turn

    private func turn() {
        wait()
        let now = SystemClock.now()
        if isReady(0) { isEnding = true }
        if isReady(1) { accept(at: now) }
        hear(at: now)
        if let peer, !peer.isWelcome, now >= peer.patience { dropPeer(at: now) }
        lines?.turn(at: SystemClock.now(), linesSpoke: polled.dropFirst(3).contains { $0.revents != 0 })
        answer()
        manager.beat(at: now)
    }

    private func wait() {
        polled.removeAll(keepingCapacity: true)
        for descriptor in [signals, listener, peer?.socket ?? -1] { watch(descriptor) }
        lines?.forEachDescriptor { watch($0) }
        let now = SystemClock.now()
        let due = min(lines?.deadline ?? now + .seconds(1), peer?.deadline ?? now + .seconds(1))
        let left = max((due - now).nanoseconds, 0)
        _ = tg_poll(&polled, Int32(polled.count), left)
    }

    private func watch(_ descriptor: Int32) {
        polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }

    private func isReady(_ index: Int) -> Bool { polled[index].revents != 0 }

    // MARK: The peer

    private func accept(at now: Instant) {
        guard let socket = LocalSocket.accept(listener) else { return }
        if peer != nil { return turnAway(socket, .busy) }
        guard LocalSocket.mayServe(socket, group: group) else { return turnAway(socket, .notAllowed) }
        peer = GuardPeer(socket: socket, at: now)
    }

    private func turnAway(_ socket: Int32, _ reason: GuardFrame.Refusal) {
        GuardReply.refused(reason).write(to: reply)
        _ = LocalSocket.send(reply.used, to: socket)
        close(socket)
    }

    private func hear(at now: Instant) {
        for _ in 0..<GuardService.framesPerTurn {
            guard let peer else { return }
            switch LocalSocket.receive(into: request.bytes, from: peer.socket) {
            case .done(let count):
                if !take(GuardRequest(request, received: count), from: peer, at: now) { refuseFrame(at: now) }
            case .later: return
            case .broken: dropPeer(at: now)
            }
        }
    }

    /// `false` for what the protocol does not allow here.
    private func take(_ request: GuardRequest?, from peer: GuardPeer, at now: Instant) -> Bool {
        switch request {
        case .hello(let fingerprint): greet(peer, fingerprint, at: now)
        case .reload(let fingerprint):
            lines?.dropPeer(at: now)
            takeLines()
            greet(peer, fingerprint, at: now)
        case .lease(let lease):
            guard peer.isWelcome, lease.sequence > peer.sequence else { return false }
            peer.sequence = lease.sequence
            peer.isOwedAnswer = true
            lines?.lease(lease, at: now)
        case nil: return false
        }
        return true
    }

    private func greet(_ peer: GuardPeer, _ fingerprint: UInt64, at now: Instant) {
        peer.isWelcome = lines?.table.fingerprint == fingerprint
        peer.isOwedAnswer = peer.isWelcome
        peer.patience = now + GuardPeer.patience
        let answer: GuardReply = if let lines {
            peer.isWelcome ? .welcome(fingerprint: fingerprint, incarnation: lines.incarnation) : .refused(.tableDiffers)
        } else {
            .refused(.noTable)
        }
        answer.write(to: reply)
        _ = LocalSocket.send(reply.used, to: peer.socket)
    }

    private func refuseFrame(at now: Instant) {
        malformed &+= 1
        say("a frame was malformed: every output safe, the peer is cut off")
        dropPeer(at: now)
    }

    private func dropPeer(at now: Instant) {
        if let peer { close(peer.socket) }
        peer = nil
        lines?.dropPeer(at: now)
    }

    /// Each lease is answered, and what changes in between is said at once. A peer that does not read misses answers.
    private func answer() {
        guard let peer, peer.isWelcome, let lines else { return }
        GuardReply.state(inputs: lines.table.inputs.count).write(to: reply)
        let state = StateFrame(reply)
        lines.describe(into: state, at: SystemClock.now())
        state.sequence = peer.sequence
        state.malformed = malformed
        let content = fnv1a(reply.bytes[24..<80])
        guard peer.isOwedAnswer || content != peer.lastSaid else { return }
        peer.isOwedAnswer = false
        peer.lastSaid = content
        _ = LocalSocket.send(reply.used, to: peer.socket)
    }

    private func fail(_ what: String) -> Bool {
        say(what)
        return false
    }

    private func say(_ what: String) {
        var text = "tidegate-guard: \(what)\n"
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The one peer of the guard.
final class GuardPeer {
    /// How long a peer may be connected without being welcome.
    static let patience: Duration = .seconds(1)

    let socket: Int32
    var isWelcome = false
    var isOwedAnswer = false
    var patience: Instant
    var sequence: UInt64 = 0
    var lastSaid: UInt64 = 0

    init(socket: Int32, at now: Instant) {
        self.socket = socket
        patience = now + GuardPeer.patience
    }

    var deadline: Instant? { isWelcome ? nil : patience }
}
