import ArgumentParser
import Foundation
import Language
import ProcessImage
import Quantities
import Schedule
import Site

/// `tidegate schedule export`: what runs, or a document, as the table of an extension service and as a sheet to print.
struct ScheduleExport: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: Phrase(zh: "把正在用的程序或一份方案，写成农技推广的表格、可打印的一页纸", en: "what runs now, or a schedule, as an extension service's table and a sheet to print").said,
            discussion: Phrase(
                zh: "打印 CSV：生育时期（程序名）、日期、滴灌次数、灌水定额、每次 N、P2O5、K2O 纯量，末行合计。由探头或亏缺决定的量是空的：要知道会灌多少，用 simulate。不写方案文件：网关上启用着的那份（--data），没有就是站点文件自己的程序。",
                en: "Prints CSV: stage (the program's name), dates, times, quota, N, P2O5 and K2O of each time, and their sums. What a probe or a deficit decides is left empty: simulate says what it comes to. Without a file: what is in force on this gateway (--data), else the site file's own programs.").said)
    }

    @Argument(help: .said(zh: "方案文件，签名前后都行；不写则是正在用的", en: "the schedule, signed or not; what runs now when left out", valueName: Phrase(zh: "方案", en: "schedule")))
    var file: String?

    @Option(help: .said(zh: "控制器的数据目录", en: "the controller's data folder", valueName: Phrase(zh: "目录", en: "folder")))
    var data = "/var/lib/tidegate"

    @Option(help: .said(zh: "另存一张可打印的网页，带签字栏", en: "also writes a page to print, with room to sign", valueName: Phrase(zh: "文件", en: "file")))
    var html: String?

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let document = try file.map { try DeskFile($0).document } ?? inForce()
        let loaded = try site.load(document)
        let head = try document.map { try ScheduleHead.read($0.bytes, file: $0.file) }
        let today = loaded.tables.clock.local(unixSeconds: unixNow).date
        let export = StageExport(loaded, valid: head?.valid ?? today...today.adding(days: 364))
        if let html { try write(Array(ScheduleSheet(loaded, head, export).text.utf8), toFile: html) }
        if common.json { return try say(json: export.lines) }
        Console.current.out(export.lines.map { CSVFile.line($0) + "\n" }.joined())
    }

    private func inForce() throws -> ScheduleText? {
        let folder = data + "/schedules"
        guard FileManager.default.fileExists(atPath: folder) else { return nil }
        var box = ScheduleBoxOptions()
        (box.data, box.site) = (data, site)
        return try box.acceptance().active
    }
}
