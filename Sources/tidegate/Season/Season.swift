import ArgumentParser
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// `tidegate season SITE --weather FILE`: what the site's own control would do in a season, in seconds.
struct Season: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "season",
            abstract: Phrase(zh: "用一份天气表把整季的灌溉推演一遍：灌多少、为什么灌、为什么不灌",
                             en: "plays a whole season with the weather of a file: how much water, why, and why not").said,
            discussion: Phrase(
                zh: "用站点自己的控制程序跑虚拟时间，现场一切正常：阀门到位、井水够用、不跳停。天气表每天一行，不能缺：date, tmax, tmin, rain_mm；有就写 srad, sunshine_h, rhmin_pct, rhmax_pct, tdew, wind_ms。它既当气象站（雨都下在凌晨 3 点），又当预报；没有气象站的站点只当预报。土壤探头没有读数，依靠它的条件按 if-unknown 处理。水量平衡从第一个零点开始，用站点文件里的起始含水量。",
                en: "Runs the site's own control in virtual time on a field in which all is well: valves follow, the well gives, nothing trips. The weather has a row for every day: date, tmax, tmin, rain_mm; as far as there are srad, sunshine_h, rhmin_pct, rhmax_pct, tdew, wind_ms. It plays the station (all rain falls at 3 in the morning) and the forecast; on a site without a station the forecast alone. Soil probes have no reading: what rests on them goes by if-unknown. Balances begin at the first midnight with the moisture of the site file.").said)
    }

    @Argument(help: .said(zh: "站点文件", en: "a site file", valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @Option(help: .said(zh: "逐日天气（CSV）", en: "weather by days (CSV)", valueName: Phrase(zh: "文件", en: "file")))
    var weather: String

    @Option(help: .said(zh: "从当地哪一天零点开始（年-月-日）；不写则从天气表第一天", en: "begins at the local midnight of this day (YYYY-MM-DD); the first of the weather when left out",
                        valueName: Phrase(zh: "日期", en: "date")))
    var from: String?

    @Option(help: .said(zh: "多少天，1 到 3650；不写则到天气表末尾", en: "how many days, 1 to 3650; to the end of the weather when left out",
                        valueName: Phrase(zh: "天数", en: "days")))
    var days: Int?

    @Flag(help: .said(zh: "逐次列出每个决定和它的数字", en: "lists every decision with its numbers"))
    var plan = false

    @Flag(help: .said(zh: "写成 CSV 表", en: "as comma-separated values"))
    var csv = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let site = try load(), weather = try SeasonWeather(CSVFile(path: weather))
        let (begin, count) = try span(of: weather)
        let started = DispatchTime.now().uptimeNanoseconds
        var tally = SeasonTally(site, from: begin)
        let ahead = SeasonAhead(plan: site.scan.control, tables: site.tables, weather: weather)
        ahead.run(from: begin, until: begin.adding(days: count)) { record, unix in tally.note(record, at: unix) }
        let took = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
        let report = SeasonReport(site, tally, days: count)
        if common.json { return try say(json: report) }
        if csv { return Console.current.out((plan ? report.planRows : report.zoneRows).map { CSVFile.line($0) + "\n" }.joined()) }
        report.show(withPlan: plan, seconds: took)
    }

    private func load() throws -> Site {
        do {
            return try Site.load(path: site)
        } catch {
            say(error.text(in: Console.current.language))
            throw ExitCode(ExitStatus.wrongUse.rawValue)
        }
    }

    /// The days asked for; the weather has to have them all.
    private func span(of weather: SeasonWeather) throws -> (CivilDate, Int) {
        let begin = try from.map { try Self.date($0) } ?? weather.first
        let end = weather.first.adding(days: weather.days.count)
        let left = Int(end.daysSinceEpoch) - Int(begin.daysSinceEpoch)
        guard (1...3650).contains(days ?? 1) else {
            throw Refused(.wrongUse, code: "days", Phrase(zh: "--days 应在 1 到 3650 之间", en: "--days must be from 1 to 3650"))
        }
        let count = days ?? min(left, 3650)
        guard begin >= weather.first, count >= 1, count <= left else {
            let first = weather.first.text, last = end.adding(days: -1).text, wanted = begin.adding(days: max(count, 1) - 1).text
            throw Refused(.wrongUse, code: "weather",
                          Phrase(zh: "天气表只有 \(first) 到 \(last)，要推演 \(begin.text) 到 \(wanted)",
                                 en: "the weather reaches from \(first) to \(last), and \(begin.text) to \(wanted) was asked for"),
                          remedy: Phrase(zh: "补上缺的天，或改 --from、--days", en: "Add the days that are missing, or change --from and --days"))
        }
        return (begin, count)
    }

    static func date(_ text: String) throws -> CivilDate {
        if let date = CivilDate(written: text) { return date }
        throw Refused(.wrongUse, code: "date", Phrase(zh: "--from 不是日期：\(text)", en: "--from is not a date: \(text)"),
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
}

extension CivilDate {
    /// `2026-06-01`
    var text: String { String(format: "%04d-%02d-%02d", components.year, components.month, components.day) }
}
