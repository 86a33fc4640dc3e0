import Glibc

/// An open descriptor that is closed with its owner. Reads and writes never block.
final class Descriptor {
    let raw: Int32

    init(_ raw: Int32) {
        self.raw = raw
        _ = fcntl(raw, F_SETFL, fcntl(raw, F_GETFL) | O_NONBLOCK)
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(raw) }

    enum Received {
        case bytes([UInt8])
        case nothing
        case ended
    }

    func read() -> Received {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(raw, &buffer, buffer.count)
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .ended
    }

    /// What the other side does not take at once is lost, as on a wire.
    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.write(raw, $0.baseAddress, $0.count) }
    }
}

/// A port, line or socket that could not be opened: what, and why.
struct NotOpened: Error, CustomStringConvertible {
    let what: String
    let why: String

    init(_ what: String, errno code: Int32 = errno) {
        self.what = what
        why = String(cString: strerror(code))
    }

    var description: String { "\(what): \(why)" }
}
