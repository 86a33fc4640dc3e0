import ArgumentParser
import Foundation
import Glibc
import Language
import LocalAPI

/// Where the controller listens. Use as `@OptionGroup var controller: ControllerOptions`.
struct ControllerOptions: ParsableArguments {
    @Option(help: .said(
        zh: "控制器的套接字文件；缺省 $TIDEGATE_SOCKET，其次 ./run/tidegate.sock，再次 /run/tidegate/tidegate.sock",
        en: "the controller's socket file; default $TIDEGATE_SOCKET, else ./run/tidegate.sock, else /run/tidegate/tidegate.sock",
        valueName: Phrase(zh: "路径", en: "path")))
    var socket: String?

    var client: ControllerClient { ControllerClient(path: path) }

    private var path: String {
        if let socket { return socket }
        if let named = ProcessInfo.processInfo.environment["TIDEGATE_SOCKET"], !named.isEmpty { return named }
        let here = "run/tidegate.sock"
        return access(here, F_OK) == 0 ? here : "/run/tidegate/tidegate.sock"
    }
}

/// Asks the controller over its Unix socket: one request, one answer, both bounded.
struct ControllerClient {
    let path: String

    private static let answerBytesMax = 64 << 20
    /// Longer than the server takes at its slowest.
    private static let answerWithin: Duration = .seconds(30)

    func get<Reply: Decodable>(_ route: String, _ query: [String: String] = [:]) throws -> Reply {
        let pairs = query.sorted { $0.key < $1.key }.map { "\(escaped($0.key))=\(escaped($0.value))" }
        let target = "/v1/" + route + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        return try reply(to: "GET \(target) HTTP/1.1\r\nHost: tidegate\r\n\r\n")
    }

    func post<Reply: Decodable>(_ route: String, _ body: some Encodable) throws -> Reply {
        let body = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
        return try reply(to: "POST /v1/\(route) HTTP/1.1\r\nHost: tidegate\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "\0"..."\u{7F}"))
            .union(.init(charactersIn: "-._"))) ?? ""
    }

    private func reply<Reply: Decodable>(to request: String) throws -> Reply {
        let (status, body) = try exchanged(Array(request.utf8))
        if (200..<300).contains(status), let reply = try? JSONDecoder().decode(Reply.self, from: body) { return reply }
        guard let refusal = try? JSONDecoder().decode(ErrorReply.self, from: body) else { throw notUnderstood(status) }
        throw Refused(status == 404 || status == 400 ? .wrongUse : .failed, code: refusal.error.code,
                      refusal.error.message.phrase, remedy: refusal.error.remedy?.phrase)
    }

    private func exchanged(_ request: [UInt8]) throws -> (status: Int, body: Data) {
        let connection = try connected()
        defer { close(connection) }
        limitWaits(connection, receive: ControllerClient.answerWithin, send: .seconds(5))
        guard let answer = exchange(request, over: connection, bytesMax: ControllerClient.answerBytesMax).map({ Data($0) }),
              let end = answer.range(of: Data("\r\n\r\n".utf8)),
              let line = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").first,
              line.hasPrefix("HTTP/1."), let status = Int(line.split(separator: " ").dropFirst().first ?? "")
        else { throw silent() }
        return (status, Data(answer[end.upperBound...]))
    }

    private func connected() throws -> Int32 {
        do throws(SocketProblem) {
            if let connection = try connectedUnixSocket(path) { return connection }
        } catch {
            throw unreachable(error)
        }
        throw Refused(.notReachable, code: "not-running",
            Phrase(zh: "控制器没有运行（\(path) 无人应答）", en: "the controller is not running (nobody answers at \(path))"),
            remedy: Phrase(zh: "启动：sudo systemctl start tidegated；先看演示：tidegate demo",
                           en: "Start it: sudo systemctl start tidegated. To see a demo first: tidegate demo"))
    }

    private func unreachable(_ problem: SocketProblem) -> Refused {
        guard case .system(_, EACCES) = problem else {
            return Refused(.notReachable, code: "not-reachable",
                Phrase(zh: "连不上控制器：{problem}", en: "the controller cannot be reached: {problem}").filled(["problem": problem.text]))
        }
        return Refused(.notReachable, code: "not-permitted",
            Phrase(zh: "无权访问控制器（\(path)）", en: "not permitted to reach the controller (\(path))"),
            remedy: Phrase(zh: "请用 sudo，或让管理员把你加入该文件的用户组：ls -l \(path)",
                           en: "Use sudo, or have yourself added to the file's group: ls -l \(path)"))
    }

    private func silent() -> Refused {
        Refused(.notReachable, code: "no-answer",
            Phrase(zh: "控制器没有应答（\(path)）", en: "the controller does not answer (\(path))"),
            remedy: Phrase(zh: "看它的状态：systemctl status tidegated", en: "Look at it: systemctl status tidegated"))
    }

    private func notUnderstood(_ status: Int) -> Refused {
        Refused(.failed, code: "not-understood",
            Phrase(zh: "控制器的应答（\(status)）看不懂，可能版本不同", en: "the controller's answer (\(status)) is not understood; its version may differ"),
            remedy: Phrase(zh: "比较 tidegate --version 与 tidegate status --json 中的 version", en: "Compare tidegate --version with version in tidegate status --json"))
    }
}
