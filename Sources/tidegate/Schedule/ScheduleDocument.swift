import ArgumentParser
import Control
import Foundation
import Language
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Schedule
import Site

struct ScheduleNew: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "new", abstract: Phrase(zh: "照站点文件起草一份方案", en: "begin a schedule from a site file").said,
            discussion: Phrase(
                zh: "把站点文件里的程序、配方与闸门给定值原样抄进一份新方案，打印出来；存成文件再改。--from 则由农技推广的表格起草：每个生育时期一个程序，养分折成站点的母液；合计、取整、配不出的都逐行说明，表不改。",
                en: "Prints a new schedule with the programs, recipes and set-points of the site file as they stand there; save it and change it. With --from it is made of an extension service's table: a program for each stage, nutrients in stock of the site; sums, rounding and what cannot be given are told line by line, and the table is not mended.").said)
    }

    @OptionGroup var site: ScheduleSiteOptions

    @Option(help: .said(zh: "版本号，比站点上一份大 1；缺省 1", en: "its number, one more than the site's last; default 1", valueName: Phrase(zh: "版本", en: "number")))
    var number = 1

    @Option(help: .said(zh: "由这份表格起草（CSV）：生育时期、次数、灌水定额、N、P2O5、K2O", en: "made of this table (CSV): stage, times, quota, N, P2O5, K2O",
                        valueName: Phrase(zh: "表格", en: "table")))
    var from: String?

    @Option(help: .said(zh: "第一天（年-月-日）；缺省今天", en: "its first day (YYYY-MM-DD); default today", valueName: Phrase(zh: "日期", en: "date")))
    var first: String?

    @Option(help: .said(zh: "管多少天，1 到 400；缺省 120", en: "for how many days, 1 to 400; default 120", valueName: Phrase(zh: "天数", en: "days")))
    var days = 120

    @OptionGroup var common: CommonOptions

    func run() throws {
        guard (1...400).contains(days), number >= 1 else {
            throw Refused(.wrongUse, code: "days", Phrase(zh: "天数应为 1 到 400，版本号从 1 起", en: "days are 1 to 400, and numbers begin at 1"))
        }
        let loaded = try site.load()
        let today = loaded.scan.control.clock.local(unixSeconds: unixNow).date
        let begin = try first.map { try SeasonOptions.date($0, "--first") } ?? today
        if let from {
            let table = try StageTable(CSVFile(path: from))
            return try make(StageDocument(table, site: loaded, version: number, from: begin, days: days))
        }
        let text = String(decoding: try DeskFile(site.site).bytes, as: UTF8.self)
        Console.current.out(NewDocument(loaded, file: text, version: number, from: begin, days: days).text)
    }

    /// The document on standard output, what is to be known of it and what its own check says beside it.
    private func make(_ document: StageDocument) throws {
        let text = document.text
        Console.current.out(text)
        for note in document.notes { Console.current.err(note.said + "\n") }
        do {
            _ = try site.load(ScheduleText(file: "schedule", bytes: Array(text.utf8)))
        } catch {
            Console.current.err(Phrase(zh: "这份方案还不能用，改好再签：", en: "The schedule is not in order yet; mend it before it is signed:").said + "\n")
            Console.current.err(error.text(in: Console.current.language) + "\n")
        }
    }
}

struct ScheduleLint: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "lint", abstract: Phrase(zh: "检查方案，一次列出全部问题", en: "check a schedule; all problems at once").said,
            discussion: Phrase(
                zh: "像网关那样对照站点文件检查方案：在哪一行、错在哪里、该怎么改。通过时退出码 0，被拒绝时 2。不改动任何东西。",
                en: "Checks a schedule against its site file as a gateway does: the line, what is wrong, what to do. Exit code 0 when it is in order, 2 when it is refused. Changes nothing.").said)
    }

    @Argument(help: .said(zh: "方案文件，签名前后都行", en: "the schedule, signed or not", valueName: Phrase(zh: "方案", en: "schedule")))
    var file: String

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let checked = try site.load(try DeskFile(file).document)
        let unmet = checked.unmetExpectations(site.weather)
        guard unmet.isEmpty else { throw SiteRefused(problems: unmet) }
        let notices = checked.notices.filter { $0.file == file }
        if common.json { return try say(json: CheckJSON(inOrder: file, notices)) }
        say(Phrase(zh: "\(file) 可用于 \(checked.tables.site.name.zh)（\(checked.tables.site.tag)）。",
                   en: "\(file) is in order for \(checked.tables.site.name.en) (\(checked.tables.site.tag))."))
        for notice in notices { say(notice.text(in: Console.current.language)) }
    }
}

struct ScheduleExplain: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "explain", abstract: Phrase(zh: "用话说出方案做什么", en: "say in words what a schedule does").said)
    }

    @Argument(help: .said(zh: "方案文件，签名前后都行", en: "the schedule, signed or not", valueName: Phrase(zh: "方案", en: "schedule")))
    var file: String

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let file = try DeskFile(file)
        let explained = try site.load(file.document), head = try file.head()
        let changes = Change.between([], and: explained.statements)
        if common.json { return try say(json: changes.map(ChangeJSON.init)) }
        let days = "\(head.valid.lowerBound.text) .. \(head.valid.upperBound.text)"
        say(painted("\(head.schedule) \(head.version)", .strong) + "  \(head.site)  \(days)")
        if let author = head.author { say(Phrase(zh: "编写：\(author)", en: "by \(author)")) }
        if let remarks = head.remarks { say(remarks) }
        for change in changes { change.show(mark: "") }
    }
}

struct ScheduleDiff: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "diff", abstract: Phrase(zh: "用话说出方案改了什么", en: "say in words what a schedule changes").said,
            discussion: Phrase(
                zh: "与站点文件自己的程序比；写 --than 则与另一份方案比。", en: "Compared with the site file's own programs, or with another schedule (--than).").said)
    }

    @Argument(help: .said(zh: "方案文件，签名前后都行", en: "the schedule, signed or not", valueName: Phrase(zh: "方案", en: "schedule")))
    var file: String

    @Option(help: .said(zh: "原来的方案；缺省为站点文件的基本程序", en: "the earlier schedule; default the site file's own programs", valueName: Phrase(zh: "方案", en: "schedule")))
    var than: String?

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let before = try site.load(try than.map { try DeskFile($0).document })
        let after = try site.load(try DeskFile(file).document)
        let changes = Change.between(before.statements, and: after.statements)
        if common.json { return try say(json: changes.map(ChangeJSON.init)) }
        if changes.isEmpty { say(Phrase(zh: "没有改动。", en: "Nothing changes.")) }
        for change in changes { change.show(mark: change.kind.mark) }
    }
}

extension Change {
    func show(mark: String) {
        say(mark + painted(subject.said, .strong))
        for line in lines { hung("  ", line.said).forEach { say($0) } }
    }
}

extension Change.Kind {
    var mark: String {
        switch self {
        case .new: "+ "
        case .gone: "- "
        case .changed: "~ "
        }
    }

    fileprivate var word: String {
        switch self {
        case .new: "new"
        case .gone: "gone"
        case .changed: "changed"
        }
    }
}

/// What `schedule explain` and `schedule diff` print with `--json`; the keys are stable.
struct ChangeJSON: Encodable {
    let kind: String
    let subject: WireText
    let lines: [WireText]

    init(_ change: Change) {
        kind = change.kind.word
        subject = WireText(change.subject)
        lines = change.lines.map { WireText($0) }
    }
}
