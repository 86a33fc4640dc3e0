/// Reads one JSON document out of bytes that anybody may have sent: no deeper than asked, no key twice, and nothing after it.
struct JSONReader {
    private var rest: ArraySlice<UInt8>
    private let depth: Int

    static func read(_ bytes: [UInt8], depth: Int) throws(SyncError) -> SyncValue {
        var reader = JSONReader(rest: bytes[...], depth: depth)
        let value = try reader.value(at: 0)
        reader.skipSpace()
        guard reader.rest.isEmpty else { throw .malformed }
        return value
    }

    private mutating func value(at level: Int) throws(SyncError) -> SyncValue {
        skipSpace()
        switch rest.first {
        case UInt8(ascii: "{"): return try map(at: level)
        case UInt8(ascii: "["): return try list(at: level)
        case UInt8(ascii: "\""): return .text(try text())
        default: return try word()
        }
    }

    private mutating func map(at level: Int) throws(SyncError) -> SyncValue {
        guard level < depth else { throw .tooDeep }
        rest.removeFirst()
        var members: [SyncValue.Member] = []
        var keys: Set<String> = []
        if take("}") { return .map([]) }
        repeat {
            skipSpace()
            let key = try text()
            guard keys.insert(key).inserted, take(":") else { throw .malformed }
            members.append(SyncValue.Member(key, try value(at: level + 1)))
        } while take(",")
        guard take("}") else { throw .malformed }
        return .map(members)
    }

    private mutating func list(at level: Int) throws(SyncError) -> SyncValue {
        guard level < depth else { throw .tooDeep }
        rest.removeFirst()
        var items: [SyncValue] = []
        if take("]") { return .list([]) }
        repeat { items.append(try value(at: level + 1)) } while take(",")
        guard take("]") else { throw .malformed }
        return .list(items)
    }

    /// `true`, `false`, `null` or a number.
    private mutating func word() throws(SyncError) -> SyncValue {
        let bytes = rest.prefix { Self.isWord($0) }
        rest = rest.dropFirst(bytes.count)
        switch String(decoding: bytes, as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        case let number: return try Self.number(number)
        }
    }

    private static func number(_ text: String) throws(SyncError) -> SyncValue {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = digits.first, first.isASCII, first.isNumber, digits.last?.isNumber == true,
              !(first == "0" && digits.dropFirst().first?.isNumber == true) else { throw .malformed }
        if digits.contains(where: { $0 == "." || $0 == "e" || $0 == "E" }) {
            guard !digits.contains("x"), let value = Double(text), value.isFinite else { throw .malformed }
            return .number(value)
        }
        guard let value = Int64(text) else { throw .malformed }
        return .integer(value)
    }

    private mutating func text() throws(SyncError) -> String {
        guard rest.first == UInt8(ascii: "\"") else { throw .malformed }
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
                return text
            case UInt8(ascii: "\\"): bytes += try escaped()
            case 0..<0x20: throw .malformed
            default: bytes.append(byte)
            }
        }
        throw .malformed
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escaped() throws(SyncError) -> [UInt8] {
        guard let sign = rest.popFirst() else { throw .malformed }
        if let byte = Self.escapes[sign] { return [byte] }
        guard sign == UInt8(ascii: "u") else { throw .malformed }
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code) {
            guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else { throw .malformed }
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw .malformed }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .malformed }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws(SyncError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformed }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"): true
        default: false
        }
    }
}
