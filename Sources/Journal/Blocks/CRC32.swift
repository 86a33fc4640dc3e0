/// CRC-32 as in Ethernet and zip (ISO 3309, polynomial 0xEDB88320), so that any tool can check what we wrote.
func crc32(_ bytes: some Sequence<UInt8>, continuing before: UInt32 = 0) -> UInt32 {
    var crc = ~before
    for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    return ~crc
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
}
