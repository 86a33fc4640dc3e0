import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Site

/// How much stock of each channel comes nearest to a row of nutrients.
struct StockMix {
    /// Channels that are given in one proportion: A and B, or one alone. Per litre of the first.
    private struct Pack {
        let parts: [(channel: ChannelIndex, share: Double)]
        /// kg of N, P2O5, K2O.
        let holds: [Double]
    }

    /// L/mu by channel, as they are written in a recipe.
    struct Amount {
        let channel: ChannelIndex
        let litersPerMu: Double
    }

    private let packs: [Pack]
    private let stocks: [StockStrength]

    /// Digits after the point of a litre, as a recipe is written.
    private static let rounding = 10.0
    /// Packs of one unit are few; every choice among them is tried.
    private static let packsMax = 6

    /// Of the site's first unit: a recipe uses the channels of one.
    init(_ site: Site) {
        let plan = site.scan.control.fertigation, balances = site.scan.interlocks.dosing.balances
        let strengths = plan.channels.indices.map { site.tables.stocks.indices.contains($0) ? site.tables.stocks[$0] : .unknown }
        stocks = strengths
        let usable = plan.channels.indices.filter { plan.channels[$0].unit.offset == 0 && strengths[$0].product > .zero }
            .map { ChannelIndex($0) }
        let seconds = balances.map(\.second)
        packs = usable.filter { !seconds.contains($0) }.prefix(Self.packsMax).map { first in
            let parts = [(channel: first, share: 1.0)] + balances.filter { $0.first == first }.map { (channel: $0.second, share: $0.ratio) }
            return Pack(parts: parts, holds: Self.holds(parts.map { ($0.channel, $0.share) }, strengths))
        }
    }

    var isEmpty: Bool { packs.isEmpty }

    /// kg/mu of N, P2O5, K2O that so much stock brings.
    func nutrients(of amounts: [Amount]) -> [Double] { Self.holds(amounts.map { ($0.channel, $0.litersPerMu) }, stocks) }

    private static func holds(_ liters: [(ChannelIndex, Double)], _ stocks: [StockStrength]) -> [Double] {
        liters.reduce([0, 0, 0]) { sum, part in
            let stock = stocks[part.0.offset]
            let kilograms = [stock.nitrogen, stock.phosphate, stock.potash].map { $0.gramsPerLiter / 1000 * part.1 }
            return zip(sum, kilograms).map(+)
        }
    }

    /// The least sum of squares of what is off, each nutrient by what is wanted of it; rounded to a tenth of a litre. Empty where no
    /// stock helps.
    func nearest(to wanted: [Double]) -> [Amount] {
        let weights = wanted.map { 1 / max($0, 0.1) }
        var best: (error: Double, liters: [Double])?
        for choice in 1..<max(1 << packs.count, 1) {
            let chosen = packs.indices.filter { choice & 1 << $0 != 0 }
            guard let liters = solve(chosen, wanted, weights), liters.allSatisfy({ $0 >= 0 }) else { continue }
            let error = error(chosen, liters, wanted, weights)
            if error < (best?.error ?? .infinity) - 1e-12 {
                var all = packs.map { _ in 0.0 }
                for (pack, value) in zip(chosen, liters) { all[pack] = value }
                best = (error, all)
            }
        }
        return zip(packs, best?.liters ?? []).flatMap { pack, liters -> [Amount] in
            let rounded = (liters * Self.rounding).rounded() / Self.rounding
            return rounded > 0 ? pack.parts.map { Amount(channel: $0.channel, litersPerMu: $0.share * rounded) } : []
        }
    }

    private func error(_ chosen: [Int], _ liters: [Double], _ wanted: [Double], _ weights: [Double]) -> Double {
        (0..<3).reduce(0) { sum, nutrient in
            let given = zip(chosen, liters).reduce(0) { $0 + packs[$1.0].holds[nutrient] * $1.1 }
            let off = (given - wanted[nutrient]) * weights[nutrient]
            return sum + off * off
        }
    }

    /// Normal equations by elimination; `nil`: the packs do not differ.
    private func solve(_ chosen: [Int], _ wanted: [Double], _ weights: [Double]) -> [Double]? {
        let count = chosen.count
        func product(_ one: [Double], _ other: [Double]) -> Double {
            (0..<3).reduce(0.0) { sum, nutrient in
                let weight = weights[nutrient] * weights[nutrient]
                return sum + one[nutrient] * other[nutrient] * weight
            }
        }
        var rows: [[Double]] = chosen.map { one in
            let holds = packs[one].holds
            return chosen.map { product(holds, packs[$0].holds) } + [product(holds, wanted)]
        }
        for pivot in 0..<count {
            guard abs(rows[pivot][pivot]) > 1e-12 else { return nil }
            for row in 0..<count where row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for column in 0...count { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}
