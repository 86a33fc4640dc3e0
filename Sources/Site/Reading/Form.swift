import Language

/// The form of a file before its content: what must hold so that a YAML parser may see it at all.
///
/// Tidegate reads a plain part of YAML: maps, lists and words, with comments. Anchors, aliases, tags, merge keys,
/// block texts and several documents are refused here, byte by byte and line by line, so that no file can make the
/// parser expand, recurse or wait. Bounds: 1 MiB, 20 000 lines, 1 000 bytes a line, 16 levels, 50 000 words.
struct Form {
    static let linesMax = 20_000
    static let lineBytesMax = 1_000
    static let depthMax = 16
    static let wordsMax = 50_000
    /// A character of the private use area marks a key that was given twice; no user's file may contain one.
    static let duplicateMark: Character = "\u{E000}"

    let file: String
    let report: Report
    private var scan = LineScan()
    private var isRefused = false

    /// What a file's form came to.
    struct Checked {
        /// For the parser, repeated keys marked.
        let text: String
        /// Repeated keys. Where the text is no YAML they may be no such thing, and are not told.
        let repeated: [Problem]
        let bracketSlip: Problem?
    }

    /// - Returns: `nil` when the form was refused.
    static func check(_ bytes: [UInt8], file: String, report: Report) -> Checked? {
        var form = Form(file: file, report: report)
        guard let text = form.decode(bytes) else { return nil }
        form.checkCharacters(text)
        guard !form.isRefused else { return nil }
        let checked = form.checkLines(bytes)
        guard let checked, !form.isRefused else { return nil }
        return Checked(text: checked, repeated: form.scan.duplicates.prefix(Report.problemsAtMost).map { $0.problem(in: file) },
                       bracketSlip: form.scan.bracketSlip?.problem(file: file))
    }

    private init(file: String, report: Report) {
        self.file = file
        self.report = report
    }

    private mutating func refuse(_ line: Int, key: String = "", _ what: Phrase, _ remedy: Phrase) {
        isRefused = true
        report.add(Problem(file: file, line: line, key: key, what: what, remedy: remedy))
    }

    private mutating func decode(_ bytes: [UInt8]) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let line = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        refuse(line + 1, Phrase(zh: "不是 UTF-8 文本。", en: "this is not UTF-8 text."),
               Phrase(zh: "请另存为 UTF-8 编码（不要用 GBK）。", en: "Save the file as UTF-8."))
        return nil
    }

    /// Characters that a reader does not see, or that show a text in another order than it is read.
    private mutating func checkCharacters(_ text: String) {
        var line = 1
        for scalar in text.unicodeScalars {
            if scalar == "\n" { line += 1 }
            guard isHidden(scalar), scalar != "\n", scalar != "\r" else { continue }
            if scalar == "\t" {
                refuse(line, Phrase(zh: "行内有制表符（Tab）。", en: "this line contains a tab."),
                       Phrase(zh: "请改用空格缩进。", en: "Indent with spaces."))
            } else {
                let name = "U+" + String(scalar.value, radix: 16, uppercase: true).leftPadded(to: 4)
                refuse(line, Phrase(zh: "含有看不见的控制字符 \(name)。", en: "this line contains the invisible character \(name)."),
                       Phrase(zh: "请删除它；若在文件开头，请另存为“UTF-8 无 BOM”。",
                              en: "Delete it; at the start of a file, save as UTF-8 without BOM."))
            }
            if report.isFull { return }
        }
    }

    private mutating func checkLines(_ bytes: [UInt8]) -> String? {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Form.linesMax else {
            refuse(Form.linesMax + 1, Phrase(zh: "超过 20000 行。", en: "the file has more than 20000 lines."),
                   Phrase(zh: "请确认没有拿错文件。", en: "Make sure this is the right file."))
            return nil
        }
        var checked: [UInt8] = []
        checked.reserveCapacity(bytes.count + 64)
        for (index, slice) in lines.enumerated() {
            let line = slice.last == 0x0D ? slice.dropLast() : slice
            let before = scan.duplicates.count
            if let broken = line.count > Form.lineBytesMax ? .lineTooLong : scan.check(line, number: index + 1) {
                refuse(index + 1, broken.what, broken.remedy)
                return nil
            }
            append(line, to: &checked, marking: scan.duplicates[before...])
        }
        return String(validating: checked + Form.padding, as: UTF8.self)
    }

    /// Yams keeps a pointer into the text's own storage: a text under 16 bytes has none outside of itself.
    private static let padding = [UInt8](repeating: 0x0A, count: 16)

    /// The parser stops at the first repeated key; marked keys let it go on to the other problems.
    private func append(_ line: ArraySlice<UInt8>, to text: inout [UInt8], marking duplicates: ArraySlice<LineScan.Duplicate>) {
        var rest = line
        for duplicate in duplicates {
            text += rest[rest.startIndex..<duplicate.position]
            text += Array("\(Form.duplicateMark)\(duplicate.line)-\(duplicate.position)-\(duplicate.name)".utf8)
            rest = rest[duplicate.end...]
        }
        text += rest
        text.append(0x0A)
    }
}

extension Form {
    /// The name behind the mark of a repeated key; `nil`: it was no name.
    static func name(ofRepeated key: String) -> String? {
        let parts = key.split(separator: "-", maxSplits: 2)
        return parts.count == 3 ? String(parts[2]) : nil
    }
}

extension LineScan.Duplicate {
    /// The last key of the path; empty where it is no name.
    fileprivate var name: String { path.split(separator: ".").last.map(String.init).flatMap { Entry.isTag($0) ? $0 : nil } ?? "" }

    /// Sections whose keys are names the writer chose.
    private static let named: Set<String> = [
        "programs", "recipes", "zones", "outputs", "inputs", "meters", "devices", "buses", "water", "gates", "tanks", "dosing",
        "feeds", "silos", "feed-lines", "cages", "exclusive", "no-water", "quota", "keys",
    ]

    private var isName: Bool {
        let keys = path.split(separator: ".").map(String.init)
        return keys.count == 2 && Self.named.contains(keys[0])
    }

    fileprivate func problem(in file: String) -> Problem {
        let (what, remedy) = isName
            ? (Phrase(zh: "这个名字在第 \(firstLine) 行已经用过，不能重名。", en: "this name is already taken in line \(firstLine)."),
               Phrase(zh: "两个都要，就给其中一个改名；本是一个，就合成一个。", en: "Give one of the two another name, or join them in one."))
            : (Phrase(zh: "这一项在第 \(firstLine) 行已经写过，同一处只能写一次。",
                      en: "this key was already given in line \(firstLine); it may be given once."),
               path.hasSuffix(".start") ? Phrase(zh: "删掉一个；两个都要就写 starts: [06:00, 18:00]。", en: "Remove one; for both write starts: [06:00, 18:00].")
                   : Phrase(zh: "请删掉其中一个。", en: "Remove one of the two."))
        return Problem(file: file, line: line, key: path, what: what, remedy: remedy)
    }
}

/// Control characters, direction overrides, zero-width characters and code points without a meaning.
func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: true
    default: false
    }
}

extension String {
    func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}
