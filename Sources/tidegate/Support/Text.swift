import Language
import LocalAPI

extension Console {
    /// Columns that a text may take; as many as it likes where nobody reads on a screen.
    var columns: Int { width ?? .max }
}

/// A text behind its head, in as many lines as the screen needs; those that follow stand under the first.
/// - Parameter indent: of the lines that follow; the width of the head unless told.
func hung(_ head: String, _ text: String, _ colour: Colour? = nil, indent: Int? = nil) -> [String] {
    let indent = indent ?? displayWidth(head)
    return wrapped(text, to: Console.current.columns - max(indent, displayWidth(head))).enumerated().map { index, part in
        (index == 0 ? painted(head, colour) : String(repeating: " ", count: indent)) + part
    }
}

/// A line of a sheet: its title in a column of its own, and what there is to say.
func sheetRow(_ title: Phrase, _ text: Phrase) -> [String] { hung("  " + padded(title.said, to: 9) + "  ", text.said, .dim) }

/// A line beside the result of a command; where that is JSON, on standard error.
func remark(_ text: String, json: Bool) {
    if json { Console.current.err(text + "\n") } else { say(text) }
}

extension Phrase {
    static func + (a: Phrase, b: Phrase) -> Phrase { Phrase(zh: a.zh + b.zh, en: a.en + b.en) }
}

extension WireLabel {
    /// `east-1  East one`; the tag alone where nobody gave another name.
    var title: String { name.phrase.said == tag ? tag : "\(tag)  \(name.phrase.said)" }

    /// By tag, or a name in either language.
    func isNamed(_ text: String) -> Bool { tag == text || name.zh == text || name.en == text }
}
