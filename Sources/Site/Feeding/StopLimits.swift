import Agronomy
public import Control
public import Language
import ProcessImage
import Quantities

/// A limit on feeding as it is usual for its kind, in the base unit.
private struct UsualLimit {
    let stop: Double
    let resume: Double
    var reduce: Double?
    var least = 0.3
    var stopAfter: Duration = .seconds(30)
    var resumeAfter: Duration = .minutes(15)
    var isLatching = false
}

/// How a limit is written: its unit, between what, and how far back its resumption lies.
private struct LimitForm {
    let key: String
    let kind: FeedGateKind
    let unit: String
    let low: String
    let high: String
    /// Base unit.
    let margin: Double
}

/// `stop:` of a cage: where its feeding ends.
extension SiteReader {
    private static let limitForms = [
        LimitForm(key: "oxygen", kind: .oxygen, unit: "mg/L", low: "0.5 mg/L", high: "15 mg/L", margin: 1),
        LimitForm(key: "saturation", kind: .saturation, unit: "%", low: "5 %", high: "120 %", margin: 0.1),
        LimitForm(key: "warm", kind: .warmth, unit: "degC", low: "-2 degC", high: "45 degC", margin: 1),
        LimitForm(key: "cold", kind: .cold, unit: "degC", low: "-2 degC", high: "45 degC", margin: 1),
        LimitForm(key: "current", kind: .current, unit: "m/s", low: "0.05 m/s", high: "5 m/s", margin: 0.1),
        LimitForm(key: "waves", kind: .waves, unit: "m", low: "0.1 m", high: "15 m", margin: 0.3),
        LimitForm(key: "wind", kind: .wind, unit: "m/s", low: "1 m/s", high: "60 m/s", margin: 3),
        LimitForm(key: "sulfide", kind: .sulfide, unit: "ug/L", low: "0.1 ug/L", high: "1000 ug/L", margin: 0.001),
        LimitForm(key: "uneaten", kind: .uneaten, unit: "%", low: "1 %", high: "100 %", margin: 0.1),
    ]

    /// Every limit that the site file, the species or a probe brings about. What can be seen is looked at; oxygen and temperature must be,
    /// unless somebody writes that they are not.
    func feedGates(_ fields: Fields, _ species: Species?, _ seen: Set<SeaQuantity>, hasSalinity: Bool) -> [FeedGatePlan] {
        let stop = fields["stop"]?.fields(Self.limitForms.map(\.key))
        refuseUnseen(fields, stop, seen)
        return Self.limitForms.compactMap { form in
            gate(form, fields, stop?[form.key], usual(form.kind, species, seen), seen, hasSalinity: hasSalinity)
        }
    }

    private func refuseUnseen(_ fields: Fields, _ stop: Fields?, _ seen: Set<SeaQuantity>) {
        let wanted: [(key: String, quantity: SeaQuantity, limit: String, zh: String)] = [("oxygen", .oxygen, "oxygen", "溶氧"), ("temperature", .temperature, "warm", "水温")]
        for (key, quantity, limit, zh) in wanted where !seen.contains(quantity) && fields[key] == nil {
            if let entry = stop?[limit], entry.isNotMeasured {
                entry.notice(Phrase(zh: "不测\(zh)也投喂：要靠人看。", en: "it is fed though its \(key) is not measured: people must look."), Phrase(zh: "装上探头更稳妥。", en: "A probe is safer."))
                continue
            }
            fields["line"]?.refuse(Phrase(zh: "没有\(zh)测点，读不到就不投喂。", en: "has no probe of \(key), and what cannot be read stops the feed."),
                                   Phrase(zh: "写上 \(key): [测点]；确实不测，写 stop: { \(limit): not-measured }。", en: "Name it in \(key):, or, if it really is not measured, write stop: { \(limit): not-measured }."))
        }
    }

    private func usual(_ kind: FeedGateKind, _ species: Species?, _ seen: Set<SeaQuantity>) -> UsualLimit? {
        switch kind {
        case .oxygen:
            let oxygen = species?.oxygen
            let stop = oxygen?.stop.base ?? 4, reduce = oxygen.map(\.reduce.base) ?? 5
            return UsualLimit(stop: stop, resume: oxygen?.resume.base ?? 5.5, reduce: reduce > stop ? reduce : nil)
        case .warmth:
            guard let water = species?.water else { return nil }
            return UsualLimit(stop: water.warmStop.celsius, resume: water.warmStop.celsius - 1,
                              reduce: water.warmReduce < water.warmStop ? water.warmReduce.celsius : nil, resumeAfter: .minutes(30))
        case .cold:
            guard let water = species?.water else { return nil }
            return UsualLimit(stop: water.coldStop.celsius, resume: water.coldStop.celsius + 1,
                              reduce: water.coldReduce > water.coldStop ? water.coldReduce.celsius : nil, resumeAfter: .minutes(30))
        case .saturation: return nil
        case .current, .waves, .wind, .sulfide, .uneaten: return seen.contains(kind.quantity) ? kind.usual : nil
        }
    }

    private func gate(_ form: LimitForm, _ fields: Fields, _ entry: Entry?, _ usual: UsualLimit?, _ seen: Set<SeaQuantity>,
                      hasSalinity: Bool) -> FeedGatePlan? {
        if let entry, entry.isNotMeasured { return nil }
        let isSeen = form.kind == .saturation ? seen.isSuperset(of: [.oxygen, .temperature]) && (hasSalinity || seen.contains(.salinity))
            : seen.contains(form.kind.quantity)
        guard isSeen else {
            if let entry, fields[form.kind.pointKey] == nil {
                entry.refuse(Phrase(zh: "没有它的测点。", en: "nothing measures it."), Phrase(zh: "写上 \(form.kind.pointKey): 测点。", en: "Name a point in \(form.kind.pointKey):."))
            }
            return nil
        }
        guard let entry else { return usual.map { FeedGatePlan(cage: CageIndex(cages.count), form.kind, $0) } }
        if case .map = entry.value { return gate(form, entry, usual) }
        guard let stop = entry.base(form.low, form.high, guess: form.unit) else { return nil }
        return FeedGatePlan(cage: CageIndex(cages.count), form.kind, (usual ?? UsualLimit(stop: stop, resume: stop)).moved(to: stop, form))
    }

    /// `{ at: 0.7 m/s, reduce: 0.4 m/s, resume: 0.6 m/s, … }`
    private func gate(_ form: LimitForm, _ entry: Entry, _ usual: UsualLimit?) -> FeedGatePlan? {
        let due = Phrase(zh: "写成 { at: 停喂值, resume: 恢复值 }。", en: "Write { at: where it stops, resume: where it goes on }.")
        guard let fields = entry.fields(["at", "reduce", "resume", "after", "resume-after", "least", "latching", "when-blind"]),
              let stop = fields.required("at", due)?.base(form.low, form.high, guess: form.unit) else { return nil }
        let moved = (usual ?? UsualLimit(stop: stop, resume: stop)).moved(to: stop, form)
        func side(_ key: String, _ usual: Double?) -> Double? {
            guard let entry = fields[key] else { return usual }
            guard let value = entry.base(form.low, form.high, guess: form.unit) else { return usual }
            if (value - stop) * (form.kind.isFloor ? 1 : -1) > 0 { return value }
            let at = FeedGatePlan(cage: CageIndex(cages.count), form.kind, moved).stopText
            let (more, beyond) = form.kind.isFloor ? (Phrase(zh: "高", en: "more"), Phrase(zh: "以上", en: "above"))
                : (Phrase(zh: "低", en: "less"), Phrase(zh: "以下", en: "below"))
            entry.refuse(Phrase(zh: "要\(more.zh)于停喂值 at（\(at)）。", en: "must be \(beyond.en) at, where the feed stops (\(at))."),
                         Phrase(zh: "写一个比 \(at) \(more.zh)的值：到了停喂值之前就减量，回到它\(beyond.zh)才恢复。",
                                en: "Write \(more.en) than \(at): the feed is reduced before it stops, and goes on only \(beyond.en) that."))
            return usual
        }
        let after = fields["after"]?.duration("0 s", "1 h", guess: "s") ?? moved.stopAfter
        let blind = fields["when-blind"]
        if let blind, form.kind != .uneaten {
            blind.refuse(Phrase(zh: "读不到就停喂，不能改。", en: "what cannot be read stops the feed; that cannot be changed."), Phrase(zh: "删去 when-blind。", en: "Remove when-blind."))
        }
        return FeedGatePlan(
            cage: CageIndex(cages.count), form.kind, stop: stop, resume: side("resume", moved.resume) ?? moved.resume,
            reduce: side("reduce", moved.reduce),
            least: fields["least"]?.base("0 %", "100 %", guess: "%") ?? moved.least, stopAfter: after,
            resumeAfter: max(fields["resume-after"]?.duration("0 s", "24 h", guess: "min") ?? moved.resumeAfter, after),
            isLatching: fields["latching"]?.yesNo() ?? moved.isLatching,
            whenBlind: form.kind == .uneaten ? blind?.base("0 %", "100 %", guess: "%") ?? 0 : 0)
    }
}

extension UsualLimit {
    /// The same limit at another place: what is reduced before keeps its place where that is still before, resumption its distance.
    fileprivate func moved(to stop: Double, _ form: LimitForm) -> UsualLimit {
        let sign: Double = form.kind.isFloor ? 1 : -1
        let distance = max(abs(resume - self.stop), form.margin)
        let kept = reduce.flatMap { ($0 - stop) * sign > 0 ? $0 : nil }
        return UsualLimit(stop: stop, resume: stop + distance * sign, reduce: kept, least: least, stopAfter: stopAfter,
                          resumeAfter: resumeAfter, isLatching: isLatching)
    }
}

extension FeedGatePlan {
    fileprivate init(cage: CageIndex, _ kind: FeedGateKind, _ limit: UsualLimit) {
        self.init(cage: cage, kind, stop: limit.stop, resume: limit.resume, reduce: limit.reduce, least: limit.least,
                  stopAfter: limit.stopAfter, resumeAfter: limit.resumeAfter, isLatching: limit.isLatching)
    }
}

extension FeedGateKind {
    /// Of what is looked at wherever a probe tells of it. Source: farm practice; wind of force 6 … 7 ends at 13.8 m/s.
    fileprivate var usual: UsualLimit? {
        switch self {
        case .current: UsualLimit(stop: 0.8, resume: 0.7, reduce: 0.4, least: 0.5, stopAfter: .minutes(1))
        case .waves: UsualLimit(stop: 1.5, resume: 1.2, reduce: 1, resumeAfter: .minutes(30))
        case .wind: UsualLimit(stop: 13.8, resume: 10.8, stopAfter: .minutes(1))
        case .sulfide: UsualLimit(stop: 0.005, resume: 0.002, isLatching: true)
        case .uneaten: UsualLimit(stop: 0.3, resume: 0.1, reduce: 0.1, least: 0.5, stopAfter: .seconds(90), resumeAfter: .minutes(20))
        case .oxygen, .saturation, .warmth, .cold: nil
        }
    }

    /// The key of a cage that names its points.
    fileprivate var pointKey: String { quantity == .temperature ? "temperature" : "\(quantity)" }
}

extension FeedGateKind {
    /// As it is written under `stop:`.
    var key: String { switch self { case .warmth: "warm" default: "\(self)" } }

    /// What a limit looks at.
    public var name: Phrase {
        switch self {
        case .oxygen: Phrase(zh: "溶氧低停喂", en: "stops at low oxygen")
        case .saturation: Phrase(zh: "饱和度低停喂", en: "stops at low saturation")
        case .warmth: Phrase(zh: "水热停喂", en: "stops in warm water")
        case .cold: Phrase(zh: "水冷停喂", en: "stops in cold water")
        case .current: Phrase(zh: "流急停喂", en: "stops in a current")
        case .waves: Phrase(zh: "浪大停喂", en: "stops in waves")
        case .wind: Phrase(zh: "风大停喂", en: "stops in wind")
        case .sulfide: Phrase(zh: "硫化氢高停喂", en: "stops at sulfide")
        case .uneaten: Phrase(zh: "剩料多停喂", en: "stops at feed left over")
        }
    }
}

extension FeedGatePlan {
    /// Where it stops, as it is written.
    var stopText: String { text(stop) }

    /// Where it stops, from where on less is fed, and where it goes on.
    public var words: Phrase {
        let after = Phrase(resumeAfter)
        var (zh, en) = (["到 \(text(stop)) 停"], ["at \(text(stop))"])
        if let reduce {
            zh.append("\(text(reduce)) 起减到 \(plain((least * 100).rounded())) %")
            en.append("less from \(text(reduce)) on, down to \(plain((least * 100).rounded())) %")
        }
        zh.append(isLatching ? "人解除后才恢复" : "好于 \(text(resume)) 满 \(after.zh)恢复")
        en.append(isLatching ? "until somebody releases it" : "goes on after \(after.en) better than \(text(resume))")
        if whenBlind > 0 {
            zh.append("读不到时喂 \(plain((whenBlind * 100).rounded())) %")
            en.append("\(plain((whenBlind * 100).rounded())) % without a reading")
        }
        return Phrase(zh: zh.joined(separator: "，"), en: en.joined(separator: ", "))
    }

    private func text(_ base: Double) -> String {
        let symbol = switch kind {
        case .oxygen: "mg/L"
        case .saturation, .uneaten: "%"
        case .warmth, .cold: "degC"
        case .current, .wind: "m/s"
        case .waves: "m"
        case .sulfide: "ug/L"
        }
        let shown = Unit(symbol: symbol)?.fromBase(base) ?? base
        return "\(plain((shown * 1000).rounded() / 1000)) \(symbol == "degC" ? "°C" : symbol)"
    }
}

extension Entry {
    fileprivate var isNotMeasured: Bool { if case .word("not-measured") = value { true } else { false } }
}
