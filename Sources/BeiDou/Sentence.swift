import Bytes

/// One line between a BeiDou terminal and whoever owns it: `$`, fields with commas, `*`, two digits, CR LF.
///
/// The two digits are the XOR of all bytes between `$` and `*`, as in NMEA 0183.
public struct Sentence: Hashable, Sendable {
    /// The name first, such as `BDTXR`. Printable ASCII without `$`, `*` and commas.
    public let fields: [String]

    /// `nil` for a sentence without a name, with characters that cannot be in one, or too long.
    public init?(_ fields: [String]) {
        guard fields.first?.isEmpty == false, fields.allSatisfy({ $0.utf8.allSatisfy(Sentence.isPlain) }) else { return nil }
        self.fields = fields
        guard fields.joined(separator: ",").utf8.count <= Limits.sentenceAtMost else { return nil }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "$") && byte != UInt8(ascii: "*") && byte != UInt8(ascii: ",")
    }

    public var name: String { fields[0] }

    /// A field by its number, counted from the name, which is 0; empty where there is none.
    public subscript(index: Int) -> String { fields.indices.contains(index) ? fields[index] : "" }

    public var bytes: [UInt8] {
        let text = Array(fields.joined(separator: ",").utf8)
        let check = text.reduce(0, ^)
        return [UInt8(ascii: "$")] + text + [UInt8(ascii: "*")] + hexText([check]) + [0x0D, 0x0A]
    }

    /// Reads the text between `$` and `*`, and the two characters after it.
    init?(_ text: ArraySlice<UInt8>, check: ArraySlice<UInt8>) {
        guard Bytes.bytes(hexText: check) == [text.reduce(0, ^)] else { return nil }
        self.init(String(decoding: text, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
}

/// Cuts sentences out of a stream that begins anywhere and holds anything. Memory: one sentence.
public struct SentenceReader: Sendable {
    private var buffer: [UInt8] = []
    /// Where `*` stands in the buffer.
    private var star: Int?
    /// Sentences that were broken: another check, too long, begun anew before their end.
    public private(set) var broken = 0

    public init() {}

    public mutating func read(_ bytes: some Sequence<UInt8>) -> [Sentence] {
        bytes.compactMap { take($0) }
    }

    private mutating func take(_ byte: UInt8) -> Sentence? {
        if byte == UInt8(ascii: "$") {
            if !buffer.isEmpty { drop() }
            buffer = [byte]
            return nil
        }
        guard !buffer.isEmpty else { return nil }
        buffer.append(byte)
        if byte == UInt8(ascii: "*"), star == nil { star = buffer.count - 1 }
        guard let star else {
            if buffer.count > Limits.sentenceAtMost { drop() }
            return nil
        }
        guard buffer.count == star + 3 else { return nil }
        let sentence = Sentence(buffer[1..<star], check: buffer[(star + 1)...])
        if sentence == nil { drop() }
        (buffer, self.star) = ([], nil)
        return sentence
    }

    private mutating func drop() {
        broken &+= 1
        (buffer, star) = ([], nil)
    }
}
