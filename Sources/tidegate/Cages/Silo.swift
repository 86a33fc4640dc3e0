import ArgumentParser
import Language
import LocalAPI

struct SiloCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "silo", abstract: Phrase(zh: "料仓：还有多少、够几天；加料后登记", en: "silos: what is left and for how many days; tell when one is filled").said,
            subcommands: [SiloLevel.self, SiloFill.self, SiloSet.self], defaultSubcommand: SiloLevel.self)
    }
}

struct SiloLevel: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "level", abstract: Phrase(zh: "各仓还有多少", en: "what each silo holds").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: SilosReply = try controller.client.get("silos")
        if common.json { return try say(json: reply) }
        guard !reply.silos.isEmpty else { return say(Phrase(zh: "本站没有料仓", en: "this site has no silos")) }
        SiloLevel.table(reply.silos).lines.forEach { say($0) }
    }

    static func table(_ silos: [SilosReply.Silo]) -> Table {
        var table = Table([.text(zh: "料仓", en: "silo"), .number(zh: "现有", en: "holds"), .number(zh: "满仓", en: "full"), .number(zh: "每天用", en: "a day"),
                           .number(zh: "够几天", en: "days left"), .text(zh: "依据", en: "by"), .text(zh: "输料线", en: "lines"), .text(zh: "饲料", en: "feed")])
        for silo in silos {
            table.add(
                Table.Cell(silo.silo.name.phrase),
                Table.Cell(Format.number(silo.holdsKg, decimals: 0, unit: "kg"), silo.isLow ? .warning : nil),
                Table.Cell(Format.number(silo.capacityKg, decimals: 0, unit: "kg")),
                Table.Cell(Format.number(silo.perDayKg, decimals: 0, unit: "kg")),
                Table.Cell(Format.number(silo.daysLeft, decimals: 1), (silo.daysLeft ?? 99) < 3 ? .warning : nil), Table.Cell(source(silo)),
                Table.Cell(silo.lines.joined(separator: ", ")), Table.Cell(silo.feed?.phrase ?? Phrase(verbatim: "–")))
        }
        return table
    }

    private static func source(_ silo: SilosReply.Silo) -> Phrase {
        if silo.isWeighed { return Phrase(zh: "秤", en: "scale") }
        return silo.holdsKg == nil ? Phrase(zh: "未登记", en: "not told") : Phrase(zh: "按投喂推算", en: "reckoned")
    }
}

/// Which silo, how much, and the controller that has it.
struct SiloOptions: ParsableArguments {
    @Argument(help: .said(zh: "料仓的标签或名称", en: "tag or name of the silo", valueName: Phrase(zh: "料仓", en: "silo")))
    var silo: String

    @Argument(help: .said(zh: "重量，如 500kg、1.2t、600斤", en: "a weight, such as 500kg, 1.2t", valueName: Phrase(zh: "重量", en: "weight")))
    var weight: FeedWeight

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func order(_ verb: CommandRequest.Verb) throws {
        try give(CommandRequest(verb, subject: silo, massKg: weight.kilograms), controller, json: common.json)
    }
}

struct SiloFill: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "fill", abstract: Phrase(zh: "登记加了多少料", en: "tell how much feed was filled in").said,
                             discussion: Phrase(zh: "例：tidegate silo fill 一号料仓 1.2t", en: "Example: tidegate silo fill silo-1 1.2t").said)
    }

    @OptionGroup var silo: SiloOptions

    func run() throws { try silo.order(.siloFill) }
}

struct SiloSet: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "set", abstract: Phrase(zh: "盘点后登记现有多少", en: "tell what it holds now, after a look").said)
    }

    @OptionGroup var silo: SiloOptions

    func run() throws { try silo.order(.siloSet) }
}
