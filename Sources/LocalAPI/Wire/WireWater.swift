// Reply of `GET /v1/water`.

/// Where the water of each source went. Every volume is rounded to 0.01 m3 before it is added, so that what is shown adds up.
public struct WaterReply: Codable, Sendable {
    public var time: WireTime
    /// Local days, such as `2026-05-01`, both included.
    public var from: String
    public var to: String
    public var sources: [WaterSource]
    /// Of zones that the site has no more, whichever source they had.
    public var goneZonesM3: Double
}

public struct WaterSource: Codable, Sendable {
    public struct Zone: Codable, Sendable {
        public var zone: WireLabel
        public var runs: Int
        public var volumeM3: Double
        /// Absent: not known.
        public var areaM2: Double?
    }

    public struct Day: Codable, Sendable {
        public var date: String
        public var water: WaterSum
    }

    public var source: WireLabel
    /// Of all the days.
    public var water: WaterSum
    public var zones: [Zone]
    /// Oldest first; days without water are left out.
    public var days: [Day]
}

/// `bookedM3` is the sum of the four before it. A run counts on the day it began.
public struct WaterSum: Codable, Sendable {
    public var zonesM3: Double
    public var backwashM3: Double
    /// Every valve was shut.
    public var leakM3: Double
    /// While valves opened or closed, or somebody drew water by hand.
    public var unassignedM3: Double
    public var bookedM3: Double
    /// What the meter counted; absent: the source has none that counts, and volumes are flow × time.
    public var meteredM3: Double?
    /// What the meter counted less what is booked.
    public var differenceM3: Double?
}
