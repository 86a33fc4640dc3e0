/// Writes the fields of one protobuf message (protobuf encoding guide: wire types 0, 1, 2 and 5).
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ field: UInt64, _ value: UInt64) {
        key(field, .varint)
        varint(value)
    }

    mutating func boolean(_ field: UInt64, _ value: Bool) { integer(field, value ? 1 : 0) }

    mutating func float(_ field: UInt64, _ value: Float) {
        key(field, .fixed32)
        littleEndian(UInt64(value.bitPattern), count: 4)
    }

    mutating func double(_ field: UInt64, _ value: Double) {
        key(field, .fixed64)
        littleEndian(value.bitPattern, count: 8)
    }

    mutating func text(_ field: UInt64, _ value: String) { run(field, Array(value.utf8)) }

    /// A message within this one.
    mutating func message(_ field: UInt64, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        run(field, inner.bytes)
    }

    private mutating func run(_ field: UInt64, _ content: [UInt8]) {
        key(field, .run)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func key(_ field: UInt64, _ type: ProtobufWireType) { varint(field << 3 | type.rawValue) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func littleEndian(_ value: UInt64, count: UInt64) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}

/// How the content of a field stands in the bytes. Groups (3 and 4) are no part of any message here.
enum ProtobufWireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case run = 2
    case fixed32 = 5
}
