public import Quantities

/// How long records are kept and how much a power cut may cost.
public struct RecordingPlan: Sendable, Hashable {
    /// Samples are written together this often: the most that a power cut loses. Range: 1 s … 10 min.
    public let flushEvery: Duration
    /// What was flushed is packed for good this often; the longer, the smaller the file and the slower the newest part of
    /// it is to read. Range: 10 min … 1 h.
    public let foldEvery: Duration
    public let keepSamplesDays: Int
    public let keepMinutesDays: Int
    public let keepHoursDays: Int
    public let keepEventsDays: Int
    /// The journal file never grows past this; the oldest samples go first. Range: 10 MB … 100 GB.
    public let maximumBytes: Int64

    public init(flushEvery: Duration = .seconds(10), foldEvery: Duration = .minutes(10), keepSamplesDays: Int = 14,
                keepMinutesDays: Int = 90, keepHoursDays: Int = 1100, keepEventsDays: Int = 1100, maximumBytes: Int64 = 1_000_000_000) {
        self.flushEvery = flushEvery
        self.foldEvery = foldEvery
        self.keepSamplesDays = keepSamplesDays
        self.keepMinutesDays = keepMinutesDays
        self.keepHoursDays = keepHoursDays
        self.keepEventsDays = keepEventsDays
        self.maximumBytes = maximumBytes
    }
}
