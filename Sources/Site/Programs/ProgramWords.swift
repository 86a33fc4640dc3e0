public import Control
public import Language
public import ProcessImage
import Quantities

/// The rules of programs as people read them, on screens and in `tidegate check`.
public struct ProgramWords: Sendable {
    private let tables: SiteTables
    private let plan: ControlPlan

    public init(_ tables: SiteTables, _ plan: ControlPlan) {
        self.tables = tables
        self.plan = plan
    }

    // MARK: How much

    /// What a zone gets: "20 min", "4.0 mm (4.27 m3)", "deficit, at most 8.0 mm".
    public func gives(_ step: ProgramPlan.Step) -> Phrase {
        switch step.give {
        case .fixed(let amount): amount.text
        case .depth(let depth): with(depth, step.zone)
        case .deficit(let bounds): bounded(Phrase(zh: "补足缺水", en: "the deficit"), bounds)
        case .etSinceIrrigation(let bounds): bounded(Phrase(zh: "补上次灌后的蒸散量", en: "ET since the last watering"), bounds)
        }
    }

    private func with(_ depth: Depth, _ zone: ZoneIndex) -> Phrase {
        guard let area = plan.zones[zone.offset].area else { return text(depth) }
        return Phrase(zh: "{depth}（{volume}）", en: "{depth} ({volume})").filled(["depth": text(depth), "volume": depth.volume(on: area).text])
    }

    private func text(_ depth: Depth) -> Phrase { Phrase(verbatim: "\(Phrase(depth.millimeters, decimals: 1).en) mm") }

    private func bounded(_ what: Phrase, _ bounds: AmountRule.Bounds) -> Phrase {
        let parts = [
            bounds.atLeast.map { Phrase(zh: "至少 \(text($0).zh)", en: "at least \(text($0).en)") },
            bounds.atMost.map { Phrase(zh: "至多 \(text($0).zh)", en: "at most \(text($0).en)") },
            bounds.otherwise.map { Phrase(zh: "不明时 \(text($0).zh)", en: "else \(text($0).en)") },
        ].compactMap(\.self)
        return joined([what] + parts)
    }

    // MARK: When

    /// - Parameter all: whether more than six times are all told.
    public func starts(_ program: ProgramPlan, all: Bool = false) -> Phrase {
        switch program.starts {
        case .times(let times): joined(all ? times.map { start($0) } : shortened(times.map { start($0) }))
        case .trigger(let trigger): self.trigger(trigger)
        }
    }

    /// More than six are told by their first, second and last.
    private func shortened(_ times: [Phrase]) -> [Phrase] {
        guard times.count > 6, let last = times.last else { return times }
        return Array(times.prefix(2)) + [Phrase(verbatim: "…"), last, Phrase(zh: "共 \(times.count) 次", en: "\(times.count) times")]
    }

    private func start(_ time: StartTime) -> Phrase {
        switch time {
        case .clock(let time): return Phrase(verbatim: time.text)
        case .finish(let time): return Phrase(zh: "\(time.text) 前灌完", en: "finish by \(time.text)")
        case .sun(let event, let offset):
            let name = event == .sunrise ? Phrase(zh: "日出", en: "sunrise") : Phrase(zh: "日落", en: "sunset")
            guard offset != .zero else { return name }
            let size = Phrase(offset < .zero ? .zero - offset : offset)
            return offset < .zero
                ? Phrase(zh: "\(name.zh)前 \(size.zh)", en: "\(size.en) before \(name.en)")
                : Phrase(zh: "\(name.zh)后 \(size.zh)", en: "\(size.en) after \(name.en)")
        }
    }

    private func trigger(_ trigger: Trigger) -> Phrase {
        let what = switch trigger.kind {
        case .condition(let condition, let until): thirst(condition, until)
        case .radiation(let sum): Phrase(zh: "每累计辐射 \(Matter.radiation.figure(sum.base).zh)", en: "after each \(Matter.radiation.figure(sum.base).en) of sun")
        }
        var parts = [what]
        if trigger.from > .midnight || trigger.until < .lastOfDay {
            parts.append(Phrase(verbatim: "\(trigger.from.text)–\(trigger.until.text)"))
        }
        let rest = Phrase(trigger.rest)
        parts.append(Phrase(zh: "间隔至少 \(rest.zh)", en: "rest \(rest.en)"))
        parts.append(Phrase(zh: "每天至多 \(trigger.atMostADay) 次", en: "at most \(trigger.atMostADay) a day"))
        return joined(parts)
    }

    private func thirst(_ condition: Condition, _ until: Double) -> Phrase {
        let text = self.condition(condition)
        guard until != condition.limit else { return text }
        let end = figure(condition.measured, until)
        return Phrase(zh: "\(text.zh)，到 \(end.zh) 为止", en: "\(text.en) until \(end.en)")
    }

    /// Days, dates, conditions: what limits the starts. `nil`: nothing does.
    public func limits(_ program: ProgramPlan) -> Phrase? {
        var parts: [Phrase] = []
        if program.days != .everyDay { parts.append(days(program.days)) }
        parts += program.dates.map { Phrase(verbatim: $0.text) }
        parts += program.when.map { condition in
            let text = self.condition(condition)
            return Phrase(zh: "须 \(text.zh)", en: "when \(text.en)")
        }
        parts += program.unless.map { condition in
            let text = self.condition(condition)
            return Phrase(zh: "若 \(text.zh) 则不灌", en: "unless \(text.en)")
        }
        if !program.when.isEmpty || !program.unless.isEmpty {
            parts.append(program.ifUnknown == .water ? Phrase(zh: "不明的条件不算", en: "an unknown condition does not count")
                : Phrase(zh: "条件不明则不灌", en: "no water if a condition is unknown"))
        }
        if let recipe = program.recipe { parts.append(self.recipe(recipe)) }
        return parts.isEmpty ? nil : joined(parts)
    }

    /// What the water carries, and what becomes of a run too short for it.
    private func recipe(_ recipe: ProgramRecipe) -> Phrase {
        let name = tables.recipes[recipe.recipe.offset].name
        let short = switch recipe.tooShort {
        case .extend: Phrase(zh: "水不够就加", en: "water is added where it is too little")
        case .clearWater: Phrase(zh: "水不够就不施肥", en: "no dose where the water is too little")
        case .skip: Phrase(zh: "水不够就不灌", en: "skipped where the water is too little")
        }
        return Phrase(zh: "施肥配方 \(name.zh)（\(short.zh)）", en: "with recipe \(name.en) (\(short.en))")
    }

    private func days(_ rule: DayRule) -> Phrase {
        var parts: [Phrase] = []
        if rule.weekdays != 0b111_1111 {
            let days = (0..<7).filter { rule.weekdays & (1 << UInt8($0)) != 0 }
            parts.append(Phrase(zh: "周" + days.map { Self.weekdaysZh[$0] }.joined(separator: "、"), en: days.map { Self.weekdaysEn[$0] }.joined(separator: ", ")))
        }
        if rule.interval > 1 { parts.append(Phrase(zh: "每 \(rule.interval) 天", en: "every \(rule.interval) days")) }
        switch rule.parity {
        case .any: break
        case .odd: parts.append(Phrase(zh: "单日", en: "odd days"))
        case .even: parts.append(Phrase(zh: "双日", en: "even days"))
        }
        return joined(parts)
    }

    private static let weekdaysZh = ["一", "二", "三", "四", "五", "六", "日"]
    private static let weekdaysEn = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// When a no-water window stands, and what it does to water that flows.
    public func window(_ window: WaterWindow) -> Phrase {
        let when = switch window.kind {
        case .hours(let from, let until, let days):
            days == .everyDay ? Phrase(verbatim: "\(from.text)–\(until.text)")
                : joined([Phrase(verbatim: "\(from.text)–\(until.text)"), self.days(days)])
        case .condition(let condition, _): self.condition(condition)
        }
        let then = window.endsRuns ? Phrase(zh: "正在灌的就此结束", en: "water that flows ends")
            : Phrase(zh: "正在灌的过后接着灌", en: "water that flows goes on afterwards")
        return joined([when, then])
    }

    /// Such as "rain of 24 h > 5.0 mm".
    public func condition(_ condition: Condition) -> Phrase {
        let name = tables.name(of: condition.measured.matter, index: condition.measured.index, hours: condition.measured.hours)
        let limit = figure(condition.measured, condition.limit)
        let sign = condition.isAbove ? ">" : "<"
        return Phrase(zh: "\(name.zh) \(sign) \(limit.zh)", en: "\(name.en) \(sign) \(limit.en)")
    }

    private func figure(_ measured: Measured, _ base: Double) -> Phrase {
        tables.figure(measured.matter, index: measured.index, base)
    }

    private func joined(_ parts: [Phrase]) -> Phrase {
        Phrase(zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    }
}
