import Glibc
public import Language

/// Who may use the local API: the socket file's group and mode decide, as with any file.
public struct SocketAccess: Sendable {
    /// The group that may connect; `nil`: the controller's own.
    public var group: String?
    public var mode: UInt32

    public init(group: String? = nil, mode: UInt32 = 0o660) {
        self.group = group
        self.mode = mode
    }
}

/// Why the socket could not be opened.
public enum SocketProblem: Error, Sendable, Equatable {
    /// Another controller listens there.
    case inUse(path: String)
    /// There is something there that is not a socket.
    case notASocket(path: String)
    case pathTooLong(path: String)
    case unknownGroup(String)
    case system(call: String, errno: Int32)

    public var text: Phrase {
        switch self {
        case .inUse(let path): Phrase(zh: "\(path) 已有控制器在用", en: "another controller listens at \(path)")
        case .notASocket(let path): Phrase(zh: "\(path) 已存在且不是套接字，请移走它", en: "\(path) is there and is not a socket; move it away")
        case .pathTooLong(let path): Phrase(zh: "套接字路径为空或太长（至多 107 字节）：\(path)", en: "the socket's path is empty or too long (at most 107 bytes): \(path)")
        case .unknownGroup(let name): Phrase(zh: "本机没有用户组 \(name)", en: "this machine has no group \(name)")
        case .system(let call, let errno): Phrase(verbatim: "\(call): \(String(cString: strerror(errno)))")
        }
    }
}

/// A listening Unix socket: one owner at a time, and nobody but the permitted ever gets through.
final class UnixSocket: Sendable {
    let path: String
    let descriptor: Int32
    private let lock: Int32

    /// Takes the path. A socket file left behind by a dead process is removed; a living one's is not.
    init(path: String, access: SocketAccess) throws(SocketProblem) {
        let address = try unixAddress(path)
        lock = try UnixSocket.takeLock(path + ".lock", for: path)
        do {
            try UnixSocket.removeStale(path)
            descriptor = try UnixSocket.bound(to: address, path, access)
        } catch {
            close(lock)
            throw error
        }
        self.path = path
    }

    /// Ends listening and removes the file. Connections that are open go on; the descriptors go with the last reference,
    /// so that a thread still in `accept` never meets somebody else's.
    func end() {
        unlink(path)
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    deinit {
        close(descriptor)
        close(lock)
    }

    /// Held as long as the process lives, so that two that start at once cannot both think the file stale.
    private static func takeLock(_ lockPath: String, for path: String) throws(SocketProblem) -> Int32 {
        let lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .system(call: "open \(lockPath)", errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .inUse(path: path)
        }
        return lock
    }

    private static func removeStale(_ path: String) throws(SocketProblem) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = try connectedUnixSocket(path)
        if let probe {
            close(probe)
            throw .inUse(path: path)
        }
        guard unlink(path) == 0 else { throw .system(call: "unlink", errno: errno) }
    }

    /// Owner and mode are set between `bind` and `listen`: before, nobody can connect.
    private static func bound(to address: sockaddr_un, _ path: String, _ access: SocketAccess) throws(SocketProblem) -> Int32 {
        let group = try groupNumber(access.group)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        let steps: [(String, () -> Int32)] = [
            ("bind", { withSocketAddress(address) { bind(descriptor, $0, $1) } }),
            ("chown", { group.map { chown(path, uid_t.max, $0) } ?? 0 }),
            ("chmod", { chmod(path, access.mode) }),
            ("listen", { listen(descriptor, 64) }),
        ]
        for (name, step) in steps where step() != 0 {
            let problem = SocketProblem.system(call: name, errno: errno)
            close(descriptor)
            throw problem
        }
        return descriptor
    }

    private static func groupNumber(_ name: String?) throws(SocketProblem) -> gid_t? {
        guard let name else { return nil }
        guard let entry = getgrnam(name) else { throw .unknownGroup(name) }
        return entry.pointee.gr_gid
    }
}

/// - Returns: a connected socket, or `nil` when nobody listens there (no file, or a dead process's).
public func connectedUnixSocket(_ path: String) throws(SocketProblem) -> Int32? {
    let address = try unixAddress(path)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
    guard withSocketAddress(address, { connect(descriptor, $0, $1) }) != 0 else { return descriptor }
    let problem = errno
    close(descriptor)
    if problem == ECONNREFUSED || problem == ENOENT || problem == ENOTDIR { return nil }
    throw .system(call: "connect", errno: problem)
}

/// Bounds how long a blocking read and a blocking write on a socket may take.
public func limitWaits(_ descriptor: Int32, receive: Duration, send: Duration) {
    for (option, limit) in [(SO_RCVTIMEO, receive), (SO_SNDTIMEO, send)] {
        let (seconds, attoseconds) = limit.components
        var wait = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
    }
}

private func unixAddress(_ path: String) throws(SocketProblem) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .pathTooLong(path: path) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
}

private func withSocketAddress(_ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
