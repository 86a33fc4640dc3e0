import Glibc
public import Quantities

/// Daily feed as a share of the body's mass, by weight and temperature of the water: a grid, bilinear in log W and T.
///
/// Outside the temperatures of the table there is no ration: what fish eat falls steeply beyond them, and a number drawn on
/// from inside would kill. Beyond the weights the outermost holds.
public struct RationTable: Sendable, Hashable {
    /// Rising.
    public let weights: [Mass]
    /// Rising.
    public let temperatures: [Temperature]
    /// By temperature, then weight.
    public let rates: [Fraction]

    /// `nil` unless weights and temperatures rise, and there is a rate of 0 … 30 % for each pair.
    public init?(weights: [Mass], temperatures: [Temperature], rates: [Fraction]) {
        func rises<Q: Quantity>(_ row: [Q]) -> Bool {
            !row.isEmpty && row.allSatisfy(\.base.isFinite) && zip(row, row.dropFirst()).allSatisfy { $0 < $1 }
        }
        guard rises(weights), rises(temperatures), weights[0].base > 0, rates.count == weights.count * temperatures.count,
              rates.allSatisfy({ (0...0.3).contains($0.base) }) else { return nil }
        self.weights = weights
        self.temperatures = temperatures
        self.rates = rates
    }

    /// - Returns: `nil` below the lowest and above the highest temperature of the table, and for what is no number.
    public func rate(_ weight: Mass, at water: Temperature) -> Fraction? {
        let water = water.base.isFinite ? rounded(water) : water
        guard weight.base > 0, weight.base.isFinite, water.base.isFinite, let warm = span(temperatures, water) else { return nil }
        let held = min(max(weight, weights[0]), weights[weights.count - 1])
        guard let heavy = span(weights, held) else { return nil }
        let low = weights[heavy], high = weights[min(heavy + 1, weights.count - 1)]
        let along = high > low ? log(held / low) / log(high / low) : 0
        let cold = temperatures[warm], hot = temperatures[min(warm + 1, temperatures.count - 1)]
        let up = hot > cold ? (water.celsius - cold.celsius) / (hot.celsius - cold.celsius) : 0
        let below = mix(cell(warm, heavy), cell(warm, heavy + 1), along)
        let above = mix(cell(warm + 1, heavy), cell(warm + 1, heavy + 1), along)
        return Fraction(base: mix(below, above, up))
    }

    /// A hundredth of a degree beyond the table is its end: °F written in °C end there.
    private func rounded(_ water: Temperature) -> Temperature {
        let inside = Temperature.celsius(clamped(water.celsius, temperatures[0].celsius, temperatures[temperatures.count - 1].celsius))
        return abs(inside.celsius - water.celsius) <= 0.01 ? inside : water
    }

    private func cell(_ row: Int, _ column: Int) -> Double {
        rates[min(row, temperatures.count - 1) * weights.count + min(column, weights.count - 1)].base
    }

    /// The last place whose value is not above what is asked; `nil` outside the row.
    private func span<Q: Quantity>(_ row: [Q], _ value: Q) -> Int? {
        guard value >= row[0], value <= row[row.count - 1] else { return nil }
        return row.lastIndex { $0 <= value }
    }

    private func mix(_ a: Double, _ b: Double, _ share: Double) -> Double { a + (b - a) * share }
}
