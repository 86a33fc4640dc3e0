import ArgumentParser
import Language
import LocalAPI
import Quantities

struct Zones: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "zones", abstract: Phrase(
            zh: "各分区：阀门、水源、额定与实测的流量、正在做什么、下次何时", en: "every zone: valve, source, nominal and learned flow, what it does, when next").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: ZonesReply = try controller.client.get("zones")
        if common.json { return try say(json: reply) }
        guard !reply.zones.isEmpty else { return say(Phrase(zh: "本站没有分区", en: "this site has no zones")) }
        var table = Table([
            .text(zh: "标签", en: "tag"), .text(zh: "名称", en: "name"), .text(zh: "阀门", en: "valve"),
            .text(zh: "水源", en: "source"), .number(zh: "额定 m3/h", en: "nominal m3/h"), .number(zh: "实测", en: "learned"),
            .number(zh: "亩", en: "mu"), .text(zh: "状态", en: "state"), .text(zh: "始于", en: "since"),
            .text(zh: "下次", en: "next"),
        ])
        for zone in reply.zones {
            table.add(
                Table.Cell(zone.zone.tag), Table.Cell(zone.zone.name.phrase.said), Table.Cell(zone.valve), Table.Cell(zone.source),
                Table.Cell(Format.number(zone.nominalFlowM3h, decimals: 1)), Table.Cell(Format.number(zone.learnedFlowM3h, decimals: 1)),
                Table.Cell(Format.number(zone.areaM2.map { Area.squareMeters($0).mu }, decimals: 1)),
                Table.Cell([Words.phase(zone.phase).said, ZoneTable.owes(zone)].compactMap(\.self).joined(separator: Phrase(zh: "，", en: ", ").said),
                           .of(phase: zone.phase)),
                Table.Cell(zone.since.unixSeconds > 0 ? "\(Format.day(zone.since)) \(Format.clock(zone.since))" : "–"),
                Table.Cell(zone.nextStart.map { "\(Format.weekday($0)) \(Format.clock($0))" } ?? "–"))
        }
        table.lines.forEach { say($0) }
    }
}
