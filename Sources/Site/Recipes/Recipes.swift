import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// A recipe as it was read.
struct RecipeDraft {
    let label: Label
    let entry: Entry
    let plan: RecipePlan
    /// The row of the agronomist's table; its sum is shown beside the computed one, never mended.
    let row: NutrientRow?
    /// Crop stages it is for, bit by bit from the first. 0: all.
    let stages: UInt8
}

extension SiteReader {
    static let recipeKeys = ["name", "stage", "ec", "ph", "pre-water", "flush", "channels", "nutrients"]

    func readRecipes() {
        for (tag, entry) in items("recipes", atMost: Limits.recipesMax) {
            guard let fields = entry.fields(Self.recipeKeys) else { continue }
            let plan = recipe(fields)
            recipes.append(RecipeDraft(label: label(tag, fields), entry: entry, plan: plan ?? Self.noRecipe,
                                       row: fields["nutrients"].flatMap { row($0) },
                                       stages: fields["stage"]?.cropStages() ?? 0))
            if let plan { check(plan, entry) }
        }
    }

    /// Stands in for one that was refused; nothing is frozen then.
    private static let noRecipe = RecipePlan(unit: DosingUnitIndex(0), parts: [.init(ChannelIndex(0), .quantity(.liters(1)))])

    private func recipe(_ fields: Fields) -> RecipePlan? {
        let due = Phrase(zh: "写上各施肥通道给多少，如 channels: { A: 1, B: 1, acid: ph }，或 channels: { A: 20 L/mu }。",
                         en: "Say what each channel gives, such as channels: { A: 1, B: 1, acid: ph }, or channels: { A: 20 L/mu }.")
        guard let entry = fields.required("channels", due) else { return nil }
        let parts = (entry.map() ?? []).compactMap { tag, entry in part(tag, entry) }
        let ec = fields["ec"].flatMap { target($0) }, ph = fields["ph"]?.number(4, 8.5).map { Acidity.pH($0) }
        let phases = phases(fields)
        guard let unit = parts.first.map({ channels[$0.channel.offset].unit }), parts.count == entry.map()?.count else { return nil }
        if let other = parts.first(where: { channels[$0.channel.offset].unit != unit }) {
            entry.refuse(Phrase(zh: "\(channels[other.channel.offset].label.tag) 属于另一台水肥机。", en: "\(channels[other.channel.offset].label.tag) belongs to another dosing unit."),
                         Phrase(zh: "一个配方只用一台水肥机的施肥通道。", en: "A recipe uses the channels of one unit."))
            return nil
        }
        guard targetsFit(parts, fields, ec: ec != nil, ph: ph != nil), let phases else { return nil }
        // A target that was refused itself leaves its parts without one.
        guard parts.allSatisfy({ part in
            if case .ec = part.mode { ec != nil } else { part.mode != .ph || ph != nil }
        }) else { return nil }
        return RecipePlan(unit: unit, parts: parts, phases: phases, ec: ec, ph: ph)
    }

    private func part(_ tag: String, _ entry: Entry) -> RecipePlan.Part? {
        guard let index = channel(tag, entry, of: nil) else { return nil }
        let tank = channels[index.offset].tank.map { tanks[$0.offset] }
        return DosePhrases(strength: tank?.strength, tank: tank?.label.tag ?? "").mode(entry).map { RecipePlan.Part(index, $0) }
    }

    /// `2.2 mS/cm` of the mix, or `raw + 1.6 mS/cm` added to the water as it is.
    private func target(_ entry: Entry) -> ECTarget? {
        guard let text = entry.text() else { return nil }
        var words = PhraseWords(text)
        if words.take("raw +") {
            let feed: Conductivity? = entry.replacing(words.text).quantity("0.1 mS/cm", "5 mS/cm", guess: "mS/cm")
            return feed.map { .feed($0) }
        }
        return (entry.quantity("0.2 mS/cm", "6 mS/cm", guess: "mS/cm") as Conductivity?).map { .mix($0) }
    }

    private func phases(_ fields: Fields) -> ThreePhase? {
        let before: Fraction = fields["pre-water"]?.quantity("0 %", "80 %", guess: "%") ?? ThreePhase.usual.before
        let after: Fraction = fields["flush"]?.quantity("5 %", "80 %", guess: "%") ?? ThreePhase.usual.after
        if before.base + after.base <= 0.9 { return ThreePhase(before: before, after: after) }
        (fields["flush"] ?? fields["pre-water"])?.refuse(
            Phrase(zh: "前清水 \(plain(before.percent)) % 加冲洗 \(plain(after.percent)) %，留给施肥的水不到 10 %。", en: "\(plain(before.percent)) % before and \(plain(after.percent)) % after leave less than 10 % of the water for the dose."),
            Phrase(zh: "一般各 25 %。", en: "25 % each is usual."))
        return nil
    }

    /// The row as the plan prints it; what it adds up to is told in `check` and in `recipe show`.
    private func row(_ entry: Entry) -> NutrientRow? {
        guard let fields = entry.fields(["N", "P2O5", "K2O", "sum"]) else { return nil }
        func amount(_ key: String) -> MassPerArea? { fields[key]?.quantity("0 kg/mu", "500 kg/mu", guess: "kg/mu") }
        let row = NutrientRow(nitrogen: amount("N") ?? .zero, phosphate: amount("P2O5") ?? .zero, potash: amount("K2O") ?? .zero, printedSum: amount("sum"))
        if let difference = row.difference, abs(difference.kilogramsPerMu) > 0.005 {
            let printed = plain(row.printedSum?.kilogramsPerMu ?? 0), sum = kilograms(row.sum), off = kilograms(difference)
            entry.notice(Phrase(zh: "N、P2O5、K2O 加起来是 \(sum) kg/亩，sum 写的是 \(printed) kg/亩，差 \(off) kg/亩。",
                                en: "N, P2O5 and K2O add up to \(sum) kg/mu, and sum: says \(printed) kg/mu, \(off) off."),
                         Phrase(zh: "施肥按 channels 给，这几个数只用来核对，不会替您改；请问写方案的人哪个数不对。",
                                en: "The dose goes by channels:; these figures only check it and are not mended. Ask who wrote the plan which of them is wrong."))
        }
        return row
    }

    private func kilograms(_ rate: MassPerArea) -> String { plain((rate.kilogramsPerMu * 100).rounded() / 100) }
}

extension Entry {
    /// One stage of the crop, or a list: bit by bit from the first.
    func cropStages() -> UInt8 {
        phrases().reduce(0) { mask, word in
            let stage: CropStage? = word.word(["initial": .initial, "development": .development, "middle": .middle, "late": .late])
            return mask | (stage.map { 1 << $0.rawValue } ?? 0)
        }
    }
}
