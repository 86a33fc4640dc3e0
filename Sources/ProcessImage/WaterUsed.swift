public import Quantities

/// Where metered water went that no zone got.
public enum WaterUse: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case backwash = 1
    /// Every valve was closed.
    case leak = 2
    /// While valves opened, closed, or somebody drew water by hand.
    case unassigned = 3
}

/// Water of one source and local day that no zone got.
public struct WaterUsed: Hashable, Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let date: CivilDate
    public let use: WaterUse
    public let volume: Volume

    public init(source: SourceIndex, date: CivilDate, use: WaterUse, volume: Volume) {
        self.source = source
        self.date = date
        self.use = use
        self.volume = volume
    }
}

/// What the meter of one source has counted on one local day.
public struct Metered: Hashable, Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let date: CivilDate
    public let volume: Volume

    public init(source: SourceIndex, date: CivilDate, volume: Volume) {
        self.source = source
        self.date = date
        self.volume = volume
    }
}
