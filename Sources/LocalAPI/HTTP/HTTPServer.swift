import Foundation
import Glibc
import Synchronization

/// A small HTTP/1.1 server on a Unix socket: one request a connection, a thread for each, everything bounded.
///
/// Threads and not tasks, so that a request that waits for a slow disk holds up nobody else's: a stop gets through as
/// long as one of `HTTPLimits.connections` is free, and slow clients are cut off.
final class HTTPServer: Sendable {
    typealias Handler = @Sendable (HTTPRequest, Caller) -> HTTPResponse

    private let socket: UnixSocket
    private let refuse: @Sendable (HTTPRefusal) -> HTTPResponse
    private let busy: HTTPResponse
    private let handler: Handler
    private let open = Atomic<Int>(0)

    init(socket: UnixSocket, busy: HTTPResponse, refuse: @escaping @Sendable (HTTPRefusal) -> HTTPResponse,
         handler: @escaping Handler) {
        self.socket = socket
        self.busy = busy
        self.refuse = refuse
        self.handler = handler
    }

    /// Accepts until the socket is ended.
    func serve() {
        while true {
            let connection = accept(socket.descriptor, nil, nil)
            if connection < 0 {
                guard waitOutAccept(errno) else { return }
                continue
            }
            limitWaits(connection, receive: .milliseconds(500), send: HTTPLimits.sendWithin)
            guard open.wrappingAdd(1, ordering: .relaxed).newValue <= HTTPLimits.connections else {
                send(busy.bytes, to: connection, flags: Int32(MSG_DONTWAIT))
                finish(connection)
                continue
            }
            Thread.detachNewThread { [self] in
                answer(connection)
                finish(connection)
            }
        }
    }

    /// - Returns: whether to go on accepting. Out of descriptors or memory passes; a closed socket does not.
    private func waitOutAccept(_ problem: Int32) -> Bool {
        switch problem {
        case EINTR, ECONNABORTED, EAGAIN: return true
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            poll(nil, 0, 50)
            return true
        default: return false
        }
    }

    private func answer(_ connection: Int32) {
        let response: HTTPResponse
        do throws(HTTPRefusal) {
            guard let request = try receive(from: connection) else { return }
            response = handler(request, Caller(of: connection))
        } catch {
            response = refuse(error)
        }
        send(response.bytes, to: connection, flags: 0)
    }

    private func finish(_ connection: Int32) {
        shutdown(connection, Int32(SHUT_WR))
        close(connection)
        open.wrappingSubtract(1, ordering: .relaxed)
    }

    /// - Returns: `nil` when the client went away without a word.
    private func receive(from connection: Int32) throws(HTTPRefusal) -> HTTPRequest? {
        let deadline = ContinuousClock.now + HTTPLimits.receiveWithin
        let end = Data("\r\n\r\n".utf8)
        var bytes = Data()
        var headEnd: Data.Index?
        while headEnd == nil {
            guard bytes.count < HTTPLimits.headBytes else { throw .headTooLarge }
            guard try more(into: &bytes, from: connection, until: deadline) else {
                if bytes.isEmpty { return nil }
                throw .malformed
            }
            headEnd = bytes.range(of: end)?.lowerBound
        }
        guard let headEnd, headEnd <= HTTPLimits.headBytes else { throw .headTooLarge }
        var request = try HTTPRequest(head: bytes[..<headEnd])
        guard request.contentLength <= HTTPLimits.bodyBytes else { throw .bodyTooLarge }
        request.body = Data(bytes[(headEnd + end.count)...])
        while request.body.count < request.contentLength {
            guard try more(into: &request.body, from: connection, until: deadline) else { throw .malformed }
        }
        request.body = request.body.prefix(request.contentLength)
        return request
    }

    /// - Returns: `false` at the end of what the client sends.
    private func more(into bytes: inout Data, from connection: Int32,
                      until deadline: ContinuousClock.Instant) throws(HTTPRefusal) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < deadline {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count > 0 {
                bytes.append(contentsOf: buffer[..<count])
                return true
            }
            if count == 0 { return false }
            guard errno == EAGAIN || errno == EINTR else { return false }
        }
        throw .tooSlow
    }

    /// A client that does not take its answer within `HTTPLimits.sendWithin` a piece loses the rest.
    private func send(_ bytes: Data, to connection: Int32, flags: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, min($0.count, 65_536), flags | Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Who is at the other end, as the kernel says; kept in the audit.
public struct Caller: Sendable, Hashable {
    /// The account's name, or its number when it has none.
    public let account: String
    public let process: Int32

    init(account: String, process: Int32) {
        self.account = account
        self.process = process
    }

    init(of connection: Int32) {
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, .max, .max)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        let known = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0
        process = known ? credentials.pid : 0
        account = known ? Caller.accountName(credentials.uid) : "?"
    }

    private static func accountName(_ user: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return String(user) }
        return String(cString: entry.pw_name)
    }
}
