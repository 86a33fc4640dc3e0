import Foundation
import Language
import Synchronization

/// The controller's door for people and programs on the same machine: HTTP and JSON on a Unix socket, as
/// `docs/openapi.yaml` describes it. It can look at the live state and the records, and put commands into the inbox.
public struct LocalAPI: Sendable {
    private let context: Context

    public init(context: Context) {
        self.context = context
    }

    /// Serves on threads of its own until the answer is told to end. While nobody asks, nothing wakes: a task or a
    /// dispatch queue would bring in their pool of threads, whose monitor wakes every second for ever.
    /// - Throws: `SocketProblem` when the socket cannot be had, such as another controller listening there.
    public func serve(socketPath: String, access: SocketAccess = SocketAccess()) throws(SocketProblem) -> Serving {
        let socket = try UnixSocket(path: socketPath, access: access)
        let server = makeServer(socket)
        Thread.detachNewThread { server.serve() }
        return Serving(socket: socket)
    }

    /// The open door.
    public final class Serving: Sendable {
        private let socket: UnixSocket

        fileprivate init(socket: UnixSocket) { self.socket = socket }

        /// Removes the socket file. Requests that are being answered are finished.
        public func end() { socket.end() }
    }

    private func makeServer(_ socket: UnixSocket) -> HTTPServer {
        let disk = DiskQuestions()
        let busy = Answer.refused(503, "busy", Phrase(zh: "连接太多，请稍后再试", en: "too many connections; try again in a moment")).response
        return HTTPServer(socket: socket, busy: busy, refuse: { LocalAPI.answer(to: $0).response }) { [context] request, caller in
            Route.answer(context, disk, request, caller).response
        }
    }

    private static func answer(to refusal: HTTPRefusal) -> Answer {
        switch refusal {
        case .malformed: .refused(400, "malformed", Phrase(zh: "不是 HTTP 请求", en: "this is not an HTTP request"))
        case .headTooLarge: .refused(431, "head-too-large", Phrase(
            zh: "请求头太大，至多 16 KiB、64 行", en: "the request's head is too large; at most 16 KiB and 64 lines"))
        case .bodyTooLarge: .refused(413, "body-too-large", Phrase(zh: "请求体太大，至多 64 KiB", en: "the body is too large; at most 64 KiB"))
        case .lengthRequired: .refused(411, "length-required", Phrase(zh: "请求体须有 Content-Length", en: "a body needs Content-Length"))
        case .version: .refused(505, "http-version", Phrase(zh: "只支持 HTTP/1.1", en: "only HTTP/1.1 is spoken"))
        case .tooSlow: .refused(408, "too-slow", Phrase(zh: "请求没有在 5 秒内发完", en: "the request was not sent within 5 s"))
        }
    }
}
