/// The bytes as hexadecimal capitals in ASCII.
public func hexText(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }
}

private func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 0x30 : nibble - 10 + 0x41 }

/// Of capitals or small letters. `nil` where a character is no hexadecimal digit, or one is left without its pair.
public func bytes(hexText text: some Collection<UInt8>) -> [UInt8]? {
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
