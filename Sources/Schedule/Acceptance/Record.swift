import Foundation
import Quantities

/// What a gateway has on its disk about schedules: one small file that says which documents count, each a file of its own
/// that is named after its bytes and never changed.
struct Record: Equatable, Codable {
    struct Slot: Equatable, Codable {
        /// SHA-256 of the envelope, which names its file.
        let file: String
        let version: Int
        /// Local dates as days since 1970, both included.
        let first: Int32
        let last: Int32
        let zones: [String]
        var isApproved = true
        /// How often it was begun to be put in force. More than one means that the power failed meanwhile.
        var attempts = 0
        /// Whether it ran before and was asked for again.
        var isReturn = false
    }

    /// SHA-256 of the envelope of the trust file in force.
    var keys: String
    var newest: Trusted.Newest?
    var word: Trusted.Word?
    var lastTrusted: Int64
    var staged: Slot?
    var active: Slot?
    var lastGood: Slot?

    static let file = "state"

    static func planFile(_ hash: String) -> String { "plan-\(hash)" }
    static func keysFile(_ hash: String) -> String { "keys-\(hash)" }

    /// The files that count.
    var files: Set<String> {
        let plans = [staged, active, lastGood].compactMap { $0.map { Record.planFile($0.file) } }
        return Set(plans + [Record.keysFile(keys), Record.file])
    }

    /// A line with the SHA-256 of the rest, and the rest in JSON.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = Array(try encoder.encode(self))
        return Array("\(fingerprint(of: json))\n".utf8) + json
    }

    /// `nil` when a single bit is not as it was written.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
        let json = Array(bytes[(end + 1)...])
        guard bytes[..<end].elementsEqual(fingerprint(of: json).utf8),
              let record = try? JSONDecoder().decode(Record.self, from: Data(json)) else { return nil }
        self = record
    }

    init(keys: String, _ trusted: Trusted) {
        self.keys = keys
        lastTrusted = trusted.lastTrusted
        remember(trusted)
    }

    mutating func remember(_ trusted: Trusted) {
        newest = trusted.newest
        word = trusted.word
        lastTrusted = trusted.lastTrusted
    }
}
