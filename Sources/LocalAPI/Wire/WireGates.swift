// Reply of `GET /v1/gates`.

public struct GatesReply: Codable, Sendable {
    public var time: WireTime
    public var gates: [GateReply]
}

/// A canal gate. Levels are over its sill.
public struct GateReply: Codable, Sendable {
    /// What people may order.
    public struct Bounds: Codable, Sendable {
        /// Absent: the gate keeps a flow, and no level can be ordered.
        public var leastLevelM: Double?
        public var mostLevelM: Double?
        public var leastFlowM3s: Double
        public var mostFlowM3s: Double
        public var leastOpeningM: Double
        public var mostOpeningM: Double
    }

    public var gate: WireLabel
    /// What it does, or why it holds: `moving`, `settled`, `resting`, `falling`, `blocked`, `movesUsedUp`, `heldByHand`, `ice`, `silt`,
    /// `dateUnknown`, `levelUnknown`, `positionUnknown`, `flowUnknown`.
    public var state: String
    public var since: WireTime
    public var why: WireText
    /// What it goes by now: `downstream` or `upstream` (levels), `flow`, `opening` or `hold`.
    public var keeps: String
    /// Of a level or an opening.
    public var setpointM: Double?
    /// Of a flow.
    public var setpointM3s: Double?
    /// The level it steers for now, where that is led slowly to the set-point.
    public var steersForM: Double?
    /// Who gave the set-point: `site` or `person`.
    public var from: String
    /// When a person's order is over; absent: it has no end, or there is none.
    public var until: WireTime?
    /// What the site file says, such as "1.20 m below".
    public var own: WireText
    /// Each absent unless it can be read.
    public var openingM: Double?
    public var upstreamM: Double?
    public var downstreamM: Double?
    /// The opening it is to have; absent: it reckons none now.
    public var targetOpeningM: Double?
    /// By its meter, else by its equation; absent: not known.
    public var flowM3s: Double?
    public var flowIsMetered: Bool
    public var restSeconds: Double
    public var movesLastHour: Int
    public var movesLastDay: Int
    public var movesPerDay: Int
    /// What may lock it, such as "ice period 12-01 .. 02-28".
    public var locks: [WireText]
    public var mayOrder: Bounds
    /// A trip that holds it, or its drives.
    public var trip: WireText?
}
