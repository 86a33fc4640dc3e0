import Language
import LocalAPI

/// A curve in the terminal, in dots of Braille letters: two across and four down in each letter.
struct Plot {
    let history: HistoryReply
    /// Columns of the whole picture, axis included. Range: 30 … 200.
    let width: Int
    /// Rows of the curve.
    let height: Int

    /// The picture; empty when there is not one usable value.
    var lines: [String] {
        let values = history.values.flatMap { [$0.value, $0.minimum, $0.maximum].compactMap(\.self) }.filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return [] }
        let scale = history.isDigital ? Scale(low: 0, high: 1, step: 1) : Scale(around: low...high)
        let labels = scale.marks.map { Format.number($0, decimals: history.isDigital ? 0 : scale.decimals) }
        let margin = max(labels.map(\.count).max() ?? 0, displayWidth(history.unit)) + 2
        let columns = max(min(width, 200) - margin - 1, 10)
        var canvas = Canvas(columns: columns, rows: height)
        draw(into: &canvas, scale)
        let unit = history.unit.isEmpty ? [] : [padded(history.unit, to: margin - 1, right: true)]
        return unit + framed(canvas, scale, labels, margin) + timeAxis(margin, columns)
    }

    // MARK: Curve

    private func draw(into canvas: inout Canvas, _ scale: Scale) {
        let from = Double(history.from.unixSeconds)
        let length = max(Double(history.to.unixSeconds) - from, 1)
        var previous: (x: Int, y: Int, at: Double)?
        for value in history.values {
            guard let middle = value.value, middle.isFinite else {
                previous = nil
                continue
            }
            let at = Double(value.at.unixSeconds)
            let x = dot((at - from) / length, canvas.dotsAcross)
            let y = dot(scale.share(of: middle), canvas.dotsDown)
            if let minimum = value.minimum, let maximum = value.maximum {
                canvas.vertical(x, dot(scale.share(of: minimum), canvas.dotsDown), dot(scale.share(of: maximum), canvas.dotsDown))
            }
            if let last = previous, isJoined(at - last.at) { join(last.x, last.y, x, y, &canvas) }
            canvas.set(x, y)
            previous = (x, y, at)
        }
    }

    /// Rolled-up stretches that are missing leave a gap; single samples stand until the next one.
    private func isJoined(_ seconds: Double) -> Bool {
        history.stepSeconds == 0 || seconds <= history.stepSeconds * 1.5
    }

    /// On and off change at once; measured values move in a line.
    private func join(_ x0: Int, _ y0: Int, _ x1: Int, _ y1: Int, _ canvas: inout Canvas) {
        guard x1 > x0 else { return canvas.vertical(x1, y0, y1) }
        var reached = y0
        for x in x0...x1 {
            let y = history.isDigital ? y0 : y0 + Int((Double((y1 - y0) * (x - x0)) / Double(x1 - x0)).rounded())
            canvas.vertical(x, y > reached ? reached + 1 : y < reached ? reached - 1 : y, y)  // no gap where it is steep
            reached = y
        }
        if history.isDigital { canvas.vertical(x1, y0, y1) }
    }

    private func dot(_ share: Double, _ count: Int) -> Int {
        Int(exactly: (min(max(share, 0), 1) * Double(count - 1)).rounded()) ?? 0
    }

    // MARK: Axes

    private func framed(_ canvas: Canvas, _ scale: Scale, _ labels: [String], _ margin: Int) -> [String] {
        var byRow: [Int: String] = [:]
        for (mark, label) in zip(scale.marks, labels) {
            let down = canvas.dotsDown - 1 - dot(scale.share(of: mark), canvas.dotsDown)
            byRow[down / 4] = byRow[down / 4] ?? label
        }
        return (0..<height).map { row in
            let label = byRow[row]
            return padded(label ?? "", to: margin - 1, right: true) + (label == nil ? "│" : "┤") + canvas.text(row)
        }
    }

    /// Local times under the curve: at both ends and as many between as fit.
    private func timeAxis(_ margin: Int, _ columns: Int) -> [String] {
        let length = history.to.unixSeconds - history.from.unixSeconds
        let count = max(2, min(columns / 16, 6))
        var ticks = Array(repeating: Character("─"), count: columns)
        var names = ""
        for index in 0..<count {
            let column = (columns - 1) * index / (count - 1)
            ticks[column] = "┬"
            let at = WireTime(unixSeconds: history.from.unixSeconds + length * Int64(index) / Int64(count - 1), offset: history.to.offset)
            let name = length > 40 * 3600 ? "\(Format.day(at)) \(Format.clock(at))" : Format.clock(at)
            let wanted = margin + column - displayWidth(name) / 2
            let start = max(names.isEmpty ? 0 : displayWidth(names) + 1, min(wanted, margin + columns - displayWidth(name)))
            names = padded(names, to: start) + name
        }
        return [String(repeating: " ", count: margin - 1) + "└" + String(ticks), names]
    }
}

/// The axis of values: from and to round numbers around what is shown.
private struct Scale {
    let low: Double
    let high: Double
    let step: Double

    init(low: Double, high: Double, step: Double) {
        self.low = low
        self.high = high
        self.step = step
    }

    /// About five marks of 1, 2 or 5 times a power of ten.
    init(around range: ClosedRange<Double>) {
        let span = max(range.upperBound - range.lowerBound, abs(range.upperBound) * 0.02, 1e-6)
        var power = 1.0
        while power * 10 <= span / 4 { power *= 10 }
        while power > span / 4 { power /= 10 }
        step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= span / 4 } ?? power * 10
        low = (range.lowerBound / step).rounded(.down) * step
        high = max((range.upperBound / step).rounded(.up) * step, low + step)
    }

    var marks: [Double] {
        let count = Int(exactly: ((high - low) / step).rounded()) ?? 1
        return (0...max(1, min(count, 10))).map { low + Double($0) * step }
    }

    var decimals: Int {
        var count = 0
        var unit = step
        while unit < 0.999, count < 6 {
            unit *= 10
            count += 1
        }
        return count
    }

    func share(of value: Double) -> Double { (value - low) / (high - low) }
}

/// Dots, four high and two wide in each letter. The origin is on the lower left.
private struct Canvas {
    let columns: Int
    let rows: Int
    private var cells: [UInt32]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: 0, count: columns * rows)
    }

    var dotsAcross: Int { columns * 2 }
    var dotsDown: Int { rows * 4 }

    /// Unicode's order of the eight dots: left column 1 2 3 7, right column 4 5 6 8.
    private static let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    mutating func set(_ x: Int, _ y: Int) {
        guard (0..<dotsAcross).contains(x), (0..<dotsDown).contains(y) else { return }
        let down = dotsDown - 1 - y
        cells[down / 4 * columns + x / 2] |= Canvas.bits[x % 2][down % 4]
    }

    mutating func vertical(_ x: Int, _ y0: Int, _ y1: Int) {
        for y in min(y0, y1)...max(y0, y1) { set(x, y) }
    }

    func text(_ row: Int) -> String {
        String(String.UnicodeScalarView(cells[row * columns..<(row + 1) * columns].map { cell in
            cell == 0 ? " " : Unicode.Scalar(0x2800 + cell) ?? " "
        }))
    }
}
