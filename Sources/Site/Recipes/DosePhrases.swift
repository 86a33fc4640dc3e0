import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// The value behind a channel in a recipe: how much stock it gives.
///
/// What is told in product or nutrient becomes stock by the labels of the tank.
struct DosePhrases {
    static let forms = PhraseForms(
        what: Phrase(zh: "施肥量", en: "an amount of stock"),
        forms: ["1", "ph", "40 L", "20 L/mu", "15 min", "5 L/m3", "1:200", "50 mL each 10 L", "5 kg/mu", "N 3 kg/mu", "N 120 ppm"],
        vocabulary: ["ph", "each", "L", "mL", "min", "L/mu", "L/m3", "kg/mu", "ppm", "mg/L", "N", "P2O5", "K2O", "P", "K"])

    /// What the tank of the channel holds; `nil`: its tank was refused.
    let strength: StockStrength?
    /// The tag of the tank.
    var tank = ""

    func mode(_ entry: Entry) -> DoseMode? {
        guard let text = entry.text() else { return nil }
        if text == "ph" { return .ph }
        if decimal(text) != nil { return entry.number(0.01, 100).map { .ec(share: $0) } }
        if text.hasPrefix("1:") { return dilution(entry, text) }
        var words = PhraseWords(text)
        if let nutrient = Self.nutrients.first(where: { words.take($0.key) })?.value { return ofNutrient(nutrient, words.text, entry) }
        if text.contains(" each ") { return proportional(entry, text) }
        return plain(entry, text)
    }

    private func plain(_ entry: Entry, _ text: String) -> DoseMode? {
        for (ending, isPerArea) in [("/mu", true), ("/亩", true), ("/m3", false)] where text.hasSuffix(ending) {
            guard Unit(symbol: String(text.dropLast(ending.count)).unitSymbol)?.dimension == .volume else { continue }
            let part: Volume? = entry.replacing(String(text.dropLast(ending.count))).quantity("0.001 mL", "1000 L", guess: "L")
            return part.map { isPerArea ? .perArea(Depth(base: $0.base / Area.mu(1).squareMeters)) : .ratio(Fraction(base: $0.base)) }
        }
        switch Unit(symbol: text.unitSymbol)?.dimension {
        case .volume: return (entry.quantity("1 mL", "10000 L", guess: "L") as Volume?).map { .quantity($0) }
        case .time: return entry.duration("1 s", "12 h", guess: "min").map { .time($0) }
        case .massPerArea: return ofMass(entry, text, { $0.product }, Phrase(zh: "肥料", en: "product"))
        case .fraction where text.hasSuffix("%"):
            entry.refuse(Phrase(zh: "“\(quoted(text))”不是施肥量。", en: "\"\(quoted(text))\" is not an amount of stock."),
                         Phrase(zh: "按 EC 给时写份数，如 A: 1、B: 1 各占一半；不写百分号。", en: "Shares of the EC are plain numbers: A: 1 and B: 1 are half each."))
            return nil
        default:
            entry.refuse(text, as: Self.forms) { DosePhrases.reads($0) }
            return nil
        }
    }

    /// One part of stock to so many of water.
    private func dilution(_ entry: Entry, _ text: String) -> DoseMode? {
        entry.replacing(String(text.dropFirst(2))).number(5, 100_000).map { .ratio(Fraction(base: 1 / $0)) }
    }

    private func proportional(_ entry: Entry, _ text: String) -> DoseMode? {
        let parts = text.split(separator: " each ").map(String.init)
        guard parts.count == 2 else {
            entry.refuse(text, as: Self.forms) { DosePhrases.reads($0) }
            return nil
        }
        let dose: Volume? = entry.replacing(parts[0]).quantity("0.01 mL", "100 L", guess: "mL")
        let water: Volume? = entry.replacing(parts[1]).quantity("0.1 L", "100 m3", guess: "L")
        guard let dose, let water else { return nil }
        return .proportional(dose, each: water)
    }

    // MARK: Product and nutrients

    private static let nutrients: KeyValuePairs<String, @Sendable (StockStrength) -> Density> = [
        "N": { $0.nitrogen }, "P2O5": { $0.phosphate }, "K2O": { $0.potash },
        "P": { $0.phosphorus }, "K": { $0.potassium },
    ]

    /// So much of a nutrient on each mu, or in the water.
    private func ofNutrient(_ nutrient: (StockStrength) -> Density, _ text: String, _ entry: Entry) -> DoseMode? {
        let symbol = text.unitSymbol
        let name = Phrase(zh: "这种养分", en: "this nutrient")
        if Unit(symbol: symbol)?.dimension == .massPerArea { return ofMass(entry.replacing(text), text, nutrient, name) }
        // ppm of a nutrient is mg/L; ppm of salt has three meanings and is no unit anywhere else.
        let plain = symbol == "ppm" ? text.dropLast(3) + "mg/L" : text[...]
        guard let content: Density = entry.replacing(String(plain)).quantity("1 mg/L", "10 g/L", guess: "mg/L") else { return nil }
        guard let held = held(nutrient, name, entry) else { return nil }
        return .ratio(Fraction(base: content / held))
    }

    private func ofMass(_ entry: Entry, _ text: String, _ part: (StockStrength) -> Density, _ name: Phrase) -> DoseMode? {
        guard let rate: MassPerArea = entry.quantity("0.01 kg/mu", "500 kg/mu", guess: "kg/mu"),
              let held = held(part, name, entry) else { return nil }
        return .perArea(Depth(base: held.volume(of: rate.mass(on: .squareMeters(1))).base))
    }

    private func held(_ part: (StockStrength) -> Density, _ name: Phrase, _ entry: Entry) -> Density? {
        guard let strength else { return nil }
        let held = part(strength)
        if held > .zero { return held }
        entry.refuse(Phrase(zh: "这条施肥通道的桶里没有\(name.zh)，或没写 stock，换算不出要多少肥液。", en: "the tank of this channel has none of \(name.en), or its stock: is not told, so nobody knows how much it takes."),
                     entry.lacking("tanks.\(tank).stock", "[{ grade: 13-0-46, dissolved: 80 g/L }]", otherwise: Phrase(zh: "直接写母液量，如 20 L/mu", en: "write the stock itself, such as 20 L/mu")))
        return nil
    }

    /// Whether a text would be understood, for a guess.
    private static func reads(_ text: String) -> Bool {
        var words = PhraseWords(text)
        _ = nutrients.first { words.take($0.key) }
        return words.takeMeasure() != nil && words.isEmpty
    }
}

extension StockStrength {
    var phosphorus: Density { phosphate * Nutrient.phosphate.element.share.base }
    var potassium: Density { potash * Nutrient.potash.element.share.base }
}
