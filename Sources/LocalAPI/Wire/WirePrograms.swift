// Reply of `GET /v1/programs`.

public struct ProgramsReply: Codable, Sendable {
    public var time: WireTime
    public var programs: [ProgramReply]
    public var standing: [StandingReply]
    public var quotas: [QuotaReply]
}

public struct ProgramReply: Codable, Sendable {
    public struct Zone: Codable, Sendable {
        public var zone: WireLabel
        /// How much it gets, such as "20 min" or "the deficit, at most 8.0 mm".
        public var gives: WireText
    }

    public var program: WireLabel
    /// When it starts, such as "30 min after sunrise".
    public var starts: WireText
    /// Days, dates and conditions; absent: none.
    public var limits: WireText?
    public var zones: [Zone]
    /// What a person made of its water; 100: all of it.
    public var percent: Double
    public var skipsNext: Bool
    /// The next start that the clock tells within a week.
    public var nextStart: WireTime?
}

/// What a person ordered that stands.
public struct StandingReply: Codable, Sendable {
    /// `pause`, `rainDelay`, `skipNext`, `adjust`; of a gate `gateLevel`, `gateFlow`, `gateOpening` or `gateHold`.
    public var kind: String
    public var subject: WireLabel
    /// Absent: until it is taken back.
    public var until: WireTime?
    public var text: WireText
}

public struct QuotaReply: Codable, Sendable {
    public var quota: WireLabel
    /// Absent: the whole site.
    public var zone: WireLabel?
    public var limitM3: Double
    public var usedM3: Double
    public var leftM3: Double
    /// The first day counted; absent: the quota says nothing today.
    public var since: String?
}
