import Language

/// The words of one phrase of a file, taken from the front: `rain > 5 mm in 24 h`.
struct PhraseWords {
    private var words: ArraySlice<Substring>

    init(_ text: String) {
        // Signs are words of their own, whether or not somebody left spaces around them.
        var spaced = text
        for sign in ["<", ">", "+", ","] { spaced = spaced.replacing(sign, with: " \(sign) ") }
        // A minus stands in dates and tags too: only behind the sun is it a sign without spaces.
        for event in ["sunrise", "sunset"] { spaced = spaced.replacing("\(event)-", with: "\(event) - ") }
        words = spaced.split(separator: " ")[...]
    }

    var isEmpty: Bool { words.isEmpty }
    var first: String? { words.first.map(String.init) }
    var text: String { words.joined(separator: " ") }

    /// Takes these words if they come next.
    mutating func take(_ text: String) -> Bool {
        let wanted = text.split(separator: " ")
        guard words.starts(with: wanted) else { return false }
        words = words.dropFirst(wanted.count)
        return true
    }

    /// The words up to one of these signs or words, which stays; all of them when there is none.
    mutating func takeUntil(_ ends: Set<String>) -> String {
        let taken = words.prefix { !ends.contains(String($0)) }
        words = words.dropFirst(taken.count)
        return taken.joined(separator: " ")
    }

    mutating func takeWord() -> String? { words.popFirst().map(String.init) }

    /// A number and its unit, or a number alone, to be read by `Entry.quantity` or `duration`.
    mutating func takeMeasure() -> String? {
        guard let number = words.first, number.first?.isNumber == true || number.first == "-" else { return nil }
        words = words.dropFirst()
        // `5mm` is one word; `5 mm` are two.
        let isBare = number.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
        guard isBare, let unit = words.first, !Self.joints.contains(String(unit)) else { return String(number) }
        words = words.dropFirst()
        return "\(number) \(unit)"
    }

    /// What stands behind `sunrise` or `sunset`: nothing, or a time with its sign.
    enum SunOffset { case offset(Duration), reported, notUnderstood }

    /// Takes all that is left.
    mutating func takeSunOffset(_ entry: Entry) -> SunOffset {
        if isEmpty { return .offset(.zero) }
        let isLater = take("+")
        guard isLater || take("-"), let measure = takeMeasure(), isEmpty else { return .notUnderstood }
        guard let offset = entry.replacing(measure).duration("0 min", "12 h", guess: "min") else { return .reported }
        return .offset(isLater ? offset : .zero - offset)
    }

    /// Words that follow a measure and are no units.
    private static let joints: Set<String> = [",", "in", "from", "to", "until", "between", "and", "per", "a", "+", "-", "<", ">"]
}

/// What a kind of phrase may look like: shown when one is not understood.
struct PhraseForms {
    /// What it is, as in "is not …".
    let what: Phrase
    let forms: [String]
    /// Every word such a phrase may have, for a guess at a mistyped one.
    let vocabulary: [String]
}

extension Entry {
    /// Refuses a phrase that was not understood, with the nearest one that would be, or with all forms.
    /// - Parameter reads: whether a text would be understood.
    func refuse(_ text: String, as kind: PhraseForms, reads: (String) -> Bool) {
        refuse(Phrase(zh: "“\(quoted(text))”不是\(kind.what.zh)。", en: "\"\(quoted(text))\" is not \(kind.what.en)."),
               remedy(for: text, kind, reads))
    }

    private func remedy(for text: String, _ kind: PhraseForms, _ reads: (String) -> Bool) -> Phrase {
        let words = PhraseWords(text).text.split(separator: " ").prefix(24).map(String.init)
        let mended = words.map { kind.vocabulary.contains($0) ? $0 : nearest(to: $0, among: kind.vocabulary, atMost: 2) ?? $0 }
        let guess = mended.joined(separator: " ").replacing(" ,", with: ",")
        if mended != words, reads(guess) { return Phrase(zh: "是不是 \(guess)？", en: "Did you mean \(guess)?") }
        let forms = kind.forms
        return Phrase(zh: "可以写：" + forms.joined(separator: "；") + "。", en: "Write such as " + forms.joined(separator: "; ") + ".")
    }

    /// One phrase, or a list of them.
    func phrases() -> [Entry] {
        if case .list(let entries) = value { return entries }
        return [self]
    }
}
