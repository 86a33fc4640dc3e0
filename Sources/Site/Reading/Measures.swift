import Language
import Quantities

/// A number and its unit as they stand in a file, such as `12 m3/h`.
struct Measure {
    let number: Double
    let unit: Unit
    let text: String

    var base: Double { unit.toBase(number) }

    /// - Precondition: `literal` is well formed: a programmer wrote it.
    init(literal: String) {
        let parts = literal.split(separator: " ")
        guard parts.count == 2, let number = decimal(parts[0]), let unit = Unit(symbol: String(parts[1])) else {
            preconditionFailure("not a measure: \(literal)")
        }
        self.init(number: number, unit: unit, text: literal)
    }

    init(number: Double, unit: Unit, text: String) {
        self.number = number
        self.unit = unit
        self.text = text
    }
}

/// Two numbers of one unit, such as `4 .. 20 mA`.
struct MeasureRange {
    let low: Double
    let high: Double
    let unit: Unit

    var text: String { "\(plain(low)) .. \(plain(high)) \(unit.symbol)" }
    var base: ClosedRange<Double> { unit.toBase(low)...unit.toBase(high) }
}

/// A plain decimal number: digits, at most one point, perhaps a minus; at most 15 digits.
///
/// Nothing else is a number here: no exponent, hex, octal, underscore, leading zero, NaN or infinity.
func decimal(_ text: some StringProtocol) -> Double? {
    var digits = text.utf8[...]
    if digits.first == UInt8(ascii: "-") { digits = digits.dropFirst() }
    let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard digits.count <= 16, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }), let whole = parts.first,
          whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
    return Double(String(text))
}

extension String {
    /// What stands before the unit.
    fileprivate var numberPart: Substring { prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") } }
}

extension Entry {
    /// A quantity with its unit, within bounds (both included, written as people read them).
    /// - Parameter guess: the unit to suggest when none is given.
    func quantity<Q: Quantity>(_ low: String, _ high: String, guess: String) -> Q? {
        measure(low, high, guess: guess).map { Q(base: $0.base) }
    }

    /// A time with its unit, within bounds.
    func duration(_ low: String, _ high: String, guess: String) -> Duration? {
        measure(low, high, guess: guess).map { .nanoseconds(Int64(($0.base * 1e9).rounded())) }
    }

    /// The number in the base unit of what the bounds measure.
    func base(_ low: String, _ high: String, guess: String) -> Double? { measure(low, high, guess: guess)?.base }

    /// The number in the base unit of a dimension, without bounds.
    func base(of dimension: Dimension) -> Double? {
        let guess = Unit.all.first { $0.dimension == dimension }?.symbol ?? "1"
        return measure(of: dimension, guess: guess)?.base
    }

    /// A number without unit, within bounds.
    func number(_ low: Double, _ high: Double) -> Double? {
        guard let word = text() else { return nil }
        guard let number = decimal(word) else {
            if let alone = decimal(word.numberPart) {
                refuse(Phrase(zh: "“\(quoted(word))”不是单独一个数。", en: "\"\(quoted(word))\" is not a number alone."),
                       Phrase(zh: "只写数，不写单位：\(plain(alone))。", en: "Write the number without a unit: \(plain(alone))."))
            } else {
                refuseNumber(word)
            }
            return nil
        }
        guard (low...high).contains(number) else {
            refuseRange(word, plain(low), plain(high))
            return nil
        }
        return number
    }

    /// A whole number, within bounds.
    func integer(_ bounds: ClosedRange<Int>) -> Int? {
        guard let word = text() else { return nil }
        guard let number = decimal(word), number == number.rounded() else {
            // "v7" was most likely meant to be 7.
            let digits = Int(word.filter { $0.isASCII && $0.isNumber }) ?? 12
            let example = bounds.contains(digits) ? digits : bounds.lowerBound
            refuse(Phrase(zh: "“\(quoted(word))”不是整数。", en: "\"\(quoted(word))\" is not a whole number."),
                   Phrase(zh: "请写整数，如 \(example)。", en: "Write a whole number, such as \(example)."))
            return nil
        }
        guard let whole = Int(exactly: number), bounds.contains(whole) else {
            refuseRange(word, String(bounds.lowerBound), String(bounds.upperBound))
            return nil
        }
        return whole
    }

    private func measure(_ low: String, _ high: String, guess: String) -> Measure? {
        let (least, most) = (Measure(literal: low), Measure(literal: high))
        guard let measure = measure(of: least.unit.dimension, guess: guess) else { return nil }
        guard measure.base >= least.base, measure.base <= most.base else {
            refuseRange(measure.text, low, high)
            return nil
        }
        return measure
    }

    private func measure(of dimension: Dimension, guess: String) -> Measure? {
        guard let word = text() else { return nil }
        let numberPart = word.numberPart
        guard let number = decimal(numberPart) else {
            refuseNumber(word)
            return nil
        }
        let symbol = word.dropFirst(numberPart.count).drop { $0 == " " }
        guard !symbol.isEmpty else {
            refuse(Phrase(zh: "\(word) 没有单位。", en: "\(word) has no unit."),
                   Phrase(zh: "是不是 \(word) \(guess)？", en: "Did you mean \(word) \(guess)?"))
            return nil
        }
        guard let unit = Unit(symbol: String(symbol)), unit.dimension == dimension else {
            refuseUnit(String(symbol), dimension: dimension)
            return nil
        }
        return Measure(number: number, unit: unit, text: word)
    }

    private func refuseUnit(_ symbol: String, dimension: Dimension) {
        let known = Unit.all.filter { $0.dimension == dimension }.map(\.symbol)
        let isUnit = Unit(symbol: symbol) != nil
        refuse(isUnit
               ? Phrase(zh: "\(quoted(symbol)) 量的不是这种量。", en: "\(quoted(symbol)) measures something else.")
               : Phrase(zh: "“\(quoted(symbol))”不是已知单位。", en: "\"\(quoted(symbol))\" is not a known unit."),
               choices(known, insteadOf: Entry.usualSpellings[symbol] ?? symbol, zh: "可用的单位", en: "units"))
    }

    /// The unit that is most likely meant by a word for it.
    static func usual(spelling symbol: String) -> String { usualSpellings[symbol] ?? symbol }

    /// Units as people write them elsewhere: a guess for the second line, never a reading.
    private static let usualSpellings = [
        "hour": "h", "hours": "h", "hr": "h", "小时": "h", "minute": "min", "minutes": "min", "mins": "min", "分": "min",
        "分钟": "min", "sec": "s", "second": "s", "seconds": "s", "秒": "s", "d": "day", "days": "day", "天": "day",
        "m³": "m3", "方": "m3", "立方": "m3", "立方米": "m3", "吨": "m3", "方/亩": "m3/mu", "m³/亩": "m3/mu", "毫米": "mm",
        "l": "L", "升": "L", "方/小时": "m3/h", "m³/h": "m3/h", "m3/hr": "m3/h", "lpm": "L/min",
        "米": "m", "㎡": "m2", "m²": "m2", "公顷": "ha", "°C": "degC", "℃": "degC", "C": "degC", "公斤": "kg", "千克": "kg",
        "kg per day": "kg/day", "kg/d": "kg/day", "公斤/天": "kg/day", "千克/天": "kg/day", "μS/cm": "uS/cm", "µS/cm": "uS/cm", "percent": "%",
    ]

    private func refuseNumber(_ word: String) {
        refuse(Phrase(zh: "“\(quoted(word))”不是数。", en: "\"\(quoted(word))\" is not a number."),
               Phrase(zh: "写成普通十进制数，如 12 或 0.5（最多 15 位）。",
                      en: "Write a plain decimal number such as 12 or 0.5, at most 15 digits."))
    }

    private func refuseRange(_ word: String, _ low: String, _ high: String) {
        refuse(Phrase(zh: "\(word) 超出范围 \(low) … \(high)。", en: "\(word) is outside \(low) … \(high)."),
               Phrase(zh: "请写范围内的值。", en: "Write a value within this range."))
    }

    /// A range of plain numbers, such as `0 .. 100`.
    func range() -> ClosedRange<Double>? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: " ")
        if parts.count == 3, parts[1] == "..", let low = decimal(parts[0]), let high = decimal(parts[2]), low < high {
            return low...high
        }
        refuse(Phrase(zh: "“\(quoted(word))”不是范围。", en: "\"\(quoted(word))\" is not a range."),
               Phrase(zh: "写成 0 .. 100，小数在前。", en: "Write 0 .. 100, the smaller number first."))
        return nil
    }

    /// A range with its unit, such as `4 .. 20 mA`.
    /// - Parameter guess: the unit to suggest when none is given.
    func measureRange(guess: String) -> MeasureRange? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: " ")
        guard parts.count >= 3, parts[1] == "..", let low = decimal(parts[0]), let high = decimal(parts[2]), low < high else {
            refuse(Phrase(zh: "“\(quoted(word))”不是带单位的范围。", en: "\"\(quoted(word))\" is not a range with a unit."),
                   Phrase(zh: "写成 4 .. 20 \(guess)，小数在前。", en: "Write 4 .. 20 \(guess), the smaller number first."))
            return nil
        }
        guard parts.count == 4 else {
            refuse(Phrase(zh: "\(quoted(word)) 没有单位。", en: "\(quoted(word)) has no unit."),
                   Phrase(zh: "是不是 \(quoted(word)) \(guess)？", en: "Did you mean \(quoted(word)) \(guess)?"))
            return nil
        }
        return replacing(String(parts[3])).unit().map { MeasureRange(low: low, high: high, unit: $0) }
    }

    /// Such as `800 B`, `100 kB`, `500 MB` or `2 GB`, decimal, within bounds.
    func bytes(_ bounds: ClosedRange<Int64>) -> Int64? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: " ")
        let factor: Double? = parts.count == 2 ? ["B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9][parts[1]] : nil
        if let factor, let number = decimal(parts[0]), (Double(bounds.lowerBound)...Double(bounds.upperBound)).contains(number * factor) {
            return Int64(number * factor)
        }
        refuse(Phrase(zh: "“\(quoted(word))”不是 \(byteText(bounds.lowerBound)) … \(byteText(bounds.upperBound)) 之间的大小。",
                      en: "\"\(quoted(word))\" is not a size of \(byteText(bounds.lowerBound)) … \(byteText(bounds.upperBound))."),
               Phrase(zh: "写数字和 B、kB、MB 或 GB，如 500 MB。", en: "Write a number and B, kB, MB or GB, such as 500 MB."))
        return nil
    }

    /// A unit's symbol, of any dimension.
    func unit() -> Unit? {
        guard let word = text() else { return nil }
        if let unit = Unit(symbol: word) { return unit }
        refuse(Phrase(zh: "“\(quoted(word))”不是已知单位。", en: "\"\(quoted(word))\" is not a known unit."),
               choices(Unit.all.map(\.symbol), insteadOf: word, zh: "可用的单位", en: "units"))
        return nil
    }
}

private func byteText(_ bytes: Int64) -> String {
    let (unit, factor) = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)].first { Double(bytes) >= $0.1 } ?? ("B", 1)
    return "\(plain(Double(bytes) / factor)) \(unit)"
}

/// A number as people write it: no trailing `.0`.
func plain(_ number: Double) -> String {
    if let whole = Int(exactly: number) { return String(whole) }
    return "\(number)"
}
