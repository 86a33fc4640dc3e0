import ArgumentParser
import Control
import Foundation
import Language
import Quantities
import Site

/// Under which weather a season is played, for how long, and what is shown of it.
struct SeasonOptions: ParsableArguments {
    @Option(help: .said(zh: "逐日天气（CSV）；年份不同则按月日对上", en: "weather by days (CSV); of another year: by the same days of it",
                        valueName: Phrase(zh: "文件", en: "file")))
    var weather: String?

    @Flag(help: .said(zh: "不给天气表，按平常年景（不写 --weather 时就是这样）", en: "no weather file: a typical year (what is played without --weather)"))
    var typical = false

    @Option(help: .said(zh: "从当地哪一天零点开始（年-月-日）", en: "begins at the local midnight of this day (YYYY-MM-DD)", valueName: Phrase(zh: "日期", en: "date")))
    var from: String?

    @Option(help: .said(zh: "多少天，1 到 3650", en: "how many days, 1 to 3650", valueName: Phrase(zh: "天数", en: "days")))
    var days: Int?

    @Flag(help: .said(zh: "逐次列出每个决定和它的数字", en: "lists every decision with its numbers"))
    var plan = false

    @Flag(help: .said(zh: "写成 CSV 表", en: "as comma-separated values"))
    var csv = false

    @Option(help: .said(zh: "另存一张网页，含图，单个文件，可打印", en: "also writes one page with plots, a single file that prints",
                        valueName: Phrase(zh: "文件", en: "file")))
    var html: String?

    /// Of days that nobody bounded.
    private static let usualDays = 120

    /// Plays it and says what came of it.
    ///
    /// - Parameters:
    ///   - stretch: of a schedule: what is played when nothing else is asked for.
    ///   - title: of the page.
    func play(_ site: Site, within stretch: ClosedRange<CivilDate>? = nil, title: Phrase, json: Bool) throws {
        let file = try weather.map { try SeasonWeather(CSVFile(path: $0)) }
        let (begin, count, shown) = try span(file, stretch)
        let started = DispatchTime.now().uptimeNanoseconds
        let play = SeasonPlay(site: site, weather: shown, begin: begin, days: count)
        let report = SeasonReport(play, play.run())
        let took = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
        if let html { try write(Array(SeasonPage(report, title: title).text.utf8), toFile: html) }
        if json { return try say(json: report) }
        if csv { return Console.current.out((plan ? report.planRows : report.zoneRows).map { CSVFile.line($0) + "\n" }.joined()) }
        report.show(withPlan: plan, seconds: took)
        if let html { say(Phrase(zh: " 网页：\(html)", en: " page: \(html)")) }
    }

    // MARK: Which days

    /// First day, count, and the weather of just these days; the weather has to have them all.
    private func span(_ file: SeasonWeather?, _ stretch: ClosedRange<CivilDate>?) throws -> (CivilDate, Int, SeasonWeather?) {
        guard (1...3650).contains(days ?? 1) else {
            throw Refused(.wrongUse, code: "days", Phrase(zh: "--days 应在 1 到 3650 之间", en: "--days must be from 1 to 3650"))
        }
        guard !typical || file == nil else {
            throw Refused(.wrongUse, code: "weather", Phrase(zh: "--weather 与 --typical 只能写一个", en: "--weather and --typical are both given"),
                          remedy: Phrase(zh: "有天气表就给 --weather，没有就写 --typical", en: "Give --weather with a file, or --typical without one"))
        }
        let asked = try from.map { try Self.date($0) }
        guard let begin = asked ?? stretch?.lowerBound ?? file?.first else {
            throw Refused(.wrongUse, code: "from", Phrase(zh: "没说从哪天开始", en: "nobody said on which day it begins"),
                          remedy: Phrase(zh: "写上 --from 2026-03-01", en: "Write --from 2026-03-01"))
        }
        let weather = file.map { stretch == nil ? $0 : $0.moved(over: begin) }
        let left = weather.map { Self.days(from: begin, through: $0.last) }
        let stretched = stretch.map { Self.days(from: begin, through: $0.upperBound) }
        let count = days ?? min(stretched ?? left ?? Self.usualDays, 3650)
        if let weather { try check(weather, begin, count) }
        return (begin, max(count, 1), weather)
    }

    private static func days(from begin: CivilDate, through last: CivilDate) -> Int {
        Int(last.daysSinceEpoch) - Int(begin.daysSinceEpoch) + 1
    }

    private func check(_ weather: SeasonWeather, _ begin: CivilDate, _ count: Int) throws {
        guard begin < weather.first || count < 1 || begin.adding(days: count - 1) > weather.last else { return }
        let (first, last, wanted) = (weather.first.text, weather.last.text, begin.adding(days: max(count, 1) - 1).text)
        throw Refused(.wrongUse, code: "weather",
                      Phrase(zh: "天气表只有 \(first) 到 \(last)，要推演 \(begin.text) 到 \(wanted)",
                             en: "the weather reaches from \(first) to \(last), and \(begin.text) to \(wanted) was asked for"),
                      remedy: Phrase(zh: "补上缺的天，或改 --from、--days", en: "Add the days that are missing, or change --from and --days"))
    }

    static func date(_ text: String, _ option: String = "--from") throws -> CivilDate {
        if let date = CivilDate(written: text) { return date }
        throw Refused(.wrongUse, code: "date", Phrase(zh: "\(option) 不是日期：\(text)", en: "\(option) is not a date: \(text)"),
                      remedy: Phrase(zh: "写成 2026-06-01", en: "write it as 2026-06-01"))
    }
}

extension SeasonWeather {
    /// Daily rows, with the columns of `tidegate agro eto-daily` and the rain.
    init(_ file: CSVFile) throws {
        let days = try file.consecutive("date", "year_doy") { row throws(RowRefused) in
            Day(weather: try row.dailyWeather(), rain: .millimeters(try row.number(.rain)))
        }
        guard let first = days.first else { throw Refused.file(file.name, Phrase(zh: "一天也没有", en: "has no day")) }
        self.init(first: first.date, days: days.map(\.day))
    }

    var last: CivilDate { first.adding(days: days.count - 1) }

    /// The same days of the year in which a day lies, if it lies in none of these.
    fileprivate func moved(over day: CivilDate) -> SeasonWeather {
        guard self.day(day) == nil else { return self }
        let (year, month, number) = first.components, wanted = day.components.year
        let places = [wanted, wanted - 1].compactMap { CivilDate(year: $0, month: month, day: number) }
        let fits = places.first { $0 <= day && $0.adding(days: days.count - 1) >= day }
        return year == wanted ? self : SeasonWeather(first: fits ?? first, days: days)
    }
}
