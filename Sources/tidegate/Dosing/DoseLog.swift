import ArgumentParser
import Foundation
import Language
import LocalAPI
import Quantities

/// `tidegate dose log`: every dose, or stock and kilograms put together.
struct DoseLog: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "log", abstract: Phrase(zh: "施过的肥：每次多少升、多少公斤；--by 汇总", en: "what was given: litres and kilograms of each dose; --by sums it up").said,
            discussion: Phrase(
                zh: "公斤数由母液桶的 stock 换算，氮、五氧化二磷、氧化钾按袋上标签。断电时可能已出的肥算作已施，不会补施。",
                en: "Kilograms follow from the tank's stock:, nitrogen, P2O5 and K2O by the labels of the bags. What may have been given in a power cut counts as given and is never repeated.").said)
    }

    @Option(help: .said(zh: "往前看多久", en: "how far back", valueName: Phrase(zh: "时长", en: "time")))
    var since: TimeSpan = TimeSpan(.hours(24 * 7))

    @Option(help: .said(zh: "汇总：zone 按分区，recipe 按配方，channel 按肥路，batch 按灌桶批次", en: "sum up by zone, recipe, channel or batch of stock",
                        valueName: Phrase(zh: "按什么", en: "what")))
    var by: Key?

    @Option(help: .said(zh: "只看一个分区", en: "one zone only", valueName: Phrase(zh: "分区", en: "zone")))
    var zone: String?

    @Option(help: .said(zh: "至多多少行，取最新的", en: "at most so many lines, the newest", valueName: Phrase(zh: "行数", en: "lines")))
    var limit: Int = 200

    @Flag(help: .said(zh: "输出 CSV", en: "print CSV"))
    var csv = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    enum Key: String, ExpressibleByArgument, CaseIterable { case zone, recipe, channel, batch }

    func run() throws {
        var query = ["since": try since.secondsBack()]
        if let by {
            let reply: DoseSumsReply = try controller.client.get("dose-sums", query.merging(["by": by.rawValue]) { $1 })
            if common.json { return try say(json: reply) }
            return (csv ? DoseLog.csv(reply) : DoseLog.lines(reply)).forEach { say($0) }
        }
        query["limit"] = String(limit)
        query["zone"] = zone
        let reply: DosesReply = try controller.client.get("doses", query)
        if common.json { return try say(json: reply) }
        (csv ? DoseLog.csv(reply) : DoseLog.lines(reply)).forEach { say($0) }
    }

    // MARK: Each dose

    static func lines(_ reply: DosesReply) -> [String] {
        guard !reply.doses.isEmpty else { return [nothing] }
        var table = Table([
            .text(zh: "开始", en: "start"), .text(zh: "分区", en: "zone"), .text(zh: "配方", en: "recipe"), .text(zh: "肥路", en: "channel"),
            .number(zh: "计划 L", en: "planned L"), .number(zh: "已施 L", en: "given L"), .number(zh: "N kg", en: "N kg"), .number(zh: "P2O5", en: "P2O5"),
            .number(zh: "K2O", en: "K2O"), .text(zh: "结果", en: "end"), .text(zh: "原因", en: "why"),
        ])
        for dose in reply.doses {
            table.add(
                Table.Cell("\(Format.day(dose.startedAt)) \(Format.clock(dose.startedAt))"), Table.Cell(dose.zone.name.phrase),
                Table.Cell(dose.recipe?.name.phrase ?? Phrase(zh: "（标定）", en: "(calibration)")), Table.Cell(dose.channel.name.phrase),
                Table.Cell(Format.number(dose.plannedL, decimals: 2)), Table.Cell(Format.number(dose.givenL, decimals: 2)),
                Table.Cell(Format.number(dose.nitrogenKg, decimals: 2)), Table.Cell(Format.number(dose.phosphateKg, decimals: 2)),
                Table.Cell(Format.number(dose.potashKg, decimals: 2)), Table.Cell(Words.outcome(dose.outcome), .of(outcome: dose.outcome)),
                Table.Cell(dose.outcome == "completed" ? "" : dose.why?.phrase.said ?? ""))
        }
        return table.lines
    }

    static func csv(_ reply: DosesReply) -> [String] {
        ["start,end,run,zone,recipe,channel,batch,planned_L,commanded_L,metered_L,given_L,product_kg,n_kg,p2o5_kg,k2o_kg,area_mu,outcome"]
            + reply.doses.map { dose in
                CSVFile.line([dose.startedAt.description, dose.endedAt?.description ?? "", "\(dose.run)", dose.zone.tag,
                 dose.recipe?.tag ?? "", dose.channel.tag,
                 dose.batchText ?? "\(dose.batch)", number(dose.plannedL), number(dose.commandedL),
                 dose.meteredL.map { number($0) } ?? "",
                 number(dose.givenL), number(dose.productKg), number(dose.nitrogenKg), number(dose.phosphateKg), number(dose.potashKg),
                 dose.areaM2.map { number(Area.squareMeters($0).mu) } ?? "", dose.outcome ?? ""])
            }
    }

    // MARK: Sums

    static func lines(_ reply: DoseSumsReply) -> [String] {
        guard !reply.sums.isEmpty else { return [nothing] }
        let isZone = reply.by == "zone"
        var table = Table([
            .text(zh: "汇总", en: reply.by), .number(zh: "次数", en: "doses"), .number(zh: "母液 L", en: "stock L"), .number(zh: "肥料 kg", en: "product kg"),
            .number(zh: "N kg", en: "N kg"), .number(zh: "P2O5 kg", en: "P2O5 kg"), .number(zh: "K2O kg", en: "K2O kg"),
        ] + (isZone ? [.number(zh: "每亩 N-P2O5-K2O kg", en: "kg/mu N-P2O5-K2O")] : []))
        for sum in reply.sums {
            let figures = [Format.number(sum.stockL, decimals: 1), Format.number(sum.productKg, decimals: 2),
                           Format.number(sum.nitrogenKg, decimals: 2),
                           Format.number(sum.phosphateKg, decimals: 2), Format.number(sum.potashKg, decimals: 2)]
            table.rows.append([Table.Cell(sum.subject.name.phrase), Table.Cell("\(sum.doses)")] + figures.map { Table.Cell($0) }
                + (isZone ? [Table.Cell(perMu(sum))] : []))
        }
        return [Phrase(zh: "自 \(Format.weekday(reply.since)) \(Format.clock(reply.since)) 起", en: "since \(Format.weekday(reply.since)) \(Format.clock(reply.since))").said] + table.lines
    }

    private static func perMu(_ sum: DoseSumsReply.Sum) -> String {
        guard let area = sum.areaM2.map({ Area.squareMeters($0).mu }), area > 0 else { return "–" }
        return [sum.nitrogenKg, sum.phosphateKg, sum.potashKg].map { Format.number($0 / area, decimals: 2) }.joined(separator: "-")
    }

    static func csv(_ reply: DoseSumsReply) -> [String] {
        ["\(reply.by),name,doses,stock_L,product_kg,n_kg,p2o5_kg,k2o_kg,area_mu"] + reply.sums.map { sum in
            CSVFile.line([sum.subject.tag, sum.subject.name.phrase.said, "\(sum.doses)", number(sum.stockL), number(sum.productKg),
             number(sum.nitrogenKg),
             number(sum.phosphateKg), number(sum.potashKg), sum.areaM2.map { number(Area.squareMeters($0).mu) } ?? ""])
        }
    }

    private static var nothing: String { Phrase(zh: "这段时间没有施肥", en: "nothing was dosed in this time").said }
    private static func number(_ value: Double) -> String { Format.number(value, decimals: 4) }
}
