import Language

/// What the argument parser says of a wrong command line, in the person's language. Its sentences are known (version 1.8);
/// quoted words are kept as they were typed.
func usageError(_ english: String) -> Phrase {
    for (pattern, chinese) in usageSentences {
        if let words = match(english, pattern) {
            var zh = chinese
            for (index, word) in words.enumerated() { zh = zh.replacing("{\(index)}", with: word) }
            return Phrase(zh: zh, en: lowercasedFirst(english))
        }
    }
    return Phrase(zh: "命令写法不对：\(english)", en: lowercasedFirst(english))
}

/// `*` stands for any text; each takes as little as possible.
private let usageSentences: [(String, String)] = [
    ("Unknown option '*'. Did you mean '*'?", "没有选项 {0}，是否指 {1}？"),
    ("Unknown option '*'", "没有选项 {0}"),
    ("Missing value for '*'", "{0} 后面缺少值"),
    ("The option '*' does not take any value, but '*' was specified.", "选项 {0} 不带值，却写了 {1}"),
    ("Unexpected argument '*'", "多余的参数 {0}"),
    ("* unexpected arguments: *", "多余的参数共 {0} 个：{1}"),
    ("Missing expected argument '*'", "缺少参数 {0}"),
    ("Missing one of: *", "以下须写其一：{0}"),
    ("Missing required subcommand.", "缺少子命令"),
    ("Invalid option: *", "选项写法不对：{0}"),
    ("The value '*' is invalid for '*'. Please provide one of *.", "{1} 不能取 {0}，只可取 {2}"),
    ("The value '*' is invalid for '*': *", "{1} 不能取 {0}：{2}"),
    ("The value '*' is invalid for '*'", "{1} 不能取 {0}"),
    ("Value to be set with * had already been set with *", "{0} 与 {1} 不能同时写"),
    ("Command '*' is not a parent of the current command.", "{0} 不是上级命令"),
]

/// The texts `*` stands for, or `nil` when the pattern does not fit the whole of `text`.
private func match(_ text: String, _ pattern: String) -> [String]? {
    let fixed = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard text.hasPrefix(fixed[0]) else { return nil }
    var rest = text.dropFirst(fixed[0].count)
    var words: [String] = []
    for (index, piece) in fixed.dropFirst().enumerated() {
        let isLast = index == fixed.count - 2
        if isLast {
            guard rest.hasSuffix(piece) else { return nil }
            words.append(String(rest.dropLast(piece.count)))
        } else {
            guard let range = rest.firstRange(of: piece) else { return nil }
            words.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
    }
    return words
}

private func lowercasedFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
}
