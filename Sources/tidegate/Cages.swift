import ArgumentParser
import Language
import LocalAPI

struct Cages: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "cages", abstract: Phrase(
            zh: "各网箱：溶氧、增氧机、存量", en: "every net cage: oxygen, aeration, stock").said,
            discussion: Phrase(zh: "溶氧按最差的探头。读不到就一直增氧；来龙去脉：tidegate log",
                               en: "Oxygen is that of the worst probe. Without a reading the aerators are on. What led to it: tidegate log").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: CagesReply = try controller.client.get("cages")
        if common.json { return try say(json: reply) }
        guard !reply.cages.isEmpty else { return say(Phrase(zh: "本站没有网箱", en: "this site has no net cages")) }
        CageTable(cages: reply.cages).lines.forEach { say($0) }
    }
}

/// The cages on the screen.
struct CageTable {
    let cages: [CageReply]

    var lines: [String] {
        var table = Table([
            .text(zh: "网箱", en: "cage"), .number(zh: "溶氧", en: "oxygen"), .text(zh: "状态", en: "state"),
            .text(zh: "增氧", en: "aeration"), .number(zh: "尾数", en: "fish"), .number(zh: "均重", en: "mean"), .number(zh: "存量", en: "stock"),
        ])
        for cage in cages {
            table.add(
                Table.Cell(cage.cage.name.phrase.said), Table.Cell(Format.number(cage.oxygenMgL, decimals: 1, unit: "mg/L")),
                Table.Cell(state(cage.state), colour(cage.state)), Table.Cell(aeration(cage), cage.isUnproven ? .bad : nil),
                Table.Cell(Format.number(cage.stock?.count, decimals: 0)),
                Table.Cell(Format.number(cage.stock?.meanG, decimals: 0, unit: "g")),
                Table.Cell(Format.number(cage.stock?.biomassKg, decimals: 0, unit: "kg")))
        }
        return table.lines
    }

    private func state(_ name: String) -> Phrase {
        switch name {
        case "emergency": Phrase(zh: "缺氧危急", en: "emergency")
        case "low": Phrase(zh: "溶氧低", en: "low")
        case "unknown": Phrase(zh: "读不到", en: "unknown")
        case "full": Phrase(zh: "过饱和", en: "its fill")
        default: Phrase(zh: "够", en: "enough")
        }
    }

    private func colour(_ name: String) -> Colour? {
        switch name {
        case "emergency", "unknown": .bad
        case "low", "full": .warning
        default: nil
        }
    }

    private func aeration(_ cage: CageReply) -> Phrase {
        let on = cage.stagesOn == 0 ? Phrase(zh: "停", en: "off") : Phrase(zh: "\(cage.stagesOn) 级开", en: "\(cage.stagesOn) on")
        let unproven = cage.isUnproven ? Phrase(zh: "，没有证明在转", en: ", not proven") : Phrase(verbatim: "")
        let siren = cage.sirenSounds ? Phrase(zh: "，警笛响", en: ", siren") : Phrase(verbatim: "")
        return Phrase(zh: on.zh + unproven.zh + siren.zh, en: on.en + unproven.en + siren.en)
    }
}
