/// Reads the fields of one protobuf message out of bytes that anybody may have sent: never past their end, and without a copy of
/// them.
struct ProtobufReader {
    enum Content {
        case integer(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// A text, bytes or a message within this one.
        case run(ArraySlice<UInt8>)
    }

    struct Field {
        let number: UInt64
        let content: Content
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field, or `nil` at the end. A field that nobody asks for is skipped by taking the next.
    mutating func next() throws(PayloadError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        guard key >> 3 > 0, let type = ProtobufWireType(rawValue: key & 7) else { throw .malformed }
        return Field(number: key >> 3, content: try content(type))
    }

    private mutating func content(_ type: ProtobufWireType) throws(PayloadError) -> Content {
        switch type {
        case .varint: .integer(try varint())
        case .fixed32: .fixed32(UInt32(truncatingIfNeeded: try littleEndian(count: 4)))
        case .fixed64: .fixed64(try littleEndian(count: 8))
        case .run: .run(try take(try varint()))
        }
    }

    /// At most ten bytes; the tenth has one bit left to give.
    private mutating func varint() throws(PayloadError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .truncated }
            if shift == 63, byte > 1 { throw .malformed }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }

    private mutating func littleEndian(count: UInt64) throws(PayloadError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) throws(PayloadError) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else { throw .truncated }
        let taken = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        return taken
    }
}

extension ProtobufReader.Content {
    func integer() throws(PayloadError) -> UInt64 {
        guard case .integer(let value) = self else { throw .malformed }
        return value
    }

    /// As protobuf reads a 32-bit number: the upper bits of a longer one do not count.
    func integer32() throws(PayloadError) -> UInt32 { UInt32(truncatingIfNeeded: try integer()) }

    func boolean() throws(PayloadError) -> Bool { try integer() != 0 }

    func float() throws(PayloadError) -> Float {
        guard case .fixed32(let bits) = self else { throw .malformed }
        return Float(bitPattern: bits)
    }

    func double() throws(PayloadError) -> Double {
        guard case .fixed64(let bits) = self else { throw .malformed }
        return Double(bitPattern: bits)
    }

    func run() throws(PayloadError) -> ArraySlice<UInt8> {
        guard case .run(let bytes) = self else { throw .malformed }
        return bytes
    }

    func text() throws(PayloadError) -> String {
        guard let text = String(validating: try run(), as: UTF8.self) else { throw .notText }
        return text
    }
}
