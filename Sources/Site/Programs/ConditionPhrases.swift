import Control
import Language
import ProcessImage
import Quantities

/// `when:`, `unless:`, thresholds and windows: something measured, above or below a limit.
struct ConditionPhrases {
    let reader: ProgramReader

    struct Name {
        let name: String
        let matter: Matter
        let low: String
        let high: String
        let unit: String
    }

    /// Names of what the site measures as a whole or by zone. Anything else is a point's tag.
    static let names = [
        Name(name: "depletion", matter: .depletion, low: "0 %", high: "100 %", unit: "%"),
        Name(name: "soil", matter: .soil, low: "0 %", high: "100 %", unit: "%"),
        Name(name: "forecast rain", matter: .forecastRain, low: "0 mm", high: "500 mm", unit: "mm"),
        Name(name: "rain", matter: .rain, low: "0 mm", high: "500 mm", unit: "mm"),
        Name(name: "wind", matter: .wind, low: "0 m/s", high: "60 m/s", unit: "m/s"),
        Name(name: "temperature", matter: .temperature, low: "-50 degC", high: "60 degC", unit: "degC"),
        Name(name: "radiation", matter: .radiation, low: "0 J/cm2", high: "5000 J/cm2", unit: "J/cm2"),
    ]

    static let forms = PhraseForms(
        what: Phrase(zh: "条件", en: "a condition"),
        forms: ["depletion > 35 %", "soil < 24 %", "rain > 5 mm in 24 h", "forecast rain > 10 mm in 24 h", "wind > 4 m/s",
                "temperature < 3 degC", "soil-a.moisture < 24 %"],
        vocabulary: words + ["in", "h", "mm", "%", "m/s", "degC", "<", ">"])

    static let words = names.flatMap { $0.name.split(separator: " ").map(String.init) }

    /// One condition, or a list of them.
    func conditions(_ entry: Entry?) -> [Condition] {
        guard let entry else { return [] }
        let found = entry.phrases().compactMap { condition($0) }
        guard found.count > Limits.conditionsMax else { return found }
        entry.refuse(Phrase(zh: "条件超过 \(Limits.conditionsMax) 个。", en: "has more than \(Limits.conditionsMax) conditions."),
                     Phrase(zh: "请减少，或分成两个程序。", en: "Leave some out, or divide the program."))
        return []
    }

    func condition(_ entry: Entry) -> Condition? {
        guard let text = entry.text() else { return nil }
        var words = PhraseWords(text)
        let name = words.takeUntil(["<", ">"])
        let isAbove = words.take(">")
        guard isAbove || words.take("<"), let measure = words.takeMeasure(), !name.isEmpty else {
            refuse(text, entry)
            return nil
        }
        let hours: UInt16?
        if words.take("in"), let span = words.takeMeasure(), words.isEmpty {
            guard let time = entry.replacing(span).duration("1 h", "168 h", guess: "h") else { return nil }
            hours = UInt16(clamping: time.components.seconds / 3600)
        } else {
            hours = nil
        }
        guard words.isEmpty else {
            refuse(text, entry)
            return nil
        }
        return measured(name, hours, text, entry).flatMap { measured in
            limit(measured, entry.replacing(measure)).map { Condition(measured, isAbove: isAbove, limit: $0) }
        }
    }

    private func refuse(_ text: String, _ entry: Entry) {
        entry.refuse(text, as: Self.forms) { guess in
            var words = PhraseWords(guess)
            let name = words.takeUntil(["<", ">"])
            guard words.take("<") || words.take(">"), words.takeMeasure() != nil else { return false }
            return Self.names.contains { $0.name == name } && (words.isEmpty || words.take("in"))
        }
    }

    private func measured(_ name: String, _ hours: UInt16?, _ text: String, _ entry: Entry) -> Measured? {
        guard let known = Self.names.first(where: { $0.name == name }) else { return point(name, text, entry) }
        reader.refuseUnmeasured(known.matter, entry)
        switch (known.matter, hours) {
        case (.rain, let hours?): return .rain(hours: hours)
        case (.forecastRain, let hours?): return .forecastRain(hours: hours)
        case (.rain, nil), (.forecastRain, nil):
            entry.refuse(Phrase(zh: "没有写多长时间内的雨。", en: "does not say the rain of how many hours."),
                         Phrase(zh: "是不是 \(text) in 24 h？", en: "Did you mean \(text) in 24 h?"))
            return nil
        case (_, .some):
            entry.refuse(Phrase(zh: "只有雨量可以写 in … h。", en: "only rain is asked for in a stretch of hours."),
                         Phrase(zh: "去掉 in 及其后面的时间。", en: "Leave out in and the time after it."))
            return nil
        case (.depletion, nil): return .depletion
        case (.soil, nil): return .soil
        case (.wind, nil): return .wind
        case (.temperature, nil): return .temperature
        default: return .radiation
        }
    }

    private func point(_ tag: String, _ text: String, _ entry: Entry) -> Measured? {
        guard tag.contains(".") || reader.scope.isPoint(tag) else {
            refuse(text, entry)
            return nil
        }
        guard let index = reader.scope.point(entry.replacing(tag)) else { return nil }
        guard let gauge = reader.scope.gauge(index) else {
            entry.refuse(Phrase(zh: "测点 \(quoted(tag)) 是开关量，不能比大小。", en: "point \(quoted(tag)) is on or off and has no size."),
                         Phrase(zh: "换一个测量值的点。", en: "Name a point that measures something."))
            return nil
        }
        return .point(gauge)
    }

    /// The limit in the base unit of what is measured.
    func limit(_ measured: Measured, _ entry: Entry) -> Double? {
        if case .point(let gauge) = measured { return entry.base(of: gauge.dimension) }
        guard let name = Self.names.first(where: { $0.matter == measured.matter }) else { return nil }
        return entry.base(name.low, name.high, guess: name.unit)
    }
}
