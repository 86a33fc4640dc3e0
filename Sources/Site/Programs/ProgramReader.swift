import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// What a program may name, whoever wrote it: a site file or a schedule that was pushed.
struct ProgramScope {
    struct Zone {
        let label: Label
        /// What its valve and source are, for how long it may run.
        let valve: Valve?
        let flow: Flow?
        let area: Area?
        let hasMeter: Bool
        let hasSoil: Bool
        /// Its water is accounted for.
        let hasCrop: Bool
    }

    struct Valve {
        let tag: String
        let travel: Duration
        let maximumOn: Duration
        /// Time before and after the water in which the valve is open.
        let margin: Duration
    }

    let zones: [Zone]
    /// Tags of the site's no-water windows.
    let windows: [String]
    let recipes: [String]
    /// What the site measures, or reckons, as a whole.
    let measures: Set<Matter>
    let isPoint: (String) -> Bool
    /// A point by its tag; reports one that nobody defines.
    let point: (Entry) -> PointIndex?
    let gauge: (PointIndex) -> GaugePoint?
}

/// Reads one entry of `programs:`. Everything that is wrong goes to the entry's report.
struct ProgramReader {
    let scope: ProgramScope

    static let keys = ["name", "zones", "shifts", "start", "starts", "days", "dates", "stage", "when", "unless", "if-unknown", "give",
                       "adjust", "soak", "priority", "no-water", "missed", "recipe", "too-short"]

    func read(_ fields: Fields) -> ProgramPlan {
        let conditions = ConditionPhrases(reader: self)
        let recipe = recipe(fields)
        let plan = ProgramPlan(
            steps: steps(fields), starts: starts(fields), days: days(fields["days"]), dates: dates(fields["dates"]),
            stages: fields["stage"]?.cropStages() ?? 0,
            when: conditions.conditions(fields["when"]), unless: conditions.conditions(fields["unless"]),
            ifUnknown: fields["if-unknown"]?.word(["water": .water, "skip": .skip]) ?? .water,
            byMonth: byMonth(fields["adjust"]), soak: recipe == nil ? fields["soak"].flatMap { soak($0) } : nil,
            priority: UInt8(clamping: fields["priority"]?.integer(0...9) ?? 5), windows: windows(fields["no-water"]),
            missed: fields["missed"].flatMap { missed($0) } ?? .skip, recipe: recipe)
        checkZones(plan, fields)
        return plan
    }

    // MARK: Zones and amounts

    private func steps(_ fields: Fields) -> [ProgramPlan.Step] {
        let due = Phrase(zh: "写成 zones: { 分区: 30 min, … }，或 zones: [分区, …] 加 give: 4 mm。",
                         en: "Write zones: { ZONE: 30 min, … }, or zones: [ZONE, …] with give: 4 mm.")
        let give = fields["give"].flatMap { entry in AmountPhrases().amount(entry).map { (rule: $0, entry: entry) } }
        if let shifts = fields["shifts"] {
            if let zones = fields["zones"] {
                zones.refuse(Phrase(zh: "zones 与 shifts 只能写一个。", en: "zones and shifts are both given."), due)
            }
            return groups(shifts).flatMap { shift, entries in listed(entries, give, shift: shift, fields) }
        }
        guard let entry = fields.required("zones", due) else { return [] }
        if case .list(let entries) = entry.value, entries.contains(where: { $0.word == nil }) {
            entry.refuse(Phrase(zh: "写了水量的分区要用花括号。", en: "zones with amounts go into braces."), due)
            return []
        }
        if case .list(let entries) = entry.value { return listed(entries, give, shift: 0, fields) }
        if case .word = entry.value {
            if let text = entry.text(), zone(text, entry) != nil {
                entry.refuse(Phrase(zh: "这里应为列表。", en: "a list is due here."), Phrase(zh: "写成 zones: [\(quoted(text))]。", en: "Write zones: [\(quoted(text))]."))
            }
            return []
        }
        if let give { give.entry.refuse(Phrase(zh: "每个分区已写了水量。", en: "every zone has an amount of its own already."), due) }
        let pairs = entry.map() ?? [], neighbours = pairs.prefix(16).map(\.entry)
        return pairs.compactMap { tag, entry in
            let rule = AmountPhrases().amount(entry, beside: neighbours)
            return zone(tag, entry).flatMap { index in rule.map { step(index, $0, shift: 0, entry) } }
        }
    }

    /// Shifts (轮灌组): lists of zones that open together.
    private func groups(_ entry: Entry) -> [(UInt16, [Entry])] {
        (entry.list() ?? []).enumerated().compactMap { number, group in
            group.list().map { (UInt16(clamping: number + 1), $0) }
        }
    }

    private func listed(_ entries: [Entry], _ give: (rule: AmountRule, entry: Entry)?, shift: UInt16,
                        _ fields: Fields) -> [ProgramPlan.Step] {
        guard let give else {
            if fields["give"] == nil {
                _ = fields.required("give", Phrase(zh: "写上每个分区的水量，如 give: 4 mm 或 give: 20 min。",
                                                   en: "Say how much each zone gets, such as give: 4 mm or give: 20 min."))
            }
            return []
        }
        return entries.compactMap { entry in
            entry.text().flatMap { zone($0, entry) }.map { step($0, give.rule, shift: shift, entry) }
        }
    }

    private func zone(_ tag: String, _ entry: Entry) -> ZoneIndex? {
        if let index = scope.zones.firstIndex(where: { $0.label.tag == tag }) { return ZoneIndex(index) }
        if let zone = scope.zones.first(where: { $0.label.isNamed(tag) }) {
            entry.refuse(Phrase(zh: "\(quoted(tag)) 是名称，这里要写标识。", en: "\(quoted(tag)) is a name; the tag is due here."),
                         Phrase(zh: "写 \(zone.label.tag)。", en: "Write \(zone.label.tag)."))
            return nil
        }
        entry.refuse(Phrase(zh: "\(quoted(tag)) 不是本站的分区。", en: "\(quoted(tag)) is not a zone of this site."),
                     choices(scope.zones.map(\.label.tag), insteadOf: tag, zh: "分区", en: "zones"))
        return nil
    }

    private func step(_ index: ZoneIndex, _ rule: AmountRule, shift: UInt16, _ entry: Entry) -> ProgramPlan.Step {
        let zone = scope.zones[index.offset]
        let longest = zone.valve.map { max($0.maximumOn - $0.margin, .seconds(10)) } ?? Limits.manualRunMax
        check(rule, zone, entry)
        return ProgramPlan.Step(zone: index, give: rule, longest: min(longest, Limits.manualRunMax), shift: shift)
    }

    // MARK: When not

    private func windows(_ entry: Entry?) -> UInt32 {
        guard let entry else { return .max }
        if entry.isNone { return 0 }
        var mask: UInt32 = 0
        for word in entry.phrases() {
            guard let tag = word.text() else { continue }
            guard let number = scope.windows.firstIndex(of: tag) else {
                word.refuse(Phrase(zh: "没有停灌时段 \(quoted(tag))。", en: "\(quoted(tag)) is not a no-water window of this site."),
                            choices(scope.windows, insteadOf: tag, zh: "停灌时段", en: "windows"))
                continue
            }
            mask |= 1 << UInt32(number)
        }
        return mask
    }

    private func missed(_ entry: Entry) -> MissedPolicy? {
        guard let text = entry.text() else { return nil }
        if text == "skip" { return .skip }
        let prefix = "catch up within "
        guard text.hasPrefix(prefix) else {
            entry.refuse(Phrase(zh: "“\(quoted(text))”不是错过后的做法。", en: "\"\(quoted(text))\" does not say what becomes of a missed start."),
                         Phrase(zh: "写 skip，或 catch up within 3 h。", en: "Write skip, or catch up within 3 h."))
            return nil
        }
        let span = entry.replacing(String(text.dropFirst(prefix.count))).duration("1 min", "24 h", guess: "h")
        return span.map { .catchUp(within: $0) }
    }

    // MARK: How

    private func soak(_ entry: Entry) -> SoakRule? {
        let due = Phrase(zh: "写成 soak: { run: at most 8 min, rest: at least 20 min }。", en: "Write soak: { run: at most 8 min, rest: at least 20 min }.")
        guard let fields = entry.fields(["run", "rest"]) else { return nil }
        let run = fields.required("run", due)?.after("at most").duration("1 min", "12 h", guess: "min")
        let rest = fields.required("rest", due)?.after("at least").duration("1 min", "24 h", guess: "min")
        guard let run, let rest else { return nil }
        return SoakRule(run: run, rest: rest)
    }

    /// Fertiliser must not rest in the lines while the water soaks in.
    private func recipe(_ fields: Fields) -> ProgramRecipe? {
        let tooShort: TooShort = fields["too-short"]?.word(["extend": .extend, "clear-water": .clearWater, "skip": .skip]) ?? .extend
        guard let entry = fields["recipe"] else {
            fields["too-short"]?.refuse(Phrase(zh: "这个程序没写配方（只灌清水），这一项不起作用。", en: "means nothing without a recipe: this program gives clear water."), Phrase(zh: "要施肥就写上 recipe，不施肥就删去它。", en: "Name a recipe, or remove it."))
            return nil
        }
        fields["soak"]?.refuse(Phrase(zh: "施肥的程序不能间歇：肥液会停在管里。", en: "a program with a recipe cannot soak: fertiliser would rest in the lines."),
                               Phrase(zh: "删去 soak，或把间歇灌溉另写一个程序。", en: "Remove soak, or make a program of its own for it."))
        guard let tag = entry.text() else { return nil }
        if let number = scope.recipes.firstIndex(of: tag) { return ProgramRecipe(RecipeIndex(number), tooShort: tooShort) }
        entry.refuse(Phrase(zh: "没有配方 \(quoted(tag))。", en: "\(quoted(tag)) is not a recipe of this site."),
                     choices(scope.recipes, insteadOf: tag, zh: "配方", en: "recipes")
                        .then(Phrase(zh: "只灌清水就删去这一行。", en: "For clear water leave this line out.")))
        return nil
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// One part for the whole year, or parts by month; a month that is not named has all of it.
    private func byMonth(_ entry: Entry?) -> [Fraction] {
        guard let entry else { return [] }
        if case .word = entry.value { return entry.part().map { Array(repeating: $0, count: 12) } ?? [] }
        guard let fields = entry.fields(Self.months) else { return [] }
        return Self.months.map { fields[$0]?.part() ?? Fraction(base: 1) }
    }
}

extension Entry {
    fileprivate func part() -> Fraction? { quantity("10 %", "300 %", guess: "%") }

    /// The text behind these words, if they stand in front of it.
    fileprivate func after(_ words: String) -> Entry {
        guard case .word(let text) = value, text.hasPrefix(words + " ") else { return self }
        return replacing(String(text.dropFirst(words.count + 1)))
    }
}
