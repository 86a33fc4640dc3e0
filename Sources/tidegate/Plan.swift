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
        let reply: PlanReply = try controller.client.get("plan", ["seconds": Format.number(next.duration.seconds, decimals: 0)])
        if common.json { return try say(json: reply) }
        Plan.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: PlanReply) -> [String] {
        let runs = reply.runs.map { $0.isEmpty ? [] : lines($0, from: reply.from) } ?? []
        let later = reply.starts.filter { reply.runs == nil || $0.at.unixSeconds > reply.from.unixSeconds + 48 * 3600 }
        let gates = reply.gates.flatMap { gate in
            wrapped("\(Format.moment(gate.at, now: reply.from))  \(gate.text.phrase.said)", to: (Console.current.width ?? 10_000) - 1)
                .enumerated().map { ($0.offset == 0 ? " " : "   ") + $0.element }
        }
        let parts = [runs, later.isEmpty ? [] : lines(later), gates].filter { !$0.isEmpty }
        let nothing = Phrase(zh: "这段时间没有要灌的", en: "nothing waters in this time").said
        let note = reply.note.map { [painted($0.phrase.said, .warning)] } ?? []
        return note + (parts.isEmpty ? [nothing] : Array(parts.joined(separator: [""])))
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
            .text(zh: "开", en: "opens"), .text(zh: "止", en: "ends"), .text(zh: "分区", en: "zone"), .number(zh: "计划", en: "asked"),
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
            text += Phrase(zh: "；配方 \(recipe.zh)", en: "; recipe \(recipe.en)").said
            if !stock.isEmpty { text += " (" + stock.joined(separator: ", ") + ")" }
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

extension TimeSpan: CustomStringConvertible {
    /// As it is typed: `24h`.
    public var description: String {
        let total = Int(exactly: duration.seconds.rounded()) ?? 0
        let parts = [(total / 3600, "h"), (total / 60 % 60, "m"), (total % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0)\($1)" }.joined()
    }
}
