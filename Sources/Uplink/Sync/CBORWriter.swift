/// CBOR in its deterministic form (RFC 8949, section 4.2.1) but for the order of keys, which is that of the document: shortest heads,
/// definite lengths, doubles always in 64 bits.
enum CBORWriter {
    static func write(_ value: SyncValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: SyncValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0xF6)
        case .boolean(let value): bytes.append(value ? 0xF5 : 0xF4)
        case .integer(let value): head(value < 0 ? 1 : 0, UInt64(bitPattern: value < 0 ? ~value : value), to: &bytes)
        case .number(let value):
            bytes.append(0xFB)
            bigEndian(value.bitPattern, count: 8, to: &bytes)
        case .text(let value): text(value, to: &bytes)
        case .list(let items):
            head(4, UInt64(items.count), to: &bytes)
            for item in items { append(item, to: &bytes) }
        case .map(let members):
            head(5, UInt64(members.count), to: &bytes)
            for member in members {
                text(member.key, to: &bytes)
                append(member.value, to: &bytes)
            }
        }
    }

    private static func text(_ text: String, to bytes: inout [UInt8]) {
        head(3, UInt64(text.utf8.count), to: &bytes)
        bytes += text.utf8
    }

    /// Major type and count or number, in the fewest bytes.
    private static func head(_ major: UInt8, _ value: UInt64, to bytes: inout [UInt8]) {
        switch value {
        case 0..<24: bytes.append(major << 5 | UInt8(value))
        case ..<0x100: sized(24, 1)
        case ..<0x1_0000: sized(25, 2)
        case ..<0x1_0000_0000: sized(26, 4)
        default: sized(27, 8)
        }
        func sized(_ info: UInt8, _ count: Int) {
            bytes.append(major << 5 | info)
            bigEndian(value, count: count, to: &bytes)
        }
    }

    private static func bigEndian(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }
}
