/// Whole numbers as few bytes: seven bits each, the least first; the high bit says that more follow (LEB128). Numbers
/// with a sign are folded first, 0, −1, 1, −2 … to 0, 1, 2, 3 … (zigzag).
struct PackedBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// - Precondition: not below 0.
    mutating func append(_ count: Int) { append(UInt64(count)) }

    mutating func append(signed number: Int64) {
        append(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    mutating func append(contentsOf other: [UInt8]) { bytes += other }
}

/// Reads what `PackedBytes` wrote, from bytes that may be damaged: past the end and for numbers that do not fit there
/// is `nil`, never a trap.
struct PackedReader {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func next() -> UInt64? {
        guard position < bytes.count else { return nil }
        let first = bytes[position]
        position += 1
        if first < 0x80 { return UInt64(first) }
        var number = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if shift == 63, byte > 1 { return nil }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
            guard shift <= 63 else { return nil }
        }
        return nil
    }

    /// A number that counts things, no more than `limit`.
    mutating func count(atMost limit: Int) -> Int? {
        guard let number = next(), number <= UInt64(limit) else { return nil }
        return Int(number)
    }

    mutating func nextSigned() -> Int64? {
        guard let folded = next() else { return nil }
        return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, bytes.count - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
