import Quantities

/// Stock in proportion to the water: the first guess of every dosing loop, which a change of flow does not upset.
struct VolumeRatio: Hashable, BitwiseCopyable {
    /// Volume of stock for one of water.
    let stockPerWater: Fraction

    init(_ stockPerWater: Fraction) {
        precondition(stockPerWater.base >= 0 && stockPerWater.base.isFinite)
        self.stockPerWater = stockPerWater
    }

    func stock(for water: Volume) -> Volume { water * stockPerWater.base }
    func rate(at flow: Flow) -> Flow { max(flow, .zero) * stockPerWater.base }

    /// Part of its time, or of its speed, that a channel gives it in.
    ///
    /// - Parameter channel: what it gives when it is on all the time.
    /// - Returns: 0 … 1, and whether the channel is too small. Nothing without water, without a channel, or for a flow that
    ///   is no number.
    func share(at flow: Flow, of channel: Flow) -> (share: Double, isShort: Bool) {
        guard flow > .zero, channel > .zero, flow.base.isFinite else { return (0, false) }
        let share = rate(at: flow) / channel
        return (min(share, 1), share > 1)
    }
}
