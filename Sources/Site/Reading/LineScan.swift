import Language

/// Walks over YAML line by line, aware of quotes, brackets and comments, and finds what `Form` refuses.
struct LineScan {
    /// A key given twice in one map. Positions are indexes into the file's bytes.
    struct Duplicate {
        /// With the keys that lead to it.
        let path: String
        let line: Int
        let firstLine: Int
        let position: Int
        let end: Int
    }

    enum Broken {
        case lineTooLong, tooDeep, tooManyWords, unclosedQuote, percent, documents
        case reserved(String)
    }

    private(set) var duplicates: [Duplicate] = []
    private var words = 0
    private var hasContent = false
    /// Maps and lists written by indentation, innermost last.
    private var blocks: [Scope] = []
    /// Maps and lists written in brackets, innermost last.
    private var flows: [Scope] = []

    fileprivate struct Scope {
        var column = 0
        /// The line of each key.
        var lines: [String: Int] = [:]
        /// The key whose value is being read.
        var last = ""
    }

    private var line: ArraySlice<UInt8> = []
    private var number = 0
    private var position = 0
    /// Where the word before the cursor begins; `nil` when a word is due.
    private var wordStart: Int?
    private var isQuoted = false

    /// - Returns: what is wrong with this line, or `nil`.
    mutating func check(_ line: ArraySlice<UInt8>, number: Int) -> Broken? {
        self.line = line
        self.number = number
        position = line.startIndex
        wordStart = nil
        isQuoted = false
        if line.elementsEqual("---".utf8), !hasContent { return nil }
        if line.starts(with: "---".utf8) || line.starts(with: "...".utf8) { return .documents }
        while position < line.endIndex {
            if isComment { return nil }
            if let broken = step() { return broken }
        }
        return nil
    }

    private func byte(at index: Int) -> UInt8? { line.indices.contains(index) ? line[index] : nil }

    private func endsWord(at index: Int) -> Bool {
        guard let next = byte(at: index) else { return true }
        return next == UInt8(ascii: " ")
    }

    private var isComment: Bool {
        line[position] == UInt8(ascii: "#") && (position == line.startIndex || line[position - 1] == UInt8(ascii: " "))
    }

    private mutating func step() -> Broken? {
        let byte = line[position]
        if byte == UInt8(ascii: " ") {
            position += 1
            return nil
        }
        hasContent = true
        if stepOverBracket(byte) { return depth > Form.depthMax ? .tooDeep : nil }
        if byte == UInt8(ascii: ":"), isQuoted && !flows.isEmpty || endsWord(at: position + 1) { return endKey() }
        guard wordStart == nil else {
            position += 1
            return nil
        }
        return beginWord(byte)
    }

    /// Brackets and commas are marks inside brackets, and where a word is due; elsewhere they are letters.
    /// - Returns: whether it was a mark.
    private mutating func stepOverBracket(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard wordStart == nil else { return false }
            flows.append(Scope())
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            guard !flows.isEmpty else { return false }
            flows.removeLast()
            wordStart = position
            isQuoted = false
            position += 1
            return true
        case UInt8(ascii: ","):
            guard !flows.isEmpty else { return false }
        default:
            return false
        }
        wordStart = nil
        isQuoted = false
        position += 1
        return true
    }

    private var depth: Int { flows.count + blocks.count }

    private mutating func beginWord(_ byte: UInt8) -> Broken? {
        if byte == UInt8(ascii: "-"), flows.isEmpty, endsWord(at: position + 1) {
            enter(column: position - line.startIndex)
            position += 1
            return depth > Form.depthMax ? .tooDeep : nil
        }
        words += 1
        if words > Form.wordsMax { return .tooManyWords }
        wordStart = position
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return stepOverQuoted(byte)
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"),
             UInt8(ascii: "@"), UInt8(ascii: "`"): return .reserved(String(UnicodeScalar(byte)))
        case UInt8(ascii: "?") where endsWord(at: position + 1): return .reserved("?")
        case UInt8(ascii: "<") where self.byte(at: position + 1) == byte: return .reserved("<<")
        default:
            position += 1
            return nil
        }
    }

    private mutating func stepOverQuoted(_ quote: UInt8) -> Broken? {
        position += 1
        while let byte = byte(at: position) {
            position += 1
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { position += 1 }
            guard byte == quote else { continue }
            if quote == UInt8(ascii: "'"), self.byte(at: position) == quote {
                position += 1
                continue
            }
            isQuoted = true
            return nil
        }
        return .unclosedQuote
    }

    /// A colon was reached: what stands before it is a key.
    private mutating func endKey() -> Broken? {
        defer {
            wordStart = nil
            isQuoted = false
            position += 1
        }
        guard let start = wordStart else { return nil }
        let key = String(decoding: line[start..<position], as: UTF8.self).trimmingTrailingSpaces()
        if flows.isEmpty { enter(column: start - line.startIndex) }
        guard let first = note(key) else { return depth > Form.depthMax ? .tooDeep : nil }
        let path = (blocks + flows).map(\.last).filter { !$0.isEmpty }.joined(separator: ".")
        duplicates.append(Duplicate(path: path, line: number, firstLine: first, position: start, end: start + key.utf8.count))
        return nil
    }

    /// A map or list by indentation begins or goes on at this column.
    private mutating func enter(column: Int) {
        while let last = blocks.last, last.column > column { blocks.removeLast() }
        if blocks.last?.column != column { blocks.append(Scope(column: column)) }
    }

    /// - Returns: the line in which the innermost map already has this key.
    private mutating func note(_ key: String) -> Int? {
        flows.isEmpty ? enterKey(key, in: &blocks[blocks.count - 1], number) : enterKey(key, in: &flows[flows.count - 1], number)
    }
}

private func enterKey(_ key: String, in scope: inout LineScan.Scope, _ number: Int) -> Int? {
    scope.last = key
    if let first = scope.lines[key] { return first }
    scope.lines[key] = number
    return nil
}

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var trimmed = self[...]
        while trimmed.last == " " { trimmed.removeLast() }
        return String(trimmed)
    }
}

extension LineScan.Broken {
    var what: Phrase {
        switch self {
        case .lineTooLong: Phrase(zh: "这一行超过 1000 字节。", en: "this line is longer than 1000 bytes.")
        case .tooDeep: Phrase(zh: "嵌套超过 16 层。", en: "this is nested deeper than 16 levels.")
        case .tooManyWords: Phrase(zh: "文件超过 50000 个词。", en: "the file has more than 50000 words.")
        case .unclosedQuote: Phrase(zh: "引号在本行没有闭合。", en: "a quote is not closed on its line.")
        case .percent: Phrase(zh: "值不能以 % 开头。", en: "a value cannot begin with %.")
        case .documents: Phrase(zh: "一个文件只能有一份内容（不能用 --- 或 ... 分隔）。", en: "a file holds one document (no --- or ... inside).")
        case .reserved(let mark):
            Phrase(zh: "不支持以 \(mark) 开头的写法（锚点、别名、标签、合并键、多行文本）。",
                   en: "\(mark) begins an anchor, alias, tag, merge key or block text; these are not read here.")
        }
    }

    var remedy: Phrase {
        switch self {
        case .lineTooLong: Phrase(zh: "请分成多行。", en: "Break it into several lines.")
        case .tooDeep: Phrase(zh: "站点文件最多用到 4 层；请检查括号与缩进。", en: "A site needs 4 levels; check brackets and indentation.")
        case .tooManyWords: Phrase(zh: "请确认没有拿错文件。", en: "Make sure this is the right file.")
        case .unclosedQuote: Phrase(zh: "请在行尾补上引号。", en: "Close it before the end of the line.")
        case .percent: Phrase(zh: "请加引号写成 \"%\"。", en: "Write it in quotes: \"%\".")
        case .documents: Phrase(zh: "请把每份内容放进自己的文件。", en: "Put each document into a file of its own.")
        case .reserved: Phrase(zh: "请把内容直接写出；若是文字，请加引号。", en: "Write the content out; if it is a text, put it in quotes.")
        }
    }
}
