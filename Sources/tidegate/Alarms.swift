import ArgumentParser
import Language
import LocalAPI

struct Alarms: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "alarms", abstract: Phrase(
            zh: "当前告警：怎么了、怎么办", en: "alarms that stand: what is wrong, what to do").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: AlarmsReply = try controller.client.get("alarms")
        if common.json { return try say(json: reply) }
        guard !reply.alarms.isEmpty else { return say(painted(Phrase(zh: "没有告警", en: "no alarms").said, .good)) }
        for alarm in reply.alarms { Alarms.lines(alarm).forEach { say($0) } }
    }

    static func lines(_ alarm: AlarmReply) -> [String] {
        let mark = alarm.severity == "critical" ? "‼" : "!"
        let since = "\(Format.weekday(alarm.since)) \(Format.clockWithSeconds(alarm.since))"
        let head = "\(mark) \(since)  \(Words.alarmState(alarm.state).said)  \(alarm.id)"
        let texts = [alarm.text.phrase.said] + (alarm.remedy.map { ["→ " + $0.phrase.said] } ?? [])
        return [painted(head, .of(severity: alarm.severity))] + texts.flatMap { hung("  ", $0) }
    }
}
