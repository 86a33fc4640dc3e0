import ArgumentParser
import Language
import LocalAPI
import Quantities

struct HistoryCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "history", abstract: Phrase(
            zh: "一个测点的过去：曲线，或 CSV", en: "the past of one point: a curve, or CSV").said)
    }

    @Argument(help: .said(zh: "测点的标签", en: "tag of the point", valueName: Phrase(zh: "标签", en: "tag")))
    var tag: String

    @Option(help: .said(zh: "往前看多久，如 24h、7d", en: "how far back, such as 24h, 7d", valueName: Phrase(zh: "时长", en: "time")))
    var since: TimeSpan = TimeSpan(.hours(24))

    @Option(help: .said(zh: "多细：auto 自动，samples 原始，minute、hour、day", en: "how fine: auto, samples, minute, hour or day",
                        valueName: Phrase(zh: "粗细", en: "step")))
    var step: Step = .auto

    @Flag(help: .said(zh: "输出 CSV：本地时间、值、最小、最大", en: "print CSV: local time, value, minimum, maximum"))
    var csv = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    enum Step: String, ExpressibleByArgument, CaseIterable { case auto, samples, minute, hour, day }

    func run() throws {
        let reply: HistoryReply = try controller.client.get("history", [
            "tag": tag, "since": try since.secondsBack(), "step": step.rawValue,
        ])
        if common.json { return try say(json: reply) }
        (csv ? HistoryCommand.csv(reply) : HistoryCommand.lines(reply)).forEach { say($0) }
    }

    static func csv(_ reply: HistoryReply) -> [String] {
        let unit = reply.unit.isEmpty ? "" : " [\(reply.unit)]"
        let rows = reply.values.map { value in
            ([value.at.description] + [value.value, value.minimum, value.maximum].map { number in
                number.map { Format.number($0, decimals: reply.decimals) } ?? ""
            }).joined(separator: ",")
        }
        return ["time,\(reply.point.tag)\(unit),minimum,maximum"] + rows
    }

    static func lines(_ reply: HistoryReply) -> [String] {
        let known = reply.values.compactMap(\.value)
        let title = reply.point.title
        guard let low = (reply.values.compactMap(\.minimum) + known).min(), let high = (reply.values.compactMap(\.maximum) + known).max(),
              let last = known.last else {
            return [painted(title, .strong), Phrase(zh: "这段时间没有可用读数", en: "no usable reading in this time").said]
        }
        let mean = known.reduce(0, +) / Double(known.count)
        func shown(_ value: Double) -> String { Format.number(value, decimals: reply.decimals, unit: reply.unit) }
        let summary = Phrase(
            zh: "最新 \(shown(last))   最小 \(shown(low))   平均 \(shown(mean))   最大 \(shown(high))",
            en: "latest \(shown(last))   least \(shown(low))   mean \(shown(mean))   most \(shown(high))").said
        let from = "\(Format.weekday(reply.from)) \(Format.clock(reply.from))", to = "\(Format.weekday(reply.to)) \(Format.clock(reply.to))"
        let span = Phrase(zh: "\(from) 到 \(to)，现场本地时间", en: "\(from) to \(to), local time of the site").said
        return [painted(title, .strong) + "   " + painted(span, .dim), summary, ""]
            + Plot(history: reply, width: Console.current.width ?? 80, height: 12).lines
    }
}
