import Language
import Quantities

/// A line of figures with its source and how far it may be trusted.
struct Sourced {
    let fields: Fields

    private func due(_ key: String) -> Entry? { fields.required(key, Phrase(zh: "写上数值与单位。", en: "Give its value with a unit.")) }

    func number(_ key: String, _ low: Double, _ high: Double) -> Double {
        fields.required(key, Phrase(zh: "写上数值。", en: "Give its value."))?.number(low, high) ?? low
    }

    func length(_ key: String, _ low: String, _ high: String) -> Length {
        due(key)?.quantity(low, high, guess: "m") ?? .meters(0.1)
    }

    /// `nil` once it is reported.
    func quantity<Q: Quantity>(_ key: String, _ low: String, _ high: String, guess: String) -> Q? {
        due(key)?.quantity(low, high, guess: guess)
    }

    func days(_ key: String) -> Int {
        let time = fields.required(key, Phrase(zh: "写上天数，如 30 day。", en: "Give its days, such as 30 day."))?.duration("0 day", "700 day", guess: "day")
        return Int((time ?? .zero).seconds / 86_400)
    }
}

extension Entry {
    /// A line of figures: the keys asked for, and its source and confidence, which must be there.
    func sourced(_ keys: [String]) -> Sourced? {
        guard let fields = fields(keys + ["source", "confidence"]) else { return nil }
        _ = fields.required("source", Phrase(zh: "写明出处。", en: "Say where it is from."))?.text()
        _ = fields.required("confidence", Phrase(zh: "写 high、medium 或 low。", en: "Write high, medium or low."))?
            .word(["high": 2, "medium": 1, "low": 0])
        return Sourced(fields: fields)
    }
}
