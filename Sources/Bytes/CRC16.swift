/// CRC-16/MODBUS: polynomial x16+x15+x2+1 reflected (0xA001), start value 0xFFFF. Modbus sends its low byte first; SL 651 and our
/// messages through BeiDou its high byte.
/// Source: Modbus over Serial Line V1.02, §6.2.2; SL 651-2014, table 11.
@inlinable public func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { crc, byte in
        (crc >> 8) ^ crcTable[Int((crc ^ UInt16(byte)) & 0xFF)]
    }
}

@usableFromInline let crcTable: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
}
