import Control
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// How cages are fed and what grows in the zones, in words.
extension Site {
    var cageStatements: [Statement] {
        zip(tables.cages, scan.control.feeding.cages).enumerated().flatMap { number, cage -> [Statement] in
            guard let feed = cage.1.feed else { return [] }
            let meals = feed.meals
            let limits = scan.control.feeding.gates.filter { $0.cage.offset == number }.map { ($0.kind.name, Optional($0.words)) }
            let aspects: [(Phrase, Phrase?)] = [
                (Phrase(zh: "日粮", en: "a day"), ration(feed)),
                (Phrase(zh: "餐次", en: "meals"), meals.words),
                (Phrase(zh: "喂法", en: "pace"), meals.pace == .usual ? nil : meals.pace.words),
                (Phrase(zh: "等候、时长与间隔", en: "waits, lasts, rests"), meals.times),
                (Phrase(zh: "平潮", en: "slack water"), meals.seeksSlack ? Phrase(zh: "等平潮再喂", en: "waits for it") : nil),
                (Phrase(zh: "优先级", en: "priority"), feed.priority == 5 ? nil : Phrase(verbatim: "\(feed.priority)")),
                (Phrase(zh: "存量（账上没有时）", en: "stock where the book has none"), cage.1.stock?.words),
            ]
            return Statement.of(cage.0.told(Phrase(zh: "网箱", en: "cage")), aspects + limits)
        }
    }

    private func ration(_ feed: CageFeed) -> Phrase {
        let most = feed.meals.dayAtMost.words
        switch feed.ration {
        case .fixed(let mass): return Phrase(zh: "定量 \(mass.words)，至多 \(most)", en: "\(mass.words), at most \(most)")
        case .table(let number):
            let name = species.indices.contains(Int(number)) ? species[Int(number)] : Phrase(verbatim: "–")
            return Phrase(zh: "按\(name.zh)投喂表，至多 \(most)", en: "by the table of \(name.en), at most \(most)")
        }
    }

    var cropStatements: [Statement] {
        scan.control.water.enumerated().flatMap { number, plan -> [Statement] in
            guard let plan, crops.indices.contains(number), let name = crops[number] else { return [] }
            let zone = tables.zones[number].told(Phrase(zh: "作物", en: "crop of"))
            return Statement.of(zone, [
                (Phrase(zh: "种的是", en: "grows"), name),
                (Phrase(zh: "种植日", en: "planted"), Phrase(zh: plan.planted.text + (plan.isYearly ? "，年年如此" : ""), en: plan.planted.text + (plan.isYearly ? ", each year" : ""))),
                (Phrase(zh: "四个生育期", en: "stages"), plan.stagesText),
                (Phrase(verbatim: "Kc"), plan.singleText), (Phrase(verbatim: "Kcb"), plan.basalText),
            ])
        }
    }
}

extension MealPlan {
    fileprivate var words: Phrase {
        guard count > 0 else { return Phrase(zh: "只手动投喂", en: "by hand only") }
        let whole = (0..<count).reduce(0) { $0 + self[$1].share }
        let parts = (0..<count).map { number in
            let share = Phrase(self[number].share / whole * 100, decimals: 0).en, time = self[number].time.words
            return Phrase(zh: "\(time.zh) \(share) %", en: "\(time.en) \(share) %")
        }
        return Phrase(zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    }

    fileprivate var times: Phrase {
        let (wait, lasts, rest) = (Phrase(waitAtMost), Phrase(lastsAtMost), Phrase(self.rest))
        return Phrase(zh: "最多等 \(wait.zh)，一餐最长 \(lasts.zh)，两餐间隔至少 \(rest.zh)", en: "waits \(wait.en) at most, lasts \(lasts.en) at most, \(rest.en) from meal to meal at least")
    }
}

extension MealTime {
    fileprivate var words: Phrase {
        switch self {
        case .clock(let time):
            return Phrase(verbatim: time.text)
        case .daylight(let part):
            return Phrase(zh: "白天过了 \(Phrase(part * 100, decimals: 0).zh) %", en: "\(Phrase(part * 100, decimals: 0).en) % of daylight")
        case .sun(let event, let offset):
            let name = event == .sunrise ? Phrase(zh: "日出", en: "sunrise") : Phrase(zh: "日落", en: "sunset")
            let size = Phrase(offset < .zero ? .zero - offset : offset)
            if offset == .zero { return name }
            return offset < .zero ? Phrase(zh: "\(name.zh)前 \(size.zh)", en: "\(size.en) before \(name.en)")
                : Phrase(zh: "\(name.zh)后 \(size.zh)", en: "\(size.en) after \(name.en)")
        }
    }
}

extension MealPace {
    fileprivate var words: Phrase {
        if self == .even { return Phrase(zh: "匀速", en: "even") }
        let (slow, ends) = (Phrase(slow * 100, decimals: 0).en, Phrase(ends * 100, decimals: 0).en)
        return Phrase(zh: "头尾各 \(ends) % 慢喂（\(slow) % 速度）", en: "its first and last \(ends) % at \(slow) % of the speed")
    }
}

extension CageStock {
    fileprivate var words: Phrase {
        let mean = Phrase(self.mean.base * 1000, decimals: 0).en, count = Phrase(self.count, decimals: 0).en
        return Phrase(zh: "\(count) 尾，均重 \(mean) g，共 \(biomass.words)", en: "\(count) of \(mean) g, \(biomass.words) together")
    }
}

extension Mass {
    fileprivate var words: String { Phrase(kilograms, decimals: kilograms < 10 ? 2 : 1).en + " kg" }
}
