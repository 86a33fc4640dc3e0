import Language

/// A bracket without its partner. A parser notices it lines below, where it says little; people look where it was opened.
struct BracketSlip {
    enum Kind {
        case neverClosed, neverOpened
        case closedByAnother(openedIn: Int)
    }

    private let kind: Kind
    /// The one that was opened; of one that was never opened the closing one.
    private let bracket: UInt8
    private let line: Int
    private let path: String

    init(_ kind: Kind, bracket: UInt8, line: Int, path: String) {
        self.kind = kind
        self.bracket = bracket
        self.line = line
        self.path = path
    }

    static func partner(of bracket: UInt8) -> UInt8 {
        switch bracket {
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "]"): UInt8(ascii: "[")
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        default: UInt8(ascii: "{")
        }
    }

    func problem(file: String) -> Problem {
        let (mark, other) = (String(UnicodeScalar(bracket)), String(UnicodeScalar(Self.partner(of: bracket))))
        let (what, remedy): (Phrase, Phrase) = switch kind {
        case .neverClosed:
            (Phrase(zh: "这里的 \(mark) 没有收口。", en: "the \(mark) in this line is never closed."),
             Phrase(zh: "在该结束的地方补上 \(other)，多半就在这一行末尾。", en: "Put \(other) where it ends, most likely at the end of this line."))
        case .neverOpened:
            (Phrase(zh: "多了一个 \(mark)，前面没有对应的 \(other)。", en: "there is a \(mark) too many: no \(other) stands before it."),
             Phrase(zh: "删掉它，或在前面补上 \(other)。", en: "Remove it, or put \(other) where it begins."))
        case .closedByAnother(let opened):
            (Phrase(zh: "第 \(opened) 行的 \(mark) 还没收口，这里却用了另一种括号。", en: "the \(mark) of line \(opened) is still open, and another kind of bracket closes here."),
             Phrase(zh: "先用 \(other) 收口，再写这里的括号。", en: "Close it with \(other) first."))
        }
        return Problem(file: file, line: line, key: path, what: what, remedy: remedy)
    }
}
