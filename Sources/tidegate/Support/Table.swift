import Language

/// A table for people: columns as wide as what is in them, wide letters counted as they are seen.
struct Table {
    struct Column {
        let title: Phrase
        let isNumber: Bool

        static func text(zh: String, en: String) -> Column { Column(title: Phrase(zh: zh, en: en), isNumber: false) }
        /// Stands on the right.
        static func number(zh: String, en: String) -> Column { Column(title: Phrase(zh: zh, en: en), isNumber: true) }
    }

    /// One field, with the colour it has on a terminal.
    struct Cell: ExpressibleByStringLiteral {
        let text: String
        let colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = text
            self.colour = colour
        }

        init(_ phrase: Phrase, _ colour: Colour? = nil) { self.init(phrase.said, colour) }
        init(stringLiteral value: String) { self.init(value) }
    }

    let columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// The same without columns of numbers in which nobody has one.
    var withoutEmpty: Table {
        let kept = columns.indices.filter { column in
            !columns[column].isNumber || rows.isEmpty || rows.contains { column < $0.count && !["", "–"].contains($0[column].text) }
        }
        var table = Table(kept.map { columns[$0] })
        table.rows = rows.map { row in kept.filter { $0 < row.count }.map { row[$0] } }
        return table
    }

    /// The table's lines, titles first. The last column is wrapped under itself when the terminal is too narrow.
    var lines: [String] {
        let titles = columns.map { Cell($0.title, .dim) }
        let widths = columns.indices.map { column in
            ([titles] + rows).map { column < $0.count ? displayWidth($0[column].text) : 0 }.max() ?? 0
        }
        return ([titles] + rows).flatMap { line(of: $0, widths) }
    }

    private func line(of cells: [Cell], _ widths: [Int]) -> [String] {
        let last = columns.count - 1
        var head = " "
        for column in 0..<max(last, 0) {
            let cell = column < cells.count ? cells[column] : ""
            let text = padded(cell.text, to: widths[column], right: columns[column].isNumber)
            head += painted(text, cell.colour) + "  "
        }
        guard last >= 0, last < cells.count else { return [head.trimmedEnd] }
        let indent = widths.dropLast().reduce(1) { $0 + $1 + 2 }
        let tail = columns[last].isNumber ? [padded(cells[last].text, to: widths[last], right: true)]
            : tailLines(cells[last].text, indent: indent)
        return tail.enumerated().map { index, text in
            let left = index == 0 ? head : String(repeating: " ", count: indent)
            return (left + painted(text, cells[last].colour)).trimmedEnd
        }
    }

    private func tailLines(_ text: String, indent: Int) -> [String] {
        guard let width = Console.current.width else { return [text] }
        return wrapped(text, to: max(width - indent, 16))
    }
}

/// Colours with a meaning; words say the same, so nothing is lost without them.
enum Colour: String, Sendable {
    case good = "32"
    case warning = "33"
    case bad = "31"
    case water = "36"
    case dim = "2"
    case strong = "1"
}

/// The text in a colour, if this console shows colours.
func painted(_ text: String, _ colour: Colour?) -> String {
    guard let colour, Console.current.usesColour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
}
