import ArgumentParser
import Language
import LocalAPI
import Quantities

struct TankCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "tank", abstract: Phrase(zh: "母液桶：还剩多少；灌桶后登记", en: "stock tanks: what is left; tell when one is filled").said,
            subcommands: [TankLevel.self, TankSet.self], defaultSubcommand: TankLevel.self)
    }
}

struct TankLevel: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "level", abstract: Phrase(zh: "各桶还剩多少", en: "what is left in each tank").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: DosingReply = try controller.client.get("dosing")
        if common.json { return try say(json: reply.tanks) }
        guard !reply.tanks.isEmpty else { return say(Phrase(zh: "本站没有母液桶", en: "this site has no stock tanks")) }
        TankLevel.table(reply.tanks).lines.forEach { say($0) }
    }

    static func table(_ tanks: [TankReply]) -> Table {
        var table = Table([.text(zh: "母液桶", en: "tank"), .number(zh: "剩 L", en: "left L"), .number(zh: "满 L", en: "full L"), .number(zh: "低限 L", en: "low L"),
                           .text(zh: "依据", en: "by"), .text(zh: "供", en: "feeds"), .text(zh: "成分", en: "holds")])
        for tank in tanks {
            let isLow = (tank.leftL ?? 0) <= tank.lowL
            table.add(
                Table.Cell(tank.tank.name.phrase), Table.Cell(Format.number(tank.leftL, decimals: 1), isLow ? .warning : nil),
                Table.Cell(Format.number(tank.capacityL, decimals: 0)), Table.Cell(Format.number(tank.lowL, decimals: 0)),
                Table.Cell(source(tank)),
                Table.Cell(tank.channels.joined(separator: ", ")), Table.Cell(tank.holds.phrase))
        }
        return table
    }

    private static func source(_ tank: TankReply) -> Phrase {
        if tank.isMeasured { return Phrase(zh: "液位", en: "sensor") }
        return tank.leftL == nil ? Phrase(zh: "未登记", en: "not told") : Phrase(zh: "按用量推算", en: "reckoned")
    }
}

struct TankSet: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "set", abstract: Phrase(zh: "登记桶里现有多少，开始新的一批", en: "tell what is in a tank now; a new batch begins").said,
            discussion: Phrase(zh: "例：tidegate tank set T-A 480L --batch \"硝酸钙 60 公斤，11-20 配\"", en: "Example: tidegate tank set T-A 480L --batch \"60 kg calcium nitrate, 20 Nov\"").said)
    }

    @Argument(help: .said(zh: "母液桶的标签或名称", en: "tag or name of the tank", valueName: Phrase(zh: "母液桶", en: "tank")))
    var tank: String

    @Argument(help: .said(zh: "现有多少，如 480L；0L 为空", en: "what it holds now, such as 480L; 0L when it is empty", valueName: Phrase(zh: "容量", en: "volume")))
    var volume: StockVolume

    @Option(help: .said(zh: "这一批放了什么，记在台账里", en: "what went into it, for the record", valueName: Phrase(zh: "说明", en: "text")))
    var batch: String?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try give(CommandRequest(.tankSet, subject: tank, seen: batch, liters: volume.volume.liters), controller, json: common.json)
    }
}
