public import ProcessImage
public import Quantities

/// What is known of the water at one depth beside a cage.
public struct DepthProbe: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    /// Below the surface.
    public let depth: Length
    public let temperature: PointOf<Temperature>
    public let oxygen: PointOf<Density>

    public init(cage: CageIndex, depth: Length, temperature: PointOf<Temperature>, oxygen: PointOf<Density>) {
        precondition(depth >= .zero)
        self.cage = cage
        self.depth = depth
        self.temperature = temperature
        self.oxygen = oxygen
    }
}

/// A cage that is lowered and raised, by winch or ballast, to where its fish are well.
///
/// Source: the cold-water cages of the Yellow Sea (深蓝1号) are kept at 4 … 50 m by the temperature of the water; the shallowest depth
/// that is cold and rich enough leaves the fish the most light and the way to the surface.
public struct DepthPlan: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let sink: OutputIndex
    public let rise: OutputIndex
    /// Of the cage, below the surface.
    public let position: PointOf<Length>
    public let shallowest: Length
    public let deepest: Length
    /// Water above it is left.
    public let warmest: Temperature
    /// Water below it is left.
    public let leastOxygen: Density
    /// Nearer than this is not worth a move.
    public let leastMove: Length
    /// A depth is better for so long before it is proposed.
    public let settle: Duration
    /// From the end of one move to the beginning of the next that nobody orders.
    public let rest: Duration
    /// A person confirms each move.
    public let asks: Bool
    /// Driven for so long without a tenth of a metre that way: stuck.
    public let stuckAfter: Duration
    public let noOlderThan: Duration

    public init(cage: CageIndex, sink: OutputIndex, rise: OutputIndex, position: PointOf<Length>, shallowest: Length, deepest: Length,
                warmest: Temperature, leastOxygen: Density, leastMove: Length = .meters(2), settle: Duration = .hours(6),
                rest: Duration = .hours(12), asks: Bool = true, stuckAfter: Duration = .minutes(2), noOlderThan: Duration = .seconds(10)) {
        precondition(sink != rise && shallowest >= .zero && shallowest < deepest && leastMove > .zero)
        precondition(settle >= .zero && rest >= .zero && stuckAfter > .zero && noOlderThan > .zero)
        self.cage = cage
        self.sink = sink
        self.rise = rise
        self.position = position
        self.shallowest = shallowest
        self.deepest = deepest
        self.warmest = warmest
        self.leastOxygen = leastOxygen
        self.leastMove = leastMove
        self.settle = settle
        self.rest = rest
        self.asks = asks
        self.stuckAfter = stuckAfter
        self.noOlderThan = noOlderThan
    }

    /// How near counts as there.
    static let tolerance = Length.meters(0.2)
}

/// The water beside a cage, by depth, from its probes; between two of them in a straight line.
struct DepthProfile: BitwiseCopyable {
    static let probesMax = 8

    private var depths = InlineArray<8, Double>(repeating: .nan)
    private var temperatures = InlineArray<8, Double>(repeating: .nan)
    private var oxygens = InlineArray<8, Double>(repeating: .nan)
    private(set) var count = 0

    /// From the shallowest to the deepest. What cannot be read is left out; more than `probesMax` are not looked at.
    mutating func add(_ depth: Length, _ water: Temperature, _ oxygen: Density) {
        guard count < Self.probesMax, water.base.isFinite, oxygen.base.isFinite else { return }
        (depths[count], temperatures[count], oxygens[count]) = (depth.meters, water.celsius, oxygen.milligramsPerLiter)
        count += 1
    }

    /// `nil` above the first and below the last probe that can be read: nothing is supposed of water that nobody sees.
    func water(at depth: Length) -> (temperature: Temperature, oxygen: Density)? {
        let wanted = depth.meters
        guard count >= 2, wanted >= depths[0], wanted <= depths[count - 1] else { return nil }
        var above = 0
        while above < count - 2, depths[above + 1] <= wanted { above += 1 }
        let span = depths[above + 1] - depths[above]
        let part = span > 0 ? (wanted - depths[above]) / span : 0
        func between(_ values: InlineArray<8, Double>) -> Double { values[above] + (values[above + 1] - values[above]) * part }
        return (.celsius(between(temperatures)), .milligramsPerLiter(between(oxygens)))
    }

    /// Whether fish are well there; `margin` asks for so much better, in °C and half of it in mg/L.
    func isFit(_ depth: Length, _ plan: DepthPlan, margin: Double = 0) -> Bool {
        guard let water = water(at: depth) else { return false }
        return water.temperature.celsius <= plan.warmest.celsius - margin
            && water.oxygen.milligramsPerLiter >= plan.leastOxygen.milligramsPerLiter + margin / 2
    }

    /// A degree better than it must be, before a cage is moved for it.
    private static let margin = 1.0
    private static let step = Length.meters(0.5)

    /// Where a cage is to go from here: the shallowest depth that is fit, with a margin; `nil`: it is well where it is, or no depth
    /// that anybody sees is fit.
    func better(than here: Length, _ plan: DepthPlan) -> Length? {
        var depth = plan.shallowest
        while depth <= plan.deepest {
            if isFit(depth, plan, margin: Self.margin) {
                let isFar = abs((depth - here).base) >= plan.leastMove.base
                return isFar && (depth < here || !isFit(here, plan)) ? depth : nil
            }
            depth = depth + Self.step
        }
        return nil
    }
}
