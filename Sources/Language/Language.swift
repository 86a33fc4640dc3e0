/// A language the farmer's texts exist in.
public enum Language: String, CaseIterable, Sendable {
    case chinese = "zh"
    case english = "en"

    /// Reads a POSIX locale name such as `zh_CN.UTF-8`. Everything that is not Chinese is served in English.
    public init(locale: String) {
        self = locale.hasPrefix("zh") ? .chinese : .english
    }

    /// Of whoever reads what a program says: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says anything.
    public init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self.init(locale: locale ?? "")
    }
}

/// One text for people, in every language we serve. Both must be given: the compiler finds the missing one.
public struct Phrase: Sendable, Hashable {
    public let zh: String
    public let en: String

    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// A proper name that is the same in every language (a tag, a unit symbol, a name the farmer typed once).
    public init(verbatim text: String) {
        self.init(zh: text, en: text)
    }

    public subscript(language: Language) -> String {
        switch language {
        case .chinese: zh
        case .english: en
        }
    }

    /// Replaces each `{key}` in both languages by its argument in the same language.
    ///
    /// A key without an argument stays as it is, so that a forgotten one is seen and not lost.
    public func filled(_ arguments: [String: Phrase]) -> Phrase {
        Phrase(zh: fill(zh, arguments, .chinese), en: fill(en, arguments, .english))
    }
}

private func fill(_ template: String, _ arguments: [String: Phrase], _ language: Language) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
        let key = String(rest[rest.index(after: open)..<close])
        result += rest[..<open]
        result += arguments[key]?[language] ?? "{\(key)}"
        rest = rest[rest.index(after: close)...]
    }
    return result + rest
}
