import Foundation

/// What one request may cost. A client that wants more is answered with an error and cut off.
enum HTTPLimits {
    /// Request line and headers together.
    static let headBytes = 16 * 1024
    static let bodyBytes = 64 * 1024
    static let headerCount = 64
    /// From the connection to the end of the request.
    static let receiveWithin: Duration = .seconds(5)
    /// For one piece of the answer to be taken.
    static let sendWithin: Duration = .seconds(5)
    /// Connections at a time; one more is told to come back.
    static let connections = 32
}

struct HTTPRequest: Sendable, Equatable {
    let method: String
    /// Percent-decoded, split at `/`, empty parts left out.
    let path: [String]
    let query: [String: String]
    var body = Data()
    /// Bytes of body that were announced.
    let contentLength: Int
}

struct HTTPResponse: Sendable {
    let status: Int
    let body: Data
    /// Methods the path has, for 405.
    var allow: [String] = []

    var bytes: Data {
        var head = "HTTP/1.1 \(status) \(HTTPResponse.reasons[status] ?? "Error")\r\n"
        head += "Content-Type: application/json; charset=utf-8\r\nContent-Length: \(body.count)\r\n"
        if !allow.isEmpty { head += "Allow: \(allow.joined(separator: ", "))\r\n" }
        return Data((head + "Cache-Control: no-store\r\nConnection: close\r\n\r\n").utf8) + body
    }

    private static let reasons = [
        200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]
}

/// Why bytes are not a request of ours.
enum HTTPRefusal: Error, Equatable {
    case malformed, headTooLarge, bodyTooLarge, lengthRequired, version, tooSlow
}

extension HTTPRequest {
    /// Reads a request line and headers (RFC 9112), without the empty line at the end.
    /// - Parameter head: from the network; never trusted.
    init(head: Data) throws(HTTPRefusal) {
        guard let text = String(validating: head, as: UTF8.self) else { throw .malformed }
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        let words = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy({ $0.isASCII && $0.isLetter }) else { throw .malformed }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { throw .version }
        contentLength = try HTTPRequest.contentLength(lines)
        method = String(words[0])
        let (path, query) = try HTTPRequest.target(words[1])
        self.path = path
        self.query = query
    }

    private static func contentLength(_ lines: ArraySlice<Substring>) throws(HTTPRefusal) -> Int {
        guard lines.count <= HTTPLimits.headerCount else { throw .headTooLarge }
        var length: Int?
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            switch line[..<colon].lowercased() {
            case "content-length":
                guard length == nil, value.count <= 12, let number = UInt32(value) else { throw .malformed }
                length = Int(number)
            case "transfer-encoding": throw .lengthRequired
            default: continue
            }
        }
        return length ?? 0
    }

    private static func target(_ target: Substring) throws(HTTPRefusal) -> ([String], [String: String]) {
        guard target.hasPrefix("/") else { throw .malformed }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in parts[0].split(separator: "/") {
            guard let name = String(part).removingPercentEncoding else { throw .malformed }
            path.append(name)
        }
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(sides[0]).removingPercentEncoding,
                  let value = sides.count > 1 ? String(sides[1]).removingPercentEncoding : "" else { throw .malformed }
            query[name] = value
        }
        return (path, query)
    }
}
