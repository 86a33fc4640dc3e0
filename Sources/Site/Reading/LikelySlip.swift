import Language

/// What a person most likely meant where a text is no YAML: the parser's own words name neither the slip nor, often, its line.
/// Looked for only then, so nothing that can be read is refused by it.
struct LikelySlip {
    private enum Kind { case wideColon, noSpace, twoColons, noComma, behindQuote }

    private let kind: Kind
    private let line: Int
    /// The key before the colon, and what stands behind it.
    private let key: String
    private let rest: String

    /// The first of each line that has one.
    static func all(in text: String) -> [LikelySlip] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            let bare = withoutQuotes(line.drop { $0 == " " })
            guard !bare.hasPrefix("#") else { return nil }
            return wideColon(bare, number + 1) ?? noSpace(bare, number + 1) ?? twoColons(bare, number + 1)
                ?? noComma(bare, number + 1) ?? behindQuote(bare, number + 1)
        }
    }

    /// What stands in quotes, and behind a comment's mark, says nothing of the form.
    private static func withoutQuotes(_ line: Substring) -> String {
        var quote: Character?, bare = ""
        for letter in line {
            if let open = quote {
                if letter == open { quote = nil }
            } else if letter == "\"" || letter == "'", bare.last.map({ " {[,\(quotedText)".contains($0) }) ?? true {
                // In the middle of a word it is a letter: farmer's.
                quote = letter
                bare.append(quotedText)
            } else if letter == "#", bare.last == " " {
                break
            } else {
                bare.append(letter)
            }
        }
        return bare
    }

    /// Stands for a text in quotes.
    private static let quotedText: Character = "\u{E001}"

    /// `{ zh: 早晨 en: morning }`: two keys between the same commas.
    private static func noComma(_ line: String, _ number: Int) -> LikelySlip? {
        let inside = line.drop { $0 != "{" }
        for part in inside.split(whereSeparator: { "{},[]".contains($0) }) {
            let keys = part.split(separator: " ").filter { $0.hasSuffix(":") && isKey($0.dropLast()) }
            if keys.count > 1 { return LikelySlip(kind: .noComma, line: number, key: String(keys[1].dropLast()), rest: "") }
        }
        return nil
    }

    /// `'it's clear water'`: the quote in the middle ends the text.
    private static func behindQuote(_ line: String, _ number: Int) -> LikelySlip? {
        guard let place = line.firstIndex(of: quotedText) else { return nil }
        let rest = line[line.index(after: place)...].drop { $0 == " " }
        guard let next = rest.first, !",]}:#".contains(next) else { return nil }
        return LikelySlip(kind: .behindQuote, line: number, key: "", rest: String(rest))
    }

    private static func isKey(_ text: Substring) -> Bool {
        text.first.map { $0.isASCII && $0.isLetter } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    /// A full-width colon, as Chinese keyboards write it.
    private static func wideColon(_ line: String, _ number: Int) -> LikelySlip? {
        guard let place = line.firstIndex(of: "：") else { return nil }
        let key = line[..<place].split { " {,".contains($0) }.last ?? ""
        return isKey(key) ? LikelySlip(kind: .wideColon, line: number, key: String(key), rest: "") : nil
    }

    /// `east:4 m3`, `start:07:00`.
    private static func noSpace(_ line: String, _ number: Int) -> LikelySlip? {
        for word in line.split(whereSeparator: { " {},[]".contains($0) }) {
            guard let place = word.firstIndex(of: ":"), isKey(word[..<place]), word.index(after: place) < word.endIndex else { continue }
            return LikelySlip(kind: .noSpace, line: number, key: String(word[..<place]), rest: String(word[word.index(after: place)...]))
        }
        return nil
    }

    /// `morning: zones: …` on one line.
    private static func twoColons(_ line: String, _ number: Int) -> LikelySlip? {
        let outside = line.prefix { $0 != "{" && $0 != "[" }
        let keys = outside.split(separator: " ").filter { $0.hasSuffix(":") && isKey($0.dropLast()) }
        guard keys.count > 1 else { return nil }
        return LikelySlip(kind: .twoColons, line: number, key: String(keys[0].dropLast()), rest: String(keys[1].dropLast()))
    }

    func problem(file: String) -> Problem {
        let (key, rest) = (quoted(key), quoted(rest))
        let (what, remedy): (Phrase, Phrase) = switch kind {
        case .wideColon:
            (Phrase(zh: "冒号是中文（全角）的。", en: "this colon is a full-width one."), Phrase(zh: "换成英文冒号，后面空一格：\(key): …", en: "Write an ASCII colon and a space behind it: \(key): …"))
        case .noSpace:
            (Phrase(zh: "冒号后少一个空格。", en: "there is no space behind the colon."), Phrase(zh: "写成 \(key): \(rest)", en: "Write \(key): \(rest)"))
        case .noComma:
            (Phrase(zh: "\(key) 前面少了逗号。", en: "a comma is missing before \(key)."), Phrase(zh: "写成 { a: 1, b: 2 }，两项之间用逗号。", en: "Write { a: 1, b: 2 }, a comma between two."))
        case .behindQuote:
            (Phrase(zh: "引号收口之后还有字。", en: "text stands behind a closing quote."),
             Phrase(zh: "文字里带引号的，外面换另一种引号，如 \"it's\"。", en: "A text that has a quote in it goes into quotes of the other kind, such as \"it's clear\"."))
        case .twoColons:
            (Phrase(zh: "一行里写了两级。", en: "two keys stand on one line."),
             Phrase(zh: "\(rest) 另起一行，比 \(key) 多缩进两格；或写成 \(key): { \(rest): … }", en: "Put \(rest) on a line of its own, two spaces further in than \(key), or write \(key): { \(rest): … }"))
        }
        return Problem(file: file, line: line, key: "", what: what, remedy: remedy)
    }
}
