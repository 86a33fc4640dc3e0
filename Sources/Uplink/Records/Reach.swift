import Glibc
import Quantities

/// What is found at a broker's place by looking there once, past the library that says only that it was not reached.
public enum Reach: Hashable, Sendable {
    /// Nobody knows its name, or nobody is there to be asked.
    case noName
    /// The machine answers, and nobody listens at that port.
    case closed
    case silent
    /// A web page answers: a network that wants a login first, or a SIM card that was stopped.
    case webPage
    /// Something else takes connections.
    case open

    /// Tells a broker, that hangs up on it, from what serves pages.
    private static let question = Array("GET / HTTP/1.0\r\n\r\n".utf8)
    private static let addressesMax = 4

    /// - Parameter patience: for the connection to each address, and for its answer. The name takes the machine's own time to look up,
    ///   some ten seconds when nobody answers.
    static func look(at host: String, _ port: UInt16, patience: Duration = .seconds(5)) -> Reach {
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else { return .noName }
        defer { freeaddrinfo(first) }
        var last = Reach.silent
        for place in sequence(first: first, next: { $0.pointee.ai_next }).prefix(addressesMax) {
            last = look(at: place.pointee, Int32(clamping: patience.nanoseconds / 1_000_000))
            if last == .open || last == .webPage { break }
        }
        return last
    }

    private static func look(at place: addrinfo, _ patience: Int32) -> Reach {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(place.ai_family, kind, place.ai_protocol)
        guard socket >= 0 else { return .silent }
        defer { close(socket) }
        if connect(socket, place.ai_addr, place.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return errno == ECONNREFUSED ? .closed : .silent }
            guard isReady(socket, Int16(POLLOUT), patience) else { return .silent }
            var failure: Int32 = 0, size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size)
            guard failure == 0 else { return failure == ECONNREFUSED ? .closed : .silent }
        }
        return servesPages(socket, patience) ? .webPage : .open
    }

    private static func servesPages(_ socket: Int32, _ patience: Int32) -> Bool {
        guard send(socket, question, question.count, Int32(MSG_NOSIGNAL)) == question.count,
              isReady(socket, Int16(POLLIN), patience) else { return false }
        var answer = [UInt8](repeating: 0, count: 5)
        return recv(socket, &answer, answer.count, 0) == answer.count && answer == Array("HTTP/".utf8)
    }

    private static func isReady(_ socket: Int32, _ event: Int16, _ patience: Int32) -> Bool {
        var waited = pollfd(fd: socket, events: event, revents: 0)
        return poll(&waited, 1, patience) > 0
    }
}
