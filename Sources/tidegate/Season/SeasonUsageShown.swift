import Language
import LocalAPI

// What people see of fertiliser, feed, motors and waits of a season.
extension SeasonReport {
    var recipeTable: Table {
        var table = Table([.text(zh: "配方", en: "recipe"), .number(zh: "次数", en: "runs"), .number(zh: "肥料 kg", en: "product kg"),
                           .number(zh: "N kg", en: "N kg"), .number(zh: "P2O5 kg", en: "P2O5 kg"), .number(zh: "K2O kg", en: "K2O kg"),
                           .text(zh: "母液 L", en: "stock L")])
        for recipe in recipes {
            let stock = recipe.stockL.sorted { $0.key < $1.key }.map { "\($0.key) \(Format.number($0.value, decimals: 1))" }
            let figures = [recipe.productKg] + recipe.nutrients.all
            table.rows.append([.init(recipe.name), .init("\(recipe.runs)")] + figures.map { .init(Format.number($0, decimals: 2)) }
                + [.init(stock.joined(separator: ", "))])
        }
        for (number, zone) in zones.enumerated() {
            guard let nutrients = zone.nutrients, let mu = zone.mu else { continue }
            let name = names[number]
            table.rows.append([.init(Phrase(zh: "\(name.zh)，每亩", en: "\(name.en), each mu")), "", ""]
                + nutrients.perMu(mu).map { .init(Format.number($0, decimals: 2)) } + [""])
        }
        return table
    }

    var cageTable: Table {
        var table = Table([.text(zh: "网箱", en: "cage"), .number(zh: "餐", en: "meals"), .number(zh: "计划 kg", en: "planned kg"),
                           .number(zh: "投喂 kg", en: "fed kg"), .number(zh: "均重 g", en: "mean g"), .number(zh: "存量 kg", en: "biomass kg"),
                           .text(zh: "少投、没投", en: "short or missed")])
        for cage in cages {
            let means = [cage.meanFirstG, cage.meanLastG].map { Format.number($0, decimals: 0) }.joined(separator: " → ")
            table.add(.init(cage.name), .init("\(cage.meals)"), .init(Format.number(cage.plannedKg, decimals: 0)),
                      .init(Format.number(cage.givenKg, decimals: 0)), .init(means), .init(Format.number(cage.biomassLastKg, decimals: 0)),
                      .init(cage.against.map(\.text).joined(separator: Phrase(zh: "，", en: ", ").said)))
        }
        return table
    }

    /// Motors that never ran are left out.
    var motorTable: Table {
        var table = Table([.text(zh: "电机", en: "motor"), .number(zh: "小时", en: "hours"), .number(zh: "启动", en: "starts"), .number(zh: "电 kWh", en: "kWh")])
        for motor in motors where motor.starts > 0 {
            table.add(.init(motor.name), .init(Format.number(motor.hours, decimals: 1)), .init("\(motor.starts)"),
                      .init(Format.number(motor.energyKWh, decimals: 0)))
        }
        return table
    }

    var waitTable: Table {
        var table = Table([.text(zh: "谁等", en: "waited"), .number(zh: "次", en: "times"), .number(zh: "共", en: "in all"), .number(zh: "最长", en: "longest"),
                           .text(zh: "等谁", en: "for"), .text(zh: "为什么", en: "why")])
        for group in waitGroups {
            let wait = group[0], names = group.map(\.name.said).joined(separator: Phrase(zh: "、", en: ", ").said)
            table.add(.init(names), .init("\(wait.times)"), .init(Format.span(wait.seconds)), .init(Format.span(wait.longestSeconds)),
                      .init(wait.others), .init(wait.why.phrase))
        }
        return table
    }

    /// Zones that waited alike are told together.
    private var waitGroups: [[Wait]] {
        waits.reduce(into: []) { groups, wait in
            let place = groups.firstIndex { group in
                let first = group[0]
                return first.why == wait.why && first.times == wait.times && abs(first.seconds - wait.seconds) < 60
            }
            if let place { groups[place].append(wait) } else { groups.append([wait]) }
        }
    }

    var alertLines: [String] {
        guard !alerts.isEmpty else { return [] }
        let title = painted(Phrase(zh: " 会报警的事", en: " what would have been alarmed").said, .strong)
        return [title] + alerts.flatMap { hung("   ", $0.line) } + [""]
    }
}

extension SeasonReport.Alert {
    var line: String {
        return Phrase(zh: "\(text.zh)：\(times) 次，首次 \(first)", en: "\(text.en): \(times)×, first \(first)").said
    }
}

extension SeasonReport.Wait {
    /// `east, west`; a dash where no zone had water.
    var others: String {
        otherNames.isEmpty ? "–" : otherNames.map(\.said).joined(separator: Phrase(zh: "、", en: ", ").said)
    }
}
