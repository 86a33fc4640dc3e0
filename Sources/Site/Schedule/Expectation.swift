public import Control
import Agronomy
import Language
public import ProcessImage
public import Quantities

/// What its writer says will come of a schedule: a weather, and what each zone and cage gets. Read everywhere, tried at the desk alone:
/// a gateway judges a document by what it may do and not by what it was meant to do.
public struct Expectation: Sendable {
    public enum Weather: Sendable {
        /// Every day like this.
        case day(SeasonWeather.Day)
        /// The averages of the site file.
        case typical
        /// A file of `configs/weather`, by its name.
        case file(String)
    }

    /// What one zone gets in m3, or one cage in kg, within the days together.
    public struct Outcome: Sendable {
        public let subject: Subject
        /// Zero and zero: nothing.
        public let least: Double
        public let most: Double
        /// Where it stands in the document.
        public let file: String
        public let line: Int
        public let key: String
    }

    public let name: String?
    /// The first day, and how many; what starts within them counts to its end.
    public let first: CivilDate
    public let days: Int
    public let weather: Weather
    /// How dry every zone's soil is when it begins, of the water plants can take; `nil`: as the site file says.
    public let depletion: Fraction?
    /// What is measured in the sea, in base units.
    public let sea: [SeaQuantity: Double]
    public let outcomes: [Outcome]
}

extension SiteReader {
    static let expectKeys = ["name", "on", "days", "given", "weather", "then"]
    static let givenKeys = airKeys + seaKeys.map(\.key)
    private static let airKeys = ["tmax", "tmin", "sun", "humidity", "wind", "rain", "depletion"]
    private static let expectationsMax = 32
    private static let seaKeys: [(key: String, quantity: SeaQuantity, low: String, high: String, guess: String)] = [
        ("water", .temperature, "-2 degC", "45 degC", "degC"), ("oxygen", .oxygen, "0 mg/L", "20 mg/L", "mg/L"),
        ("current", .current, "0 m/s", "5 m/s", "m/s"), ("waves", .waves, "0 m", "15 m", "m"),
    ]

    func readExpectations(_ entry: Entry, _ head: ScheduleHead) {
        let entries = entry.list() ?? []
        if entries.count > Self.expectationsMax {
            entry.refuse(Phrase(zh: "超过 \(Self.expectationsMax) 条。", en: "has more than \(Self.expectationsMax)."), Phrase(zh: "留下最要紧的。", en: "Keep those that matter most."))
        }
        expectations = entries.prefix(Self.expectationsMax).compactMap { expectation($0, head) }
    }

    private func expectation(_ entry: Entry, _ head: ScheduleHead) -> Expectation? {
        guard let fields = entry.fields(Self.expectKeys) else { return nil }
        let first = fields["on"].flatMap { day($0, head) } ?? head.valid.lowerBound
        let given = fields["given"]?.fields(Self.givenKeys)
        let weather = weather(fields, given)
        let due = Phrase(zh: "写上结果，如 then: { east: 3 m3 .. 5 m3, west: nothing }。", en: "Say what comes of it, such as then: { east: 3 m3 .. 5 m3, west: nothing }.")
        let outcomes = fields.required("then", due)?.map()?.compactMap { tag, entry in outcome(tag, entry) } ?? []
        guard let weather else { return nil }
        return Expectation(name: fields["name"]?.text(), first: first, days: fields["days"]?.integer(1...31) ?? 1, weather: weather,
                           depletion: given?["depletion"]?.quantity("0 %", "100 %", guess: "%"), sea: sea(given), outcomes: outcomes)
    }

    private func day(_ entry: Entry, _ head: ScheduleHead) -> CivilDate? {
        guard let day = entry.day() else { return nil }
        if head.valid.contains(day) { return day }
        entry.refuse(Phrase(zh: "不在有效期内。", en: "is no day of valid:."), Phrase(zh: "改成有效期内的一天。", en: "Take one of its days."))
        return nil
    }

    // MARK: Given

    /// A day, a file, or nothing of the air at all: then the averages of the site.
    private func weather(_ fields: Fields, _ given: Fields?) -> Expectation.Weather? {
        if let file = fields["weather"] {
            if let both = given?["tmax"] ?? given?["tmin"] {
                both.refuse(Phrase(zh: "已写了天气表。", en: "a weather file is named as well."), Phrase(zh: "两样留一样。", en: "Keep one of the two."))
            }
            return file.tag().map { .file($0) }
        }
        guard let given, given["tmax"] != nil || given["tmin"] != nil else {
            for key in ["sun", "humidity", "rain"] {
                given?[key]?.refuse(Phrase(zh: "没有写 tmax 与 tmin。", en: "means nothing without tmax and tmin."), Phrase(zh: "补上当天最高、最低气温。", en: "Give the day's highest and lowest temperature."))
            }
            return .typical
        }
        return weatherDay(given).map { .day($0) }
    }

    private func weatherDay(_ given: Fields) -> SeasonWeather.Day? {
        let due = Phrase(zh: "写成 given: { tmax: 34 degC, tmin: 21 degC, sun: 27 MJ/m2, wind: 2 m/s, rain: 0 mm }。",
                         en: "Write given: { tmax: 34 degC, tmin: 21 degC, sun: 27 MJ/m2, wind: 2 m/s, rain: 0 mm }.")
        let high: Temperature? = given.required("tmax", due)?.quantity("-40 degC", "55 degC", guess: "degC")
        let low: Temperature? = given.required("tmin", due)?.quantity("-50 degC", "45 degC", guess: "degC")
        guard let high, let low else { return nil }
        if low > high {
            given["tmin"]?.refuse(Phrase(zh: "高于 tmax。", en: "is above tmax."), Phrase(zh: "核对两个气温。", en: "Check the two temperatures."))
            return nil
        }
        var weather = DailyWeather(minimum: low, maximum: high)
        weather.radiation = given["sun"]?.quantity("0 MJ/m2", "45 MJ/m2", guess: "MJ/m2")
        weather.humidityMean = given["humidity"]?.quantity("5 %", "100 %", guess: "%")
        weather.wind = given["wind"]?.quantity("0 m/s", "40 m/s", guess: "m/s")
        let rain: Depth? = given["rain"]?.quantity("0 mm", "500 mm", guess: "mm")
        return SeasonWeather.Day(weather: weather, rain: rain ?? .zero)
    }

    private func sea(_ given: Fields?) -> [SeaQuantity: Double] {
        var sea: [SeaQuantity: Double] = [:]
        for form in Self.seaKeys { sea[form.quantity] = given?[form.key]?.base(form.low, form.high, guess: form.guess) }
        sea[.wind] = given?["wind"]?.base("0 m/s", "40 m/s", guess: "m/s")
        return sea
    }

    // MARK: Then

    private static let outcomeForms = PhraseForms(
        what: Phrase(zh: "结果", en: "what comes of it"), forms: ["7 m3 .. 9 m3", "about 8 m3", "at least 7 m3", "at most 60 kg", "nothing"],
        vocabulary: ["..", "about", "at", "least", "most", "nothing", "m3", "L", "mm", "m3/mu", "kg"])

    private func outcome(_ tag: String, _ entry: Entry) -> Expectation.Outcome? {
        let zone = zones.firstIndex { $0.label.tag == tag }, cage = cages.firstIndex { $0.label.tag == tag }
        guard let subject = zone.map({ Subject.zone(ZoneIndex($0)) }) ?? cage.map({ Subject.cage(CageIndex($0)) }) else {
            entry.refuse(Phrase(zh: "没有分区或网箱 \(quoted(tag))。", en: "\(quoted(tag)) is not a zone or cage of this site."),
                         choices((zones.map(\.label) + cages.map(\.label)).map(\.tag), insteadOf: tag, zh: "分区与网箱", en: "zones and cages"))
            return nil
        }
        let area = zone.flatMap { zones[$0].area }
        guard let text = entry.text(), let range = range(text, entry, area: area, isCage: cage != nil) else { return nil }
        return Expectation.Outcome(subject: subject, least: range.lowerBound, most: range.upperBound, file: entry.file,
                                   line: entry.line, key: entry.path)
    }

    private func range(_ text: String, _ entry: Entry, area: Area?, isCage: Bool) -> ClosedRange<Double>? {
        func amount(_ word: Substring) -> Double? { self.amount(entry.replacing(String(word)), area: area, isCage: isCage) }
        func amount(after words: String) -> Double? { amount(text.dropFirst(words.count)) }
        if text == "nothing" { return 0...0 }
        if text.hasPrefix("at least ") { return amount(after: "at least ").map { $0...Double.infinity } }
        if text.hasPrefix("at most ") { return amount(after: "at most ").map { 0...$0 } }
        if text.hasPrefix("about ") { return amount(after: "about ").map { $0 * 0.9...$0 * 1.1 } }
        if let middle = text.firstRange(of: " .. ") {
            guard let low = amount(text[..<middle.lowerBound]), let high = amount(text[middle.upperBound...]) else { return nil }
            if low <= high { return low...high }
        }
        entry.refuse(text, as: Self.outcomeForms) { _ in false }
        return nil
    }

    /// m3 of a zone, kg of a cage.
    private func amount(_ entry: Entry, area: Area?, isCage: Bool) -> Double? {
        if isCage { return entry.base("0 kg", "100000 kg", guess: "kg") }
        let symbol = entry.text()?.drop { $0.isNumber || $0 == "." || $0 == "-" || $0 == " " } ?? ""
        guard Unit(symbol: String(symbol))?.dimension == .length else { return entry.base("0 m3", "1000000 m3", guess: "m3") }
        guard let area else {
            entry.refuse(Phrase(zh: "这个分区没有面积，不能按水深写。", en: "this zone has no area, so a depth is no volume."), Phrase(zh: "写成 m3。", en: "Write m3."))
            return nil
        }
        return (entry.quantity("0 mm", "10000 mm", guess: "mm") as Depth?).map { $0.volume(on: area).cubicMeters }
    }
}
