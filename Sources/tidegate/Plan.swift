import ArgumentParser
import Language
import LocalAPI
import Quantities

struct Plan: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "plan", abstract: Phrase(
            zh: "接下来哪个区何时灌、灌多少、等什么", en: "which zone waters when, how much, and what it waits for").said)
    }

    @Option(help: .said(zh: "往后看多久，至多 31 天", en: "how far ahead, at most 31 days", valueName: Phrase(zh: "时长", en: "time")))
    var next: TimeSpan = TimeSpan(.hours(24))

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let seconds = try next.seconds(of: "--next", .minutes(1)...(.hours(31 * 24)))
        let reply: PlanReply = try controller.client.get("plan", ["seconds": seconds])
        if common.json { return try say(json: reply) }
        Plan.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: PlanReply) -> [String] {
        let runs = reply.runs.map { $0.isEmpty ? [] : lines($0, from: reply.from) } ?? []
        let later = reply.starts.filter { reply.runs == nil || $0.at.unixSeconds > reply.from.unixSeconds + 48 * 3600 }
        let gates = reply.gates.flatMap { gate in
            hung(" ", "\(Format.moment(gate.at, now: reply.from))  \(gate.text.phrase.said)", indent: 3)
        }
        let parts = [runs, later.isEmpty ? [] : lines(later), dry(reply), gates].filter { !$0.isEmpty }
        let nothing = Phrase(zh: "这段时间没有要灌的", en: "nothing waters in this time").said
        let note = reply.note.map { [painted($0.phrase.said, .warning)] } ?? []
        return note + (parts.isEmpty ? [nothing] : Array(parts.joined(separator: [""])))
    }

    /// Starts within the time run ahead that give no water as things stand: else they would be missed on this page.
    private static func dry(_ reply: PlanReply) -> [String] {
        guard let runs = reply.runs else { return [] }
        let starts = reply.starts.filter { start in
            let zones = Set(start.zones.map(\.zone.tag))
            return start.at.unixSeconds <= reply.from.unixSeconds + 48 * 3600
                && !runs.contains { zones.contains($0.zone.tag) && ($0.opensAt ?? start.at) >= start.at }
        }
        return starts.flatMap { start in
            let (at, program) = (Format.moment(start.at, now: reply.from), start.program.name)
            let conditions = start.conditions.map { Phrase(zh: "（\($0.zh)）", en: " (\($0.en))") } ?? Phrase(verbatim: "")
            let text = Phrase(zh: "\(at)  \(program.zh)：照现在的情况不灌\(conditions.zh)",
                              en: "\(at)  \(program.en): gives no water as things stand\(conditions.en)").said
            return hung(" ", text, indent: 3)
        }
    }

    private static func lines(_ starts: [PlanReply.Start]) -> [String] {
        var table = Table([.text(zh: "开始", en: "start"), .text(zh: "程序", en: "program"), .text(zh: "分区与时长", en: "zones and times")])
        for start in starts {
            let zones = start.zones.map { zone in
                let amount = zone.forSeconds != nil || zone.volumeM3 != nil
                    ? Format.amount(seconds: zone.forSeconds, cubicMeters: zone.volumeM3) : zone.gives?.phrase.said ?? ""
                return "\(zone.zone.name.phrase.said) \(amount)"
            }
            table.add(Table.Cell("\(Format.weekday(start.at)) \(Format.clock(start.at))"), Table.Cell(start.program.name.phrase.said),
                      Table.Cell(zones.joined(separator: Phrase(zh: "，", en: ", ").said)))
        }
        return table.lines
    }

    static func lines(_ runs: [PlanReply.Run], from: WireTime) -> [String] {
        var table = Table([
            .text(zh: "开始", en: "opens"), .text(zh: "结束", en: "ends"), .text(zh: "分区", en: "zone"), .number(zh: "计划", en: "asked"),
            .number(zh: "水量 m3", en: "water m3"), .number(zh: "m3/亩", en: "m3/mu"), .text(zh: "原因", en: "why"),
        ])
        for run in runs {
            let isShort = run.outcome != nil && run.outcome != "completed"
            table.add(
                Table.Cell(run.opensAt.map { moment($0, from) } ?? "–"), Table.Cell(run.endsAt.map { moment($0, from) } ?? "–"),
                Table.Cell(run.zone.name.phrase.said), Table.Cell(Format.amount(seconds: run.plannedSeconds, cubicMeters: run.plannedM3)),
                Table.Cell(Format.number(run.volumeM3, decimals: 2)), Table.Cell(Format.perMu(run.volumeM3, areaM2: run.areaM2)),
                Table.Cell(why(run), isShort ? .warning : nil))
        }
        return table.lines
    }

    private static func moment(_ time: WireTime, _ from: WireTime) -> String {
        time.unixSeconds <= from.unixSeconds + 1 ? Phrase(zh: "已开", en: "open").said : Format.moment(time, now: from)
    }

    /// Who asks, and what it waits for when that is worth a word.
    private static func why(_ run: PlanReply.Run) -> String {
        var text = run.why.phrase.said
        if let recipe = run.recipe?.name.phrase {
            let stock = (run.doses ?? []).map { "\($0.channel.name.phrase.said) \(Format.number($0.stockL, decimals: 1)) L" }
                .joined(separator: Phrase(zh: "，", en: ", ").said)
            text += Phrase(zh: "；配方 \(recipe.zh)", en: "; recipe \(recipe.en)").said
            if !stock.isEmpty { text += Phrase(zh: "（\(stock)）", en: " (\(stock))").said }
        }
        if run.waitsSeconds >= 60, let cause = run.waitsFor?.phrase.said {
            let time = Format.span(run.waitsSeconds)
            text += Phrase(zh: "；等 \(time)（\(cause)）", en: "; waits \(time) (\(cause))").said
        }
        if let outcome = run.outcome, outcome != "completed" {
            text += Phrase(zh: "；结果：", en: "; ends: ").said + Words.outcome(outcome).said
        }
        return text
    }
}
