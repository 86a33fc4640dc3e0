/// Who a station is: five bytes, written as ten hexadecimal digits. Source: SL 651-2014, 6.2.3.2.
///
/// A hydrological station begins with 00 and eight decimal digits (SL 502); any other with the six digits of its county
/// (GB/T 2260) and a number 1 … 60 000 of its own in the last two bytes. Not 0; FFFF at the end speaks to every station of
/// a county.
public struct StationAddress: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The low 40 bits.
    public let rawValue: UInt64

    /// `nil` for 0 and for what does not fit 40 bits.
    public init?(rawValue: UInt64) {
        guard rawValue > 0, rawValue < 1 << 40 else { return nil }
        self.rawValue = rawValue
    }

    /// `nil` unless it is ten hexadecimal digits, such as `0012345678`.
    public init?(_ text: String) {
        guard text.utf8.count == 10, text.allSatisfy(\.isHexDigit), let value = UInt64(text, radix: 16) else { return nil }
        self.init(rawValue: value)
    }

    /// An address on the wire may be anything, 0 as well: who it is for decides the listener.
    init(wire bytes: ArraySlice<UInt8>) {
        rawValue = bytes.prefix(5).reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] { (0..<5).map { UInt8(truncatingIfNeeded: rawValue >> UInt64(32 - 8 * $0)) } }

    /// Whether a frame to this address is for `station` too.
    public func reaches(_ station: StationAddress) -> Bool {
        if self == station { return true }
        let isBroadcast = rawValue & 0xFFFF == 0xFFFF && rawValue >> 32 != 0
        return isBroadcast && rawValue >> 16 == station.rawValue >> 16
    }

    public var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return String(repeating: "0", count: 10 - digits.count) + digits
    }
}
