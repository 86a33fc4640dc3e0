import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// How a cage is fed, as it was read.
struct CageFeedDraft {
    /// Number in `SiteReader.feedLines`.
    let line: Int
    /// From 0.
    let outlet: Int
    let ration: RationRule
    let rules: [MealRule]
    let waitAtMost: Duration
    let lastsAtMost: Duration
    let rest: Duration
    let seeksSlack: Bool
    let dayAtMost: Mass
    let pace: MealPace
    let priority: UInt8
    /// What swims in it where the book does not say.
    let stock: CageStock?

    func meals(_ quantum: Mass) -> MealPlan {
        MealPlan(rules, waitAtMost: waitAtMost, lastsAtMost: lastsAtMost, rest: rest, seeksSlack: seeksSlack, dayAtMost: dayAtMost,
                 quantum: quantum, pace: pace)
    }
}

extension SiteReader {
    static let feedKeys = ["line", "outlet", "ration", "meals", "pace", "wait", "lasts", "rest", "slack-water", "priority", "stop", "stock"]

    /// `nil`: nobody feeds it from here.
    func cageFeed(_ fields: Fields, _ species: Species?) -> CageFeedDraft? {
        guard let lineEntry = fields["line"] else {
            for entry in Self.feedKeys.compactMap({ fields[$0] }) {
                entry.refuse(Phrase(zh: "没有写 line，这个网箱不由本机投喂。", en: "nothing feeds this cage: it names no line."),
                             Phrase(zh: "写上 line: 输料线，或删去 \(entry.key)。", en: "Name its line, or remove \(entry.key)."))
            }
            return nil
        }
        guard let line = feedLine(lineEntry), let outlet = outlet(fields, line) else { return nil }
        let (ration, most) = ration(fields, species)
        let feed = CageFeedDraft(
            line: line, outlet: outlet, ration: ration, rules: meals(fields),
            waitAtMost: fields["wait"]?.duration("0 s", "12 h", guess: "h") ?? .hours(1),
            lastsAtMost: fields["lasts"]?.duration("1 min", "12 h", guess: "h") ?? .hours(2),
            rest: fields["rest"]?.duration("0 s", "24 h", guess: "h") ?? .hours(2), seeksSlack: seeksSlack(fields),
            dayAtMost: most, pace: pace(fields["pace"]), priority: UInt8(clamping: fields["priority"]?.integer(0...9) ?? 5),
            stock: fields["stock"].flatMap { stock($0) })
        refuseShortBlower(fields, feed)
        return feed
    }

    // MARK: Its line

    private func feedLine(_ entry: Entry) -> Int? {
        guard let tag = entry.text() else { return nil }
        if let number = feedLines.firstIndex(where: { $0.label.tag == tag }) { return number }
        entry.refuse(Phrase(zh: "没有输料线 \(quoted(tag))。", en: "\(quoted(tag)) is not a feed line of this site."),
                     choices(feedLines.map(\.label.tag), insteadOf: tag, zh: "输料线", en: "feed lines"))
        return nil
    }

    private func outlet(_ fields: Fields, _ line: Int) -> Int? {
        let draft = feedLines[line], count = draft.plan.outlets
        let due = Phrase(zh: "写上第几路，如 outlet: 2（1 … \(count)）。", en: "Say which outlet leads to it, such as outlet: 2 (1 … \(count)).")
        var outlet = 0
        if draft.plan.selector == .none {
            fields["outlet"]?.refuse(Phrase(zh: "输料线 \(draft.label.tag) 没有分配器。", en: "line \(draft.label.tag) has no selector."), Phrase(zh: "删去 outlet。", en: "Remove outlet."))
        } else {
            guard let number = fields.required("outlet", due)?.integer(1...max(count, 1)) else { return nil }
            outlet = number - 1
        }
        let place = FeedOutlet(line: line, outlet: outlet)
        if let other = fedOutlets[place] {
            (fields["outlet"] ?? fields["line"])?.refuse(Phrase(zh: "这一路已通往网箱 \(other)。", en: "this outlet already leads to cage \(other)."),
                                                         Phrase(zh: "每个网箱用自己的一路。", en: "Each cage has an outlet of its own."))
        }
        fedOutlets[place] = fields.owner.key
        return outlet
    }

    /// A blower that trips in the middle of a meal leaves the pipe full.
    private func refuseShortBlower(_ fields: Fields, _ feed: CageFeedDraft) {
        let line = feedLines[feed.line]
        guard let blower = line.blower else { return }
        let needs = feed.lastsAtMost + line.plan.purgeAtMost + line.plan.airWithin, most = outputs[blower.offset].definition.maximumOn
        guard most < needs else { return }
        (fields["lasts"] ?? fields["line"])?.refuse(
            Phrase(zh: "一餐连同吹净可能要 \(Phrase(needs).zh)，风机 \(outputs[blower.offset].tag) 最多只许开 \(Phrase(most).zh)。",
                   en: "a meal with its purge may take \(Phrase(needs).en), and blower \(outputs[blower.offset].tag) may be on for \(Phrase(most).en) only."),
            Phrase(zh: "缩短 lasts，或加长 outputs.\(outputs[blower.offset].tag).at-most。", en: "Shorten lasts, or lengthen outputs.\(outputs[blower.offset].tag).at-most."))
    }

    // MARK: How much

    private func ration(_ fields: Fields, _ species: Species?) -> (RationRule, Mass) {
        let due = Phrase(zh: "写成 ration: { table: sebastes-schlegelii, at-most: 60 kg/day }，或 { fixed: 40 kg/day, at-most: 45 kg/day }。",
                         en: "Write ration: { table: sebastes-schlegelii, at-most: 60 kg/day } or { fixed: 40 kg/day, at-most: 45 kg/day }.")
        let nothing = (RationRule.fixed(.grams(1)), Mass.grams(1))
        guard let entry = fields.required("ration", due),
              let ration = entry.fields(["table", "fixed", "at-most"], due: due) else { return nothing }
        let most = ration.required("at-most", due)?.dailyFeed()
        switch (ration["table"], ration["fixed"]) {
        case (let table?, nil):
            guard let found = library.species(table), let most else { return nothing }
            if fields["temperature"] == nil {
                table.refuse(Phrase(zh: "按表投喂要有水温。", en: "a table needs the temperature of the water."), Phrase(zh: "写上 temperature: [测点]。", en: "Name its probes in temperature:."))
            }
            return (.table(number(of: found)), most)
        case (nil, let fixed?):
            guard let daily = fixed.dailyFeed(), let most else { return nothing }
            if daily > most {
                fixed.refuse(Phrase(zh: "比 at-most 还多。", en: "is more than at-most."), Phrase(zh: "at-most 一般比它多一两成，给食欲好的日子。", en: "at-most is usually a tenth or two more, for days of good appetite."))
            }
            return (.fixed(daily), most)
        default:
            entry.refuse(Phrase(zh: "table（按表）与 fixed（定量）要写其中一个。", en: "goes by a table or by a fixed amount: one of the two."), due)
            return nothing
        }
    }

    private func stock(_ entry: Entry) -> CageStock? {
        let due = Phrase(zh: "写成 stock: { count: 12000, mean: 350 g }。", en: "Write stock: { count: 12000, mean: 350 g }.")
        guard let fields = entry.fields(["count", "mean"]), let count = fields.required("count", due)?.integer(1...100_000_000),
              let mean: Mass = fields.required("mean", due)?.quantity("0.01 g", "100 kg", guess: "g") else { return nil }
        return CageStock(count: Double(count), mean: mean)
    }

    /// Its place in the plan's list.
    private func number(of file: SpeciesFile) -> UInt16 {
        if let known = species.firstIndex(where: { $0.tag == file.tag }) { return UInt16(known) }
        species.append(file)
        return UInt16(species.count - 1)
    }

    // MARK: When

    private static let mealForms = PhraseForms(
        what: Phrase(zh: "投喂时间", en: "the time of a meal"), forms: ["06:30", "sunrise + 1 h", "sunset - 2 h", "daylight 40 %"],
        vocabulary: ["sunrise", "sunset", "daylight", "+", "-", "h", "min", "%"])

    private func meals(_ fields: Fields) -> [MealRule] {
        guard let entry = fields["meals"], let entries = entry.list(due: Self.mealsDue) else { return [] }
        if entries.count > MealPlan.mealsMax {
            entry.refuse(Phrase(zh: "一天最多 \(MealPlan.mealsMax) 餐。", en: "at most \(MealPlan.mealsMax) meals a day."), Phrase(zh: "合并几餐。", en: "Take some together."))
        }
        let meals = entries.prefix(MealPlan.mealsMax).compactMap { meal($0) }
        let sum = meals.reduce(0) { $0 + $1.share }
        if meals.count == entries.count, entries.allSatisfy({ $0["share"] != nil }), abs(sum - 1) > 0.001 {
            entry.notice(Phrase(zh: "各餐的 share 合计 \(plain((sum * 1000).rounded() / 10)) %，不是 100 %。", en: "the shares add up to \(plain((sum * 1000).rounded() / 10)) %, not to 100 %."),
                         Phrase(zh: "一天的总量不变，按比例分到各餐；要让数字如实，改成合计 100 %。", en: "The day's ration stays, and each meal has its part of the sum; make them 100 % to have them as written."))
        }
        return meals
    }

    private static let mealsDue = Phrase(zh: "写成 meals: [ { at: \"07:30\", share: 60 % }, { at: daylight 90 %, share: 40 % } ]。",
                                         en: "Write meals: [ { at: \"07:30\", share: 60 % }, { at: daylight 90 %, share: 40 % } ].")

    private func meal(_ entry: Entry) -> MealRule? {
        let due = Phrase(zh: "写成 { at: sunrise + 1 h, share: 60 % }。", en: "Write { at: sunrise + 1 h, share: 60 % }.")
        guard let fields = entry.fields(["at", "share"], due: due), let at = fields.required("at", due),
              let time = mealTime(at) else { return nil }
        return MealRule(time, share: fields["share"]?.base("1 %", "100 %", guess: "%") ?? 1)
    }

    private func mealTime(_ entry: Entry) -> MealTime? {
        guard let text = entry.text() else { return nil }
        if let time = TimeOfDay(text: text) { return .clock(time) }
        var words = PhraseWords(text)
        if words.take("daylight"), let measure = words.takeMeasure(), words.isEmpty {
            return entry.replacing(measure).base("0 %", "100 %", guess: "%").map { .daylight($0) }
        }
        for (name, event) in [("sunrise", SunEvent.sunrise), ("sunset", .sunset)] where words.take(name) {
            switch words.takeSunOffset(entry) {
            case .offset(let offset): return .sun(event, offset: offset)
            case .reported: return nil
            case .notUnderstood: break
            }
        }
        entry.refuse(text, as: Self.mealForms) { TimeOfDay(text: $0) != nil }
        return nil
    }

    private func seeksSlack(_ fields: Fields) -> Bool {
        guard let entry = fields["slack-water"], entry.yesNo() == true else { return false }
        if slack.isEmpty, self.fields["tides"] == nil {
            entry.refuse(Phrase(zh: "没有潮汐表，不知道何时平潮。", en: "there is no tide table to say when it is slack."),
                         Phrase(zh: "在站点文件里写 tides: 文件名（configs/tides）。", en: "Name one of configs/tides in the site's tides:."))
        }
        return true
    }

    private func pace(_ entry: Entry?) -> MealPace {
        guard let entry else { return .usual }
        if case .word = entry.value { return entry.word(["even": .even, "slow-quick-slow": .usual]) ?? .usual }
        guard let fields = entry.fields(["slow", "ends"]) else { return .usual }
        return MealPace(slow: fields["slow"]?.base("10 %", "100 %", guess: "%") ?? MealPace.usual.slow,
                        ends: fields["ends"]?.base("0 %", "50 %", guess: "%") ?? MealPace.usual.ends)
    }
}

struct FeedOutlet: Hashable {
    let line: Int
    let outlet: Int
}

extension Entry {
    /// Such as `60 kg/day`.
    fileprivate func dailyFeed() -> Mass? {
        base("0.01 kg/day", "50000 kg/day", guess: "kg/day").map { MassRate(base: $0).mass(over: .hours(24)) }
    }
}
