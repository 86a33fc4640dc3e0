/// What a host says of itself on its STATE topic: `{"online": true, "timestamp": 1764000000000}` (Sparkplug 3.0, section 6.4.25).
struct HostState: Hashable {
    let isOnline: Bool
    /// Milliseconds since 1970 UTC, by the host's own clock.
    let timestamp: UInt64

    /// `nil`: not such a text. Other members are skipped when they are plain; nothing longer than 1 KiB is read.
    init?(decoding bytes: [UInt8]) {
        guard bytes.count <= 1024 else { return nil }
        var reader = FlatObjectReader(rest: bytes[...])
        guard let members = reader.members(), case .boolean(let online)? = members["online"],
              case .integer(let timestamp)? = members["timestamp"] else { return nil }
        isOnline = online
        self.timestamp = timestamp
    }
}

/// Reads one JSON object of plain members.
private struct FlatObjectReader {
    enum Value {
        case boolean(Bool)
        case integer(UInt64)
        case other
    }

    var rest: ArraySlice<UInt8>

    /// `nil`: not one whole object, or one with objects or lists in it.
    mutating func members() -> [String: Value]? {
        guard take("{") else { return nil }
        var members: [String: Value] = [:]
        if take("}") { return isAtEnd ? members : nil }
        repeat {
            guard let name = text(), take(":"), let value = value() else { return nil }
            members[name] = value
        } while take(",")
        return take("}") && isAtEnd ? members : nil
    }

    private mutating func value() -> Value? {
        skipSpace()
        if rest.first == UInt8(ascii: "\"") { return text().map { _ in .other } }
        let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") && !Self.isSpace($0) }
        rest = rest.dropFirst(word.count)
        switch String(decoding: word, as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .other
        case let number:
            if number.allSatisfy(\.isNumber), let integer = UInt64(number) { return .integer(integer) }
            return Double(number) == nil ? nil : .other
        }
    }

    /// A text as it stands: what is escaped stays so, since no name that is asked for has it.
    private mutating func text() -> String? {
        guard take("\"") else { return nil }
        var isEscaped = false
        let end = rest.firstIndex { byte in
            defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
            return byte == UInt8(ascii: "\"") && !isEscaped
        }
        guard let end else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private var isAtEnd: Bool { rest.allSatisfy(Self.isSpace) }

    private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
