/// Columns a text takes on a terminal: Chinese, Japanese and Korean letters and their punctuation take two, marks that
/// sit on another letter none.
func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + displayWidth($1) }
}

/// Source of the ranges: Unicode 15.1 EastAsianWidth.txt, classes W and F, joined where only unassigned points lie between.
private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: 0
    case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
         0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
         0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD: 2
    default: 1
    }
}

/// The text with spaces after it up to `width` columns, or before it when it stands on the right.
func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
    return right ? space + text : text + space
}

/// The beginning of a text that fits into `width` columns, with `…` where it was cut.
func cut(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var kept = ""
    var used = 1
    for character in text {
        let columns = displayWidth(String(character))
        guard used + columns <= width else { break }
        kept.append(character)
        used += columns
    }
    return width > 0 ? kept + "…" : ""
}

/// A text in lines of at most `width` columns. Breaks at spaces, and between Chinese letters, but never before a mark
/// that ends a phrase.
func wrapped(_ text: String, to width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrappedLine(String($0), to: width) }
}

private func wrappedLine(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for piece in unbreakable(text) {
        if !line.isEmpty, displayWidth(line) + displayWidth(piece.trimmedEnd) > width {
            lines.append(line.trimmedEnd)
            line = ""
        }
        line += line.isEmpty && !lines.isEmpty ? String(piece.drop { $0 == " " }) : piece
    }
    return lines + [line.trimmedEnd]
}

/// The pieces a line may be broken between; spaces stay at the end of their piece, and a number keeps its unit.
private func unbreakable(_ text: String) -> [String] {
    let closing: Set<Character> = ["，", "。", "；", "：", "、", "）", "》", "”", "？", "！"]
    let opening: Set<Character> = ["（", "《", "“"]
    var pieces: [String] = []
    var piece = ""
    for character in text {
        let previous = piece.last
        let isWide = displayWidth(String(character)) == 2
        let wasWide = previous.map { displayWidth(String($0)) == 2 } ?? false
        let isUnit = character.isLetter && piece.dropLast().last?.isNumber == true
        let mayBreak = previous == " " ? character != " " && !isUnit : (isWide || wasWide)
        if let previous, mayBreak, !closing.contains(character), !opening.contains(previous) {
            pieces.append(piece)
            piece = ""
        }
        piece.append(character)
    }
    return pieces + [piece]
}

extension String {
    var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
