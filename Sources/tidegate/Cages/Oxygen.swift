import ArgumentParser
import Language
import LocalAPI

struct Oxygen: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "oxygen", abstract: Phrase(
            zh: "各网箱的溶氧、饱和度、水温：逐支探头", en: "oxygen, saturation and temperature of the cages, probe by probe").said,
            discussion: Phrase(zh: "探头一栏是它自己显示的数；盐度为 0 的探头显示偏高，标题里是校正后的。", en: "Beside a probe stands what it shows; one left at salinity 0 shows too much, and the title has it corrected.").said)
    }

    @Argument(help: .said(zh: "网箱的标签或名称；不写就是全部", en: "tag or name of the cage; without, every one", valueName: Phrase(zh: "网箱", en: "cage")))
    var cage: String?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var reply: OxygenReply = try controller.client.get("oxygen")
        if let cage {
            let tags = reply.cages.map(\.cage.tag)
            reply.cages = reply.cages.filter { $0.cage.isNamed(cage) }
            if reply.cages.isEmpty { throw Refused.unknown(Phrase(zh: "网箱", en: "cage"), code: "unknown-cage", cage, among: tags) }
        }
        if common.json { return try say(json: reply) }
        guard !reply.cages.isEmpty else { return say(Phrase(zh: "本站没有网箱", en: "this site has no net cages")) }
        for (number, cage) in reply.cages.enumerated() {
            if number > 0 { say() }
            Oxygen.lines(cage).forEach { say($0) }
        }
    }

    static func lines(_ cage: OxygenReply.Cage) -> [String] {
        let title = painted(cage.cage.name.phrase.said, .strong)
        let state = painted(CageWords.oxygen(cage.state).said, CageWords.colour(cage.state))
        let figures = [Format.number(cage.oxygenMgL, decimals: 1, unit: "mg/L"),
                       Format.number(cage.saturationPercent, decimals: 0, unit: "%")]
        let corrected = cage.probesShowFreshWater ? Phrase(zh: "（已按盐度校正）", en: " (corrected for salt)").said : ""
        var table = Table([.text(zh: "探头", en: "probe"), .number(zh: "显示", en: "shows")])
        for probe in cage.probes {
            table.add(Table.Cell(probe.point.name.phrase),
                      Table.Cell(Format.number(probe.value, decimals: probe.decimals, unit: probe.unit), probe.value == nil ? .bad : nil))
        }
        return ["\(title)  \(figures.joined(separator: "  "))\(corrected)  \(state)"] + table.lines.dropFirst().map { " " + $0 }
    }
}
