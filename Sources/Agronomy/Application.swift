public import Quantities

/// How a zone spreads its water.
public enum Spreading {
    /// PR of emitters on a grid: each waters `along` × `across`.
    public static func rate(emitter: Flow, along: Length, across: Length) -> DepthRate {
        DepthRate(of: emitter, on: .squareMeters(along.meters * across.meters))
    }

    /// What all emitters of a zone take together.
    public static func flow(area: Area, rate: DepthRate) -> Flow {
        .cubicMetersPerHour(area.squareMeters * rate.millimetersPerHour / 1000)
    }

    /// Gross depth for a net one. Divide by the efficiency of the system or by the uniformity of its lowest quarter, never both.
    public static func gross(_ net: Depth, over share: Fraction) -> Depth { net * (1 / share.base) }

    /// DUlq: mean of the lowest quarter of catch cans by the mean of all. Unknown without cans or water.
    public static func uniformity(ofCans caught: [Depth]) -> Fraction? {
        let sorted = caught.sorted()
        let quarter = max(sorted.count / 4, 1)
        let mean = sorted.reduce(Depth.zero, +) * (1 / Double(max(sorted.count, 1)))
        guard mean > .zero else { return nil }
        return Fraction(base: (sorted.prefix(quarter).reduce(.zero, +) * (1 / Double(quarter))) / mean)
    }
}

extension Depth {
    /// Time that a rate takes for this depth; `nil` where nothing falls.
    public func time(at rate: DepthRate) -> Duration? {
        let seconds = rate.base > 0 ? millimeters / rate.millimetersPerHour * 3600 : .infinity
        guard seconds.isFinite, abs(seconds) < 1e9 else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }
}

/// Water that falls faster than it enters the ground is given in parts with rests. All inputs are the site's to set.
public struct CycleAndSoak: Sendable, Hashable, BitwiseCopyable {
    public let cycles: Int
    public let run: Duration
    /// Between two runs.
    public let rest: Duration

    /// - Parameters:
    ///   - time: to be given in all.
    ///   - rate: at which it falls.
    ///   - infiltration: at which it enters.
    ///   - held: water that may stand on the surface: flat 8 … 12 mm, over 5 % slope 2.5 … 3 mm.
    public init(time: Duration, rate: DepthRate, infiltration: DepthRate, held: Depth) {
        let excess = rate.base - infiltration.base
        guard excess > 0, infiltration.base > 0, let most = held.time(at: .millimetersPerHour(excess)),
              most > .zero, time > most else {
            (cycles, run, rest) = (1, time, .zero)
            return
        }
        let count = max(Int((time / most).rounded(.up)), 1)
        cycles = count
        run = time / count
        rest = .nanoseconds(Int64(Double(run.nanoseconds) * (rate.base / infiltration.base - 1)))
    }
}

/// The water quota of one irrigation after GB/T 50485 (微灌工程技术标准): 灌水定额 and 灌水周期.
///
/// The same letters stand elsewhere with other factors, as depth is in m, cm or mm and shares are per cent or parts of one: here
/// each value carries its unit, and there is no factor to choose.
public struct Quota: Sendable, Hashable, BitwiseCopyable {
    /// m: net depth over the whole area.
    public let net: Depth
    /// T, in days.
    public let interval: Double
    /// m′ = m / η.
    public let gross: Depth

    /// - Parameters:
    ///   - bulkDensity: γ.
    ///   - wettedDepth: z, of the layer that is to be wetted. Field crops 0.4 … 0.6 m, vegetables 0.2 … 0.3 m, fruit 0.8 … 1 m.
    ///   - wettedShare: p, of the ground.
    ///   - fieldCapacity: by mass.
    ///   - upper, lower: of the water content, as parts of field capacity.
    ///   - dailyUse: Ia.
    ///   - efficiency: η. Drip at least 0.90, micro-spray at least 0.85.
    public init(bulkDensity: Density, wettedDepth: Length, wettedShare: Fraction, fieldCapacity: Fraction, upper: Fraction,
                lower: Fraction, dailyUse: Depth, efficiency: Fraction) {
        let span = fieldCapacity.base * (upper.base - lower.base)
        net = .millimeters(bulkDensity.gramsPerCubicCentimeter * wettedDepth.meters * 1000 * wettedShare.base * span)
        interval = dailyUse > .zero ? net / dailyUse : .infinity
        gross = Spreading.gross(net, over: efficiency)
    }
}
