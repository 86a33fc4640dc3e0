import Foundation
import Language
import Testing
@testable import tidegate

/// Help and refusals exist in both languages, whole.
@Suite struct HelpTests {
    private static let paths = (try? Help(of: Tidegate.self))?.allPaths ?? []

    @Test func `there are the commands that people look for`() {
        let names = Set(HelpTests.paths.filter { $0.count == 1 }.compactMap(\.first))
        #expect(names.isSuperset(of: [
            "status", "watch", "points", "zones", "programs", "run", "stop", "start", "pause", "resume", "rain-delay", "skip", "adjust", "alarms", "ack", "reset", "log", "history", "why", "plan", "io", "doctor",
        ]))
    }

    /// Three English words in a row are a sentence; names of things (tags, options, file names, units) are not.
    @Test(arguments: paths)
    func `Chinese help has no English left over`(path: [String]) async {
        let help = await tidegate(path + ["--help"], language: .chinese)
        #expect(help.status == .ok)
        #expect(help.out.contains("用法："))
        for line in help.lines {
            let prose = line.replacing(/[<\[(（][^>\])）]*[>\])）]|tidegate[ a-z0-9:]*|--?[a-z][a-z-]*|[\w.\/$-]*[\/.$_-][\w.\/$-]*/, with: "，")
            let sentence = prose.firstMatch(of: /[A-Za-z]{2,} [A-Za-z]+ [A-Za-z]{2,}/)
            #expect(sentence == nil, "tidegate \(path.joined(separator: " ")): \(line)")
        }
    }

    @Test(arguments: paths)
    func `English help has no Chinese left over, and both fit 80 columns`(path: [String]) async {
        let english = await tidegate(path + ["--help"], language: .english)
        #expect(english.out.contains("Usage: tidegate"))
        for line in english.lines {
            #expect(!line.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) && !line.contains("10分钟") }, "\(path): \(line)")
        }
        let chinese = await tidegate(path + ["--help"], language: .chinese)
        for line in english.lines + chinese.lines { #expect(displayWidth(line) <= 80, "\(path): \(line)") }
    }

    @Test func `help as a word and as an option is the same`() async {
        let word = await tidegate("help", "run"), option = await tidegate("run", "--help"), letter = await tidegate("run", "-h")
        #expect(word.out == option.out && option.out == letter.out && !word.out.isEmpty)
    }

    @Test(arguments: Language.allCases)
    func `the help of run is as it was agreed`(language: Language) async throws {
        let golden = Bundle.module.bundleURL.appendingPathComponent("Fixtures/run-help.\(language.rawValue).txt")
        let help = await tidegate("run", "--help", language: language)
        #expect(try help.out == String(contentsOf: golden, encoding: .utf8))
    }

    @Test(arguments: [
        (["run"], "缺少参数 <分区>"), (["run", "east"], "写一个"), (["run", "east", "--volume", "5"], "--volume <水量> 不能取 5"),
        (["run", "east", "--for", "5m", "--volume", "5m3"], "写一个"), (["run", "east", "--for", "10"], "--for <时长> 不能取 10"),
        (["run", "east", "--for"], "--for <时长> 后面缺少值"), (["status", "--jsn"], "没有选项 --jsn，是否指 --json？"),
        (["status", "-x"], "没有选项 -x"), (["status", "more"], "多余的参数 more"), (["status", "a", "b"], "多余的参数共 2 个"),
        (["history", "x", "--step", "week"], "--step <粗细> 不能取 week"), (["log", "--limit", "many"], "不能取 many"),
        (["status", "--json=1"], "不带值"), (["log", "--limit", "-5"], "--limit <行数> 不能取 -5"), (["plan", "--next", "0s"], "--next 须在 1 分到 31 天之间"),
        (["log", "--since", "0s"], "--since 须在 1 秒到 3650 天之间"), (["demo", "run", "--speed", "0"], "0.01 到 3600"), (["hstory"], "没有名为 hstory 的命令"), (["stop"], "请写名称，或写 --all"),
        (["stop", "east", "--all"], "只能写一个"), (["run", "east", "--for", "25h"], "24 小时"), (["run", "east", "--for", "0s"], "24 小时"),
        (["status", "--lang", "fr"], "不能取 fr"),
    ])
    func `wrong use is told in Chinese, and ends with 2`(arguments: [String], text: String) async {
        let refused = await tidegate(arguments, language: .chinese)
        #expect(refused.status == .wrongUse)
        #expect(refused.err.contains(text), "\(refused.err)")
        #expect(refused.err.firstMatch(of: /[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}/) == nil, "\(refused.err)")
        let english = await tidegate(arguments, language: .english)
        #expect(!english.err.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) && !english.err.contains("10分钟") })
    }

    @Test func `a mistyped command says which was meant`() async {
        let refused = await tidegate("hstory")
        #expect(refused.err.contains("there is no command hstory") && refused.err.contains("Did you mean history?"))
    }

    @Test func `wrong use as JSON has a code`() async throws {
        let refused = await tidegate("run", "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(refused.out.utf8)) as? [String: [String: Any]])
        #expect(object["error"]?["code"] as? String == "usage")
    }

    @Test(arguments: [
        ([:], [String](), Language.english), (["LANG": "zh_CN.UTF-8"], [], .chinese), (["LANG": "zh_CN", "LC_ALL": "en_US"], [], .english),
        (["LC_MESSAGES": "zh_TW", "LANG": "C"], [], .chinese), (["LC_ALL": "", "LANG": "zh_CN"], [], .chinese),
        (["LANG": "zh_CN"], ["status", "--lang", "en"], .english), ([:], ["--lang=zh"], .chinese), (["LANG": "zh_CN"], ["--lang", "fr"], .chinese),
    ])
    func `language comes from the option, then the locale`(environment: [String: String], arguments: [String], language: Language) {
        #expect(Console.language(arguments: arguments, environment) == language)
    }
}
