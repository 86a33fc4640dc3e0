/// What is wrong with bytes that came over the wire.
public enum FrameFault: Error, Hashable, Sendable {
    /// Fewer bytes than the frame must have.
    case tooShort
    /// More or fewer bytes than function code and counts say.
    case wrongLength
    case wrongCRC
    /// Answered by another unit than was asked.
    case wrongUnit(UInt8)
    /// Another function code than was asked.
    case wrongFunction(UInt8)
    /// A write was confirmed with another address, count or value than was written.
    case wrongEcho
    /// TCP: the protocol field is not 0, or the length cannot be.
    case wrongHeader
    /// The line does not fall silent.
    case noise
}

/// Reads big-endian numbers from bytes of unknown origin; past the end it gives `nil`.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func byte() -> UInt8? {
        guard position < bytes.endIndex else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func word() -> UInt16? {
        guard remaining >= 2, let high = byte(), let low = byte() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    /// The rest as registers; `nil` when it is an odd number of bytes.
    mutating func words() -> [UInt16]? {
        guard remaining.isMultiple(of: 2) else { return nil }
        var words: [UInt16] = []
        words.reserveCapacity(remaining / 2)
        while let next = word() { words.append(next) }
        return words
    }

    /// The rest as bits, the least significant of each byte first; `nil` when it is not exactly the bytes they need.
    mutating func bits(_ count: Int) -> [Bool]? {
        guard remaining == byteCount(ofBits: count) else { return nil }
        return (0..<count).map { bytes[position + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }
}

func byteCount(ofBits count: Int) -> Int { (count + 7) / 8 }

extension Array where Element == UInt8 {
    mutating func append(word: UInt16) {
        append(UInt8(word >> 8))
        append(UInt8(word & 0xFF))
    }

    mutating func append(words: [UInt16]) {
        for word in words { append(word: word) }
    }

    mutating func append(words first: UInt16, _ second: UInt16) {
        append(word: first)
        append(word: second)
    }

    /// The least significant bit of each byte first.
    mutating func append(bits: [Bool]) {
        var packed = [UInt8](repeating: 0, count: byteCount(ofBits: bits.count))
        for (index, bit) in bits.enumerated() where bit { packed[index / 8] |= 1 << UInt8(index % 8) }
        append(contentsOf: packed)
    }
}
