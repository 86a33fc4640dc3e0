import ArgumentParser
import Language
import LocalAPI

struct Cages: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "cages", abstract: Phrase(
            zh: "各网箱：溶氧、增氧机、投喂、存量；各输料线", en: "every net cage: oxygen, aeration, feed, stock; every feed line").said,
            discussion: Phrase(zh: "溶氧按最差的探头。读不到就一直增氧，也不投喂；来龙去脉：tidegate why 网箱",
                               en: "Oxygen is that of the worst probe. Without a reading the aerators are on, and nothing is fed. What led to it: tidegate why CAGE").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: CagesReply = try controller.client.get("cages")
        if common.json { return try say(json: reply) }
        guard !reply.cages.isEmpty else { return say(Phrase(zh: "本站没有网箱", en: "this site has no net cages")) }
        CageTable(cages: reply.cages).lines.forEach { say($0) }
        if reply.cages.contains(where: { $0.feeding != nil }) {
            say()
            FeedTable(cages: reply.cages, now: reply.time).lines.forEach { say($0) }
        }
        guard !reply.lines.isEmpty else { return }
        say()
        reply.lines.flatMap { LineWords.lines($0) }.forEach { say($0) }
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
                Table.Cell(CageWords.oxygen(cage.state), CageWords.colour(cage.state)),
                Table.Cell(aeration(cage), cage.isUnproven ? .bad : nil),
                Table.Cell(Format.number(cage.stock?.count, decimals: 0)),
                Table.Cell(Format.number(cage.stock?.meanG, decimals: 0, unit: "g")),
                Table.Cell(Format.number(cage.stock?.biomassKg, decimals: 0, unit: "kg")))
        }
        return table.lines
    }

    private func aeration(_ cage: CageReply) -> Phrase {
        let on = cage.stagesOn == 0 ? Phrase(zh: "停", en: "off") : Phrase(zh: "\(cage.stagesOn) 级开", en: "\(cage.stagesOn) on")
        let unproven = cage.isUnproven ? Phrase(zh: "，没有证明在转", en: ", not proven") : Phrase(verbatim: "")
        let siren = cage.sirenSounds ? Phrase(zh: "，警笛响", en: ", siren") : Phrase(verbatim: "")
        return Phrase(zh: on.zh + unproven.zh + siren.zh, en: on.en + unproven.en + siren.en)
    }
}

/// How the cages are fed, on the screen.
struct FeedTable {
    let cages: [CageReply]
    let now: WireTime

    var lines: [String] {
        var table = Table([
            .text(zh: "网箱", en: "cage"), .number(zh: "这一餐", en: "this meal"), .number(zh: "今天", en: "today"), .number(zh: "食欲", en: "appetite"),
            .text(zh: "下一餐", en: "next"), .text(zh: "投喂", en: "feeding"),
        ])
        for cage in cages {
            guard let feed = cage.feeding else { continue }
            table.add(
                Table.Cell(cage.cage.name.phrase.said), Table.Cell(meal(feed)),
                Table.Cell("\(Format.number(feed.todayKg, decimals: 1))/\(Format.number(feed.mostTodayKg, decimals: 0, unit: "kg"))"),
                Table.Cell(feed.appetitePercent == 100 ? "" : Format.number(feed.appetitePercent, decimals: 0, unit: "%")),
                Table.Cell(feed.nextMeal.map { Format.moment($0, now: now) } ?? "–"), Table.Cell(why(feed), colour(feed)))
        }
        return table.lines
    }

    private func meal(_ feed: CageReply.Feeding) -> String {
        guard let planned = feed.plannedKg, let given = feed.givenKg else { return "" }
        return "\(Format.number(given, decimals: 1))/\(Format.number(planned, decimals: 1, unit: "kg"))"
    }

    private func why(_ feed: CageReply.Feeding) -> Phrase {
        let fast = feed.fast.map { Phrase(zh: "（\($0.zh)）", en: " (\($0.en))") } ?? Phrase(verbatim: "")
        let part = feed.sharePercent > 0 && feed.sharePercent < 100 ? Format.number(feed.sharePercent, decimals: 0) : nil
        let share = part.map { Phrase(zh: "，水况只许 \($0) %", en: ", \($0) % by the water") } ?? Phrase(verbatim: "")
        return Phrase(zh: feed.why.zh + fast.zh + share.zh, en: feed.why.en + fast.en + share.en)
    }

    private func colour(_ feed: CageReply.Feeding) -> Colour? {
        switch feed.state {
        case "feeding": .good
        case "resting", "waiting": nil
        default: .warning
        }
    }
}

/// Short words of cages.
enum CageWords {
    static func oxygen(_ name: String) -> Phrase {
        switch name {
        case "emergency": Phrase(zh: "缺氧危急", en: "emergency")
        case "low": Phrase(zh: "溶氧低", en: "low")
        case "unknown": Phrase(zh: "读不到", en: "unknown")
        case "full": Phrase(zh: "过饱和", en: "its fill")
        default: Phrase(zh: "够", en: "enough")
        }
    }

    static func colour(_ name: String) -> Colour? {
        switch name {
        case "emergency", "unknown": .bad
        case "low", "full": .warning
        default: nil
        }
    }
}

/// One feed line on a line.
enum LineWords {
    static func lines(_ line: FeedLineReply) -> [String] {
        let cage = line.cage.map { Phrase(zh: " → \($0.name.zh)", en: " → \($0.name.en)") } ?? Phrase(verbatim: "")
        let state = line.fault ?? line.text
        let loaded = line.isLoaded && line.fault != nil ? Phrase(zh: "；管里可能有料。查明后：tidegate reset \(line.line.tag)（管空加 --empty）",
                                                                 en: "; feed may lie in its pipe. When mended: tidegate reset \(line.line.tag) (--empty if the pipe is)")
            : line.fault != nil ? Phrase(zh: "；查明后：tidegate reset \(line.line.tag)", en: "; when mended: tidegate reset \(line.line.tag)") : Phrase(verbatim: "")
        let text = Phrase(zh: "\(line.line.name.zh)  \(state.zh)\(cage.zh)\(loaded.zh)", en: "\(line.line.name.en)  \(state.en)\(cage.en)\(loaded.en)")
        return hung(" ", text.said).map { painted($0, line.fault == nil ? nil : .bad) }
    }
}
