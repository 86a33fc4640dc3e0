public import Control
import Language
import ProcessImage
import Quantities
import Scan
public import Site

/// Tries what a schedule's writer expects of it, with the site's own control on a field in which everything works.
extension Site {
    /// - Parameters:
    ///   - weather: a file of weather by its name; `nil`: there is none, which is told.
    /// - Returns: what does not come true, in the order of the document.
    public func unmetExpectations(_ weather: (_ file: String) -> SeasonWeather?) -> [Problem] {
        expectations.flatMap { expected -> [Problem] in
            switch expected.weather {
            case .day(let day): unmet(expected, SeasonWeather(expected, day))
            case .typical: unmet(expected, SeasonWeather(first: expected.first, days: []))
            case .file(let name):
                if let found = weather(name), found.covers(expected) {
                    unmet(expected, found)
                } else {
                    expected.outcomes.prefix(1).map { $0.withoutWeather(name, expected) }
                }
            }
        }
    }

    private func unmet(_ expected: Expectation, _ weather: SeasonWeather) -> [Problem] {
        let given = needsWater(expected) ? Trying(self, expected).water(weather) : [:]
        return expected.outcomes.compactMap { outcome -> Problem? in
            switch outcome.subject {
            case .zone(let zone): problem(outcome, expected, given[zone]?.volume.cubicMeters ?? 0, "m3", given[zone]?.against)
            case .cage(let cage):
                if let day = scan.control.feeding.dayAhead(of: cage, sea: expected.sea) {
                    problem(outcome, expected, day.kilograms * Double(expected.days), "kg", nil)
                } else {
                    outcome.problem(Phrase(zh: "算不出日粮。", en: "its ration cannot be told."),
                                    Phrase(zh: "按表投喂要在 given 写 water: 16 degC，并有 stock。", en: "By a table it takes water: 16 degC under given:, and a stock."))
                }
            default: nil
            }
        }
    }

    private func needsWater(_ expected: Expectation) -> Bool {
        expected.outcomes.contains { if case .zone = $0.subject { true } else { false } }
    }

    private func problem(_ outcome: Expectation.Outcome, _ expected: Expectation, _ found: Double, _ unit: String,
                         _ against: Finding?) -> Problem? {
        // As exact as it is shown.
        let shown = (found * 100).rounded() / 100
        guard shown < outcome.least - 0.005 || shown > outcome.most + 0.005 else { return nil }
        let amount = Phrase(shown, decimals: 2).en + " \(unit)", wanted = outcome.wanted(unit)
        let when = expected.when
        let name = expected.name.map { "“\($0)” " } ?? ""
        let why = (shown == 0 ? against : nil).map { tables.text(of: $0) }
        return outcome.problem(
            Phrase(zh: "\(name)\(when.zh)：得 \(amount)，应为\(wanted.zh)。", en: "\(name)\(when.en): \(amount) found, \(wanted.en) expected."),
            Phrase(zh: (why.map { "没灌的原因：\($0.zh)。" } ?? "") + "改程序，或改这条预期。", en: (why.map { "Why there was no water: \($0.en). " } ?? "") + "Mend the schedule, or what is expected of it."))
    }
}

/// One run of the site's control through the days of an expectation.
private struct Trying {
    struct Given {
        var volume = Volume.zero
        /// Why it was not watered, the last time.
        var against: Finding?
    }

    private let site: Site
    private let expected: Expectation
    private var given: [ZoneIndex: Given] = [:]
    private var runs: [RunID: ZoneIndex] = [:]

    init(_ site: Site, _ expected: Expectation) {
        self.site = site
        self.expected = expected
    }

    /// What starts within the days counts to its end, on the day after them as well.
    func water(_ weather: SeasonWeather) -> [ZoneIndex: Given] {
        var tally = self
        let control = site.scan.control
        let plan = expected.depletion.map { control.beginning(withDepletion: $0, on: expected.first) } ?? control
        let end = expected.first.adding(days: expected.days), over = control.clock.unixSeconds(date: end, time: .midnight)
        let ahead = SeasonAhead(plan: plan, tables: site.tables, weather: weather)
        ahead.run(from: expected.first, until: end.adding(days: 1)) { record, unix in tally.note(record, isWithin: unix < over) }
        return tally.given
    }

    private mutating func note(_ record: ProcessImage.Record.Body, isWithin: Bool) {
        switch record {
        case .ledger(.runStarted(let run, let zone, _, _), _) where isWithin: runs[run] = zone
        case .ledger(.runEnded(let run, _, _, let volume, _, _), _):
            if let zone = runs.removeValue(forKey: run) { given[zone, default: Given()].volume += volume }
        case .ledger(.finding(_, let zone, _, let finding), _) where isWithin && finding.effect == .skips:
            given[zone, default: Given()].against = finding
        default: break
        }
    }
}

extension SeasonWeather {
    /// Every day the same, the day before and the one after as well.
    fileprivate init(_ expected: Expectation, _ day: Day) {
        self.init(first: expected.first.adding(days: -1), days: Array(repeating: day, count: expected.days + 2))
    }

    fileprivate func covers(_ expected: Expectation) -> Bool {
        day(expected.first) != nil && day(expected.first.adding(days: expected.days - 1)) != nil
    }
}

extension Expectation {
    fileprivate var when: Phrase {
        days == 1 ? Phrase(verbatim: first.text) : Phrase(zh: "\(first.text) 起 \(days) 天", en: "\(days) days from \(first.text)")
    }
}

extension Expectation.Outcome {
    fileprivate func problem(_ what: Phrase, _ remedy: Phrase) -> Problem {
        Problem(file: file, line: line, key: key, what: what, remedy: remedy)
    }

    fileprivate func withoutWeather(_ name: String, _ expected: Expectation) -> Problem {
        let when = expected.when
        return problem(Phrase(zh: "没有天气表 \(name)，或其中没有 \(when.zh)。", en: "there is no weather \(name), or it does not have \(when.en)."),
                       Phrase(zh: "放在站点文件旁的 weather/\(name).csv，或写 given:。", en: "Put it into weather/\(name).csv beside the site file, or write given:."))
    }

    fileprivate func wanted(_ unit: String) -> Phrase {
        func text(_ value: Double) -> String { Phrase(value, decimals: 2).en }
        if least == 0, most == 0 { return Phrase(zh: "没有", en: "nothing") }
        if most == .infinity { return Phrase(zh: "至少 \(text(least)) \(unit)", en: "at least \(text(least)) \(unit)") }
        if least == 0 { return Phrase(zh: "至多 \(text(most)) \(unit)", en: "at most \(text(most)) \(unit)") }
        return Phrase(zh: " \(text(least)) … \(text(most)) \(unit)", en: "\(text(least)) … \(text(most)) \(unit)")
    }
}
