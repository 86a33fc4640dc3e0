/// A number and what stands behind it, as people type it: `5m3`, `1.2 kg`, `0.8斤`.
struct SpelledAmount {
    let number: Double
    /// Without spaces; empty for a bare number.
    let unit: String

    /// `nil` when it does not begin with a number of at most so many digits.
    init?(_ text: String, digitsMost: Int = 9) {
        let spelled = text.filter { $0 != " " }
        let digits = spelled.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard digits.count <= digitsMost, let number = Double(digits) else { return nil }
        self.number = number
        unit = String(spelled.dropFirst(digits.count))
    }
}
