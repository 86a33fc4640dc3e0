import Language
import Testing

struct PhraseTests {
    @Test func `Every key is filled by its argument in the same language`() {
        let phrase = Phrase(zh: "{who} 开 {what}", en: "{who} opens {what}")
            .filled(["who": Phrase(zh: "程序", en: "the program"), "what": Phrase(verbatim: "V-1")])
        #expect(phrase == Phrase(zh: "程序 开 V-1", en: "the program opens V-1"))
    }

    @Test func `A key without an argument stays to be seen`() {
        #expect(Phrase(verbatim: "a {missing} b").filled([:]) == Phrase(verbatim: "a {missing} b"))
    }

    @Test func `A lone brace is text, and an argument with braces is not filled again`() {
        #expect(Phrase(verbatim: "a { b").filled(["b": Phrase(verbatim: "x")]).en == "a { b")
        #expect(Phrase(verbatim: "{a}").filled(["a": Phrase(verbatim: "{b}"), "b": Phrase(verbatim: "x")]).en == "{b}")
    }

    @Test(arguments: [("zh_CN.UTF-8", Language.chinese), ("zh", .chinese), ("en_US.UTF-8", .english), ("C", .english), ("", .english)])
    func `The locale decides the language`(locale: String, language: Language) {
        #expect(Language(locale: locale) == language)
    }

    @Test func `The first variable that says anything decides, in the order of POSIX`() {
        #expect(Language(environment: ["LANG": "zh_CN.UTF-8"]) == .chinese)
        #expect(Language(environment: ["LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"]) == .english)
        #expect(Language(environment: ["LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "zh_CN"]) == .chinese)
        #expect(Language(environment: ["LC_ALL": "", "LANG": "zh_CN.UTF-8"]) == .chinese)
        #expect(Language(environment: [:]) == .english)
    }
}

struct FiguresTests {
    @Test(arguments: [
        (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (12.25, 1, "12.3"), (-12.25, 1, "-12.3"), (0.05, 2, "0.05"), (999.999, 2, "1000.00"),
        (7, 0, "7"), (.nan, 2, "–"), (.infinity, 2, "inf"), (1e300, 2, "1e+300"), (123_456.789, 3, "123456.789"),
    ] as [(Double, Int, String)])
    func `A number is written with its decimals`(number: Double, decimals: Int, text: String) {
        #expect(Phrase(number, decimals: decimals).en == text)
    }

    @Test(arguments: [
        (Duration.zero, "0 s", "0 秒"), (.milliseconds(120), "120 ms", "120 毫秒"), (.microseconds(999_900), "1 s", "1 秒"),
        (.milliseconds(3500), "3.5 s", "3.5 秒"), (.seconds(10), "10 s", "10 秒"), (.milliseconds(10_500), "10 s", "10 秒"),
        (.seconds(750), "12 min 30 s", "12 分 30 秒"), (.seconds(3600), "1 h", "1 小时"), (.seconds(7500), "2 h 5 min", "2 小时 5 分"),
        (.seconds(3 * 86_400 + 4 * 3600), "3 d 4 h", "3 天 4 小时"), (.seconds(-600), "-10 min", "-10 分"),
    ] as [(Duration, String, String)])
    func `A duration is written in its two largest units`(duration: Duration, en: String, zh: String) {
        #expect(Phrase(duration) == Phrase(zh: zh, en: en))
    }

    @Test func `The longest durations there are do not trap`() {
        for seconds in [Int64.max, .min, .min + 1] {
            #expect(!Phrase(Duration(secondsComponent: seconds, attosecondsComponent: 0)).en.isEmpty)
        }
    }
}
