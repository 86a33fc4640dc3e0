import Language

/// Text and tables as parts of a page.
enum HTML {
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    static func element(_ name: String, _ text: String, class kind: String? = nil) -> String {
        "<\(name)\(kind.map { " class=\"\($0)\"" } ?? "")>\(escaped(text))</\(name)>"
    }

    /// The whole of a page in the console's language.
    static func page(_ title: String, _ parts: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="\(Console.current.language == .chinese ? "zh-CN" : "en")">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(escaped(title))</title>
        <style>
        \(PageStyle.css)
        </style>
        </head>
        <body>
        <main>
        \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    /// A part with its heading; nothing where there is nothing to say.
    static func section(_ title: String, _ parts: [String]) -> String {
        let body = parts.filter { !$0.isEmpty }
        return body.isEmpty ? "" : "<section>\(element("h2", title))\n\(body.joined(separator: "\n"))\n</section>"
    }

    static func list(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "<ul>" + lines.map { element("li", $0) }.joined() + "</ul>"
    }
}

extension Table {
    /// The same table on a page; too wide a one is moved sideways with a finger. Nothing without rows.
    var html: String {
        guard !rows.isEmpty else { return "" }
        func row(_ cells: [String], _ name: String) -> String {
            let cells = zip(columns, cells).map { HTML.element(name, $1, class: $0.isNumber ? "n" : nil) }
            return "<tr>" + cells.joined() + "</tr>"
        }
        let head = row(columns.map(\.title.said), "th"), body = rows.map { row($0.map(\.text), "td") }
        return "<div class=\"wide\"><table><thead>\(head)</thead><tbody>\n\(body.joined(separator: "\n"))\n</tbody></table></div>"
    }
}
