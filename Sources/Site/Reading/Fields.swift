import Language

/// The keys of one map, each of a known set. Made by `Entry.fields`, which reports the unknown ones.
struct Fields {
    let owner: Entry
    private let entries: [String: Entry]

    init(owner: Entry, entries: [String: Entry]) {
        self.owner = owner
        self.entries = entries
    }

    /// The same with other entries, which may be of another file, in place of its own.
    func with(_ others: [String: Entry]) -> Fields {
        Fields(owner: owner, entries: entries.merging(others) { $1 })
    }

    /// The entry of an optional key.
    subscript(key: String) -> Entry? { entries[key] }

    /// The entry of a key that must be there; reports its absence with what to write.
    func required(_ key: String, _ remedy: Phrase) -> Entry? {
        if let entry = entries[key] { return entry }
        let path = owner.path.isEmpty ? key : "\(owner.path).\(key)"
        owner.report.add(Problem(file: owner.file, line: owner.line, key: path,
                                 what: Phrase(zh: "缺少这一项。", en: "is missing and must be given."), remedy: remedy))
        return nil
    }
}

extension Entry {
    /// The value as a map with keys of a fixed set.
    /// - Parameters:
    ///   - due: as of `map`.
    ///   - foreign: keys that belong elsewhere, and what to say of them.
    func fields(_ known: [String], due: Phrase? = nil,
                elsewhere foreign: (keys: [String], what: Phrase, remedy: Phrase)? = nil) -> Fields? {
        guard let pairs = map(due: due) else { return nil }
        var entries: [String: Entry] = [:]
        var misspelt: [(key: String, entry: Entry)] = []
        for (key, entry) in pairs {
            if known.contains(key) {
                entries[key] = entry
            } else if let foreign, foreign.keys.contains(key) {
                entry.refuse(foreign.what, foreign.remedy)
            } else {
                entry.refuse(Phrase(zh: "这里没有 \(quoted(key)) 这一项。", en: "there is no such key here."),
                             choices(known, insteadOf: key, zh: "可写的项", en: "keys", atMost: known.count))
                if !report.isFull, let meant = nearest(to: key, among: known) { misspelt.append((meant, entry)) }
            }
        }
        // It is refused, and still read as what was most likely meant: else what stands in it would be told a round later.
        return Fields(owner: self, entries: entries.merging(misspelt.map { ($0.key, $0.entry) }) { own, _ in own })
    }

    /// The value as a map with keys of the user's: tags.
    func tagged() -> [(tag: String, entry: Entry)] {
        guard let pairs = map() else { return [] }
        return pairs.compactMap { key, entry in
            guard entry.accepts(tag: key) else { return nil }
            return (key, entry)
        }
    }

    /// What stands under a name that was given before. That is told already; what is wrong in it would come to light a round later.
    func repeated() -> [(tag: String, entry: Entry)] {
        guard case .map(let pairs) = value else { return [] }
        return pairs.compactMap { key, entry in key.first == Form.duplicateMark ? (entry.key, entry) : nil }
    }

    /// - Parameter due: how it is to be written, where that can be said.
    func map(due: Phrase? = nil) -> [(key: String, entry: Entry)]? {
        if case .map(let pairs) = value { return pairs.filter { $0.key.first != Form.duplicateMark } }
        let remedy = switch value {
        case .list: Phrase(zh: "去掉行首的“- ”或方括号，写成 { 项: 值, … }，或缩进着写成多行。", en: "Take away the dashes or brackets, and write { key: value, … } or indented lines.")
        case .word(""): Phrase(zh: "属于它的几行要比它多缩进两格，或写成 { 项: 值, … }。", en: "Put its lines two spaces further in than itself, or write { key: value, … }.")
        default: Phrase(zh: "写成 { 项: 值, … }，或缩进着写成多行。", en: "Write { key: value, … } or indented lines.")
        }
        refuse(Phrase(zh: "这里应写“项: 值”。", en: "keys and values are due here."), due ?? remedy)
        return nil
    }

    /// - Parameter due: as of `map`.
    func list(due: Phrase? = nil) -> [Entry]? {
        if case .list(let entries) = value { return entries }
        refuse(Phrase(zh: "这里应为列表。", en: "a list is due here."), due ?? Phrase(zh: "写成 [甲, 乙]。", en: "Write [one, two]."))
        return nil
    }

    /// The value as one word or sentence, at most 400 characters.
    func text() -> String? {
        guard case .word(let word) = value, !word.isEmpty else {
            refuse(Phrase(zh: "这里应为一个值。", en: "one value is due here."),
                   Phrase(zh: "在冒号后写上值。", en: "Write it after the colon."))
            return nil
        }
        guard word.count <= 400 else {
            refuse(Phrase(zh: "文字超过 400 个字符。", en: "the text is longer than 400 characters."),
                   Phrase(zh: "请缩短。", en: "Shorten it."))
            return nil
        }
        if word.unicodeScalars.contains(where: isHidden) {
            refuse(Phrase(zh: "含有看不见的控制字符。", en: "the text contains invisible control characters."),
                   Phrase(zh: "请删除它们。", en: "Remove them."))
            return nil
        }
        return word
    }

    /// The value as a tag; see `isTag`.
    func tag() -> String? {
        guard let word = text(), accepts(tag: word) else { return nil }
        return word
    }

    /// Tags go into file names, topics and tables: ASCII letters, digits, `-` and `_`, at most 32, a letter or digit first.
    static func isTag(_ word: String) -> Bool {
        word.utf8.count <= 32 && word.utf8.first.map(isLetterOrDigit) == true
            && word.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private func accepts(tag word: String) -> Bool {
        let isAllowed = Entry.isTag(word)
        if !isAllowed {
            let joined = word.split(separator: " ").joined(separator: "-")
            refuse(Phrase(zh: "“\(quoted(word))”不能作标识：只能用英文字母、数字、- 和 _，最多 32 个。",
                          en: "\"\(quoted(word))\" is not a tag: letters a-z, digits, - and _, at most 32."),
                   Entry.isTag(joined) ? Phrase(zh: "是不是 \(joined)？", en: "Did you mean \(joined)?")
                       : Phrase(zh: "换一个标识；中文名写在 name: 里。", en: "Choose another; a free name goes into name:."))
        }
        return isAllowed
    }

    /// A display name: one text for all languages, or `{ zh: …, en: … }`. At most 60 characters.
    func name() -> Phrase? {
        if case .map = value {
            guard let fields = fields(["zh", "en"]) else { return nil }
            let due = Phrase(zh: "写上中文与英文，或只写一个名称。", en: "Give both zh and en, or one plain name.")
            guard let zh = fields.required("zh", due)?.shortText(), let en = fields.required("en", due)?.shortText() else {
                return nil
            }
            return Phrase(zh: zh, en: en)
        }
        return shortText().map { Phrase(verbatim: $0) }
    }

    private func shortText() -> String? {
        guard let word = text() else { return nil }
        guard word.count <= 60 else {
            refuse(Phrase(zh: "名称超过 60 个字符。", en: "the name is longer than 60 characters."),
                   Phrase(zh: "请缩短。", en: "Shorten it."))
            return nil
        }
        return word
    }

    /// One of a few words.
    func word<Meaning>(_ meanings: KeyValuePairs<String, Meaning>) -> Meaning? {
        guard let word = text() else { return nil }
        if let found = meanings.first(where: { $0.key == word }) { return found.value }
        refuse(Phrase(zh: "“\(quoted(word))”不是可用的值。", en: "\"\(quoted(word))\" is not a value of this key."),
               choices(meanings.map(\.key), insteadOf: word, zh: "可用的值", en: "values"))
        return nil
    }

    func yesNo() -> Bool? { word(["yes": true, "no": false]) }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
}

/// A user's text as it may be shown in a refusal: at most 40 characters of it.
func quoted(_ text: String) -> String {
    text.count <= 40 ? text : text.prefix(40) + "…"
}
