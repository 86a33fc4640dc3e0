import ArgumentParser
import Language
import LocalAPI

/// `tidegate water`: where the water went, against what the meters counted.
struct Water: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "water", abstract: Phrase(
            zh: "水去哪了：各分区、反冲洗、漏水、去向不明，与水表对账", en: "where the water went: zones, backwash, leaks, unassigned, against the meters").said,
            discussion: Phrase(
                zh: "按水源列出，合计必等于各项之和。去向不明是开关阀的那一会儿，或有人在现场放水。多天时再按天列。一次灌溉算在开始的那天。",
                en: "By source; the total is the sum of what stands above it. Unassigned is what flowed while valves opened and closed, or somebody drew by hand. Several days are listed one by one too. A run counts on the day it began.").said)
    }

    @Option(help: .said(zh: "今天在内往前几天，至多 92", en: "so many days, today the last, at most 92", valueName: Phrase(zh: "天数", en: "days")))
    var days: Int = 1

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: WaterReply = try controller.client.get("water", ["days": "\(days)"])
        if common.json { return try say(json: reply) }
        Water.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: WaterReply) -> [String] {
        guard !reply.sources.isEmpty else { return [Phrase(zh: "本站没有水源", en: "this site has no water source").said] }
        let sheets = reply.sources.map { source in
            table(source, reply).lines + notes(source.water) + (source.days.count > 1 ? [""] + days(source).lines : [])
        }
        let gone = Format.number(reply.goneZonesM3, decimals: 2, unit: "m3")
        let rest = reply.goneZonesM3 == 0 ? [] : ["", " " + Phrase(zh: "另有 \(gone) 属于站点文件里已没有的分区", en: "and \(gone) of zones that the site has no more").said]
        return Array(sheets.joined(separator: [""])) + rest
    }

    // MARK: All days

    private static func table(_ source: WaterSource, _ reply: WaterReply) -> Table {
        let span = reply.from == reply.to ? reply.to : "\(reply.from) .. \(reply.to)"
        let title = Phrase(zh: "\(source.source.name.zh)  \(span)", en: "\(source.source.name.en)  \(span)")
        var table = Table([.text(zh: title.zh, en: title.en), .number(zh: "m3", en: "m3"), .number(zh: "m3/亩", en: "m3/mu")])
        let water = source.water
        row(&table, Phrase(zh: "各分区", en: "zones"), water.zonesM3)
        for zone in source.zones where zone.runs > 0 {
            let runs = Phrase(zh: "\(zone.runs) 次", en: zone.runs == 1 ? "1 run" : "\(zone.runs) runs").said
            table.add(Table.Cell("  \(zone.zone.name.phrase.said)  \(runs)"), Table.Cell(Format.number(zone.volumeM3, decimals: 2), .dim),
                      Table.Cell(Format.perMu(zone.volumeM3, areaM2: zone.areaM2)))
        }
        row(&table, Phrase(zh: "反冲洗", en: "backwash"), water.backwashM3)
        row(&table, Phrase(zh: "漏水", en: "leaks"), water.leakM3, water.leakM3 > 0 ? .warning : nil)
        row(&table, Phrase(zh: "去向不明", en: "unassigned"), water.unassignedM3)
        row(&table, Phrase(zh: "合计", en: "total"), water.bookedM3, .strong)
        if let metered = water.meteredM3 { row(&table, Phrase(zh: "水表", en: "by the meter"), metered, .strong) }
        return table
    }

    private static func row(_ table: inout Table, _ title: Phrase, _ cubicMeters: Double, _ colour: Colour? = nil) {
        table.add(Table.Cell(title), Table.Cell(Format.number(cubicMeters, decimals: 2), colour), "")
    }

    /// Why the meter and the books differ, where they do.
    private static func notes(_ water: WaterSum) -> [String] {
        guard let difference = water.differenceM3 else {
            return paragraph(Phrase(zh: "没有计量水表：水量按流量乘时间估算", en: "no meter counts here: volumes are flow × time"))
        }
        guard difference != 0 else { return [] }
        let much = Format.number(abs(difference), decimals: 2, unit: "m3")
        return paragraph(difference > 0
            ? Phrase(zh: "水表多 \(much)：跨零点的灌溉算在开始那天，灌完的尾水等水表走字后入账", en: "the meter has \(much) more: a run over midnight counts on the day it began, and its last water is booked when the meter speaks")
            : Phrase(zh: "水表少 \(much)：跨零点的灌溉算在开始那天，水表没走字时按流量估算", en: "the meter has \(much) less: a run over midnight counts on the day it began, and water that it has not counted yet is reckoned by flow"))
    }

    private static func paragraph(_ text: Phrase) -> [String] {
        hung(" ", text.said).map { painted($0, .dim) }
    }

    // MARK: Day by day

    private static func days(_ source: WaterSource) -> Table {
        var table = Table([
            .text(zh: "日期", en: "date"), .number(zh: "分区", en: "zones"), .number(zh: "反冲洗", en: "backwash"), .number(zh: "漏水", en: "leaks"),
            .number(zh: "去向不明", en: "unassigned"), .number(zh: "合计 m3", en: "total m3"), .number(zh: "水表", en: "meter"),
        ])
        for day in source.days {
            let water = day.water
            let figures = [water.zonesM3, water.backwashM3, water.leakM3, water.unassignedM3, water.bookedM3, water.meteredM3]
            table.rows.append([Table.Cell(String(day.date.dropFirst(5)))] + figures.map { Table.Cell(Format.number($0, decimals: 2)) })
        }
        return table
    }
}
