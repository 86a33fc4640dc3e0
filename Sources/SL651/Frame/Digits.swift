/// CRC over all bytes before it: x16+x15+x2+1 reflected (0xA001), start value 0xFFFF. Sent high byte first, which sets it apart
/// from Modbus. Source: SL 651-2014, table 11.
func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in bytes {
        crc ^= UInt16(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
    }
    return crc
}

/// The bytes as hexadecimal capitals in ASCII.
func hexText(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }
}

private func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 0x30 : nibble - 10 + 0x41 }

/// `nil` where a character is no hexadecimal digit, or one is left without its pair.
func bytes(hexText text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 2)
    var high: UInt8?
    for character in text {
        guard let nibble = nibble(character) else { return nil }
        if let first = high { result.append(first << 4 | nibble) }
        high = high == nil ? nibble : nil
    }
    return result
}

private func nibble(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x41 + 10
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
}

/// The number that packed decimal digits stand for; `nil` for a nibble above 9 and for more than 18 digits.
func decimal(packed bytes: some Collection<UInt8>) -> Int64? {
    var number: Int64 = 0
    var digits = 0
    for byte in bytes {
        guard byte >> 4 < 10, byte & 15 < 10 else { return nil }
        digits = number == 0 && byte == 0 ? 0 : digits + 2
        guard digits <= Limits.digitsAtMost else { return nil }
        number = number * 100 + Int64(byte >> 4) * 10 + Int64(byte & 15)
    }
    return number
}

/// Packed decimal digits, high byte first; `nil` where they do not fit.
func packed(_ number: Int64, size: Int) -> [UInt8]? {
    guard number >= 0, size >= 0 else { return nil }
    var rest = number
    var bytes = [UInt8](repeating: 0, count: size)
    for index in bytes.indices.reversed() {
        bytes[index] = UInt8(rest / 10 % 10) << 4 | UInt8(rest % 10)
        rest /= 100
    }
    return rest == 0 ? bytes : nil
}
