import ArgumentParser
import Language
import LocalAPI
import Quantities

struct Log: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "log", abstract: Phrase(
            zh: "发生过的事；--runs 只看灌溉记录", en: "what happened; --runs shows the waterings").said)
    }

    @Option(help: .said(zh: "往前看多久", en: "how far back", valueName: Phrase(zh: "时长", en: "time")))
    var since: TimeSpan = TimeSpan(.hours(24))

    @Option(help: .said(zh: "至多多少行，取最新的", en: "at most so many lines, the newest", valueName: Phrase(zh: "行数", en: "lines")))
    var limit: Int = 100

    @Flag(help: .said(zh: "只看灌溉：哪区、多久、多少水、为何结束", en: "only waterings: zone, time, water, how they ended"))
    var runs = false

    @Flag(help: .said(zh: "只看施肥；汇总与 CSV 用 tidegate dose log", en: "only doses; sums and CSV: tidegate dose log"))
    var doses = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let query = ["since": try since.secondsBack(), "limit": String(limit)]
        if runs {
            let reply: RunsReply = try controller.client.get("runs", query)
            if common.json { return try say(json: reply) }
            Log.lines(reply).forEach { say($0) }
        } else if doses {
            let reply: DosesReply = try controller.client.get("doses", query)
            if common.json { return try say(json: reply) }
            DoseLog.lines(reply).forEach { say($0) }
        } else {
            let reply: EventsReply = try controller.client.get("events", query)
            if common.json { return try say(json: reply) }
            Log.lines(reply).forEach { say($0) }
        }
    }

    /// Events under the day they happened on.
    static func lines(_ reply: EventsReply) -> [String] {
        guard !reply.events.isEmpty else { return [Phrase(zh: "这段时间没有记录", en: "nothing happened in this time").said] }
        var lines: [String] = []
        var day: CivilDate?
        for event in reply.events {
            if event.at.local.date != day {
                day = event.at.local.date
                lines.append(painted(Format.weekday(event.at), .strong))
            }
            let mark = event.severity == "info" ? " " : event.severity == "critical" ? "‼" : "!"
            lines += hung("\(mark) \(Format.clockWithSeconds(event.at))  ", event.text.phrase.said)
                .map { painted($0, .of(severity: event.severity)) }
        }
        return lines
    }

    static func lines(_ reply: RunsReply) -> [String] {
        guard !reply.runs.isEmpty else { return [Phrase(zh: "这段时间没有灌溉", en: "no watering in this time").said] }
        var table = Table([
            .text(zh: "开始", en: "start"), .text(zh: "分区", en: "zone"), .number(zh: "已灌", en: "watered"),
            .number(zh: "计划", en: "planned"), .number(zh: "水量 m3", en: "water m3"), .number(zh: "m3/亩", en: "m3/mu"), .text(zh: "结果", en: "end"), .text(zh: "原因", en: "why"),
        ])
        for run in reply.runs {
            table.add(
                Table.Cell("\(Format.weekday(run.startedAt)) \(Format.clock(run.startedAt))"), Table.Cell(run.zone.name.phrase.said),
                Table.Cell(Format.running(run.wateredSeconds)), Table.Cell(planned(run)),
                Table.Cell((run.isEstimated ? "≈" : "") + Format.number(run.volumeM3, decimals: 2)),
                Table.Cell(Format.perMu(run.volumeM3, areaM2: run.areaM2)),
                Table.Cell(Words.outcome(run.outcome), .of(outcome: run.outcome)),
                Table.Cell(run.why.phrase.said))
        }
        return table.lines
    }

    private static func planned(_ run: RunReply) -> String {
        run.plannedM3.map { Format.number($0, decimals: 2, unit: "m3") } ?? Format.running(run.plannedSeconds ?? 0)
    }
}
