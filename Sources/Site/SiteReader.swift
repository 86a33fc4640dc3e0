import Control
import Field
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan

/// Reads the sections of a site file in order, each in a file of its own under `Sections/`, and gathers what the plans
/// are made of.
///
/// A broken item is kept under its tag with any valid value, so that what refers to it is not reported as well.
/// Nothing is frozen unless the report is clean.
final class SiteReader {
    static let keys = ["site", "name", "place", "board", "scan", "lease", "buses", "devices", "inputs", "meters", "outputs",
                       "weather", "water", "zones", "gates", "tides", "feeds", "silos", "feed-lines", "cages", "tanks",
                       "dosing", "recipes", "exclusive", "valves-at-once", "power", "battery", "no-water", "quota", "season",
                       "programs", "emergency-stop", "commissioning", "recording", "uplink", "water-bureau", "beidou", "schedules"]

    let fields: Fields
    let library: Library
    var report: Report { fields.owner.report }

    var board: Board?
    var label = Label(tag: "site")
    var clock = LocalClock.shanghai
    var place = Place(latitude: 0, longitude: 0, elevation: .zero)
    var period: Duration = .milliseconds(100)
    var lease = Limits.leaseDefault
    var recording = RecordingPlan()

    var points: [PointDefinition] = []
    var pointByTag: [String: PointIndex] = [:]
    var buses: [BusDraft] = []
    var devices: [DeviceDraft] = []
    var bridges: [BridgeDraft] = []
    var meters: [String: Meter] = [:]
    var inputs: [InputDraft] = []
    var inputLines: [InputLine] = []
    var outputs: [OutputDraft] = []
    var setpoints: [SetpointDraft] = []
    var sources: [SourceDraft] = []
    var zones: [ZoneDraft] = []
    var gates: [GateDraft] = []
    var tanks: [TankDraft] = []
    var dosingUnits: [DosingUnitDraft] = []
    var channels: [ChannelDraft] = []
    var recipes: [RecipeDraft] = []
    var feeds: [FeedDraft] = []
    var silos: [SiloDraft] = []
    var feedLines: [FeedLineDraft] = []
    var cages: [CageDraft] = []
    /// Species whose tables cages are fed by.
    var species: [SpeciesFile] = []
    /// Moments of slack water, seconds since 1970, rising.
    var slack: [Int64] = []
    /// Outputs of feed lines, by the tag of their line.
    var feedOutputs: [OutputIndex: String] = [:]
    /// Outlets of feed lines, by the tag of their cage.
    var fedOutlets: [FeedOutlet: String] = [:]
    var windows: [WindowDraft] = []
    var quotas: [QuotaDraft] = []
    var exclusions: [Int: UInt64] = [:]
    var valvesAtOnce: Int?
    var power: Power?
    var battery: BatteryDraft?
    var weather: WeatherDraft?
    var uplink: UplinkSheet?
    var schedules = ScheduleLimits.usual
    var expectations: [Expectation] = []
    var programs: [(label: Label, plan: ProgramPlan, entry: Entry)] = []
    var emergencyStop: PointIndex?
    var waterBureau: [BureauSheet] = []
    var satellite: SatelliteSheet?
    /// Outputs move only once somebody has proven them on the spot.
    var requiresProof = false

    /// Where each tag and each line of the board was first used.
    private var tagPlaces: [String: Entry] = [:]
    private var linePlaces: [String: Entry] = [:]
    /// Serial ports of links that are no bus, by their path.
    var linkPorts: [String: Entry] = [:]

    init(_ fields: Fields, library: Library) {
        self.fields = fields
        self.library = library
    }

    func readAll() {
        readHead()
        readBuses()
        readDevices()
        readInputs()
        readMeters()
        readOutputs()
        readEmergencyStop()
        readSupply()
        readWeather()
        readWater()
        readZones()
        settleRelief()
        readGates()
        readTanks()
        readDosing()
        readRecipes()
        readBattery()
        readTides()
        readFeeds()
        readSilos()
        readFeedLines()
        readCages()
        readQuotas()
        readWindows()
        readExclusions()
        readPrograms()
        readRecording()
        readUplink()
        readWaterBureau()
        readBeiDou()
        readSchedules()
        settleBuses()
        settleOutputs()
        settleSetpoints()
        settleBridges()
        settleLatching()
    }

    /// The items of a section, each with a tag that no other thing of the site bears.
    func items(_ section: String, atMost: Int) -> [(tag: String, entry: Entry)] {
        guard let entry = fields[section] else { return [] }
        let items = entry.tagged().filter { claim(tag: $0.tag, at: $0.entry) } + (Self.readTwice.contains(section) ? entry.repeated() : [])
        guard items.count > atMost else { return items }
        entry.refuse(Phrase(zh: "有 \(items.count) 项，最多 \(atMost) 项。", en: "has \(items.count) items; at most \(atMost) are possible."),
                     Phrase(zh: "请分到多个网关。", en: "Divide them between several gateways."))
        return Array(items.prefix(atMost))
    }

    /// Sections in which one item uses nothing up: of one with a name that was taken the mistakes are its own.
    private static let readTwice: Set<String> = ["programs", "recipes"]

    func claim(tag: String, at entry: Entry) -> Bool {
        if ["guard", "site", "all"].contains(tag) {
            entry.refuse(Phrase(zh: "“\(tag)”是保留的标识。", en: "the tag \(tag) is reserved."),
                         Phrase(zh: "换一个标识。", en: "Choose another tag."))
            return false
        }
        guard let other = tagPlaces[tag] else {
            tagPlaces[tag] = entry
            return true
        }
        entry.refuse(Phrase(zh: "标识 \(tag) 已用于 \(other.path)（第 \(other.line) 行），全站不能重名。",
                            en: "the tag \(tag) is taken by \(other.path) (line \(other.line)); a tag is used once in a site."),
                     Phrase(zh: "换一个标识。", en: "Choose another tag."))
        return false
    }

    /// A line of the board, taken for one use only.
    func claimLine(_ entry: Entry) -> Board.Line? {
        guard let name = entry.text(), let board else { return nil }
        guard let line = board.line(name) else {
            entry.refuse(Phrase(zh: "板 \(board.tag) 没有线 \(quoted(name))。", en: "board \(board.tag) has no line \(quoted(name))."),
                         choices(board.lines.map(\.name), insteadOf: name, zh: "线", en: "lines"))
            return nil
        }
        if let other = linePlaces[name] {
            entry.refuse(Phrase(zh: "线 \(name) 已用于 \(other.path)（第 \(other.line) 行）。",
                                en: "line \(name) is already used by \(other.path) (line \(other.line))."),
                         Phrase(zh: "两处各用一条线。", en: "Give each a line of its own."))
            return nil
        }
        if let bridge = line.bridge {
            linePlaces[name] = entry
            addBridge(bridge, at: entry)
            return line
        }
        let alike = linePlaces.keys.count { name in
            board.line(name).map { $0.bridge == nil && $0.direction.isOutput == line.direction.isOutput } ?? false
        }
        guard alike < (line.direction.isOutput ? LineTable.outputsMax : LineTable.inputsMax) else {
            entry.refuse(Phrase(zh: "守护进程最多管 64 条输出线、64 条输入线。", en: "the guard holds 64 output lines and 64 input lines at most."),
                         Phrase(zh: "其余的接到总线继电器或输入模块上。", en: "Put the rest on relay or input modules of a bus."))
            return nil
        }
        linePlaces[name] = entry
        return line
    }

    /// The board's lines of one kind, for a refusal that says which could be used.
    func lineNames(_ isFitting: (Board.Line.Direction) -> Bool) -> [String] {
        board?.lines.filter { isFitting($0.line.direction) }.map(\.name) ?? []
    }

    func addPoint(_ tag: String, name: Phrase, unit: Unit, decimals: Int = 0, device: DeviceIndex? = nil, every: Duration,
                  isDigital: Bool = false, isCounter: Bool = false) -> PointIndex {
        guard points.count < Limits.pointsMax else {
            fields.owner.refuse(Phrase(zh: "测点超过 \(Limits.pointsMax) 个。", en: "the site has more than \(Limits.pointsMax) points."),
                                Phrase(zh: "请分到多个网关。", en: "Divide it between several gateways."))
            return PointIndex(0)
        }
        let index = PointIndex(points.count)
        points.append(PointDefinition(label: Label(tag: tag, name: name), unit: unit, decimals: decimals, device: device,
                                      uncertainAfter: every * 3, badAfter: every * 10, isDigital: isDigital,
                                      isCounter: isCounter))
        pointByTag[tag] = index
        return index
    }

    /// A point by its tag; reports one that nobody defines, but not when its device is itself reported.
    func point(_ entry: Entry) -> PointIndex? {
        guard let tag = entry.text() else { return nil }
        if let index = pointByTag[tag] { return index }
        let owner = tag.split(separator: ".").first.map(String.init) ?? tag
        if devices.contains(where: { $0.label.tag == owner && $0.profile == nil }) { return nil }
        entry.refuse(Phrase(zh: "没有测点 \(quoted(tag))。", en: "nobody defines a point \(quoted(tag))."),
                     choices(points.map(\.tag), insteadOf: tag, zh: "测点", en: "points"))
        return nil
    }

    func label(_ tag: String, _ fields: Fields?) -> Label {
        Label(tag: tag, name: fields?["name"]?.name())
    }
}

extension Unit {
    /// A bare number; on and off are 1 and 0 of it.
    static let one = known("1")
    static let cubicMetersPerHour = known("m3/h")
    static let cubicMeters = known("m3")
    static let litersPerHour = known("L/h")
    static let liters = known("L")

    private static func known(_ symbol: String) -> Unit {
        guard let unit = Unit(symbol: symbol) else { preconditionFailure("unit \(symbol) is missing") }
        return unit
    }
}
