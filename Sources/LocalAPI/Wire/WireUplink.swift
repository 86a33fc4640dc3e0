// Reply of `GET /v1/sync`.

public struct SyncReply: Codable, Sendable {
    public var time: WireTime
    /// Absent: the site tells nobody.
    public var uplink: UplinkReply?
}

/// How what goes upstream stands.
public struct UplinkReply: Codable, Sendable {
    public struct Waiting: Codable, Sendable {
        public var stream: String
        public var rows: Int
    }

    public struct Traffic: Codable, Sendable {
        /// A stream, `acknowledgements`, or `overhead`: what MQTT, TLS, TCP and IP add to records; or all that `sparkplug`, `documents` and
        /// `water-bureau` cost.
        public var use: String
        public var bytes: Int
    }

    public var isUp: Bool
    /// `cbor` or `json`, whose receiver says what it has stored; `thingsboard`, where what the broker takes counts as stored; `none`: no
    /// records go up.
    public var form: String
    /// The one that is connected, or tried.
    public var broker: String
    /// When rows were acknowledged last; absent: not since the start.
    public var lastStored: WireTime?
    public var problem: WireText?
    public var rowsWaiting: Int
    /// Most urgent first; streams without a row that waits are left out.
    public var waiting: [Waiting]
    /// For how many days without a link everything is kept.
    public var keptDays: Int
    /// Days until that is full, at the pace of such a site with no link.
    public var daysLeft: Double?
    /// Of the local day.
    public var bytesToday: [Traffic]
    /// Of a local day; absent: no bound.
    public var budgetBytes: Int?
    /// Rows of summaries given up since the start, for want of room.
    public var rowsGivenUp: Int
}
