import Foundation

/// A document and the signatures over its exact bytes: docs/schedule-trust.md.
///
/// ```
/// tidegate schedule 1
/// issued: 2026-02-27T08:15:00Z
/// payload: 1234 bytes
/// signature: 0123456789abcdef0123456789abcdef BASE64
///
/// PAYLOAD
/// ```
///
/// What is signed is all of this but the lines of signatures: the first line keeps a signature over one kind of document from
/// counting for another. There is one way to write an envelope: what reads back as other bytes is refused.
public struct Envelope: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case schedule, trust, fresh
    }

    public struct Signature: Sendable, Hashable {
        public let key: KeyID
        /// The 64 bytes of an Ed25519 signature (RFC 8032).
        let bytes: [UInt8]
    }

    /// The longest schedule known has some hundred lines.
    public static let bytesMax = 262_144
    static let headBytesMax = 2_048
    static let signaturesMax = 8

    public let kind: Kind
    /// Seconds since 1970, by the clock of the desk at which it was signed.
    public let issued: Int64
    public let payload: [UInt8]
    public private(set) var signatures: [Signature] = []

    public init(_ kind: Kind, issued: Int64, payload: [UInt8]) {
        self.kind = kind
        self.issued = issued
        self.payload = payload
    }

    private var opening: String {
        "tidegate \(kind.rawValue) 1\nissued: \(Moment.text(issued))\npayload: \(payload.count) bytes\n"
    }

    /// What each signature is over.
    var signedBytes: [UInt8] { Array(opening.utf8) + [0x0A] + payload }

    public var bytes: [UInt8] {
        let lines = signatures.map { "signature: \($0.key.text) \(Data($0.bytes).base64EncodedString())\n" }
        return Array((opening + lines.joined() + "\n").utf8) + payload
    }

    mutating func add(_ signature: Signature) { signatures.append(signature) }

    /// Reads an envelope; `nil` unless these are the very bytes that `bytes` would give.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Envelope.bytesMax, let end = Envelope.endOfHead(bytes),
              let head = String(validating: bytes[..<end], as: UTF8.self) else { return nil }
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.count <= 3 + Envelope.signaturesMax,
              let kind = Kind.allCases.first(where: { "tidegate \($0.rawValue) 1" == lines[0] }), lines[1].hasPrefix("issued: "),
              let issued = Moment.unixSeconds(lines[1].dropFirst("issued: ".count)) else { return nil }
        self.init(kind, issued: issued, payload: Array(bytes[(end + 2)...]))
        for line in lines[3...] {
            guard let signature = Signature(line) else { return nil }
            add(signature)
        }
        guard self.bytes == bytes else { return nil }
    }

    /// Where the empty line begins that ends the head. Looked for near the beginning only.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let last = min(bytes.count, headBytesMax) - 1
        guard last > 0 else { return nil }
        return (0..<last).first { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }
    }
}

extension Envelope.Signature {
    fileprivate init?(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "signature:", let key = KeyID(text: words[1]),
              let data = Data(base64Encoded: String(words[2])), data.count == 64 else { return nil }
        self.init(key: key, bytes: Array(data))
    }
}
