import Quantities

/// Water in a pipe: what goes in at one end comes out at the other when the volume between has passed, however fast.
///
/// The pipe is a ring of parcels; what goes into one is mixed with what is in it, so a front is smeared over one parcel, a
/// 63rd of the pipe. It holds at most what a scan pushes: a volume larger than the pipe fills all of it.
struct DeadTime: BitwiseCopyable {
    let pipe: Volume
    private var parcels: InlineArray<64, Double>
    /// The parcel that is being filled; the one after it is the oldest.
    private var filling = 0
    /// Of the parcel that is being filled.
    private var filled = Volume.zero

    private static let count = 64

    init(pipe: Volume, holding value: Double) {
        precondition(pipe > .zero && pipe.base.isFinite && value.isFinite)
        self.pipe = pipe
        parcels = InlineArray(repeating: value)
    }

    /// What comes out now.
    var value: Double { parcels[(filling + 1) % Self.count] }

    /// The time it takes at a flow; `nil` while hardly anything flows.
    func time(at flow: Flow) -> Duration? {
        guard flow > .zero else { return nil }
        let seconds = pipe / Volume(base: flow.base) * 3600
        return seconds < 1e9 ? .seconds(seconds) : nil
    }

    /// A number or volume that is none changes nothing.
    ///
    /// - Returns: what comes out after it.
    mutating func push(_ value: Double, _ volume: Volume) -> Double {
        guard value.isFinite, volume > .zero, volume.base.isFinite else { return self.value }
        let parcel = pipe * (1 / Double(Self.count - 1))
        var left = min(volume, pipe + parcel)
        while left > .zero {
            let part = min(left, parcel - filled)
            let share = part / (filled + part)
            parcels[filling] += (value - parcels[filling]) * share
            filled += part
            left = left - part
            if filled >= parcel { turn() }
        }
        return self.value
    }

    private mutating func turn() {
        filling = (filling + 1) % Self.count
        filled = .zero
    }
}
