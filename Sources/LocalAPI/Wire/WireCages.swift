// Reply of `GET /v1/cages`.

public struct CagesReply: Codable, Sendable {
    public var time: WireTime
    public var cages: [CageReply]
}

/// The oxygen of a net cage.
public struct CageReply: Codable, Sendable {
    public struct Stock: Codable, Sendable {
        public var count: Double
        public var meanG: Double
        public var biomassKg: Double
    }

    public var cage: WireLabel
    /// `emergency`, `low`, `unknown` (a probe cannot be read or is not believed: the aerators are on), `full` (pure oxygen is
    /// shut) or `enough`; the first that holds.
    public var state: String
    /// Of the worst probe that can be read; absent: of none.
    public var oxygenMgL: Double?
    /// Stages of aeration that are on.
    public var stagesOn: Int
    /// A stage that is to run does not, or cannot be told to.
    public var isUnproven: Bool
    public var sirenSounds: Bool
    /// As booked; absent: nobody has said what swims in it.
    public var stock: Stock?
}
