import ArgumentParser
import Language
import LocalAPI

struct Points: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "points", abstract: Phrase(
            zh: "全部测点：读数、质量、何时记下", en: "every point: reading, quality, when recorded").said)
    }

    @Argument(help: .said(zh: "只看名称或标签含此文字的测点", en: "only points whose tag or name contains this",
                          valueName: Phrase(zh: "文字", en: "text")))
    var text: String?

    @Flag(help: .said(zh: "只看读数有毛病的", en: "only those that are not good"))
    var bad = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var reply: PointsReply = try controller.client.get("points")
        reply.points = reply.points.filter { isWanted($0) }
        if common.json { return try say(json: reply) }
        guard !reply.points.isEmpty else { return say(Phrase(zh: "没有符合的测点", en: "no such points")) }
        var table = Table([
            .text(zh: "标签", en: "tag"), .text(zh: "名称", en: "name"), .number(zh: "读数", en: "reading"),
            .text(zh: "单位", en: "unit"), .text(zh: "质量", en: "quality"), .text(zh: "记于", en: "recorded"),
            .text(zh: "设备", en: "device"),
        ])
        for point in reply.points { table.rows.append(Points.cells(point)) }
        table.lines.forEach { say($0) }
    }

    private func isWanted(_ point: PointReply) -> Bool {
        if bad, point.quality == "good" { return false }
        guard let text = text?.lowercased() else { return true }
        return [point.point.tag, point.point.name.zh, point.point.name.en].contains { $0.lowercased().contains(text) }
    }

    private static func cells(_ point: PointReply) -> [Table.Cell] {
        let isGood = point.quality == "good"
        let quality = Words.quality(point.quality).said
        return [
            Table.Cell(point.point.tag), Table.Cell(point.point.name.phrase.said == point.point.tag ? "" : point.point.name.phrase.said),
            Table.Cell(reading(point)), Table.Cell(point.unit == "1" ? "" : point.unit),
            Table.Cell(isGood ? quality : "\(quality) \(point.reasonText.phrase.said)", .of(quality: point.quality)),
            Table.Cell(point.recordedAgoSeconds.map { Phrase(zh: "\(Format.span($0))前", en: "\(Format.span($0)) ago").said } ?? "–"), Table.Cell(point.device ?? ""),
        ]
    }

    static func reading(_ point: PointReply) -> String {
        guard point.isDigital, let value = point.value else { return Format.number(point.value, decimals: point.decimals) }
        return (value != 0 ? Phrase(zh: "通", en: "on") : Phrase(zh: "断", en: "off")).said
    }
}
