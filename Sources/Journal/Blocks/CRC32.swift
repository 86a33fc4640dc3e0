/// CRC-32 as in Ethernet and zip (ISO 3309, polynomial 0xEDB88320), so that any tool can check what we wrote.
func crc32(_ bytes: some Sequence<UInt8>, continuing before: UInt32 = 0) -> UInt32 {
    var crc = ~before
    for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    return ~crc
}

/// Bytes of the checksum before what it seals.
let sealBytes = 4

/// The bytes behind their checksum, its least byte first.
func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let crc = crc32(bytes)
    return (0..<sealBytes).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) } + bytes
}

/// Whether these are the bytes that were sealed.
func isSealed(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= sealBytes else { return false }
    let crc = bytes.prefix(sealBytes).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return crc32(bytes.dropFirst(sealBytes)) == crc
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
}
