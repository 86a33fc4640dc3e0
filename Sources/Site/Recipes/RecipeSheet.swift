import Agronomy
import Control
public import Language
public import ProcessImage
import Quantities

/// A recipe as people read it, with its conversions: on screens, in `tidegate check` and in `tidegate recipe`.
public struct RecipeSheet: Sendable {
    public struct Part: Sendable {
        public let channel: ChannelIndex
        /// Such as "20.00 L/mu".
        public let gives: Phrase
        /// The same in product and nutrients; `nil`: the tank's labels do not tell.
        public let holds: Phrase?
    }

    public let unit: DosingUnitIndex
    /// Set-points, clear water before and after.
    public let targets: Phrase
    public let parts: [Part]
    /// The row of the plan it comes from, what does not add up in it, and how far the recipe is from it. Nothing is mended.
    public let table: [Phrase]
    public let programs: [ProgramIndex]
}

extension SiteReader {
    func recipeSheets() -> [RecipeSheet] {
        recipes.enumerated().map { number, recipe in
            let parts = recipe.plan.parts.map { part in
                let strength = channels[part.channel.offset].tank.map { tanks[$0.offset].strength } ?? .unknown
                return RecipeSheet.Part(channel: part.channel, gives: part.mode.text, holds: part.mode.holds(strength))
            }
            return RecipeSheet(unit: recipe.plan.unit, targets: targets(recipe.plan), parts: parts,
                               table: recipe.row.map { table($0, recipe.plan) } ?? [], programs: usersOfRecipe(number))
        }
    }

    private func usersOfRecipe(_ number: Int) -> [ProgramIndex] {
        programs.indices.filter { programs[$0].plan.recipe?.recipe.offset == number }.map { ProgramIndex($0) }
    }

    private func targets(_ plan: RecipePlan) -> Phrase {
        var parts: [Phrase] = []
        switch plan.ec {
        case .mix(let ec): parts.append(Phrase(verbatim: "EC \(figure(ec.decisiemensPerMeter, 2)) mS/cm"))
        case .feed(let ec): parts.append(Phrase(zh: "EC 原水 + \(figure(ec.decisiemensPerMeter, 2)) mS/cm", en: "EC raw + \(figure(ec.decisiemensPerMeter, 2)) mS/cm"))
        case nil: break
        }
        if let ph = plan.ph { parts.append(Phrase(verbatim: "pH \(figure(ph.pH, 1))")) }
        let (before, after) = (plain((plan.phases.before.percent * 10).rounded() / 10),
                               plain((plan.phases.after.percent * 10).rounded() / 10))
        parts.append(Phrase(zh: "前清水 \(before) %，后冲洗 \(after) %", en: "\(before) % clear water before, \(after) % after"))
        return joined(parts)
    }

    // MARK: The agronomist's table

    private func table(_ row: NutrientRow, _ plan: RecipePlan) -> [Phrase] {
        var lines = [Phrase(zh: "方案每亩 \(row.text.zh)，合计 \(kilograms(row.sum))", en: "plan for each mu: \(row.text.en), \(kilograms(row.sum)) kg together")]
        if let printed = row.printedSum, let difference = row.difference, abs(difference.kilogramsPerMu) > 0.005 {
            lines.append(Phrase(zh: "方案里的合计写的是 \(kilograms(printed))，差 \(signed(difference))：以三项为准，方案没有改动", en: "its sum says \(kilograms(printed)), \(signed(difference)) off: the three count, nothing was mended"))
        }
        guard let given = given(plan) else { return lines }
        let off = [("N", given.nitrogen - row.nitrogen), ("P2O5", given.phosphate - row.phosphate), ("K2O", given.potash - row.potash)]
            .filter { abs($0.1.kilogramsPerMu) > 0.02 }.map { "\($0.0) \(signed($0.1))" }
        lines.append(off.isEmpty ? Phrase(zh: "配方与方案一致", en: "the recipe gives what the plan says")
            : Phrase(zh: "配方与方案差：\(off.joined(separator: "，"))", en: "the recipe differs from the plan: \(off.joined(separator: ", "))"))
        return lines
    }

    /// What the recipe gives on each mu; `nil` where a part is not by the area, or is of an unknown stock.
    private func given(_ plan: RecipePlan) -> NutrientRow? {
        var sum = NutrientRow(nitrogen: .zero, phosphate: .zero, potash: .zero)
        for part in plan.parts {
            guard case .perArea(let depth) = part.mode,
                  let tank = channels[part.channel.offset].tank.map({ tanks[$0.offset] }) else { return nil }
            guard tank.strength.product > .zero else { return nil }
            sum = NutrientRow(nitrogen: sum.nitrogen + depth.carrying(tank.strength.nitrogen), phosphate: sum.phosphate + depth.carrying(tank.strength.phosphate),
                              potash: sum.potash + depth.carrying(tank.strength.potash))
        }
        return sum
    }

    // MARK: Tanks

    /// What lies in a tank, for screens.
    func holds(_ tank: TankDraft) -> Phrase {
        var parts: [Phrase] = []
        if !tank.contents.isEmpty {
            let names = tank.contents.sorted().map(\.text)
            parts.append(Phrase(zh: names.map(\.zh).joined(separator: "、"), en: names.map(\.en).joined(separator: ", ")))
        }
        let strengths = [("N", tank.strength.nitrogen), ("P2O5", tank.strength.phosphate), ("K2O", tank.strength.potash)]
            .filter { $0.1 > .zero }.map { "\($0.0) \(figure($0.1.gramsPerLiter, 1)) g/L" }
        if !strengths.isEmpty { parts.append(Phrase(verbatim: strengths.joined(separator: ", "))) }
        if tank.normality > .zero { parts.append(Phrase(verbatim: "\(figure(tank.normality.perLiter, 2)) eq/L")) }
        if tank.adds > .zero {
            parts.append(Phrase(zh: "每方水 1 L 加 \(figure(tank.adds.decisiemensPerMeter, 3)) mS/cm", en: "1 L in a m3 adds \(figure(tank.adds.decisiemensPerMeter, 3)) mS/cm"))
        }
        return parts.isEmpty ? Phrase(verbatim: "–") : joined(parts)
    }
}

// MARK: Words

private func figure(_ value: Double, _ decimals: Int) -> String { Phrase(value, decimals: decimals).en }
private func kilograms(_ rate: MassPerArea) -> String { figure(rate.kilogramsPerMu, 2) }
private func signed(_ rate: MassPerArea) -> String { (rate.base > 0 ? "+" : "−") + figure(abs(rate.kilogramsPerMu), 2) }
private func joined(_ parts: [Phrase]) -> Phrase {
    Phrase(zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
}

extension Depth {
    /// What so much stock on the land brings of what it holds.
    fileprivate func carrying(_ content: Density) -> MassPerArea {
        .kilogramsPerHectare(content.mass(in: volume(on: .squareMeters(10_000))).kilograms)
    }
}

extension NutrientRow {
    /// `N 3.40, P2O5 1.00 (P 0.44), K2O 0.70 (K 0.58) kg`
    fileprivate var text: Phrase {
        let p = Nutrient.phosphate.amount(phosphate, as: .phosphorus) ?? .zero, k = Nutrient.potash.amount(potash, as: .potassium) ?? .zero
        let parts = ["N \(kilograms(nitrogen))", "P2O5 \(kilograms(phosphate)) (P \(kilograms(p)))",
                     "K2O \(kilograms(potash)) (K \(kilograms(k)))"]
        return Phrase(verbatim: parts.joined(separator: ", ") + " kg")
    }
}

extension DoseMode {
    /// How much: "20.00 L/mu".
    var text: Phrase {
        switch self {
        case .quantity(let volume): Phrase(zh: "每区每次 \(volume.stockText.zh)（不论面积）", en: "\(volume.stockText.en) in each run of a zone, whatever its area")
        case .perArea(let depth):
            Phrase(zh: "\(figure(depth.volume(on: .mu(1)).liters, 2)) L/亩", en: "\(figure(depth.volume(on: .mu(1)).liters, 2)) L/mu")
        case .time(let time): Phrase(time)
        case .ratio(let ratio): Phrase(verbatim: "\(figure(ratio.base * 1000, 2)) L/m3 (1:\(figure(1 / ratio.base, 0)))")
        case .ec(let share): Phrase(zh: "EC 的 \(plain(share)) 份", en: "\(plain(share)) of the EC")
        case .ph: Phrase(zh: "按 pH", en: "by the pH")
        }
    }

    /// In product and nutrients: of the land, of the water, of a run; of a loop what a litre holds.
    fileprivate func holds(_ strength: StockStrength) -> Phrase? {
        guard strength.product > .zero else { return nil }
        switch self {
        case .perArea(let depth):
            let row = NutrientRow(nitrogen: depth.carrying(strength.nitrogen), phosphate: depth.carrying(strength.phosphate), potash: depth.carrying(strength.potash))
            let product = kilograms(depth.carrying(strength.product))
            return Phrase(zh: "每亩肥料 \(product) kg：\(row.text.zh)", en: "for each mu \(product) kg of product: \(row.text.en)")
        case .ratio(let ratio):
            let parts = [("N", strength.nitrogen), ("P2O5", strength.phosphate), ("K2O", strength.potash)].filter { $0.1 > .zero }
                .map { "\($0.0) \(figure($0.1.milligramsPerLiter * ratio.base, 0))" }
            return Phrase(zh: "水里 \(parts.joined(separator: "、")) mg/L（ppm）", en: "in the water \(parts.joined(separator: ", ")) mg/L (ppm)")
        case .quantity(let volume):
            let parts = [("N", strength.nitrogen), ("P2O5", strength.phosphate), ("K2O", strength.potash)].filter { $0.1 > .zero }
                .map { "\($0.0) \(figure($0.1.mass(in: volume).kilograms, 2))" }
            let product = figure(strength.product.mass(in: volume).kilograms, 2)
            return Phrase(zh: "每次肥料 \(product) kg：\(parts.joined(separator: "、")) kg", en: "\(product) kg of product a run: \(parts.joined(separator: ", ")) kg")
        case .time, .ec, .ph:
            let parts = [("N", strength.nitrogen), ("P2O5", strength.phosphate), ("K2O", strength.potash)].filter { $0.1 > .zero }
                .map { "\($0.0) \(figure($0.1.gramsPerLiter, 1))" }
            return parts.isEmpty ? nil : Phrase(zh: "每升母液 \(parts.joined(separator: "、")) g", en: "each litre holds \(parts.joined(separator: ", ")) g")
        }
    }
}

extension Constituent {
    var text: Phrase {
        switch self {
        case .calcium: Phrase(zh: "钙", en: "calcium")
        case .magnesium: Phrase(zh: "镁", en: "magnesium")
        case .iron: Phrase(zh: "铁盐", en: "iron")
        case .ammonium: Phrase(zh: "铵", en: "ammonium")
        case .sulfate: Phrase(zh: "硫酸根", en: "sulfate")
        case .phosphate: Phrase(zh: "磷酸根", en: "phosphate")
        case .acid: Phrase(zh: "酸", en: "acid")
        case .hypochlorite: Phrase(zh: "次氯酸盐", en: "hypochlorite")
        }
    }
}
