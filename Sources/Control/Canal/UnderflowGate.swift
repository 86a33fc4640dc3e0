public import Quantities

/// A sluice gate with water flowing under its leaf: flow by opening and the levels on both sides, and back.
///
///     free      Q = Cd b a √(2 g h1)
///     submerged Q = Cd b a √(2 g h1 (h1 − h2) / (h1 − y2))
///
/// submerged where h2 is above y2, the depth conjugate to the jet's (contraction 0.61). The second is the first where the jet begins
/// to drown and nothing where both levels are one: with h1 − h2 alone the flow would leap at y2, and a loop that keeps a level
/// there would hunt. Levels are over the sill. Source: V. T. Chow, Open-Channel Hydraulics (1959), ch. 17; Cd ≈ 0.60 for a sharp
/// vertical leaf; the way from the one to the other is an interpolation.
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

    /// The opening that gives a flow (m3/s), within 0 … `most`; all of it where even that gives less. Found by halving: more
    /// opening is more flow.
    public func opening(for flow: Double, upstream: Double, downstream: Double?) -> Double {
        guard flow > 0 else { return 0 }
        guard self.flow(opening: most, upstream: upstream, downstream: downstream) > flow else { return most }
        var (low, high) = (0.0, most)
        for _ in 0..<30 {
            let middle = (low + high) / 2
            if self.flow(opening: middle, upstream: upstream, downstream: downstream) < flow { low = middle } else { high = middle }
        }
        return high
    }

    /// What drives the flow, m; `nil`: too little to tell.
    private func head(_ opening: Double, _ upstream: Double, _ downstream: Double?) -> Double? {
        guard upstream > Self.leastHead else { return nil }
        let jump = conjugate(of: Self.contraction * opening, upstream)
        guard let downstream, downstream > jump, jump < upstream else { return upstream }
        let head = upstream * (upstream - downstream) / (upstream - jump)
        return head > Self.leastHead ? head : nil
    }

    /// The depth up to which the jet is free: y2 = y1/2 (√(1 + 8 Fr²) − 1).
    private func conjugate(of jet: Double, _ upstream: Double) -> Double {
        guard jet > 0 else { return 0 }
        let froudeSquared = 2 * max(upstream - jet, 0) / jet
        return jet / 2 * ((1 + 8 * froudeSquared).squareRoot() - 1)
    }
}
