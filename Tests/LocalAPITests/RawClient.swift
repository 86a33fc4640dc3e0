import Foundation
import LiveFarm
import LocalAPI

/// One answer as it came over the wire.
struct RawAnswer {
    let status: Int
    let body: Data

    var json: Any? { try? JSONSerialization.jsonObject(with: body) }

    /// The `code` of a refusal.
    var code: String? { (try? JSONDecoder().decode(ErrorReply.self, from: body))?.error.code }

    func decoded<Reply: Decodable>(_ type: Reply.Type = Reply.self) throws -> Reply {
        try JSONDecoder().decode(Reply.self, from: body)
    }
}

/// Writes bytes as they are and reads what comes back, so that tests can be as rude as they like.
enum RawClient {
    static func get(_ target: String, _ path: String) throws -> RawAnswer {
        try send("GET \(target) HTTP/1.1\r\nHost: tidegate\r\n\r\n", path)
    }

    static func post(_ body: String, _ path: String) throws -> RawAnswer {
        try send("POST /v1/commands HTTP/1.1\r\nHost: tidegate\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", path)
    }

    static func send(_ text: String, _ path: String) throws -> RawAnswer { try send(Data(text.utf8), path) }

    static func send(_ bytes: Data, _ path: String) throws -> RawAnswer {
        let connection = try connect(path)
        defer { close(connection) }
        write(bytes, to: connection)
        return try answer(from: connection)
    }

    static func connect(_ path: String) throws -> Int32 {
        guard let connection = try connectedUnixSocket(path) else { throw NotListening() }
        limitWaits(connection, receive: .seconds(20), send: .seconds(20))
        return connection
    }

    struct NotListening: Error {}
    struct NoAnswer: Error {}

    static func write(_ bytes: Data, to connection: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func answer(from connection: Int32) throws -> RawAnswer {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)),
              let status = Int(String(decoding: bytes.dropFirst(9).prefix(3), as: UTF8.self)) else { throw NoAnswer() }
        return RawAnswer(status: status, body: Data(bytes[end.upperBound...]))
    }
}

/// Runs a test beside a farm of its own, and ends the farm whatever happens.
func withFarm(_ test: (LiveFarm) async throws -> Void) async throws {
    let farm = try LiveFarm()
    try await farm.open()
    do {
        try await test(farm)
    } catch {
        await farm.close()
        throw error
    }
    await farm.close()
}

/// Asks until the answer is as hoped, for ten seconds at most.
func eventually(_ hoped: () throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try hoped() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
