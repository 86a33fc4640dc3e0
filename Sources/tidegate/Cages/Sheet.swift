import ArgumentParser
import Language
import LocalAPI

struct Sheet: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sheet", abstract: Phrase(zh: "网箱日志：投喂、死亡、溶氧水温、记事", en: "a cage's daily sheet: feed, mortality, oxygen and temperature, notes").said,
            discussion: Phrase(zh: "例：tidegate sheet 一号 --days 7；导出：tidegate sheet --days 30 --csv > 日志.csv", en: "Example: tidegate sheet cage-1 --days 7; to export: tidegate sheet --days 30 --csv > sheet.csv").said)
    }

    @Argument(help: .said(zh: "网箱的标签或名称；不写就是全部", en: "tag or name of the cage; without, every one", valueName: Phrase(zh: "网箱", en: "cage")))
    var cage: String?

    @Option(help: .said(zh: "今天在内往前几天，至多 92", en: "so many days, today the last, at most 92", valueName: Phrase(zh: "天数", en: "days")))
    var days: Int = 1

    @Flag(help: .said(zh: "每箱每天一行，给电子表格", en: "a line for each cage and day, for a spreadsheet"))
    var csv = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var query = ["days": "\(days)"]
        if let cage { query["cage"] = cage }
        let reply: SheetReply = try controller.client.get("sheet", query)
        if common.json { return try say(json: reply) }
        if csv { return Sheet.csv(reply).forEach { say($0) } }
        guard !reply.days.isEmpty else { return say(Phrase(zh: "本站没有网箱", en: "this site has no net cages")) }
        for (number, day) in reply.days.enumerated() {
            if number > 0 { say() }
            Sheet.lines(day).forEach { say($0) }
        }
    }

    // MARK: For people

    static func lines(_ day: SheetReply.Day) -> [String] {
        let fed = Format.number(day.fedKg, decimals: 1, unit: "kg")
        let sums = Phrase(zh: "投喂 \(fed)，死亡 \(Format.number(day.dead, decimals: 0)) 尾", en: "fed \(fed), \(Format.number(day.dead, decimals: 0)) dead")
        return ["\(painted(day.cage.name.phrase.said, .strong))  \(day.date)  \(sums.said)"] + day.meals.map { "   " + meal($0).said }
            + day.bookings.map { "   " + booking($0).said } + water(day.water)
            + day.notes.map { "   \(Format.clock($0.at))  \($0.text)  (\($0.author))" }
    }

    private static func meal(_ meal: SheetReply.Meal) -> Phrase {
        let which = meal.number.map { Phrase(zh: "第 \($0) 餐", en: "meal \($0)") } ?? Phrase(zh: "手动", en: "by hand")
        let given = Format.number(meal.givenKg, decimals: 1), planned = Format.number(meal.plannedKg, decimals: 1, unit: "kg")
        let how = outcome(meal.outcome)
        return Phrase(zh: "\(Format.clock(meal.at))  \(which.zh)  \(given)/\(planned)  \(how.zh)", en: "\(Format.clock(meal.at))  \(which.en)  \(given)/\(planned)  \(how.en)")
    }

    private static func outcome(_ name: String?) -> Phrase {
        switch name {
        case "completed": Phrase(zh: "喂完", en: "completed")
        case "short": Phrase(zh: "没喂完", en: "cut short")
        case "stopped": Phrase(zh: "停喂", en: "stopped")
        case "interrupted": Phrase(zh: "控制器重启中断", en: "interrupted by a restart")
        case "missed": Phrase(zh: "没有喂", en: "missed")
        default: Phrase(zh: "正在喂", en: "under way")
        }
    }

    private static func booking(_ booking: SheetReply.Booking) -> Phrase {
        let count = Format.number(booking.count, decimals: 0)
        let mean = booking.meanG.map { Format.number($0, decimals: $0 < 10 ? 2 : 0, unit: "g") }
        let of = mean.map { Phrase(zh: "，均重 \($0)", en: " of \($0)") } ?? Phrase(verbatim: "")
        let at = Format.clock(booking.at)
        switch booking.kind {
        case "died": return Phrase(zh: "\(at)  死亡 \(count) 尾\(of.zh)", en: "\(at)  \(count) dead\(of.en)")
        case "sampled": return Phrase(zh: "\(at)  抽样 \(count) 尾\(of.zh)", en: "\(at)  \(count) weighed\(of.en)")
        case "movedIn": return Phrase(zh: "\(at)  转入 \(count) 尾\(of.zh)", en: "\(at)  \(count) moved in\(of.en)")
        case "movedOut": return Phrase(zh: "\(at)  移出 \(count) 尾\(of.zh)", en: "\(at)  \(count) moved out\(of.en)")
        default: return Phrase(zh: "\(at)  放养 \(count) 尾\(of.zh)", en: "\(at)  \(count) stocked\(of.en)")
        }
    }

    private static func water(_ ranges: [SheetReply.Range]) -> [String] {
        guard !ranges.isEmpty else { return [] }
        var table = Table([.text(zh: "水况", en: "water"), .number(zh: "最低", en: "least"), .number(zh: "平均", en: "mean"), .number(zh: "最高", en: "most")])
        for range in ranges {
            func cell(_ value: Double) -> Table.Cell {
                Table.Cell(Format.number(value, decimals: max(range.decimals, 1), unit: range.unit))
            }
            table.add(Table.Cell(range.point.name.phrase), cell(range.least), cell(range.mean), cell(range.most))
        }
        return table.lines.map { "  " + $0 }
    }

    // MARK: For a spreadsheet

    /// Numbers with a point; a name that holds a comma or a quote is quoted (RFC 4180).
    static func csv(_ reply: SheetReply) -> [String] {
        let points = reply.days.flatMap(\.water).reduce(into: [String]()) { if !$0.contains($1.point.tag) { $0.append($1.point.tag) } }
        let head = ["date", "cage", "fed_kg", "planned_kg", "meals", "dead"]
            + points.flatMap { ["\($0)_min", "\($0)_mean", "\($0)_max"] } + ["notes"]
        return [head.joined(separator: ",")] + reply.days.map { day in
            let water = points.flatMap { point in
                let range = day.water.first { $0.point.tag == point }
                return [range?.least, range?.mean, range?.most].map { $0.map { Format.number($0, decimals: 2) } ?? "" }
            }
            let cells = [day.date, day.cage.tag, Format.number(day.fedKg, decimals: 2), Format.number(day.plannedKg, decimals: 2),
                         "\(day.meals.count { $0.givenKg > 0 })", Format.number(day.dead, decimals: 0)]
            return CSVFile.line(cells + water + [day.notes.map(\.text).joined(separator: "; ")])
        }
    }
}
