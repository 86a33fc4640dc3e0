public import Language

/// What becomes of one program, recipe or set-point between two states of a site.
public struct Change: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case new, gone, changed
    }

    public let kind: Kind
    public let subject: Phrase
    /// One line for each aspect: of a new or gone subject what it says, of a changed one "before → after".
    public let lines: [Phrase]

    /// In the order of the new state, then what is gone.
    public static func between(_ old: [Statement], and new: [Statement]) -> [Change] {
        let (before, after) = (grouped(old), grouped(new))
        let kept = after.compactMap { subject, aspects -> Change? in
            guard let earlier = before.first(where: { $0.subject == subject }) else {
                return Change(kind: .new, subject: subject, lines: aspects.map { line($0.aspect, $0.words) })
            }
            let lines = changes(earlier.aspects, aspects)
            return lines.isEmpty ? nil : Change(kind: .changed, subject: subject, lines: lines)
        }
        let gone = before.filter { earlier in !after.contains { $0.subject == earlier.subject } }
        return kept + gone.map { Change(kind: .gone, subject: $0.subject, lines: $0.aspects.map { line($0.aspect, $0.words) }) }
    }

    private static func grouped(_ statements: [Statement]) -> [(subject: Phrase, aspects: [Statement])] {
        var groups: [(subject: Phrase, aspects: [Statement])] = []
        for statement in statements {
            if groups.last?.subject == statement.subject {
                groups[groups.count - 1].aspects.append(statement)
            } else {
                groups.append((statement.subject, [statement]))
            }
        }
        return groups
    }

    private static func changes(_ old: [Statement], _ new: [Statement]) -> [Phrase] {
        let nothing = Phrase(zh: "无", en: "none")
        let now = new.compactMap { statement -> Phrase? in
            let before = old.first { $0.aspect == statement.aspect }?.words
            return before == statement.words ? nil : line(statement.aspect, arrow(before ?? nothing, statement.words))
        }
        let dropped = old.filter { earlier in !new.contains { $0.aspect == earlier.aspect } }
        return now + dropped.map { line($0.aspect, arrow($0.words, nothing)) }
    }

    private static func arrow(_ before: Phrase, _ after: Phrase) -> Phrase {
        Phrase(zh: "\(before.zh) → \(after.zh)", en: "\(before.en) → \(after.en)")
    }

    private static func line(_ aspect: Phrase, _ words: Phrase) -> Phrase {
        Phrase(zh: "\(aspect.zh)：\(words.zh)", en: "\(aspect.en): \(words.en)")
    }
}
