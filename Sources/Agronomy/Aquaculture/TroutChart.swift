public import Quantities

/// The trout feed chart of Leitritz & Lewis 1980 (Trout and Salmon Culture, table for dry feed), as North Carolina's extension
/// service prints it: per cent of body weight a day, by °F and eleven classes of size.
///
/// Two cells look misprinted. As the chart says they are told with a flag; what is reckoned with has the mean of the rows around
/// them instead, and for the last row, which has none above it, as much over the row before as its neighbours rise.
public enum TroutChart {
    /// Lower bounds of the classes, g; the last is open above.
    public static let bounds = [0, 0.1784, 1.4921, 5.1369, 11.9998, 23.025, 39.1028, 61.7132, 91.8203, 130.7183, 179.2855]

    /// What is printed for a fish of a weight.
    public struct Cell: Sendable, Hashable {
        public let rate: Fraction
        public let isMisprint: Bool
    }

    /// - Returns: `nil` between the rows of the chart (a twentieth of a degree is let pass), and without a weight.
    public static func printed(_ weight: Mass, at water: Temperature) -> Cell? {
        guard weight.base > 0, let column = bounds.lastIndex(where: { $0 < weight.grams }),
              let row = temperatures.firstIndex(where: { abs($0.celsius - water.celsius) < 0.05 }) else { return nil }
        return Cell(rate: .percent(rows[row][column]), isMisprint: misprints.contains { $0.row == row && $0.column == column })
    }

    /// The chart as a grid over the middles of its classes.
    public static let table: RationTable = {
        var mended = rows
        for cell in misprints { mended[cell.row][cell.column] = cell.taken }
        guard let table = RationTable(weights: middles, temperatures: temperatures, rates: mended.joined().map { .percent($0) }) else {
            preconditionFailure("the chart is a grid")
        }
        return table
    }()

    /// Of a class between two bounds their geometric mean; the outermost lie as far beyond their bound as their neighbours do.
    public static let middles: [Mass] = {
        var middles = zip(bounds.dropFirst(), bounds.dropFirst(2)).map { ($0 * $1).squareRoot() }
        guard let first = middles.first, let last = middles.last, let lowest = bounds.dropFirst().first,
              let highest = bounds.last else { return [] }
        middles.insert(lowest * lowest / first, at: 0)
        middles.append(highest * highest / last)
        return middles.map { .grams($0) }
    }()

    /// 36 … 68 °F.
    public static let temperatures: [Temperature] = stride(from: 36.0, through: 68, by: 2).map { .celsius(($0 - 32) / 1.8) }

    /// 0.8 at 44 °F stands between 0.6 and 0.8 and is no less than the class below it; 9.4 at 68 °F comes after 7.8, where the
    /// classes beside it rise by 6 and 10 %.
    private static let misprints: [(row: Int, column: Int, taken: Double)] = [(4, 9, 0.7), (16, 1, 8.4)]

    private static let rows: [[Double]] = [
        [2.7, 2.2, 1.7, 1.3, 1.0, 0.8, 0.7, 0.6, 0.5, 0.5, 0.4],
        [2.9, 2.4, 2.0, 1.5, 1.2, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5],
        [3.2, 2.6, 2.2, 1.7, 1.3, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5],
        [3.5, 2.8, 2.4, 1.8, 1.4, 1.2, 0.9, 0.8, 0.7, 0.6, 0.5],
        [3.8, 3.1, 2.5, 2.0, 1.5, 1.3, 1.0, 0.9, 0.8, 0.8, 0.6],
        [4.1, 3.4, 2.8, 2.2, 1.7, 1.4, 1.2, 1.0, 0.9, 0.8, 0.7],
        [4.5, 3.8, 3.0, 2.4, 1.8, 1.5, 1.3, 1.1, 1.0, 0.9, 0.8],
        [5.2, 4.3, 3.4, 2.7, 2.0, 1.7, 1.4, 1.2, 1.1, 1.0, 0.9],
        [5.4, 4.5, 3.6, 2.8, 2.1, 1.7, 1.5, 1.3, 1.1, 1.0, 0.9],
        [5.8, 4.9, 3.9, 3.0, 2.3, 1.9, 1.6, 1.4, 1.3, 1.1, 1.0],
        [6.3, 5.3, 4.3, 3.3, 2.5, 2.0, 1.7, 1.5, 1.3, 1.2, 1.0],
        [7.0, 5.8, 4.8, 3.6, 2.7, 2.2, 1.9, 1.6, 1.4, 1.3, 1.2],
        [7.5, 6.3, 5.1, 3.9, 3.0, 2.4, 2.0, 1.7, 1.5, 1.4, 1.3],
        [8.1, 6.7, 5.5, 4.3, 3.2, 2.6, 2.1, 1.8, 1.6, 1.5, 1.4],
        [8.7, 7.2, 5.9, 4.7, 3.5, 2.8, 2.2, 1.9, 1.7, 1.6, 1.5],
        [9.3, 7.8, 6.3, 5.1, 3.8, 3.0, 2.3, 2.0, 1.8, 1.6, 1.6],
        [9.9, 9.4, 6.9, 5.5, 4.0, 3.2, 2.5, 2.1, 2.0, 1.8, 1.7],
    ]
}
