import ArgumentParser
import Language
import LocalAPI
import Quantities

struct Start: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "start", abstract: Phrase(
            zh: "现在就启动一个程序", en: "start a program now").said,
            discussion: Phrase(zh: "先列出要灌什么，确认后才下达。不看程序自己的条件。正在停灌时段，或用水指标不够时不启动，并说明差多少；加 --over 才照样启动，记入记录。水量一律记账。",
                               en: "Shows what will run and asks. The program's own conditions are not looked at. While a no-water window stands, or where a quota has too little left, it is refused with the numbers; --over starts it all the same, and that is recorded. The water is booked in any case.").said)
    }

    @Argument(help: .said(zh: "程序的标签或名称", en: "tag or name of the program", valueName: Phrase(zh: "程序", en: "program")))
    var program: String

    @Flag(help: .said(zh: "停灌时段内、超出用水指标也启动", en: "even in a no-water window and beyond a quota"))
    var over = false

    @Flag(help: .said(zh: "不再询问", en: "do not ask"))
    var yes = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        if !yes {
            let reply: ProgramsReply = try controller.client.get("programs")
            if let found = reply.programs.first(where: { $0.program.isNamed(program) }) {
                try confirmStart(found)
            }
        }
        try give(CommandRequest(.start, program: program, over: over ? true : nil), controller, json: common.json)
    }

    /// Nobody at a terminal can not be asked, and must say `--yes`.
    private func confirmStart(_ program: ProgramReply) throws {
        func tell(_ text: Phrase) { remark(text.said, json: common.json) }
        tell(Phrase(zh: "程序 \(program.program.name.zh) 将灌：", en: "Program \(program.program.name.en) will give:"))
        for zone in program.zones { tell(Phrase(verbatim: "  \(zone.zone.name.phrase.said)  \(zone.gives.phrase.said)")) }
        if program.percent != 100 {
            let percent = Format.number(program.percent, decimals: 0)
            tell(Phrase(zh: "  各按 \(percent) %", en: "  each \(percent) % of that"))
        }
        try confirm(Phrase(zh: "启动吗？[y/N] ", en: "Start it? [y/N] "), declined: Phrase(zh: "没有启动", en: "it was not started"))
    }
}

struct Pause: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "pause", abstract: Phrase(
            zh: "暂停自动灌溉：全场、一个程序或一个分区", en: "no program waters the site, a program's zones, or a zone").said,
            discussion: Phrase(zh: "正在灌的程序也停下。手动灌溉照常。不写时长就一直暂停，每天提醒一次，直到 tidegate resume。",
                               en: "Water of programs ends; runs by hand work. Without a time it stands until tidegate resume, and is told each day.").said)
    }

    @Argument(help: .said(zh: "程序或分区的标签或名称；site 为全场", en: "tag or name of a program or zone; site for all of it",
                          valueName: Phrase(zh: "对象", en: "subject")))
    var subject: String = "site"

    @Option(name: .customLong("for"), help: .said(zh: "多长时间，如 12h、3d", en: "how long, such as 12h, 3d", valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try give(CommandRequest(.pause, forSeconds: time?.duration.seconds, subject: subject), controller, json: common.json)
    }
}

struct Resume: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "resume", abstract: Phrase(
            zh: "恢复自动灌溉", en: "end a pause, a rain delay, or a start to be skipped").said)
    }

    @Argument(help: .said(zh: "程序或分区的标签或名称；site 为全场", en: "tag or name of a program or zone; site for all of it",
                          valueName: Phrase(zh: "对象", en: "subject")))
    var subject: String = "site"

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.resume, subject: subject), controller, json: common.json) }
}

struct RainDelay: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "rain-delay", abstract: Phrase(
            zh: "下过雨：一段时间内不自动灌溉", en: "it rained: no program waters for a while").said,
            discussion: Phrase(zh: "例：tidegate rain-delay 24h；提前结束：tidegate resume", en: "Example: tidegate rain-delay 24h; tidegate resume ends it early.").said)
    }

    @Argument(help: .said(zh: "多长时间，如 24h、2d", en: "how long, such as 24h, 2d", valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.rainDelay, forSeconds: time.duration.seconds), controller, json: common.json) }
}

struct Skip: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "skip", abstract: Phrase(
            zh: "跳过一个程序的下一次启动", en: "skip the next start of a program").said,
            discussion: Phrase(zh: "收回：tidegate resume 程序", en: "Taken back with: tidegate resume PROGRAM").said)
    }

    @Argument(help: .said(zh: "程序的标签或名称", en: "tag or name of the program", valueName: Phrase(zh: "程序", en: "program")))
    var program: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.skip, program: program), controller, json: common.json) }
}

struct Adjust: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "adjust", abstract: Phrase(
            zh: "按百分比增减一个程序的水量", en: "give a percentage of a program's water").said,
            discussion: Phrase(zh: "一直有效，直到再改；100 恢复原样。例：tidegate adjust 早晨滴灌 80%", en: "Stands until changed; 100 is the program's own. Example: tidegate adjust morning-drip 80%").said)
    }

    @Argument(help: .said(zh: "程序的标签或名称", en: "tag or name of the program", valueName: Phrase(zh: "程序", en: "program")))
    var program: String

    @Argument(help: .said(zh: "百分比，10 到 300，如 80%", en: "per cent, 10 to 300, such as 80%", valueName: Phrase(zh: "百分比", en: "percent")))
    var percent: Percent

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try give(CommandRequest(.adjust, program: program, percent: percent.value), controller, json: common.json)
    }
}

/// `80`, `80%` or `80 %`.
struct Percent: ExpressibleByArgument {
    let value: Double

    init?(argument: String) {
        let number = argument.filter { $0 != " " && $0 != "%" && $0 != "％" }
        guard let value = Double(number), value.isFinite else { return nil }
        self.value = value
    }
}
