import Control
import Language
import ProcessImage
import Quantities

/// `give:` and the amounts in `zones:`: how much water.
struct AmountPhrases {
    static let forms = PhraseForms(
        what: Phrase(zh: "灌水量", en: "an amount of water"),
        forms: ["20 min", "8 m3", "4 mm", "6 m3/mu", "deficit, at most 8 mm", "deficit, at least 2 mm, at most 8 mm, else 4 mm",
                "et since last, at most 6 mm"],
        vocabulary: ["deficit", "et", "since", "at", "least", "most", "else", "mm", "m3", "min", "h", "m3/mu", ","])

    private static let units = ["min", "h", "m3", "m3/mu", "mm", "L"]

    /// - Parameter neighbours: amounts beside it. A bare number most likely means what they do.
    func amount(_ entry: Entry, beside neighbours: [Entry] = []) -> AmountRule? {
        guard let text = entry.text() else { return nil }
        if decimal(text) != nil {
            refuseBare(text, entry, neighbours)
            return nil
        }
        var words = PhraseWords(text)
        if words.take("deficit") { return bounds(&words, text, entry).map { .deficit($0) } }
        if words.take("et since last") { return bounds(&words, text, entry).map { .etSinceIrrigation($0) } }
        guard let number = words.first?.first, number.isNumber || number == "-" else {
            entry.refuse(text, as: Self.forms, reads: Self.isComputed)
            return nil
        }
        return plain(text, entry)
    }

    private static func isComputed(_ text: String) -> Bool {
        var words = PhraseWords(text)
        guard words.take("deficit") || words.take("et since last") else { return false }
        while words.take(",") {
            let isBound = words.take("at least") || words.take("at most") || words.take("else")
            guard isBound, words.takeMeasure() != nil else { return false }
        }
        return words.isEmpty
    }

    private func refuseBare(_ text: String, _ entry: Entry, _ neighbours: [Entry]) {
        let usual = neighbours.compactMap { $0.word?.unitSymbol }.first { Self.units.contains($0) }
        let units = [usual].compactMap(\.self) + ["min", "m3"].filter { $0 != usual }
        entry.refuse(Phrase(zh: "\(quoted(text)) 没有单位。", en: "\(quoted(text)) has no unit."),
                     Phrase(zh: "是 " + units.map { "\(quoted(text)) \($0)" }.joined(separator: "，还是 ") + "？",
                            en: "Did you mean " + units.map { "\(quoted(text)) \($0)" }.joined(separator: " or ") + "?"))
    }

    /// The unit says what is meant; one that is missing or means something else is taken for a time, which says so.
    private func plain(_ text: String, _ entry: Entry) -> AmountRule? {
        let symbol = text.unitSymbol
        switch Unit(symbol: symbol)?.dimension {
        case .volume: return (entry.quantity("1 L", "10000 m3", guess: "m3") as Volume?).map { .fixed(.volume($0)) }
        case .length: return (entry.quantity("0.1 mm", "500 mm", guess: "mm") as Depth?).map { .depth($0) }
        case nil where !symbol.isEmpty:
            let spelled = Entry.usual(spelling: symbol)
            entry.refuse(Phrase(zh: "“\(quoted(symbol))”不是水量的单位。", en: "\"\(quoted(symbol))\" is no unit of an amount of water."),
                         choices(Self.units, insteadOf: spelled, zh: "可用的单位", en: "units"))
            return nil
        case .time, nil: return entry.duration("1 s", "24 h", guess: "min").map { .fixed(.time($0)) }
        default:
            entry.refuse(text, as: Self.forms, reads: Self.isComputed)
            return nil
        }
    }

    private func bounds(_ words: inout PhraseWords, _ text: String, _ entry: Entry) -> AmountRule.Bounds? {
        var bounds = AmountRule.Bounds()
        while words.take(",") {
            let key: WritableKeyPath<AmountRule.Bounds, Depth?>
            if words.take("at least") { key = \.atLeast } else if words.take("at most") { key = \.atMost }
            else if words.take("else") { key = \.otherwise } else { break }
            guard let measure = words.takeMeasure() else { break }
            guard let depth: Depth = entry.replacing(measure).quantity("0.1 mm", "500 mm", guess: "mm") else { return nil }
            bounds[keyPath: key] = depth
        }
        guard words.isEmpty else {
            entry.refuse(text, as: Self.forms, reads: Self.isComputed)
            return nil
        }
        if let least = bounds.atLeast, let most = bounds.atMost, least > most {
            entry.refuse(Phrase(zh: "至少的水量大于至多的水量。", en: "the least amount is more than the most."),
                         Phrase(zh: "把两个数对调。", en: "Change the two round."))
            return nil
        }
        return bounds
    }
}

extension String {
    /// What stands behind the number: `m3` of `4 m3`.
    var unitSymbol: String { String(drop { $0.isNumber || $0 == "." || $0 == "-" || $0 == " " }) }
}
