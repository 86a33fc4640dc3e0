/// Numbers and durations as people read them. The core has no Foundation, and one way of writing is enough.
extension Phrase {
    /// A number with a fixed count of digits after the point; "–" for one that is not a number.
    public init(_ number: Double, decimals: Int) {
        self.init(verbatim: decimal(number, decimals))
    }

    /// A duration in its two largest units: "12 min 30 s" and "12 分 30 秒"; below 10 s in tenths, below 1 s in milliseconds.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds != .min else {
            self.init(verbatim: "–")
            return
        }
        let size = duration < .zero ? Duration(secondsComponent: -seconds, attosecondsComponent: -attoseconds) : duration
        let phrase = unsigned(size)
        self = duration < .zero ? Phrase(zh: "-" + phrase.zh, en: "-" + phrase.en) : phrase
    }
}

private struct TimeUnit {
    let seconds: Int64
    let zh: String
    let en: String

    static let all = [
        TimeUnit(seconds: 86_400, zh: "天", en: "d"), TimeUnit(seconds: 3600, zh: "小时", en: "h"),
        TimeUnit(seconds: 60, zh: "分", en: "min"), TimeUnit(seconds: 1, zh: "秒", en: "s"),
    ]
}

private func unsigned(_ duration: Duration) -> Phrase {
    let (seconds, attoseconds) = duration.components
    if duration < .seconds(1) {
        let milliseconds = (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
        guard milliseconds > 0 else { return Phrase(zh: "0 秒", en: "0 s") }
        if milliseconds < 1000 { return Phrase(zh: "\(milliseconds) 毫秒", en: "\(milliseconds) ms") }
        return Phrase(zh: "1 秒", en: "1 s")
    }
    let tenths = attoseconds / 100_000_000_000_000_000
    if seconds < 10, tenths > 0 { return Phrase(zh: "\(seconds).\(tenths) 秒", en: "\(seconds).\(tenths) s") }
    return inTwoUnits(seconds)
}

private func inTwoUnits(_ seconds: Int64) -> Phrase {
    guard let first = TimeUnit.all.firstIndex(where: { seconds >= $0.seconds }) else { return Phrase(zh: "0 秒", en: "0 s") }
    let large = TimeUnit.all[first]
    let count = seconds / large.seconds
    var phrase = Phrase(zh: "\(count) \(large.zh)", en: "\(count) \(large.en)")
    guard first + 1 < TimeUnit.all.count else { return phrase }
    let small = TimeUnit.all[first + 1]
    let rest = seconds % large.seconds / small.seconds
    if rest > 0 { phrase = Phrase(zh: "\(phrase.zh) \(rest) \(small.zh)", en: "\(phrase.en) \(rest) \(small.en)") }
    return phrase
}

/// Rounded half away from zero. A number too large to be written out so is given as Swift writes it.
private func decimal(_ number: Double, _ decimals: Int) -> String {
    guard !number.isNaN else { return "–" }
    var scale: Int64 = 1
    for _ in 0..<min(max(decimals, 0), 6) { scale *= 10 }
    guard let scaled = Int64(exactly: (number * Double(scale)).rounded()), scaled.magnitude < 1 << 53 else { return "\(number)" }
    let whole = scaled.magnitude / UInt64(scale)
    let sign = scaled < 0 ? "-" : ""
    guard scale > 1 else { return "\(sign)\(whole)" }
    let digits = String(scaled.magnitude % UInt64(scale) + UInt64(scale)).dropFirst()
    return "\(sign)\(whole).\(digits)"
}
