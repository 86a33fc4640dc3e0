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

        fileprivate var style: String { "c\(colour)\(isDashed ? " d" : "")" }
    }

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
        func y(_ share: Double) -> Double { floor - min(max(share, 0), 1) * plotHeight }
    }

    let begin: CivilDate
    let days: Int

    // MARK: Lines

    /// Lines over one axis from zero. Those that lie on each other are one, with both names.
    func lines(_ given: [Series], unit: String, bars: [Double] = [], title: String) -> String {
        let series = joined(given)
        let top = Self.round(max(series.flatMap(\.values).max() ?? 0, bars.max() ?? 0))
        let legend = series.map { one in
            "<span class=\"i\"><span class=\"k \(one.style)\"></span>\(HTML.escaped(one.name))</span>"
        }
        let drawing = both(height: 190, left: 44, title: title) { frame in
            axis(frame, top, unit) + months(frame) + rain(bars, frame, top) + series.map { line($0, frame, top) }.joined()
        }
        return figure(title, legend.joined(separator: " "), drawing)
    }

    private func joined(_ given: [Series]) -> [Series] {
        let near = (given.flatMap(\.values).max() ?? 0) * 0.01, comma = Phrase(zh: "、", en: ", ").said
        return given.reduce(into: []) { kept, one in
            let place = kept.firstIndex { zip($0.values, one.values).allSatisfy { abs($0 - $1) <= near } }
            if let place { kept[place].name += comma + one.name } else { kept.append(one) }
        }
    }

    private func line(_ series: Series, _ frame: Frame, _ top: Double) -> String {
        let last = Double(max(days - 1, 1))
        return SVG.line("l \(series.style)", series.values.prefix(days).enumerated().map { day, value in
            (x: frame.x(Double(day) / last), y: frame.y(value / top))
        })
    }

    private func rain(_ bars: [Double], _ frame: Frame, _ top: Double) -> String {
        let wide = frame.plotWidth / Double(max(days, 1))
        let boxes = bars.prefix(days).enumerated().filter { $0.element > 0 }.map { day, value in
            let y = frame.y(value / top)
            return SVG.box(frame.left + Double(day) * wide, y, max(wide - 0.5, 0.8), frame.floor - y)
        }
        return SVG.path("rain", boxes.joined())
    }

    private func axis(_ frame: Frame, _ top: Double, _ unit: String) -> String {
        let quarter: Double = top / 4
        let powers: [Double] = [1, 10, 100]
        let decimals: Int = powers.firstIndex { power in
            let scaled: Double = quarter * power
            return abs(scaled - scaled.rounded()) < 1e-6
        } ?? 3
        return (0...4).map { step in
            let y = frame.y(Double(step) / 4)
            let text = Format.number(top * Double(step) / 4, decimals: decimals)
            let label = step == 4 ? SVG.text(text + " " + unit, 2, y, middle: true) : SVG.text(text, frame.left - 5, y, .end, middle: true)
            return SVG.path("grid", "M\(SVG.number(frame.left)) \(SVG.number(y))H\(SVG.number(frame.width - 6))") + label
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
                let y = frame.top + Double(row) * high, rings = marks.indices.contains(row) ? marks[row] : []
                let name = SVG.text(one.name, frame.left - 6, y + high / 2, .end, middle: true)
                return name + strip(one, rings, frame, y: y, high: high, most)
            }.joined()
        }
        return figure(title, HTML.escaped(note), drawing)
    }

    /// Cells of one shade are one path: a season of many zones stays small.
    private func strip(_ series: Series, _ marks: [Bool], _ frame: Frame, y: Double, high: Double, _ most: Double) -> String {
        let wide = frame.plotWidth / Double(max(days, 1)), shades = 5
        var paths = Array(repeating: "", count: shades)
        for (day, value) in series.values.prefix(days).enumerated() where value > 0 {
            let shade = min(Int(value / most * Double(shades)), shades - 1)
            paths[shade] += SVG.box(frame.left + Double(day) * wide, y + 2, max(wide - 0.4, 0.8), high - 4)
        }
        let cells = paths.enumerated().map { shade, path in
            SVG.path("f \(series.style)", path, opacity: 0.3 + 0.7 * Double(shade) / Double(shades - 1))
        }
        let rings = marks.prefix(days).enumerated().filter(\.element).map { day, _ in
            SVG.dot(frame.left + (Double(day) + 0.5) * wide, y + high / 2, radius: min(wide * 0.32, 2.6))
        }
        return SVG.path("ground", SVG.box(frame.left, y + 2, frame.plotWidth, high - 4)) + cells.joined()
            + (rings.isEmpty ? "" : "<g class=\"mark\">\(rings.joined())</g>")
    }

    // MARK: The day

    /// 24 bars: hours of the day.
    func hours(_ values: [Double], colour: Int, unit: String, title: String) -> String {
        let top = Self.round(values.max() ?? 0)
        let drawing = both(height: 130, left: 44, title: title) { frame in
            let wide = frame.plotWidth / 24
            let bars = values.prefix(24).enumerated().map { hour, value in
                let y = frame.y(value / top)
                return SVG.box(frame.left + Double(hour) * wide + 1, y, wide - 2, frame.floor - y)
            }
            let ticks = stride(from: 0, through: 24, by: 6).map { hour in
                SVG.text("\(hour):00", frame.x(Double(hour) / 24), frame.height - 6, hour == 24 ? .end : .middle)
            }
            return axis(frame, top, unit) + SVG.path("f c\(colour)", bars.joined()) + ticks.joined()
        }
        return figure(title, "", drawing)
    }

    // MARK: Parts

    private func figure(_ title: String, _ legend: String, _ drawing: String) -> String {
        let aside = legend.isEmpty ? "" : "<span class=\"legend\">\(legend)</span>"
        return "<figure><figcaption>\(HTML.escaped(title))\(aside)</figcaption>\(drawing)</figure>"
    }

    private func both(height: Double, left: Double, title: String, _ draw: (Frame) -> String) -> String {
        [("desk", 760.0), ("phone", 348.0)].map { kind, width in
            let box = "0 0 \(SVG.number(width)) \(SVG.number(height))", drawn = draw(Frame(width: width, height: height, left: left))
            return "<svg class=\"\(kind)\" viewBox=\"\(box)\" role=\"img\" aria-label=\"\(HTML.escaped(title))\">\(drawn)</svg>"
        }.joined()
    }

    /// The first of each month; in a short season each seventh day.
    private func months(_ frame: Frame) -> String {
        (0..<days).compactMap { day -> String? in
            let (_, month, number) = begin.adding(days: day).components, name = Format.months[month - 1]
            guard days > 45 ? number == 1 : day % 7 == 0 else { return nil }
            let x = frame.left + frame.plotWidth * Double(day) / Double(max(days, 1))
            guard frame.width - x > 26 else { return nil }
            let long = Phrase(zh: "\(month)月", en: name), short = Phrase(zh: "\(month)-\(number)", en: "\(number) \(name)")
            let tick = "M\(SVG.number(x)) \(SVG.number(frame.top))V\(SVG.number(frame.floor + 4))"
            return SVG.path("tick", tick) + SVG.text((days > 45 ? long : short).said, x + 3, frame.height - 6)
        }.joined()
    }

    /// A number at or over a value whose quarters are round.
    static func round(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, (log10(value)).rounded(.down))
        return ([1.0, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].first { $0 * power >= value } ?? 10) * power
    }
}
