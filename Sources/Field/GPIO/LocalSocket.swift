import CRealtime
import Glibc

/// Unix SEQPACKET sockets: a message arrives whole or not at all, and the kernel says who the peer is.
enum LocalSocket {
    /// Takes the name `path` for this process; what an earlier process left there is removed.
    /// - Parameter group: may connect besides the owner.
    /// - Returns: `nil` on failure, errno says why.
    static func listen(at path: String, group: gid_t? = nil) -> Int32? {
        guard let socket = make() else { return nil }
        unlink(path)
        let isBound = withAddress(of: path) { Glibc.bind(socket, $0, $1) == 0 } ?? false
        guard isBound, chmod(path, 0o660) == 0, Glibc.listen(socket, 4) == 0 else { return failed(socket) }
        // Without the right to give the file away the group stays what it was; the owner can still connect.
        if let group { _ = chown(path, uid_t.max, group) }
        return socket
    }

    /// `nil` when nobody listens there; errno says why.
    static func connect(to path: String) -> Int32? {
        guard let socket = make() else { return nil }
        let isConnected = withAddress(of: path) { Glibc.connect(socket, $0, $1) == 0 } ?? false
        return isConnected ? socket : failed(socket)
    }

    static func accept(_ listener: Int32) -> Int32? {
        let socket = tg_accept(listener)
        return socket >= 0 ? socket : nil
    }

    enum Outcome: Equatable {
        case done(Int)
        /// Nothing there, or no room: try later.
        case later
        /// The other side is gone.
        case broken
    }

    static func send(_ bytes: UnsafeRawBufferPointer, to socket: Int32) -> Outcome {
        outcome(Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)))
    }

    /// One message. `done(n)` with n greater than the buffer: the message was longer and is cut.
    static func receive(into bytes: UnsafeMutableRawBufferPointer, from socket: Int32) -> Outcome {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
        let result = outcome(recv(socket, bytes.baseAddress, bytes.count, flags))
        return result == .done(0) ? .broken : result
    }

    /// Root, the same user, or a member of one of the two groups.
    static func mayServe(_ socket: Int32, group: gid_t?) -> Bool {
        var (user, itsGroup) = (UInt32.max, UInt32.max)
        guard tg_peer(socket, &user, &itsGroup) == 0 else { return false }
        return user == 0 || user == geteuid() || itsGroup == getegid() || itsGroup == group
    }

    private static func outcome(_ count: Int) -> Outcome {
        if count >= 0 { return .done(count) }
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? .later : .broken
    }

    private static func make() -> Int32? {
        let socket = Glibc.socket(
            AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        return socket >= 0 ? socket : nil
    }

    private static func failed(_ socket: Int32) -> Int32? {
        let error = errno
        close(socket)
        errno = error
        return nil
    }

    /// A leading "@" names a socket in the abstract namespace, whose first byte is zero (unix(7)). Allocates nothing.
    /// - Returns: `nil` when the path is too long for an address (107 bytes).
    static func withAddress<R>(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            for (index, byte) in path.utf8.enumerated() { bytes[index] = byte }
            if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        }
        // The length of an abstract name counts.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count + (path.hasPrefix("@") ? 0 : 1))
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
