public import Quantities

/// A sluice gate with water flowing under its leaf: flow by opening and the levels on both sides, and back.
///
///     free      Q = Cd b a √(2 g h1)
///     submerged Q = Cd b a √(2 g (h1 − h2))
///
/// submerged where h2 is above the depth conjugate to the jet's (contraction 0.61). Levels are over the sill. Source: V. T. Chow,
/// Open-Channel Hydraulics (1959), ch. 17; Cd ≈ 0.60 for a sharp vertical leaf.
public struct UnderflowGate: Sendable, BitwiseCopyable {
    /// b, m.
    public let width: Double
    /// Cd. Range: 0.3 … 0.9.
    public let coefficient: Double
    /// The largest opening, m.
    public let most: Double

    private static let gravity = 9.80665
    private static let contraction = 0.61
    /// Less head than this drives no flow that could be told, m.
    private static let leastHead = 0.005

    public init(width: Length, coefficient: Double = 0.6, most: Length) {
        precondition(width.base > 0 && coefficient > 0 && most.base > 0)
        self.width = width.base
        self.coefficient = coefficient
        self.most = most.base
    }

    /// m3/s through an opening.
    /// - Parameter downstream: `nil`: the gate always flows freely. m over the sill, as `upstream`.
    public func flow(opening: Double, upstream: Double, downstream: Double?) -> Double {
        let width = self.width * min(max(opening, 0), most)
        guard let head = head(opening, upstream, downstream) else { return 0 }
        return coefficient * width * (2 * Self.gravity * head).squareRoot()
    }

    /// The opening that gives a flow (m3/s), within 0 … `most`; all of it where the water has no head to flow with.
    public func opening(for flow: Double, upstream: Double, downstream: Double?) -> Double {
        guard flow > 0 else { return 0 }
        guard let free = opening(flow, head: upstream) else { return most }
        guard let downstream, isSubmerged(free, upstream, downstream) else { return free }
        return opening(flow, head: upstream - downstream) ?? most
    }

    private func opening(_ flow: Double, head: Double) -> Double? {
        guard head > Self.leastHead else { return nil }
        return min(flow / (coefficient * width * (2 * Self.gravity * head).squareRoot()), most)
    }

    private func head(_ opening: Double, _ upstream: Double, _ downstream: Double?) -> Double? {
        guard upstream > Self.leastHead else { return nil }
        guard let downstream, isSubmerged(opening, upstream, downstream) else { return upstream }
        return upstream - downstream > Self.leastHead ? upstream - downstream : nil
    }

    /// Whether the tailwater drowns the jet: it stands above the conjugate depth y2 = y1/2 (√(1 + 8 Fr²) − 1).
    private func isSubmerged(_ opening: Double, _ upstream: Double, _ downstream: Double) -> Bool {
        let jet = Self.contraction * opening
        guard jet > 0 else { return downstream >= upstream }
        let froudeSquared = 2 * max(upstream - jet, 0) / jet
        return downstream > jet / 2 * ((1 + 8 * froudeSquared).squareRoot() - 1)
    }
}
