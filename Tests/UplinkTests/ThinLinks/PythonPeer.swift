import Foundation
import Synchronization
import Testing
@testable import Uplink

/// The other side of a link, in another language: it does what is said to it in words, and tells what it hears, a line of JSON each.
final class PythonPeer: Sendable {
    /// One line; what a line does not speak of is `nil`.
    struct Told: Decodable, Sendable {
        var port: UInt16?
        var connected: Bool?
        var ready: Bool?
        // A frame of the water bureau.
        var f: String?
        var serial: Int?
        var form: String?
        var swallows: Bool?
        var password: String?
        var station: String?
        var category: String?
        var observed: [String]?
        var elements: [String: Scalar]?
        var version: String?
        var series: [Double?]?
        // A short message.
        var to: String?
        var kind: String?
        var life: Int?
        var number: Int?
        var bytes: Int?
        var event: Int?
        var raised: Bool?
        var tag: String?
        var days: [[Int]]?
        var refused: Bool?
    }

    /// A number or a text; an empty one: nothing was measured.
    struct Scalar: Decodable, Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
        let text: String

        init(floatLiteral value: Double) { text = "\(value)" }
        init(stringLiteral value: String) { text = value }
        init(nilLiteral: ()) { text = "" }
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = value.decodeNil() ? "" : try (try? value.decode(Double.self)).map { "\($0)" } ?? value.decode(String.self)
        }
    }

    private let process: Mutex<Process>
    private let input = Pipe()
    private let lines = Mutex<(told: [Told], rest: [UInt8])>(([], []))

    init(_ script: String, _ arguments: [String] = []) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures/\(script)").standardized
        let (peer, output) = (Process(), Pipe())
        peer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        peer.arguments = ["python3", file.path] + arguments
        peer.standardInput = input
        peer.standardOutput = output
        process = Mutex(peer)
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { self?.take(data) }
        }
        try peer.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.withLock { if $0.isRunning { $0.terminate() } }
    }

    /// Ends it, and with it everything it holds open.
    func end() {
        try? input.fileHandleForWriting.close()
        process.withLock { $0.waitUntilExit() }
    }

    func say(_ words: String) { input.fileHandleForWriting.write(Data((words + "\n").utf8)) }

    var told: [Told] { lines.withLock { $0.told } }
    var frames: [Told] { told.filter { $0.f != nil } }
    func frames(_ function: String) -> [Told] { told.filter { $0.f == function } }
    var messages: [Told] { told.filter { $0.kind != nil } }

    private func take(_ data: Data) {
        lines.withLock { lines in
            lines.rest += data
            while let end = lines.rest.firstIndex(of: 0x0A) {
                if let told = try? JSONDecoder().decode(Told.self, from: Data(lines.rest[..<end])) { lines.told.append(told) }
                lines.rest.removeFirst(end + 1)
            }
        }
    }
}

/// What a link has told, in order.
final class Notes: Sendable {
    private let notes = Mutex<[ThinNews]>([])
    func take(_ news: ThinNews) { notes.withLock { $0.append(news) } }
    var all: [ThinNews] { notes.withLock { $0 } }
}

/// A folder that is gone with the test.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/tg-link-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
