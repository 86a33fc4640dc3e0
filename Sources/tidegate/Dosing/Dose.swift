import ArgumentParser
import Language
import LocalAPI

/// `tidegate dose`: what the dosing units do, why, what they gave, and orders to them.
struct Dose: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "dose", abstract: Phrase(zh: "施肥：现在怎样、为什么、施了多少；停、冲洗、停用", en: "dosing: how it stands, why, what was given; stop, flush, disable").said,
            subcommands: [DoseStatus.self, DoseWhy.self, DoseLog.self, DoseStop.self, DoseFlush.self, DoseDisable.self,
                          DoseEnable.self, DoseTune.self],
            defaultSubcommand: DoseStatus.self)
    }
}

struct DoseStatus: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "status", abstract: Phrase(
            zh: "各水肥机、施肥通道、母液桶和欠冲洗的分区", en: "every dosing unit, its channels, the tanks, and zones that owe a flush").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: DosingReply = try controller.client.get("dosing")
        if common.json { return try say(json: reply) }
        DosingScreen(reply).lines.forEach { say($0) }
    }
}

struct DoseWhy: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "why", abstract: Phrase(
            zh: "水肥机为什么在施肥、为什么没施", en: "why a dosing unit doses, or does not").said)
    }

    @Argument(help: .unit) var unit: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let client = controller.client
        let reply: WhyReply = try client.get("why/" + client.escaped(try unit ?? client.onlyUnit()))
        if common.json { return try say(json: reply) }
        Why.lines(reply).forEach { say($0) }
    }
}

extension ControllerClient {
    /// The dosing unit that is meant where none is named.
    func onlyUnit() throws -> String {
        let units = (try get("dosing") as DosingReply).units.map(\.unit.tag)
        if units.count == 1, let unit = units.first { return unit }
        throw units.isEmpty
            ? Refused(.failed, code: "no-dosing", Phrase(zh: "本站没有水肥机", en: "this site has no dosing unit"))
            : Refused(.wrongUse, code: "which-unit", Phrase(zh: "要写明哪台水肥机", en: "say which dosing unit"),
                      remedy: Phrase(verbatim: units.joined(separator: ", ")))
    }
}

extension ArgumentHelp {
    fileprivate static var unit: ArgumentHelp {
        .said(zh: "水肥机的标签或名称；只有一台可不写", en: "tag or name of the dosing unit; may be left out where there is one",
              valueName: Phrase(zh: "水肥机", en: "unit"))
    }
}

// MARK: Orders

struct DoseStop: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "stop", abstract: Phrase(
            zh: "本次不再施肥；清水继续灌并冲洗", en: "no more stock in this run; clear water goes on and flushes").said)
    }

    @Argument(help: .unit) var unit: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.doseStop, subject: unit), controller, json: common.json) }
}

struct DoseFlush: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "flush", abstract: Phrase(
            zh: "用清水把一个分区管里的肥液冲出去", en: "clear water for what is left in the lines of a zone").said)
    }

    @Argument(help: .said(zh: "分区的标签或名称", en: "tag or name of the zone", valueName: Phrase(zh: "分区", en: "zone")))
    var zone: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.flush, zone: zone), controller, json: common.json) }
}

extension ArgumentHelp {
    fileprivate static var dosed: ArgumentHelp {
        .said(zh: "水肥机或施肥通道的标签或名称；只有一台水肥机可不写", en: "tag or name of a dosing unit or channel; may be left out where there is one unit",
              valueName: Phrase(zh: "对象", en: "subject"))
    }
}

struct DoseDisable: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "disable", abstract: Phrase(
            zh: "停用施肥：一次扫描内停住，重启也不恢复", en: "off within one scan, and until enabled, restarts included").said)
    }

    @Argument(help: .dosed) var subject: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.doseDisable, subject: subject), controller, json: common.json) }
}

struct DoseEnable: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "enable", abstract: Phrase(zh: "重新启用施肥", en: "let it dose again").said)
    }

    @Argument(help: .dosed) var subject: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.doseEnable, subject: subject), controller, json: common.json) }
}

struct DoseTune: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "tune", abstract: Phrase(zh: "用一次有界的小阶跃整定 EC 或 pH 回路", en: "learn the EC or pH loop by one small bounded step").said,
            discussion: Phrase(
                zh: "施肥过程中做，会让 EC 或 pH 偏离几分钟，所以先问。做完看 tidegate dose status，认可后加 --accept。",
                en: "Done while it doses; EC or pH will be off for some minutes, so it asks first. See tidegate dose status when it is over, and keep it with --accept.").said)
    }

    @Argument(help: .said(zh: "ec 或 ph", en: "ec or ph", valueName: Phrase(zh: "回路", en: "loop")))
    var loop: String?

    @Option(help: .unit) var unit: String?

    @Flag(help: .said(zh: "采用上次整定的结果", en: "keep what the last one found"))
    var accept = false

    @Flag(help: .said(zh: "不再询问", en: "do not ask"))
    var yes = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        if accept { return try give(CommandRequest(.acceptTuning, subject: unit), controller, json: common.json) }
        guard let loop, ["ec", "ph"].contains(loop) else {
            throw Refused(.wrongUse, code: "bad-loop", Phrase(zh: "要写明整定 ec 还是 ph", en: "say which loop, ec or ph"),
                          remedy: Phrase(zh: "例：tidegate dose tune ec", en: "Example: tidegate dose tune ec"))
        }
        if !yes { try confirm(Phrase(zh: "整定会让 \(loop) 偏离几分钟。现在开始吗？[y/N] ", en: "Tuning puts \(loop) off for some minutes. Begin? [y/N] ")) }
        try give(CommandRequest(.tune, subject: unit, what: loop), controller, json: common.json)
    }
}
