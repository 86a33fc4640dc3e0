import Foundation

/// Pieces of a drawing, in its own units.
enum SVG {
    enum Anchor: String { case start, middle, end }

    static func number(_ value: Double) -> String { Format.shortest(value.isFinite ? value : 0, decimals: 1) }

    /// A rectangle as a part of a path, from its upper left corner.
    static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        "M\(number(x)) \(number(y))h\(number(width))v\(number(height))h\(number(-width))z"
    }

    static func path(_ kind: String, _ d: String, opacity: Double? = nil) -> String {
        guard !d.isEmpty else { return "" }
        return "<path class=\"\(kind)\"\(opacity.map { " fill-opacity=\"\(number($0))\"" } ?? "") d=\"\(d)\"/>"
    }

    /// - Parameter middle: `y` is the middle of the letters, not their foot.
    static func text(_ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, middle: Bool = false) -> String {
        let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        return "<text x=\"\(number(x))\" y=\"\(number(y))\"\(middle ? " dy=\"4\"" : "")\(side)>\(HTML.escaped(text))</text>"
    }

    static func dot(_ x: Double, _ y: Double, radius: Double) -> String {
        "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\"/>"
    }

    static func line(_ kind: String, _ points: [(x: Double, y: Double)]) -> String {
        let text = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        return "<polyline class=\"\(kind)\" points=\"\(text)\"/>"
    }
}
