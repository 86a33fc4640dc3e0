/// CRC-16/MODBUS: polynomial x16+x15+x2+1 reflected (0xA001), start value 0xFFFF; on the line low byte first.
/// Bit by bit: a table would cost an eighth of the smallest board's flash.
public struct CRC16: Sendable {
    public private(set) var value: UInt16 = 0xFFFF

    public init() {}

    @inline(never)
    public mutating func add(_ byte: UInt8) {
        var crc = value ^ UInt16(byte)
        for _ in 0..<8 {
            crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1
        }
        value = crc
    }

    /// A register, high byte first as registers go over the line.
    public mutating func add(_ word: UInt16) {
        add(UInt8(truncatingIfNeeded: word >> 8))
        add(UInt8(truncatingIfNeeded: word))
    }
}
