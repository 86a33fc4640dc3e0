import ArgumentParser
import Language
import LocalAPI
import Quantities

struct LockCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "lock", abstract: Phrase(zh: "有人下水或在网箱作业：锁住投喂", en: "people dive or work in a cage: nothing that feeds it moves").said,
            discussion: Phrase(zh: "例：tidegate lock 一号 --why 潜水检查。只能在现场解锁：tidegate unlock 一号。增氧照常。",
                               en: "Example: tidegate lock cage-1 --why divers. Only somebody on the spot releases it: tidegate unlock cage-1. Aeration goes on.").said)
    }

    @Option(help: .said(zh: "谁在做什么，记入记录", en: "who works there, for the record", valueName: Phrase(zh: "说明", en: "text")))
    var why: String?

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(CommandRequest(.cageLock, subject: cage.cage, seen: why)) }
}

struct UnlockCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "unlock", abstract: Phrase(zh: "人都离开了：解锁（只能在现场）", en: "everybody is out: release a cage (from the spot only)").said)
    }

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageUnlock) }
}

struct Fast: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "fast", abstract: Phrase(zh: "安排停食：洗网、起网、起捕、分级、药浴", en: "book a fast: net cleaning or lifting, harvest, grading, treatment").said,
            discussion: Phrase(
                zh: "例：tidegate fast 一号 --work net-cleaning --at \"11-29 08:00\" --lasts 4h。洗网、起网前停食 12 小时，其余 24 小时，--before 可改。取消：tidegate fast 一号 --end",
                en: "Example: tidegate fast cage-1 --work net-cleaning --at \"11-29 08:00\" --lasts 4h. No feed for 12 h before a net is cleaned or lifted, 24 h before the rest; --before changes that. To cancel: tidegate fast cage-1 --end").said)
    }

    enum Work: String, ExpressibleByArgument, CaseIterable {
        case treatment, harvest, grading
        case netCleaning = "net-cleaning"
        case netLifting = "net-lifting"
        case other
    }

    @Option(help: .said(zh: "做什么", en: "what for", valueName: Phrase(zh: "工作", en: "work")))
    var work: Work?

    @Option(help: .said(zh: "几时开工（当地时间），如 \"11-29 08:00\" 或 08:00；不写就是现在", en: "when the work begins, local time, such as \"11-29 08:00\" or 08:00; without, now", valueName: Phrase(zh: "时刻", en: "time")))
    var at: String?

    @Option(help: .said(zh: "做多久，如 4h、2d", en: "how long it lasts, such as 4h, 2d", valueName: Phrase(zh: "时长", en: "time")))
    var lasts: TimeSpan?

    @Option(help: .said(zh: "开工前停食多久，如 12h", en: "no feed for so long before it, such as 12h", valueName: Phrase(zh: "时长", en: "time")))
    var before: TimeSpan?

    @Flag(help: .said(zh: "取消停食", en: "fast no more"))
    var end = false

    @OptionGroup var cage: CageOptions

    func run() throws {
        if end { return try cage.order(CommandRequest(.fastEnd, subject: cage.cage, what: work?.rawValue)) }
        guard let lasts else {
            throw Refused(.wrongUse, code: "usage", Phrase(zh: "写上做多久：--lasts 4h；或取消：--end", en: "say how long it lasts: --lasts 4h; or cancel it: --end"))
        }
        try cage.order(CommandRequest(.fast, forSeconds: lasts.duration.seconds, subject: cage.cage, what: (work ?? .other).rawValue,
                                      at: at, beforeSeconds: before?.duration.seconds))
    }
}

struct NoteCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "note", abstract: Phrase(zh: "给网箱当天的日志记一笔：抢食、网衣、透明度……", en: "a note for a cage's day: appetite, net, clearness …").said,
            discussion: Phrase(zh: "例：tidegate note 一号 \"网衣轻度附着，抢食 4 分\"。查看：tidegate sheet 一号", en: "Example: tidegate note cage-1 \"net lightly fouled, appetite 4 of 5\". To read: tidegate sheet cage-1").said)
    }

    @OptionGroup var cage: CageOptions

    @Argument(help: .said(zh: "要记的话，最多 200 字", en: "the note, at most 200 letters", valueName: Phrase(zh: "内容", en: "text")))
    var text: String

    func run() throws { try cage.order(CommandRequest(.cageNote, subject: cage.cage, seen: text)) }
}
