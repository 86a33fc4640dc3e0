import Foundation
import Quantities
import Testing
@testable import LocalAPI

@Suite struct HTTPMessageTests {
    private func request(_ head: String) throws(HTTPRefusal) -> HTTPRequest { try HTTPRequest(head: Data(head.utf8)) }

    @Test func `a target is split and decoded`() throws {
        let request = try request("GET /v1/why/%E4%B8%9C%E4%B8%80%E5%8C%BA?since=60&tag=soil%2Da HTTP/1.1\r\nHost: x")
        #expect(request.path == ["v1", "why", "东一区"])
        #expect(request.query == ["since": "60", "tag": "soil-a"])
        #expect(request.contentLength == 0)
    }

    @Test(arguments: [
        "", "GET", "GET /", "GET / HTTP/1.1 more", " / HTTP/1.1", "GET v1 HTTP/1.1", "GET /%ZZ HTTP/1.1", "G\0T / HTTP/1.1",
        "GET /?a=%f HTTP/1.1", "GET / HTTP/1.1\r\nno colon", "GET / HTTP/1.1\r\nContent-Length: -1",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1", "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999",
        "GET / HTTP/1.1\r\nContent-Length: 0x10", "GET / HTTP/1.1\r\nContent-Length: 1 2",
    ])
    func `what is no request is refused`(head: String) {
        #expect(throws: HTTPRefusal.malformed) { try request(head) }
    }

    @Test func `chunked bodies, other versions and too many headers are refused by name`() {
        #expect(throws: HTTPRefusal.lengthRequired) { try request("POST / HTTP/1.1\r\nTransfer-Encoding: chunked") }
        #expect(throws: HTTPRefusal.version) { try request("GET / HTTP/2.0") }
        let many = (0...HTTPLimits.headerCount).map { "X-\($0): 1" }.joined(separator: "\r\n")
        #expect(throws: HTTPRefusal.headTooLarge) { try request("GET / HTTP/1.1\r\n" + many) }
    }

    @Test func `bytes that are no text are refused`() {
        #expect(throws: HTTPRefusal.malformed) { try HTTPRequest(head: Data([0x47, 0x45, 0x54, 0x20, 0x2F, 0xFF, 0xFE])) }
    }

    @Test func `random heads never bring the parser down`() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("GET /v1?%&=: HTTP/1.1\r\n\0é漢Content-Length: 9".utf8)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            if let request = try? HTTPRequest(head: Data(bytes)) { #expect(request.contentLength >= 0) }
        }
    }
}

@Suite struct WireTimeTests {
    @Test(arguments: ["2026-11-23T06:31:10+08:00", "1970-01-01T00:00:00+00:00", "2026-02-28T23:59:59-03:30", "1969-12-31T20:00:00-04:00"])
    func `a time is read as it is written`(text: String) throws {
        #expect(try #require(WireTime(text)).description == text)
    }

    @Test(arguments: ["", "2026-11-23", "2026-13-23T06:31:10+08:00", "2026-11-23T06:31:10+99:00", "2026-11-23T06:31:10Z08:00x", "二〇二六"])
    func `what is no time is refused`(text: String) {
        #expect(WireTime(text) == nil)
    }

    @Test func `local time is the site's`() throws {
        let time = try #require(WireTime("2026-11-23T06:31:10+08:00"))
        #expect(time.unixSeconds == 1_795_386_670)
        #expect(time.local.time.components.hour == 6)
    }
}
