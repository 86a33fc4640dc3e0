import Glibc

/// An address a connection can be made to.
struct TCPAddress: Sendable {
    private var storage: sockaddr_storage
    private let length: socklen_t
    fileprivate var family: Int32 { Int32(storage.ss_family) }

    fileprivate init?(_ info: addrinfo) {
        guard let address = info.ai_addr, Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        storage = sockaddr_storage()
        length = info.ai_addrlen
        withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length))) }
    }

    /// The addresses of a host, or none. A name may take long: only numbers are found at once.
    static func of(_ host: String, port: UInt16, numericOnly: Bool) -> [TCPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = numericOnly ? AI_NUMERICHOST | AI_NUMERICSERV : AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { $0.flatMap { TCPAddress($0.pointee) } }
    }

    fileprivate func withPointer(_ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var storage = storage
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, length) }
        }
    }
}

/// A TCP connection that never blocks. Closed with the last use of it.
final class TCPSocket {
    let descriptor: Int32

    /// Begins to connect; `isConnected` when the socket is ready for writing. `nil`: it failed at once.
    init?(to address: TCPAddress) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let begun = address.withPointer { connect(descriptor, $0, $1) }
        guard begun == 0 || errno == EINPROGRESS else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Once the socket is ready for writing: whether the connection stands.
    var isConnected: Bool {
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0
    }

    /// Requests are smaller than any send buffer: one that does not take a whole one belongs to a dead connection.
    func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } == bytes.count
    }

    enum Received {
        case bytes(Int)
        case nothing
        case closed
    }

    /// Takes what is there into the buffer.
    func receive(into buffer: inout [UInt8]) -> Received {
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 { return .bytes(count) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .closed
    }
}
