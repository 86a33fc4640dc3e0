import ArgumentParser
import Glibc
import Language
import LocalAPI

struct Watch: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "watch", abstract: Phrase(
            zh: "实时看现场，每秒刷新，q 退出", en: "the site live, redrawn each second; q quits").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    @Option(name: .customLong("for"), help: .said(zh: "看多久后自动退出，如 1m；缺省到按 q 为止", en: "leave by itself after this time, such as 1m; default: until q",
                                                  valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    func run() throws {
        let end = time.map { ContinuousClock.now + $0.duration }
        let client = controller.client
        let first: StatusReply = try client.get("status")
        if common.json { return try say(json: first) }
        guard let screen = LiveTerminal() else {
            StatusScreen(first).lines.forEach { say($0) }
            return say(Phrase(zh: "（不是终端，只显示一次；在终端里运行可实时刷新）", en: "(not a terminal: shown once; run it in a terminal to see it live)"))
        }
        defer { screen.restore() }
        var shown = StatusScreen(first).lines
        repeat {
            screen.draw(shown + ["", painted(Phrase(zh: " 每秒刷新   q 退出", en: " redrawn each second   q quits").said, .dim)])
            guard screen.waitForNextTurn(), end.map({ ContinuousClock.now < $0 }) ?? true else { return }
            shown = Watch.redrawn(client, width: screen.columns, before: shown)
        } while true
    }

    /// The newest screen; the previous one with a word on top while the controller is away.
    private static func redrawn(_ client: ControllerClient, width: Int, before: [String]) -> [String] {
        var console = Console.current
        console.width = width
        return Console.$current.withValue(console) {
            do {
                return StatusScreen(try client.get("status")).lines
            } catch {
                let away = painted(Phrase(zh: "控制器无应答；以下是此前的画面，正在重试", en: "no answer from the controller; below is what was, trying again").said, .bad)
                return before.first == away ? before : [away] + before
            }
        }
    }
}
