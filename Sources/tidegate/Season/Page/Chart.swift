import Foundation
import Language
import Quantities

/// A drawing over the days of a season, or over the hours of a day, as SVG without a script. It is drawn twice, for a desk and for a
/// phone, since letters that shrink with the screen cannot be read; the style shows one of both.
struct Chart {
    /// Named things with a value for each day.
    struct Series {
        var name: String
        let values: [Double]
        /// Of the style's colours.
        let colour: Int
        var isDashed = false
    }

    let begin: CivilDate
    let days: Int

    /// Where a drawing's parts are, in its own units.
    struct Frame {
        let width: Double
        let height: Double
        let left: Double
        let top = 8.0
        let bottom = 22.0

        var plotWidth: Double { width - left - 6 }
        var plotHeight: Double { height - top - bottom }
        var floor: Double { height - bottom }
        func x(_ share: Double) -> Double { left + share * plotWidth }
        func y(_ share: Double) -> Double { floor - share * plotHeight }
    }

    // MARK: Lines

    /// Lines over one axis from zero. Those that lie on each other are one, with both names.
    func lines(_ given: [Series], unit: String, bars: [Double] = [], title: String) -> String {
        let near = (given.flatMap(\.values).max() ?? 0) * 0.01, comma = Phrase(zh: "、", en: ", ").said
        let series: [Series] = given.reduce(into: []) { kept, one in
            let place = kept.firstIndex { zip($0.values, one.values).allSatisfy { abs($0 - $1) <= near } }
            if let place { kept[place].name += comma + one.name } else { kept.append(one) }
        }
        let top = Self.round(max(series.flatMap(\.values).max() ?? 0, bars.max() ?? 0))
        let legend = series.map { "<span class=\"i\"><span class=\"k c\($0.colour)\(($0.isDashed ? " d" : ""))\"></span>\(HTML.escaped($0.name))</span>" }
        let drawing = both(height: 190, left: 44, title: title) { frame in
            axis(frame, top, unit) + months(frame) + rain(bars, frame, top) + series.map { line($0, frame, top) }.joined()
        }
        return "<figure><figcaption>\(HTML.escaped(title))<span class=\"legend\">\(legend.joined(separator: " "))</span></figcaption>\(drawing)</figure>"
    }

    private func line(_ series: Series, _ frame: Frame, _ top: Double) -> String {
        let last = Double(max(days - 1, 1))
        let points = series.values.prefix(days).enumerated().map { day, value in
            Self.number(frame.x(Double(day) / last)) + "," + Self.number(frame.y(min(max(value / top, 0), 1)))
        }
        return "<polyline class=\"l c\(series.colour)\(series.isDashed ? " d" : "")\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private func rain(_ bars: [Double], _ frame: Frame, _ top: Double) -> String {
        let wide = frame.plotWidth / Double(max(days, 1))
        let path = bars.prefix(days).enumerated().filter { $0.element > 0 }.map { day, value in
            let high = min(value / top, 1) * frame.plotHeight
            return "M\(Self.number(frame.left + Double(day) * wide)) \(Self.number(frame.floor))v-\(Self.number(high))h\(Self.number(max(wide - 0.5, 0.8)))v\(Self.number(high))z"
        }
        return path.isEmpty ? "" : "<path class=\"rain\" d=\"\(path.joined())\"/>"
    }

    private func axis(_ frame: Frame, _ top: Double, _ unit: String) -> String {
        (0...4).map { step in
            let y = Self.number(frame.y(Double(step) / 4)), value = top * Double(step) / 4
            let text = Format.number(value, decimals: top < 0.8 ? 2 : top < 8 ? 1 : 0) + (step == 4 ? " " + unit : "")
            let label = step == 4 ? "<text x=\"2\" y=\"\(y)\" dy=\"4\">\(HTML.escaped(text))</text>"
                : "<text x=\"\(Self.number(frame.left - 5))\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(text)</text>"
            return "<path class=\"grid\" d=\"M\(Self.number(frame.left)) \(y)H\(Self.number(frame.width - 6))\"/>" + label
        }.joined()
    }

    // MARK: Strips

    /// A row for each thing and a cell for each day, the darker the more; a ring where something was added.
    func strips(_ series: [Series], marks: [[Bool]] = [], title: String, note: String) -> String {
        let most = max(series.flatMap(\.values).max() ?? 0, 1e-9)
        let longest = series.map { Double(displayWidth($0.name)) }.max() ?? 0
        let drawing = both(height: Double(series.count) * 20 + 30, left: min(longest * 6.6 + 12, 120), title: title) { frame in
            let high = frame.plotHeight / Double(max(series.count, 1))
            return months(frame) + series.enumerated().map { row, one in
                let y = frame.top + Double(row) * high
                let name = "<text x=\"\(Self.number(frame.left - 6))\" y=\"\(Self.number(y + high / 2))\" dy=\"4\" text-anchor=\"end\">\(HTML.escaped(one.name))</text>"
                return name + strip(one, marks.indices.contains(row) ? marks[row] : [], frame, y: y, high: high, most)
            }.joined()
        }
        return "<figure><figcaption>\(HTML.escaped(title))<span class=\"legend\">\(HTML.escaped(note))</span></figcaption>\(drawing)</figure>"
    }

    /// Cells of one shade are one path: a season of many zones stays small.
    private func strip(_ series: Series, _ marks: [Bool], _ frame: Frame, y: Double, high: Double, _ most: Double) -> String {
        let wide = frame.plotWidth / Double(max(days, 1)), shades = 5
        var paths = Array(repeating: "", count: shades)
        for (day, value) in series.values.prefix(days).enumerated() where value > 0 {
            let shade = min(Int(value / most * Double(shades)), shades - 1)
            paths[shade] += "M\(Self.number(frame.left + Double(day) * wide)) \(Self.number(y + 2))h\(Self.number(max(wide - 0.4, 0.8)))v\(Self.number(high - 4))h-\(Self.number(max(wide - 0.4, 0.8)))z"
        }
        let dots = marks.prefix(days).enumerated().filter(\.element).map { day, _ in
            "<circle cx=\"\(Self.number(frame.left + (Double(day) + 0.5) * wide))\" cy=\"\(Self.number(y + high / 2))\" r=\"\(Self.number(min(wide * 0.32, 2.6)))\"/>"
        }
        let ground = "<path class=\"ground\" d=\"M\(Self.number(frame.left)) \(Self.number(y + 2))h\(Self.number(frame.plotWidth))v\(Self.number(high - 4))h-\(Self.number(frame.plotWidth))z\"/>"
        let cells = paths.enumerated().filter { !$0.element.isEmpty }.map { shade, path in
            "<path class=\"f c\(series.colour)\" fill-opacity=\"\(Self.number(0.3 + 0.7 * Double(shade) / Double(shades - 1)))\" d=\"\(path)\"/>"
        }
        return ground + cells.joined() + (dots.isEmpty ? "" : "<g class=\"mark\">\(dots.joined())</g>")
    }

    // MARK: The day

    /// 24 bars: hours of the day.
    func hours(_ values: [Double], colour: Int, unit: String, title: String) -> String {
        let top = Self.round(values.max() ?? 0)
        let drawing = both(height: 130, left: 44, title: title) { frame in
            let wide = frame.plotWidth / 24
            let bars = values.prefix(24).enumerated().map { hour, value in
                let high = min(value / top, 1) * frame.plotHeight
                return "M\(Self.number(frame.left + Double(hour) * wide + 1)) \(Self.number(frame.floor))v-\(Self.number(high))h\(Self.number(wide - 2))v\(Self.number(high))z"
            }
            let ticks = stride(from: 0, through: 24, by: 6).map { hour in
                "<text x=\"\(Self.number(frame.x(Double(hour) / 24)))\" y=\"\(Self.number(frame.height - 6))\" text-anchor=\"\(hour == 24 ? "end" : "middle")\">\(hour):00</text>"
            }
            return axis(frame, top, unit) + "<path class=\"f c\(colour)\" d=\"\(bars.joined())\"/>" + ticks.joined()
        }
        return "<figure><figcaption>\(HTML.escaped(title))</figcaption>\(drawing)</figure>"
    }

    // MARK: Parts

    private func both(height: Double, left: Double, title: String, _ draw: (Frame) -> String) -> String {
        [("desk", 760.0), ("phone", 348.0)].map { kind, width in
            let frame = Frame(width: width, height: height, left: left)
            return "<svg class=\"\(kind)\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" aria-label=\"\(HTML.escaped(title))\">\(draw(frame))</svg>"
        }.joined()
    }

    /// The first of each month; in a short season each seventh day.
    private func months(_ frame: Frame) -> String {
        (0..<days).compactMap { day -> String? in
            let date = begin.adding(days: day), (_, month, number) = date.components
            guard days > 45 ? number == 1 : day % 7 == 0 else { return nil }
            let x = frame.left + frame.plotWidth * Double(day) / Double(max(days, 1))
            guard frame.width - x > 26 else { return nil }
            let text = days > 45 ? Phrase(zh: "\(month)月", en: Format.months[month - 1]).said : Phrase(zh: "\(month)-\(number)", en: "\(number) \(Format.months[month - 1])").said
            return "<path class=\"tick\" d=\"M\(Self.number(x)) \(Self.number(frame.top))V\(Self.number(frame.floor + 4))\"/><text x=\"\(Self.number(x + 3))\" y=\"\(Self.number(frame.height - 6))\">\(text)</text>"
        }.joined()
    }

    /// A number at or over a value whose quarters are round.
    static func round(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, (log10(value)).rounded(.down))
        return ([1.0, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].first { $0 * power >= value } ?? 10) * power
    }

    private static func number(_ value: Double) -> String {
        let text = String(format: "%.1f", value.isFinite ? value : 0)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
