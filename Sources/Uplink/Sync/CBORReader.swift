/// Reads one CBOR document out of bytes that anybody may have sent. Of CBOR it knows integers of 64 bits, texts, lists, maps with
/// texts as keys, `false`, `true`, `null` and floats of 16, 32 and 64 bits; no tags, no bytes, no lengths that come later.
struct CBORReader {
    private var rest: ArraySlice<UInt8>
    private let depth: Int

    static func read(_ bytes: [UInt8], depth: Int) throws(SyncError) -> SyncValue {
        var reader = CBORReader(rest: bytes[...], depth: depth)
        let value = try reader.value(at: 0)
        guard reader.rest.isEmpty else { throw .malformed }
        return value
    }

    private mutating func value(at level: Int) throws(SyncError) -> SyncValue {
        guard let first = rest.popFirst() else { throw .malformed }
        let info = first & 0x1F
        switch first >> 5 {
        case 0: return .integer(try integer(info))
        case 1: return .integer(~(try integer(info)))
        case 3: return .text(try text(info))
        case 4: return try list(info, at: level)
        case 5: return try map(info, at: level)
        case 7: return try simple(info)
        default: throw .malformed
        }
    }

    private mutating func integer(_ info: UInt8) throws(SyncError) -> Int64 {
        guard let value = Int64(exactly: try count(info)) else { throw .malformed }
        return value
    }

    private mutating func text(_ info: UInt8) throws(SyncError) -> String {
        let length = try count(info)
        guard length <= UInt64(rest.count) else { throw .malformed }
        guard let text = String(validating: rest.prefix(Int(length)), as: UTF8.self) else { throw .malformed }
        rest = rest.dropFirst(Int(length))
        return text
    }

    /// Every item takes a byte at least: a count beyond that is a lie, and nothing is set aside for it.
    private mutating func list(_ info: UInt8, at level: Int) throws(SyncError) -> SyncValue {
        guard level < depth else { throw .tooDeep }
        let length = try count(info)
        guard length <= UInt64(rest.count) else { throw .malformed }
        var items: [SyncValue] = []
        for _ in 0..<length { items.append(try value(at: level + 1)) }
        return .list(items)
    }

    private mutating func map(_ info: UInt8, at level: Int) throws(SyncError) -> SyncValue {
        guard level < depth else { throw .tooDeep }
        let length = try count(info)
        guard length <= UInt64(rest.count) else { throw .malformed }
        var members: [SyncValue.Member] = []
        var keys: Set<String> = []
        for _ in 0..<length {
            guard let first = rest.popFirst(), first >> 5 == 3 else { throw .malformed }
            let key = try text(first & 0x1F)
            guard keys.insert(key).inserted else { throw .malformed }
            members.append(SyncValue.Member(key, try value(at: level + 1)))
        }
        return .map(members)
    }

    private mutating func simple(_ info: UInt8) throws(SyncError) -> SyncValue {
        switch info {
        case 20: return .boolean(false)
        case 21: return .boolean(true)
        case 22: return .null
        case 25: return SyncValue(half(UInt16(truncatingIfNeeded: try bigEndian(2))))
        case 26: return SyncValue(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try bigEndian(4)))))
        case 27: return SyncValue(Double(bitPattern: try bigEndian(8)))
        default: throw .malformed
        }
    }

    private mutating func count(_ info: UInt8) throws(SyncError) -> UInt64 {
        switch info {
        case 0..<24: return UInt64(info)
        case 24...27: return try bigEndian(1 << Int(info - 24))
        default: throw .malformed
        }
    }

    private mutating func bigEndian(_ count: Int) throws(SyncError) -> UInt64 {
        guard rest.count >= count else { throw .malformed }
        let value = rest.prefix(count).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(count)
        return value
    }
}

/// IEEE 754 binary16, which Swift does not have on every processor (RFC 8949, appendix D).
private func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let size = switch exponent {
    case 0: fraction * 0x1p-24
    case 31: fraction == 0 ? Double.infinity : .nan
    default: Double(sign: .plus, exponent: exponent - 25, significand: fraction + 1024)
    }
    return bits & 0x8000 == 0 ? size : -size
}
