import Language
import Yams

/// A text that is no YAML: what the parser found, in plain words. Its own are English, and speak of its insides.
struct NotYAML {
    private enum Kind {
        case indent(Int), secondColon, noColon(key: String, value: String), noComma, nothingBetween, backslash, other
    }

    private let kind: Kind
    /// From 1; 0: the parser names none.
    private let line: Int

    init(_ error: any Error, text: String) {
        let (found, context, said): (Mark?, Mark?, String) = switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
             .composer(let context, let problem, let mark, _): (mark, context?.mark, problem)
        default: (nil, nil, "")
        }
        // What is missed behind a key is noticed in the next line.
        let isKey = said.contains("expected ':'")
        line = (isKey ? context ?? found : found)?.line ?? 0
        kind = Self.kind(said, NotYAML.line(line, of: text))
    }

    private static func line(_ number: Int, of text: String) -> Substring {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }

    private static func kind(_ said: String, _ line: Substring) -> Kind {
        let indent = line.prefix { $0 == " " }.count
        switch said {
        case _ where said.contains("expected ':'"):
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            return .noColon(key: words.first ?? "", value: words.count > 1 ? words[1] : "…")
        case _ where said.contains("expected ','"): return .noComma
        case _ where said.contains("expected node content"): return .nothingBetween
        case _ where said.contains("escape"): return .backslash
        case "mapping values are not allowed in this context" where line.split(separator: ": ").count > 2: return .secondColon
        case "mapping values are not allowed in this context", "block sequence entries are not allowed in this context",
             "did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>": return .indent(indent)
        default: return .other
        }
    }

    func problem(file: String) -> Problem { Problem(file: file, line: line, key: "", what: what, remedy: remedy) }

    private var what: Phrase {
        switch kind {
        case .indent(let count):
            Phrase(zh: "这一行缩进 \(count) 格，和上面的行对不上。", en: "this line is indented by \(count) spaces, which does not go with the lines above it.")
        case .secondColon: Phrase(zh: "一行里有两个冒号。", en: "two colons stand in this line.")
        case .noColon: Phrase(zh: "少了冒号。", en: "a colon is missing.")
        case .noComma: Phrase(zh: "括号里两项之间少了逗号。", en: "a comma is missing between two things in brackets.")
        case .nothingBetween: Phrase(zh: "括号里多了一个逗号，或少写了一项。", en: "there is a comma too many in brackets, or a value is missing.")
        case .backslash: Phrase(zh: "双引号里有反斜杠 \\。", en: "a backslash stands in double quotes.")
        case .other: Phrase(zh: "这一行的写法读不懂。", en: "this line cannot be read.")
        }
    }

    private var remedy: Phrase {
        switch kind {
        case .indent:
            Phrase(zh: "同一级的左边对齐，下一级多缩进两格；上一行若带下级，末尾要有冒号。",
                   en: "What is of one level begins in one column, what belongs to a key two spaces further in; such a key ends with a colon.")
        case .secondColon: Phrase(zh: "文字里带冒号，要整段加引号，如 name: \"一号: 东区\"。", en: "Put a text that has a colon into quotes, such as name: \"east: row 1\".")
        case .noColon(let key, let value):
            Phrase(zh: "写成 \(quoted(key)): \(quoted(value))（冒号后空一格）", en: "Write \(quoted(key)): \(quoted(value))")
        case .noComma: Phrase(zh: "写成 { a: 1, b: 2 } 或 [a, b]。", en: "Write { a: 1, b: 2 } or [a, b].")
        case .nothingBetween: Phrase(zh: "删掉多余的逗号，或补上值。", en: "Remove the comma, or write the value.")
        case .backslash: Phrase(zh: "改用单引号 '…'。", en: "Use single quotes: '…'.")
        case .other:
            Phrase(zh: "请检查缩进、冒号后的空格、括号与引号，这一行没有错就看上一行。",
                   en: "Check indentation, the space behind each colon, brackets and quotes, of this line and the one above it.")
        }
    }
}
