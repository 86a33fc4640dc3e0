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
