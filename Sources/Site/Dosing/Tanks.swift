import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// A stock tank as it was read.
struct TankDraft {
    let label: Label
    let entry: Entry
    let capacity: Volume
    let low: Volume
    let level: PointIndex?
    let lowWhen: PointIndex?
    let contents: Set<Constituent>
    let strength: StockStrength
    let adds: Conductivity
    let normality: Equivalents
    let reaction: ChannelReaction
}

extension SiteReader {
    private static let tankKeys = ["name", "capacity", "low", "level", "low-when", "holds", "stock", "adds", "acid", "alkali"]
    /// Products dissolved in one tank.
    private static let productsMax = 8

    func readTanks() {
        for (tag, entry) in items("tanks", atMost: Limits.tanksMax) {
            guard let fields = entry.fields(Self.tankKeys) else { continue }
            tanks.append(tank(label(tag, fields), entry, fields))
        }
    }

    private func tank(_ label: Label, _ entry: Entry, _ fields: Fields) -> TankDraft {
        let due = Phrase(zh: "写上装满多少，如 capacity: 500 L。", en: "Say what it holds when it is full, such as capacity: 500 L.")
        let capacity: Volume = fields.required("capacity", due)?.quantity("1 L", "100 m3", guess: "L") ?? .liters(100)
        let low: Volume = fields["low"]?.quantity("0 L", "100 m3", guess: "L") ?? capacity * 0.05
        if low >= capacity, let entry = fields["low"] {
            entry.refuse(Phrase(zh: "不少于整桶的 \(capacity.stockText.zh)，永远抽不出肥。", en: "is no less than the whole tank (\(capacity.stockText.en)): nothing would ever be drawn."),
                         Phrase(zh: "写成吸肥口以上一点，如整桶的 5 %。", en: "Give what lies just above the intake, such as 5 % of the tank."))
        }
        let acid = fields["acid"].flatMap { self.acid($0) }
        let alkali: Equivalents? = fields["alkali"]?.quantity("1 eq/m3", "20000 eq/m3", guess: "eq/m3")
        let products = products(fields["stock"])
        let contents = contents(fields, acid: acid, products)
        let adds: Conductivity = fields["adds"]?.quantity("0.001 mS/cm", "20 mS/cm", guess: "mS/cm") ?? .zero
        refuseTwoReactions(fields)
        refuseMixture(fields["holds"] ?? entry, contents)
        return TankDraft(
            label: label, entry: entry, capacity: capacity, low: low,
            level: fields["level"].flatMap { measured($0, .volume) },
            lowWhen: fields["low-when"].flatMap { contact($0) }, contents: contents,
            strength: products.reduce(.unknown, +), adds: adds, normality: acid?.normality ?? alkali ?? .zero,
            reaction: fields["acid"] != nil ? .acid : fields["alkali"] != nil ? .base : fields["adds"] != nil ? .ec : .passive)
    }

    // MARK: What lies in it

    private func acid(_ entry: Entry) -> AcidSolution? {
        let due = Phrase(zh: "写成 acid: { is: nitric, strength: 20 % }（按质量）。", en: "Write acid: { is: nitric, strength: 20 % }, by mass.")
        guard let fields = entry.fields(["is", "strength"]) else { return nil }
        let kind: Acid? = fields.required("is", due)?.word(["nitric": .nitric, "phosphoric": .phosphoric, "sulfuric": .sulfuric])
        let strength: Fraction? = fields.required("strength", due)?.quantity("1 %", "98 %", guess: "%")
        guard let kind, let strength else { return nil }
        if strength > .percent(30), let entry = fields["strength"] {
            entry.notice(Phrase(zh: "酸液浓于 30 %，注入点附近会很酸，也伤人。", en: "acid of more than 30 % is harsh where it meets the water, and on people."),
                         Phrase(zh: "先把酸倒进水里稀释到 20 … 30 %（酸入水）。", en: "Dilute it to 20 … 30 %: acid into water, never the other way."))
        }
        if let solution = AcidSolution(kind, strength: strength) { return solution }
        fields["strength"]?.refuse(Phrase(zh: "没有这么浓的酸。", en: "this acid is not sold so strong."), Phrase(zh: "按桶上标签的质量百分数写。", en: "Give the per cent by mass of the label."))
        return nil
    }

    private static let constituents: KeyValuePairs<String, Constituent> = [
        "calcium": .calcium, "magnesium": .magnesium, "iron": .iron, "ammonium": .ammonium, "sulfate": .sulfate, "phosphate": .phosphate,
        "acid": .acid, "hypochlorite": .hypochlorite,
    ]

    /// What is told, and what follows from an acid and from the labels.
    private func contents(_ fields: Fields, acid: AcidSolution?, _ products: [StockStrength]) -> Set<Constituent> {
        var contents: Set<Constituent> = []
        if fields["acid"] == nil {
            let due = Phrase(zh: "写上里面的成分，如 holds: [calcium, ammonium]；都没有就写 none。有了它才能拦住不能同用的两桶。",
                             en: "Say what is in it, such as holds: [calcium, ammonium], or none of them: none. Without it two that must not meet cannot be kept apart.")
            _ = fields.required("holds", due)
        }
        if let entry = fields["holds"], !entry.isNone { contents = Set(entry.phrases().compactMap { $0.word(Self.constituents) }) }
        if products.contains(where: { $0.phosphate > .zero }) { contents.insert(.phosphate) }
        if let acid {
            contents.insert(.acid)
            if acid.acid == .phosphoric { contents.insert(.phosphate) }
            if acid.acid == .sulfuric { contents.insert(.sulfate) }
        }
        return contents
    }

    private func refuseTwoReactions(_ fields: Fields) {
        let given = ["acid", "alkali", "adds"].compactMap { fields[$0] }
        guard given.count > 1 else { return }
        for entry in given.dropFirst() {
            entry.refuse(Phrase(zh: "一桶只能归一个回路：acid、alkali、adds 只写一个。", en: "a tank serves one loop: one of acid, alkali, adds."),
                         Phrase(zh: "酸桶不写 adds；肥桶不写 acid。", en: "A tank of acid has no adds, one of fertiliser no acid."))
        }
    }

    private func refuseMixture(_ entry: Entry, _ contents: Set<Constituent>) {
        for problem in Incompatibility.between(contents, contents).sorted(by: { $0.rawValue < $1.rawValue }) {
            if problem == .magnesiumPhosphate {
                // Usual in tank B: it stays dissolved while the stock is acid.
                entry.notice(Phrase(zh: "镁和磷酸根同桶，母液不酸就会沉淀。", en: "magnesium with phosphate stays dissolved only while the stock is acid."),
                             Phrase(zh: "先配小样静置一夜；母液 pH 保持在 5 以下。", en: "Let a sample stand overnight first; keep the stock below pH 5."))
                continue
            }
            entry.refuse(Phrase(zh: "同一桶里会\(problem.text.zh)。", en: "in one tank \(problem.text.en)."),
                         Phrase(zh: "分到两个桶里，各用一条施肥通道。", en: "Keep them in two tanks with a channel each."))
        }
    }

    // MARK: Products

    private func products(_ entry: Entry?) -> [StockStrength] {
        guard let entry, let entries = entry.list() else { return [] }
        if entries.count > Self.productsMax {
            entry.refuse(Phrase(zh: "一桶最多 \(Self.productsMax) 种肥料。", en: "at most \(Self.productsMax) products in one tank."), Phrase(zh: "请合并或分桶。", en: "Take another tank."))
        }
        let products = entries.prefix(Self.productsMax).compactMap { product($0) }
        let sum = products.reduce(Density.zero) { $0 + $1.product }
        if sum > .gramsPerLiter(1500) {
            entry.refuse(Phrase(zh: "合计 \(plain(sum.gramsPerLiter.rounded())) g/L，溶不下。", en: "\(plain(sum.gramsPerLiter.rounded())) g/L in all cannot be dissolved."),
                         Phrase(zh: "核对每升放了多少。", en: "Check how much goes into each litre."))
        }
        return products
    }

    private func product(_ entry: Entry) -> StockStrength? {
        let due = Phrase(zh: "写成 { name: 硝酸钾, grade: 13-0-46, dissolved: 80 g/L }。", en: "Write { name: potassium nitrate, grade: 13-0-46, dissolved: 80 g/L }.")
        guard let fields = entry.fields(["name", "grade", "dissolved"]) else { return nil }
        _ = fields["name"]?.name()
        let grade = fields.required("grade", due)?.grade()
        let dissolved: Density? = fields.required("dissolved", due)?.quantity("0.1 g/L", "1500 g/L", guess: "g/L")
        guard let grade, let dissolved else { return nil }
        return StockStrength(product: dissolved, nitrogen: grade.nutrient(.nitrogen, in: dissolved),
                             phosphate: grade.nutrient(.phosphate, in: dissolved), potash: grade.nutrient(.potash, in: dissolved))
    }

    // MARK: Plans

    func tankPlans(_ tables: SiteTables) -> [TankPlan] {
        tanks.map { tank in
            TankPlan(capacity: tank.capacity, level: tank.level.flatMap { tables.quantity($0) }, lowWhen: tank.lowWhen.flatMap { tables.digital($0) },
                     low: tank.low, contents: tank.contents, adds: tank.adds, normality: tank.normality)
        }
    }
}

extension Entry {
    /// N-P2O5-K2O of a bag, such as `13-0-46` or `15.5-0-0`.
    fileprivate func grade() -> FertiliserGrade? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: "-", omittingEmptySubsequences: false).map { decimal($0) }
        guard parts.count == 3, let nitrogen = parts[0], let phosphate = parts[1], let potash = parts[2] else {
            refuse(Phrase(zh: "“\(quoted(word))”不是肥料含量。", en: "\"\(quoted(word))\" is not the grade of a fertiliser."),
                   Phrase(zh: "照袋上写 N-P2O5-K2O，如 15-15-15。", en: "Write N-P2O5-K2O as on the bag, such as 15-15-15."))
            return nil
        }
        if let grade = FertiliserGrade(nitrogen: .percent(nitrogen), phosphate: .percent(phosphate), potash: .percent(potash)) { return grade }
        refuse(Phrase(zh: "三项合计超过 100 %。", en: "the three are more than 100 % together."), Phrase(zh: "核对袋上的数字。", en: "Look at the bag again."))
        return nil
    }
}

extension Incompatibility {
    /// What becomes of them: "gypsum falls out".
    var text: Phrase {
        switch self {
        case .gypsum: Phrase(zh: "生成石膏沉淀（钙遇硫酸根）", en: "gypsum falls out (calcium with sulfate)")
        case .calciumPhosphate: Phrase(zh: "生成磷酸钙沉淀", en: "calcium phosphate falls out")
        case .magnesiumPhosphate: Phrase(zh: "生成磷酸镁沉淀", en: "magnesium phosphate falls out")
        case .ironPhosphate: Phrase(zh: "生成磷酸铁沉淀", en: "iron phosphate falls out")
        case .chlorineGas: Phrase(zh: "放出氯气，有生命危险（酸遇次氯酸盐）", en: "chlorine gas forms, a danger to life (acid with hypochlorite)")
        case .chloramines: Phrase(zh: "生成有毒的氯胺（铵遇次氯酸盐）", en: "poisonous chloramines form (ammonium with hypochlorite)")
        }
    }
}
