import Language
import Yams

/// A text that is no YAML: what the parser found, in plain words. Its own are English, and speak of its insides.
struct NotYAML {
    private enum Kind {
        case indent(Int, above: Int), dash, secondColon, noColon(key: String, value: String), noComma, nothingBetween, backslash, other
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
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let above = lines.prefix(max(line - 1, 0)).last { line in line.contains { $0 != " " } && line.drop { $0 == " " }.first != "#" }
        kind = Self.kind(said, lines.indices.contains(line - 1) ? lines[line - 1] : "", above ?? "")
    }

    private static func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

    private static func kind(_ said: String, _ line: Substring, _ above: Substring) -> Kind {
        switch said {
        case _ where said.contains("expected ':'"):
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            return .noColon(key: words.first ?? "", value: words.count > 1 ? words[1] : "…")
        case _ where said.contains("expected ','"): return .noComma
        case _ where said.contains("expected node content"): return .nothingBetween
        case _ where said.contains("escape"): return .backslash
        case "mapping values are not allowed in this context" where line.prefix { !"{[\"'#".contains($0) }.split(separator: ": ").count > 2:
            return .secondColon
        case _ where line.drop { $0 == " " }.hasPrefix("- ") && indent(line) == indent(above): return .dash
        case "mapping values are not allowed in this context", "block sequence entries are not allowed in this context",
             "did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>":
            return .indent(indent(line), above: indent(above))
        default: return .other
        }
    }

    func problem(file: String) -> Problem { Problem(file: file, line: line, key: "", what: what, remedy: remedy) }

    private var what: Phrase {
        switch kind {
        case .indent(let count, let above):
            Phrase(zh: "这一行缩进 \(count) 格，上一行 \(above) 格，对不上。", en: "this line is indented by \(count) spaces, the one above it by \(above), and they do not go together.")
        case .dash: Phrase(zh: "这一行前面多了一个短横 -。", en: "this line begins with a dash, and those beside it do not.")
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
        case .dash: Phrase(zh: "删掉短横，左边和上一行对齐。", en: "Take the dash away, and begin in the column of the line above.")
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
