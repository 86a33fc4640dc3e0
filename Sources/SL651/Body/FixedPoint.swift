/// A decimal number as it is written: whole digits and how many of them stand behind the point. 12.50 is not 12.5 on the wire.
public struct FixedPoint: Hashable, Sendable {
    /// Up to 18 digits.
    public let digits: Int64
    /// 0 … 7.
    public let decimals: Int

    public init(digits: Int64, decimals: Int) {
        self.digits = digits
        self.decimals = decimals
    }

    /// Rounded half away from zero; `nil` for what is not finite or has more than `atMost` digits.
    public init?(_ value: Double, decimals: Int, digits atMost: Int) {
        guard (0...7).contains(decimals), (1...Limits.digitsAtMost).contains(atMost) else { return nil }
        let scaled = (value * FixedPoint.power(decimals)).rounded()
        guard scaled.magnitude < FixedPoint.power(atMost), let digits = Int64(exactly: scaled) else { return nil }
        self.init(digits: digits, decimals: decimals)
    }

    public var value: Double { Double(digits) / FixedPoint.power(decimals) }

    private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    /// Below zero FF stands before the digits. Source: SL 651-2014, 6.6.3.3. `nil` where they do not fit.
    func packed(size: Int) -> [UInt8]? {
        guard digits < 0 else { return SL651.packed(digits, size: size) }
        guard digits > .min, let rest = SL651.packed(-digits, size: size - 1) else { return nil }
        return [0xFF] + rest
    }

    /// `nil` for what is no decimal number: nibbles above 9, a zero below zero.
    init?(packed bytes: ArraySlice<UInt8>, decimals: Int) {
        let isNegative = bytes.first == 0xFF
        guard let digits = decimal(packed: bytes.dropFirst(isNegative ? 1 : 0)), !(isNegative && digits == 0) else { return nil }
        self.init(digits: isNegative ? -digits : digits, decimals: decimals)
    }

    /// `-0.05`; `nil` for what is no number, or has more digits than are taken.
    init?(text: some StringProtocol) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
        let behind = parts.count == 2 ? String(parts[1]) : ""
        let all = String(whole) + behind
        guard behind.utf8.count <= 7, all.utf8.count <= Limits.digitsAtMost, all.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
              let digits = Int64(all) else { return nil }
        self.init(digits: isNegative ? -digits : digits, decimals: behind.utf8.count)
    }

    var text: String {
        let all = String(digits.magnitude)
        let padded = String(repeating: "0", count: max(decimals + 1 - all.utf8.count, 0)) + all
        let sign = digits < 0 ? "-" : ""
        return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
