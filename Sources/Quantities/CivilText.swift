// Dates and times as they are written, in files, messages and on screens alike.

extension CivilDate {
    /// `2026-03-01`.
    public var text: String {
        let (year, month, day) = components
        return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    /// Reads what `text` writes. `nil` for any other form, and for a day the calendar does not have.
    public init?(text: some StringProtocol) {
        guard let numbers = numbers(text, "-", [4, 2, 2]) else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}

extension TimeOfDay {
    /// `06:30`.
    public var text: String { "\(padded(components.hour, to: 2)):\(padded(components.minute, to: 2))" }

    /// `06:30:00`.
    public var textWithSeconds: String { "\(text):\(padded(components.second, to: 2))" }

    /// Reads what `text` writes. `nil` for any other form, and for a time the clock does not show.
    public init?(text: some StringProtocol) {
        guard let numbers = numbers(text, ":", [2, 2]) else { return nil }
        self.init(hour: numbers[0], minute: numbers[1])
    }
}

private func padded(_ number: Int, to length: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, length - digits.count)) + digits
}

/// Numbers of just so many digits each; `nil` for anything else.
private func numbers(_ text: some StringProtocol, _ separator: Character, _ digits: [Int]) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == digits else { return nil }
    let numbers = parts.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
    return numbers.count == digits.count ? numbers : nil
}
