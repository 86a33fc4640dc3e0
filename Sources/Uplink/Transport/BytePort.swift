import CRealtime
import Glibc
import Quantities

/// An open line that carries bytes and nothing else: a TCP connection or a serial port. Closed with the last use of it.
final class BytePort {
    let descriptor: Int32
    private let isSocket: Bool

    init(_ descriptor: Int32, isSocket: Bool) {
        (self.descriptor, self.isSocket) = (descriptor, isSocket)
    }

    deinit { close(descriptor) }

    /// Opens a line on the thread that calls: a name server or a host that is silent holds it up, but for `limit` each at most (a name
    /// server: for as long as the system asks it).
    /// - Parameter silence: of a TCP connection: when what was sent is not received for so long, the line is lost; and so is one on which
    ///   nothing was said for so long and whose other side then answers no probe.
    static func open(_ end: ByteEnd, within limit: Duration, silence: Duration = .minutes(1)) -> Result<BytePort, LineTrouble> {
        switch end {
        case .tcp(let host, let port): TCPOpening(limit: limit, silence: silence).open(host, port)
        case .serial(let path, let baud): SerialOpening.open(path, baud)
        }
    }

    /// Writes all bytes. A line that takes none for five seconds counts as closed.
    func write(_ bytes: [UInt8]) -> LineTrouble? {
        var rest = bytes[...]
        let deadline = LineThread.now() + .seconds(5)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                isSocket ? send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                    : Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if written > 0 { rest = rest.dropFirst(written); continue }
            guard written == 0 || errno == EAGAIN || errno == EINTR else { return .now }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard tg_poll(&entry, 1, max(deadline - LineThread.now(), .zero).nanoseconds) != 0 else { return .closed }
        }
        return nil
    }

    enum Received {
        case bytes([UInt8])
        case nothing
        case lost(LineTrouble)
    }

    /// Waits for bytes until a moment or a ring of the bell (-1: there is none), and takes what is there.
    func read(until deadline: Instant, bell: Int32) -> Received {
        var entries = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: bell, events: Int16(POLLIN), revents: 0)]
        guard tg_poll(&entries, 2, max(deadline - LineThread.now(), .zero).nanoseconds) > 0 else { return .nothing }
        if entries[1].revents != 0 { _ = tg_bell_wait(bell, 0) }
        guard entries[0].revents != 0 else { return .nothing }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, taken in
            count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            taken = max(count, 0)
        }
        if count > 0 { return .bytes(bytes) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .lost(count == 0 ? .closed : .now)
    }
}

extension LineTrouble {
    /// What the system says of the call that has just failed.
    static var now: LineTrouble { system(errno) }

    static func system(_ number: Int32) -> LineTrouble {
        switch number {
        case ECONNREFUSED: .turnedAway
        case ETIMEDOUT: .silent
        case ENOENT, ENXIO, ENODEV: .noPort
        default: .system(number, String(cString: strerror(number)))
        }
    }
}

/// A serial port of our own: raw, 8N1, locked against a second program.
private enum SerialOpening {
    private static let speeds: [Int: Int32] = [1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600, 19_200: B19200, 38_400: B38400,
                                               57_600: B57600, 115_200: B115200]

    static func open(_ path: String, _ baud: Int) -> Result<BytePort, LineTrouble> {
        guard let speed = speeds[baud] else { return .failure(.unknownSpeed(baud)) }
        let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(.now) }
        let port = BytePort(descriptor, isSocket: false)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return .failure(.inUse) }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return .failure(.now) }
        cfmakeraw(&settings)
        settings.c_cflag &= ~tcflag_t(CSTOPB | PARENB)
        settings.c_cflag |= tcflag_t(CS8 | CLOCAL | CREAD)
        cfsetspeed(&settings, speed_t(speed))
        guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else { return .failure(.now) }
        tcflush(descriptor, TCIOFLUSH)
        return .success(port)
    }
}

private struct TCPOpening {
    let limit: Duration
    let silence: Duration

    func open(_ host: String, _ port: UInt16) -> Result<BytePort, LineTrouble> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return .failure(.noAddress) }
        defer { freeaddrinfo(list) }
        var trouble = LineTrouble.noAddress
        for address in sequence(first: list, next: { $0?.pointee.ai_next }).prefix(while: { $0 != nil }).prefix(4) {
            guard let address else { break }
            switch connected(address.pointee) {
            case .success(let port): return .success(port)
            case .failure(let found): trouble = found
            }
        }
        return .failure(trouble)
    }

    private func connected(_ address: addrinfo) -> Result<BytePort, LineTrouble> {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, kind, 0)
        guard descriptor >= 0 else { return .failure(.now) }
        let port = BytePort(descriptor, isSocket: true)
        watchOverSilence(descriptor)
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 || errno == EINPROGRESS else { return .failure(.now) }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard tg_poll(&entry, 1, limit.nanoseconds) > 0 else { return .failure(.noAnswer) }
        var (error, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error == 0 else { return .failure(.system(error)) }
        return .success(port)
    }

    /// A connection that is only half there is found: by the kernel, which alone knows what has been received.
    private func watchOverSilence(_ descriptor: Int32) {
        func set(_ level: Int32, _ option: Int32, _ value: Int32) {
            var value = value
            setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: silence.nanoseconds / 1_000_000))
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, max(1, Int32(clamping: silence.nanoseconds / 1_000_000_000)))
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, max(1, Int32(clamping: silence.nanoseconds / 3_000_000_000)))
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }
}
