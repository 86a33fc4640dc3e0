import ArgumentParser
import Language
import LocalAPI

struct Why: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "why", abstract: Phrase(
            zh: "分区为什么浇、没浇；闸门为什么动、不动；网箱为什么喂、没喂", en: "why a zone watered, or did not; why a gate moves, or holds; why a cage was fed, or was not").said)
    }

    @Argument(help: .said(zh: "分区、闸门或网箱的标签或名称", en: "tag or name of the zone, gate or cage", valueName: Phrase(zh: "对象", en: "subject")))
    var subject: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let client = controller.client
        let reply: WhyReply = try client.get("why/" + client.escaped(subject))
        if common.json { return try say(json: reply) }
        Why.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: WhyReply) -> [String] {
        let now = Phrase(zh: "现在", en: "now").said
        let lines = reply.lines.flatMap { line in
            let time = padded(line.at.map { Format.clockWithSeconds($0) } ?? now, to: 8)
            return hung("  \(time)  ", line.text.phrase.said, .dim)
        }
        return hung("", reply.headline.phrase.said).map { painted($0, .strong) } + lines
            + (reply.remedy.map { hung("  ", "→ " + $0.phrase.said) } ?? [])
    }
}
