/// A piece of a signed document that is too long for one message: docs/schedule-delivery.md.
///
/// ```
/// tidegate part 1
/// of: NAME, 123456 bytes
/// part: 2 of 4
///
/// BYTES
/// ```
public struct DocumentPart: Hashable, Sendable {
    /// Names the whole, in the sender's words: 1 … 64 letters and digits. Whether the whole is as it was signed is for its signatures
    /// to say.
    public let whole: String
    /// Of the whole. Range: 1 … `DocumentPart.wholeMax`.
    public let wholeBytes: Int
    /// Range: 1 … `count`.
    public let number: Int
    public let bytes: [UInt8]

    /// The longest signed document there is.
    public static let wholeMax = 262_144
    /// Of each part but the last. Brokers that take no message of 32 KiB and a head are not known.
    public static let bytesMax = 32_768
    static let headMax = 160
    private static let opening = "tidegate part 1\n"

    public var count: Int { Self.count(of: wholeBytes) }

    static func count(of bytes: Int) -> Int { (bytes + bytesMax - 1) / bytesMax }

    /// A document as it goes into messages: as it is where it fits into one, else in parts.
    /// - Parameter name: for the whole, such as its SHA-256 in hexadecimal.
    public static func messages(of document: [UInt8], name: String) -> [[UInt8]] {
        guard document.count > bytesMax else { return [document] }
        return (0..<count(of: document.count)).map { index in
            let bytes = document.dropFirst(index * bytesMax).prefix(bytesMax)
            return DocumentPart(whole: name, wholeBytes: document.count, number: index + 1, bytes: Array(bytes)).encoded
        }
    }

    private init(whole: String, wholeBytes: Int, number: Int, bytes: [UInt8]) {
        self.whole = whole
        self.wholeBytes = wholeBytes
        self.number = number
        self.bytes = bytes
    }

    var encoded: [UInt8] { Array((Self.opening + "of: \(whole), \(wholeBytes) bytes\npart: \(number) of \(count)\n\n").utf8) + bytes }

    static func isMeant(by message: [UInt8]) -> Bool { message.starts(with: opening.utf8) }

    /// `nil`: no part in its one form.
    init?(_ message: [UInt8]) {
        guard Self.isMeant(by: message), let end = Self.endOfHead(message) else { return nil }
        let lines = String(decoding: message[..<end], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 5, let of = lines[1].wholeMatch(of: /of: ([0-9A-Za-z]{1,64}), ([0-9]{1,6}) bytes/),
              let part = lines[2].wholeMatch(of: /part: ([0-9]{1,2}) of [0-9]{1,2}/),
              let wholeBytes = Int(of.2), let number = Int(part.1) else { return nil }
        self.init(whole: String(of.1), wholeBytes: wholeBytes, number: number, bytes: Array(message[end...]))
        guard (1...Self.wholeMax).contains(wholeBytes), (1...count).contains(number), bytes.count == length,
              encoded == message else { return nil }
    }

    private var length: Int { number < count ? Self.bytesMax : wholeBytes - (count - 1) * Self.bytesMax }

    /// After the empty line; `nil`: there is none where one must be.
    private static func endOfHead(_ message: [UInt8]) -> Int? {
        let head = message.prefix(headMax)
        return head.indices.dropFirst().first { head[$0] == 0x0A && head[$0 - 1] == 0x0A }.map { $0 + 1 }
    }
}

/// Puts the messages of documents together again. It holds two unfinished documents at most, so 512 KiB, whatever is sent.
struct DocumentBasket: Sendable {
    enum Found: Hashable {
        /// The bytes that were signed, as far as anybody knows.
        case document([UInt8])
        /// More parts of it are to come.
        case more
        /// One message of more than `messageMax` bytes: its end is not here.
        case tooLong
        /// Neither a document nor a part of one.
        case nothing
    }

    /// The longest message that is taken; longer documents come in parts.
    static let messageMax = 65_536

    private struct Unfinished {
        let whole: String
        let wholeBytes: Int
        var parts: [Int: [UInt8]] = [:]
    }

    private static let unfinishedMax = 2
    private var unfinished: [Unfinished] = []

    var isEmpty: Bool { unfinished.isEmpty }
    var heldBytes: Int { unfinished.reduce(0) { $0 + $1.parts.values.reduce(0) { $0 + $1.count } } }

    mutating func take(_ message: [UInt8]) -> Found {
        guard message.count <= Self.messageMax else { return .tooLong }
        guard DocumentPart.isMeant(by: message) else { return message.isEmpty ? .nothing : .document(message) }
        guard let part = DocumentPart(message) else { return .nothing }
        var own = unfinished.firstIndex { $0.whole == part.whole && $0.wholeBytes == part.wholeBytes }.map { unfinished.remove(at: $0) }
            ?? Unfinished(whole: part.whole, wholeBytes: part.wholeBytes)
        own.parts[part.number] = part.bytes
        if own.parts.count == part.count { return .document((1...part.count).flatMap { own.parts[$0] ?? [] }) }
        unfinished.append(own)
        if unfinished.count > Self.unfinishedMax { unfinished.removeFirst() }
        return .more
    }
}
