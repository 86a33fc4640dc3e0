public import Field
public import Language
public import ProcessImage
public import Quantities
public import Scan

/// A checked, frozen site: what the scan turns on, what the drivers drive, how records are kept.
public struct Site: Sendable {
    public let scan: ScanPlan
    public let field: FieldPlan
    public let recording: RecordingPlan
    public let place: Place
    /// Who takes each output back when the controller dies, by `OutputIndex`.
    public let leases: [LeaseHolder]
    /// The same for each set-point, by `SetpointIndex`.
    public let setpointLeases: [LeaseHolder]
    /// By `RecipeIndex`.
    public let recipes: [RecipeSheet]
    /// What lies in each stock tank, by `TankIndex`.
    public let stocks: [Phrase]
    /// The feed in each silo, by `SiloIndex`; `nil`: nobody has said.
    public let siloFeeds: [Phrase?]
    /// Each center of the water bureau.
    public let waterBureau: [BureauSheet]
    public let satellite: SatelliteSheet?
    /// Who is told of it; `nil`: nobody, and nothing of it runs.
    public let uplink: UplinkSheet?
    /// What signed schedules may change here.
    public let schedules: ScheduleLimits
    /// What the schedule's writer says will come of it; none without a schedule.
    public let expectations: [Expectation]
    /// What grows in each zone, by `ZoneIndex`; `nil`: its water is not accounted for.
    public let crops: [Phrase?]
    /// Whose tables cages are fed by, by their number in the plan.
    public let species: [Phrase]
    /// Worth knowing before the site is trusted, but no reason to refuse it.
    public let notices: [Problem]
    /// The site file as it was named.
    public let path: String
    /// FNV-1a over the bytes of the site file: tells two versions apart. No protection against forgery.
    public let fingerprint: UInt64

    public var tables: SiteTables { scan.tables }

    public init(scan: ScanPlan, field: FieldPlan, recording: RecordingPlan, place: Place, leases: [LeaseHolder],
                setpointLeases: [LeaseHolder] = [], recipes: [RecipeSheet] = [], stocks: [Phrase] = [], siloFeeds: [Phrase?] = [],
                waterBureau: [BureauSheet] = [], satellite: SatelliteSheet? = nil,
                uplink: UplinkSheet? = nil, schedules: ScheduleLimits = .usual, expectations: [Expectation] = [],
                crops: [Phrase?] = [], species: [Phrase] = [], notices: [Problem], path: String, fingerprint: UInt64) {
        precondition(leases.count == scan.tables.outputs.count)
        self.scan = scan
        self.field = field
        self.recording = recording
        self.place = place
        self.leases = leases
        self.setpointLeases = setpointLeases
        self.recipes = recipes
        self.stocks = stocks
        self.siloFeeds = siloFeeds
        self.waterBureau = waterBureau
        self.satellite = satellite
        self.uplink = uplink
        self.schedules = schedules
        self.expectations = expectations
        self.crops = crops
        self.species = species
        self.notices = notices
        self.path = path
        self.fingerprint = fingerprint
    }
}

/// Where the site is on Earth.
public struct Place: Sendable, Hashable {
    /// Degrees north. Range: −90 … 90.
    public let latitude: Double
    /// Degrees east. Range: −180 … 180.
    public let longitude: Double
    /// Above the sea.
    public let elevation: Length

    public init(latitude: Double, longitude: Double, elevation: Length) {
        self.latitude = latitude
        self.longitude = longitude
        self.elevation = elevation
    }
}

/// Who drives an output to its safe state when nobody renews it.
public enum LeaseHolder: Sendable, Hashable {
    /// The guard process, which owns the line.
    case guardProcess
    /// The safety bridge, by its heartbeat.
    case bridge
    /// The relay's own watchdog.
    case relayWatchdog
    /// The relay's own auto-off time.
    case relayAutoOff
    /// Nobody; a person answers for it by name.
    case signedOff(by: String)
    /// Nobody; its class needs none.
    case nobody

    public var text: Phrase {
        switch self {
        case .guardProcess: Phrase(zh: "输出守护", en: "guard")
        case .bridge: Phrase(zh: "安全桥", en: "bridge")
        case .relayWatchdog: Phrase(zh: "设备看门狗", en: "device's watchdog")
        case .relayAutoOff: Phrase(zh: "继电器自动断开", en: "relay auto-off")
        case .signedOff(let name): Phrase(zh: "无（\(name) 签字负责）", en: "signed off by \(name)")
        case .nobody: Phrase(zh: "无", en: "nobody")
        }
    }
}
