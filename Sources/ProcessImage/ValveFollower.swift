/// A further valve of a zone: it does what the zone's first one does.
public struct ValveFollower: Sendable, BitwiseCopyable {
    public let zone: ZoneIndex
    public let valve: OutputIndex

    public init(zone: ZoneIndex, valve: OutputIndex) {
        self.zone = zone
        self.valve = valve
    }
}

/// A dense number for each of them.
public struct FollowerIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}
