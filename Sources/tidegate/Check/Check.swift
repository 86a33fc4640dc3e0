import ArgumentParser
import Language
import LocalAPI
import Site

/// `tidegate check SITE`: reads a site file with all it names, and says every problem at once, or what the site is.
struct Check: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "check",
            abstract: Phrase(zh: "检查站点文件，不改动任何东西", en: "check a site file; changes nothing").said,
            discussion: Phrase(
                zh: "读站点文件、它用的板与设备型号，一次列出全部问题。通过时退出码 0，被拒绝时 2。",
                en: "Reads the site file with the board and profiles it names and lists all problems at once. Exit code 0 when it is in order, 2 when it is refused.").said)
    }

    @Argument(help: .said(zh: "站点文件，如 configs/example-drip-greenhouse.yaml", en: "a site file, such as configs/example-drip-greenhouse.yaml",
                          valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @Option(help: .said(zh: "板文件所在目录（缺省：站点文件旁或上一级的 boards）", en: "folder of board files (default: boards beside the site file or its folder)",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var boards: String?

    @Option(help: .said(zh: "设备型号所在目录（缺省：站点文件旁的 profiles）", en: "folder of device profiles (default: profiles beside the site file)",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var profiles: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let checked: Site
        do {
            checked = try Site.load(path: site, boards: boards, profiles: profiles)
        } catch {
            guard !common.json else { throw error }
            say(error.text(in: Console.current.language) + " " + Phrase(zh: "没有改动任何东西：check 只读文件。", en: "Nothing was changed: check only reads.").said)
            throw ExitCode(ExitStatus.wrongUse.rawValue)
        }
        if common.json {
            try say(json: CheckJSON(checked))
        } else {
            SiteSummary(checked).show()
        }
    }
}

/// What `check --json` and `schedule lint --json` print, and every command with `--json` of a file that is refused; the keys are stable.
struct CheckJSON: Encodable {
    struct Item: Encodable {
        let file: String
        let line: Int
        let key: String
        let what: WireText
        let remedy: WireText

        init(_ problem: Problem) {
            file = problem.file
            line = problem.line
            key = problem.key
            what = WireText(problem.what)
            remedy = WireText(problem.remedy)
        }
    }

    let file: String
    let ok: Bool
    var problems: [Item] = []
    var notices: [Item] = []
    /// Of a site that is in order.
    var fingerprint: String?
    var records: RecordsJSON?

    /// Under the first file that has a problem.
    init(_ refused: SiteRefused) {
        (file, ok) = (refused.problems.first?.file ?? "", false)
        problems = refused.problems.map(Item.init)
    }

    init(inOrder file: String, _ notices: [Problem]) {
        (self.file, ok) = (file, true)
        self.notices = notices.map(Item.init)
    }

    init(_ site: Site) {
        self.init(inOrder: site.path, site.notices)
        fingerprint = String(site.fingerprint, radix: 16)
        records = RecordsJSON(site)
    }
}
