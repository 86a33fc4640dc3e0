public import ProcessImage
import Quantities

/// What goes upstream, to whom, and over what kind of link; as the site file says it.
public struct UplinkSheet: Sendable, Hashable {
    /// The gateway's name in topics. The site's tag unless another is given.
    public let gateway: String
    /// In the order in which they are tried. 1 … 4.
    public let brokers: [BrokerSheet]
    public let link: LinkSheet
    /// `nil`: no records go upstream.
    public let sync: SyncSheet?
    /// `nil`: it is no Sparkplug node.
    public let sparkplug: SparkplugSheet?
    /// Whether signed schedules are listened for: docs/schedule-delivery.md.
    public let takesSchedules: Bool

    public init(gateway: String, brokers: [BrokerSheet], link: LinkSheet, sync: SyncSheet?, sparkplug: SparkplugSheet?,
                takesSchedules: Bool) {
        self.gateway = gateway
        self.brokers = brokers
        self.link = link
        self.sync = sync
        self.sparkplug = sparkplug
        self.takesSchedules = takesSchedules
    }
}

/// One MQTT broker.
public struct BrokerSheet: Sendable, Hashable {
    public enum Security: Sendable, Hashable {
        case none
        /// - `authority`: a file of certificates that are trusted; `nil`: those of the machine.
        /// - `certificate`, `key`: the gateway's own, both or none.
        case tls(authority: String?, certificate: String?, key: String?)
    }

    public let host: String
    public let port: UInt16
    public let user: String?
    /// A file whose first line is the password: it is never in the site file itself.
    public let passwordFile: String?
    /// A file whose first line is the user, such as an access token, which is as secret as a password.
    public let tokenFile: String?
    public let security: Security
    /// MQTT 5 instead of 3.1.1.
    public let isFive: Bool

    public init(host: String, port: UInt16, user: String?, passwordFile: String?, tokenFile: String? = nil, security: Security,
                isFive: Bool) {
        self.host = host
        self.port = port
        self.user = user
        self.passwordFile = passwordFile
        self.tokenFile = tokenFile
        self.security = security
        self.isFive = isFive
    }
}

extension BrokerSheet {
    /// Whether nothing on the way to a host leaves this machine. A name that only begins like an address, such as `127.example.cn`, may lie
    /// anywhere.
    public static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let areNumbers = parts.allSatisfy { $0.utf8.count <= 3 && $0.allSatisfy(\.isWholeNumber) && UInt8($0) != nil }
        return parts.count == 4 && parts[0] == "127" && areNumbers
    }

    public var isOnThisMachine: Bool { Self.isThisMachine(host) }
}

/// What a link bears, and what it may cost.
public struct LinkSheet: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case ethernet
        case cellular = "4g"
        case narrowband = "nb-iot"
        case satellite

        /// Documents of some kilobytes, and a connection that is kept open for them.
        var bearsDocuments: Bool { self == .ethernet || self == .cellular }
    }

    public let kind: Kind
    /// Between two signs of life.
    public let keepAlive: Duration
    /// The most that one message may take.
    public let messageBytes: Int
    /// Bytes in a local day, both ways; beyond it only what is urgent goes. `nil`: nobody pays by the byte.
    public let budget: Int?
    /// How often it is told how things are.
    public let stateEvery: Duration
    /// From one try to the next, growing from the first to the longest.
    public let firstRest: Duration
    public let longestRest: Duration

    public init(_ kind: Kind, keepAlive: Duration, messageBytes: Int, budget: Int?, stateEvery: Duration, firstRest: Duration,
                longestRest: Duration) {
        self.kind = kind
        self.keepAlive = keepAlive
        self.messageBytes = messageBytes
        self.budget = budget
        self.stateEvery = stateEvery
        self.firstRest = firstRest
        self.longestRest = longestRest
    }

    /// What fits each kind. Narrow-band links sleep and their carriers' address tables forget within minutes, so they are woken seldom;
    /// a satellite is paid by the byte.
    static func usual(_ kind: Kind) -> LinkSheet {
        switch kind {
        case .ethernet:
            LinkSheet(kind, keepAlive: .seconds(60), messageBytes: 60_000, budget: nil, stateEvery: .minutes(1), firstRest: .seconds(2),
                      longestRest: .minutes(5))
        case .cellular:
            LinkSheet(kind, keepAlive: .minutes(4), messageBytes: 16_000, budget: 20_000_000, stateEvery: .minutes(5),
                      firstRest: .seconds(5), longestRest: .minutes(10))
        case .narrowband:
            LinkSheet(kind, keepAlive: .minutes(10), messageBytes: 1_000, budget: 100_000, stateEvery: .hours(1), firstRest: .minutes(1),
                      longestRest: .hours(1))
        case .satellite:
            LinkSheet(kind, keepAlive: .minutes(30), messageBytes: 1_000, budget: 20_000, stateEvery: .hours(24), firstRest: .minutes(2),
                      longestRest: .hours(2))
        }
    }
}

/// How records go upstream: docs/sync.md.
public struct SyncSheet: Sendable, Hashable {
    public enum Form: Sendable, Hashable { case cbor, json, thingsBoard }

    public let form: Form
    /// For how long without a link everything is kept; then hours go before days, and nothing else.
    public let keepDays: Int

    public init(form: Form, keepDays: Int) {
        self.form = form
        self.keepDays = keepDays
    }

    /// Rows of so many days at most, about: each series by the hour and by the day, and what is done.
    public func rowsKept(of tables: SiteTables) -> Int { ((tables.points.count + tables.outputs.count) * 25 + 500) * keepDays }

    /// What they take on the disk. A row was measured at 97 bytes (`scripts/offline-month`).
    public func bytesKept(of tables: SiteTables) -> Int { rowsKept(of: tables) * 100 }
}

/// A Sparkplug B edge node: docs/sparkplug.md.
public struct SparkplugSheet: Sendable, Hashable {
    public let group: String
    public let node: String
    /// Whose word decides whether anybody listens; `nil`: nobody's.
    public let primaryHost: String?
    /// Tags of zones, gates, cages and dosing units that may be ordered from upstream, and the words below. Empty: nothing may.
    public let writable: [String]

    /// Alarms may be acknowledged.
    public static let alarms = "alarms"
    /// All water may be stopped.
    public static let site = "site"

    public init(group: String, node: String, primaryHost: String?, writable: [String]) {
        self.group = group
        self.node = node
        self.primaryHost = primaryHost
        self.writable = writable
    }
}
