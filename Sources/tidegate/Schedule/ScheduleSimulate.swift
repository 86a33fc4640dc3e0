import ArgumentParser
import Language
import ProcessImage
import Schedule
import Site

/// `tidegate schedule simulate DOC --site SITE`: what a document would do in its season, before anybody signs it.
struct ScheduleSimulate: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "simulate",
            abstract: Phrase(zh: "把方案的一季推演一遍：水、肥、料、电，谁等谁，哪次没灌", en: "play a schedule's season: water, fertiliser, feed, hours of pumps, who waits for whom, what is left out").said,
            discussion: SeasonWords.discussion.said)
    }

    @Argument(help: .said(zh: "方案文件，签名前后都行", en: "the schedule, signed or not", valueName: Phrase(zh: "方案", en: "schedule")))
    var file: String

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var season: SeasonOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let file = try DeskFile(file)
        let loaded = try site.load(file.document), head = try file.head()
        let name = loaded.tables.site.name
        try season.play(loaded, within: head.valid, title: Phrase(zh: "\(name.zh)：方案 \(head.schedule)", en: "\(name.en): \(head.schedule)"),
                        json: common.json)
    }
}
