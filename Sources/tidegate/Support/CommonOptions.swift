public import ArgumentParser
public import Language

extension Language: ExpressibleByArgument {}

extension ArgumentHelp {
    /// Help in both languages; the console's is shown.
    static func said(zh: String, en: String, valueName: Phrase? = nil) -> ArgumentHelp {
        ArgumentHelp(Phrase(zh: zh, en: en).said, valueName: valueName?.said)
    }
}

/// What every subcommand understands. Use as `@OptionGroup var common: CommonOptions`.
struct CommonOptions: ParsableArguments {
    /// Already obeyed before parsing (`Console.language`); declared so that it is accepted and explained.
    @Option(help: .said(zh: "界面语言：zh 中文，en 英文；缺省按系统语言", en: "language: zh or en; default from the locale",
                        valueName: Phrase(verbatim: "zh|en")))
    var lang: Language?

    @Flag(help: .said(zh: "输出 JSON，供程序读取；键名稳定", en: "print JSON for programs; keys are stable"))
    var json = false
}
