import ArgumentParser
import Language
import LocalAPI

struct DepthCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "depth", abstract: Phrase(zh: "升降式网箱：在多深、建议多深；升降、停住", en: "submersible cages: how deep, what would be better; move or hold one").said,
            discussion: Phrase(zh: "例：tidegate depth；depth accept 一号（同意建议）；depth go 一号 12m；depth hold 一号。限位、锁和正在投喂时都不动。",
                               en: "Examples: tidegate depth; depth accept cage-1 (agree to what is proposed); depth go cage-1 12m; depth hold cage-1. It stays within its limits, and where it is while it is locked or fed.").said,
            subcommands: [DepthShow.self, DepthAccept.self, DepthGo.self, DepthHold.self], defaultSubcommand: DepthShow.self)
    }
}

struct DepthShow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: Phrase(zh: "各升降式网箱在多深", en: "how deep the submersible cages are").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: CagesReply = try controller.client.get("cages")
        let cages = reply.cages.filter { $0.depth != nil }
        if common.json { return try say(json: cages) }
        guard !cages.isEmpty else { return say(Phrase(zh: "本站没有升降式网箱", en: "this site has no submersible cages")) }
        DepthShow.table(cages).lines.forEach { say($0) }
    }

    static func table(_ cages: [CageReply]) -> Table {
        var table = Table([.text(zh: "网箱", en: "cage"), .number(zh: "深度", en: "depth"), .number(zh: "去", en: "goes to"), .number(zh: "建议", en: "better"), .text(zh: "状态", en: "state")])
        for cage in cages {
            guard let depth = cage.depth else { continue }
            func meters(_ value: Double?) -> String { value.map { Format.number($0, decimals: 1, unit: "m") } ?? "" }
            table.add(Table.Cell(cage.cage.name.phrase), Table.Cell(depth.depthM.map { meters($0) } ?? "–", depth.depthM == nil ? .bad : nil), Table.Cell(meters(depth.goalM)),
                      Table.Cell(meters(depth.proposedM)), Table.Cell(state(depth), depth.isStuck || depth.depthM == nil ? .bad : nil))
        }
        return table
    }

    private static func state(_ depth: CageReply.Depth) -> Phrase {
        if depth.depthM == nil { return Phrase(zh: "深度读不到，不动", en: "its depth cannot be read: it stays") }
        if depth.isStuck { return Phrase(zh: "升降不动，查绞车或压载", en: "does not move: look at its winch or ballast") }
        if depth.isMoving { return Phrase(zh: "升降中", en: "moves") }
        if depth.goalM != nil { return Phrase(zh: "等着升降", en: "waits to move") }
        return depth.proposedM == nil ? Phrase(zh: "停在这里", en: "stays") : Phrase(zh: "等人同意", en: "waits for your word")
    }
}

struct DepthAccept: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "accept", abstract: Phrase(zh: "同意建议的深度", en: "agree to the depth that is proposed").said)
    }

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.depthAccept) }
}

struct DepthGo: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "go", abstract: Phrase(zh: "升降到一个深度", en: "move it to a depth").said)
    }

    @OptionGroup var cage: CageOptions

    @Argument(help: .said(zh: "深度，如 12m", en: "a depth, such as 12m", valueName: Phrase(zh: "深度", en: "depth")))
    var depth: String

    func run() throws {
        guard let amount = SpelledAmount(depth.lowercased()), amount.unit == "m" || amount.unit == "米" else {
            throw Refused(.wrongUse, code: "usage", Phrase(zh: "深度写成 12m", en: "write the depth as 12m"))
        }
        try cage.order(CommandRequest(.depthGo, subject: cage.cage, levelM: amount.number))
    }
}

struct DepthHold: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "hold", abstract: Phrase(zh: "停在这里，不升降", en: "stay where it is").said)
    }

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.depthHold) }
}
