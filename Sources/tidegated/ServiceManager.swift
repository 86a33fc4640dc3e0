import Glibc

/// Tells systemd how the daemon is doing, over the datagram socket it names in the environment (sd_notify(3)).
///
/// Without a service manager every call does nothing.
struct ServiceManager: Sendable {
    private let path: String?
    /// How often it wants to hear `alive`, with room to spare, in microseconds: a third of its patience. `nil`: never.
    let aliveEvery: Int?

    init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"]
        let patience = environment["WATCHDOG_USEC"].flatMap { Int($0) } ?? 0
        aliveEvery = path == nil || patience <= 0 ? nil : max(patience / 3, 1)
    }

    /// Started, and the first scan has turned.
    func ready() { send("READY=1") }
    func stopping() { send("STOPPING=1") }
    /// Alive: to be sent only after a scan has really turned since the last time.
    func alive() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        guard let path, path.utf8.count < 108 else { return }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading "@" names a socket in the abstract namespace, whose first byte is zero.
        let bytes = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, message, message.utf8.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
