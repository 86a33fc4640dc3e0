public import ProcessImage
public import Quantities

/// The site as the records tell it: what screens show. Built from records alone, so it can never touch the scan.
public struct LiveSnapshot: Sendable {
    public struct Output: Sendable {
        public var level: OutputLevel
        public var cause: Cause
        public var since: WallTime
    }

    public struct Zone: Sendable {
        public var status: ZoneStatus
        public var since: WallTime
    }

    public struct Alarm: Sendable {
        public var id: AlarmID
        public var state: AlarmState
        public var since: WallTime
        /// The event that raised it, for its text.
        public var event: Event?
    }

    public var scan: UInt64 = 0
    public var instant = Instant.start
    public var wall = WallTime(unixNanoseconds: 0, trust: .unset)
    /// By `PointIndex`.
    public var readings: [Reading] = []
    /// By `OutputIndex`.
    public var outputs: [Output] = []
    /// By `ZoneIndex`.
    public var zones: [Zone] = []
    /// Every alarm that is not normal, oldest first.
    public var alarms: [Alarm] = []
    public var statistics = ScanStatistics()
    public var ledgerIsWritable = true
    public var journalIsWritable = true

    public init() {}
}
