import ArgumentParser
import Language
import LocalAPI
import Quantities

struct Plan: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "plan", abstract: Phrase(
            zh: "接下来会启动什么", en: "what will start in the coming time").said)
    }

    @Option(help: .said(zh: "往后看多久，至多 31 天", en: "how far ahead, at most 31 days", valueName: Phrase(zh: "时长", en: "time")))
    var next: TimeSpan = TimeSpan(.hours(24))

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: PlanReply = try controller.client.get("plan", ["seconds": Format.number(next.duration.seconds, decimals: 0)])
        if common.json { return try say(json: reply) }
        if let note = reply.note { say(painted(note.phrase.said, .warning)) }
        guard !reply.starts.isEmpty else {
            return say(Phrase(zh: "这段时间没有要启动的程序", en: "no program starts in this time"))
        }
        var table = Table([.text(zh: "开始", en: "start"), .text(zh: "程序", en: "program"), .text(zh: "分区与时长", en: "zones and times")])
        for start in reply.starts {
            let zones = start.zones.map { zone in
                let amount = zone.forSeconds != nil || zone.volumeM3 != nil
                    ? Format.amount(seconds: zone.forSeconds, cubicMeters: zone.volumeM3) : zone.gives?.phrase.said ?? ""
                return "\(zone.zone.name.phrase.said) \(amount)"
            }
            table.add(Table.Cell("\(Format.weekday(start.at)) \(Format.clock(start.at))"), Table.Cell(start.program.name.phrase.said),
                      Table.Cell(zones.joined(separator: Phrase(zh: "，", en: ", ").said)))
        }
        table.lines.forEach { say($0) }
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
