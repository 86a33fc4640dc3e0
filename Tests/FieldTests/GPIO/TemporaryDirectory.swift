import Foundation

/// A directory of its own for one test, with a path short enough for a socket; gone with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/tg-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
