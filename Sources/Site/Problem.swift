public import Language

/// One thing wrong in a file of the user's: where, what, the rule, and what to do about it.
public struct Problem: Sendable, Hashable {
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    /// The path of keys, such as `zones.east-1.valve`; empty when no key is meant.
    public let key: String
    /// What is wrong and the rule it breaks.
    public let what: Phrase
    /// What to do.
    public let remedy: Phrase

    public init(file: String, line: Int, key: String, what: Phrase, remedy: Phrase) {
        self.file = file
        self.line = line
        self.key = key
        self.what = what
        self.remedy = remedy
    }

    /// Two lines for people: where, what and the rule; then, indented, what to do.
    public func text(in language: Language) -> String {
        text(in: language, as: "")
    }

    /// The same of what is worth saying and no reason to refuse.
    public func remark(in language: Language) -> String {
        text(in: language, as: Phrase(zh: "提醒：", en: "remark: ")[language])
    }

    private func text(in language: Language, as kind: String) -> String {
        let place = line > 0 ? "\(file):\(line)" : file
        let subject = key.isEmpty ? "" : "\(key): "
        return "\(place): \(kind)\(subject)\(what[language])\n  \(remedy[language])"
    }
}

/// All problems of a site, in order of file and line. Nothing was loaded.
public struct SiteRefused: Error, Sendable {
    public let problems: [Problem]
    /// Of a schedule: worth saying, but no reason to refuse.
    public let remarks: [Problem]

    public init(problems: [Problem], remarks: [Problem] = []) {
        self.problems = problems
        self.remarks = remarks
    }

    /// Every problem, every remark, and their counts.
    public func text(in language: Language) -> String {
        let sum = switch language {
        case .chinese: "共 \(problems.count) 处问题" + (remarks.isEmpty ? "" : "，\(remarks.count) 条提醒") + "。"
        case .english: counted(problems.count, "problem") + (remarks.isEmpty ? "" : ", " + counted(remarks.count, "remark")) + "."
        }
        return (problems.map { $0.text(in: language) } + remarks.map { $0.remark(in: language) } + [sum]).joined(separator: "\n")
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// Gathers problems while files are read, so that a user sees all of them at once.
final class Report {
    /// More than this helps nobody, and a hostile file must not fill the memory.
    static let problemsAtMost = 100

    /// The schedule that is read over a site file, by its name; `nil`: a site file stands for itself.
    let schedule: String?
    private var problems: [Problem] = []
    /// Worth saying, but no reason to refuse.
    private(set) var notices: [Problem] = []

    init(schedule: String? = nil) { self.schedule = schedule }

    var isClean: Bool { problems.isEmpty }
    var isFull: Bool { problems.count >= Report.problemsAtMost }

    func add(_ problem: Problem) {
        guard !isFull, !problems.contains(problem) else { return }
        problems.append(problem)
    }

    func hasProblem(file: String, key: String) -> Bool { problems.contains { $0.file == file && $0.key == key } }

    /// Whether something in this part of a file is wrong.
    func hasProblem(file: String, under key: String) -> Bool {
        problems.contains { $0.file == file && ($0.key == key || $0.key.hasPrefix(key + ".")) }
    }

    func notice(_ problem: Problem) {
        guard notices.count < Report.problemsAtMost, !notices.contains(problem) else { return }
        notices.append(problem)
    }

    /// The refusal, problems in order of file and line: `first` (the site file) before the files it names.
    func refusal(first: String) -> SiteRefused {
        let order: (EnumeratedSequence<[Problem]>.Element, EnumeratedSequence<[Problem]>.Element) -> Bool = { a, b in
            (a.element.file == first ? 0 : 1, a.element.file, a.element.line, a.offset)
                < (b.element.file == first ? 0 : 1, b.element.file, b.element.line, b.offset)
        }
        func sorted(_ problems: [Problem]) -> [Problem] { problems.enumerated().sorted(by: order).map(\.element) }
        // Whoever writes a schedule can do nothing about the site file. Of a site file most would follow from what is wrong with it.
        return SiteRefused(problems: sorted(problems), remarks: sorted(notices.filter { $0.file == schedule }))
    }
}
