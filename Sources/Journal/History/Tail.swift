import ProcessImage

/// One series as far as it is not folded yet: its samples, in order of arrival, and the minutes they give.
struct Tail {
    private let id: Int64?
    private(set) var samples: [KeptSample] = []
    private(set) var decimals = 0
    private(set) var minutes: [MinutePart] = []
    private var standing: Standing
    private var through: Int64

    /// - Parameters:
    ///   - id: the series in the file; `nil`: it has none yet.
    ///   - standing: what stood `through` a moment, if it is known.
    init(id: Int64?, standing: Standing?, through: Int64) {
        self.id = id
        self.standing = standing ?? Standing()
        self.through = through
    }

    /// The next frame of the file.
    mutating func take(_ frame: FrameReader) {
        var frame = frame
        var run: [KeptSample] = []
        guard let id else { return }
        _ = frame.find(id, into: &run)
        take(run, from: frame.from, through: frame.through, joint: frame.joint)
    }

    /// The next frame of the memory, which holds samples of this series only.
    mutating func take(_ frame: OpenFrame, _ series: Series) {
        decimals = series.decimals
        take(frame.samples.map { series.kept($0, from: frame.from) }, from: frame.from, through: frame.through, joint: frame.joint)
    }

    /// What stood must reach the frame: a fold may have come between the looks at memory and file.
    private mutating func take(_ run: [KeptSample], from: Int64, through end: Int64, joint: Joint) {
        standing.join(joint == .continues && from != through ? .begins : joint, from: from, after: through, into: &minutes)
        for sample in run { standing.take(sample, into: &minutes) }
        standing.settle(to: end, into: &minutes)
        samples += run
        through = end
    }
}

extension Sample {
    /// - Parameter power: 10 to the number of decimals.
    init(_ kept: KeptSample, power: Double) {
        self.init(unixMilliseconds: kept.at, value: kept.state.isBad ? nil : Double(kept.number) / power,
                  quality: kept.state.quality, reason: kept.state.reason)
    }
}
