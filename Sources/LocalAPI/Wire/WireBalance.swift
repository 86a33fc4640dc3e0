// Reply of `GET /v1/balance`.

public struct BalanceReply: Codable, Sendable {
    /// Zones whose water is accounted for, in the order of the site.
    public var zones: [BalanceZone]
}

public struct BalanceZone: Codable, Sendable {
    public var zone: WireLabel
    /// Oldest first; the newest is yesterday's when all is well.
    public var days: [BalanceDay]
}

/// One local day of one zone. Depths in mm.
public struct BalanceDay: Codable, Sendable {
    /// Such as `2026-05-01`.
    public var date: String
    /// `station`, `stationPartly`, `forecast` or `averages`: what its weather was taken from.
    public var tier: String
    /// Of `caughtUp`, `probe`, `probeRejected`, `stationFailed`.
    public var notes: [String]
    /// Days since planting.
    public var age: Int
    public var depletionMm: Double
    /// Of the total available water.
    public var depletionPercent: Double
    public var availableMm: Double
    public var readilyMm: Double
    public var referenceEtMm: Double
    /// Without and with stress.
    public var cropEtMm: Double
    public var actualEtMm: Double
    public var rainMm: Double
    /// What reached the roots.
    public var irrigationMm: Double
    /// Runoff and percolation.
    public var lostMm: Double
    public var etSinceIrrigationMm: Double
}
