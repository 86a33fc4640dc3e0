public import Journal
public import Language
public import ProcessImage
public import Quantities

/// What the local API is told of the controller. Plain values and questions: it can look, and put commands into the
/// inbox, and nothing else.
public struct Context: Sendable {
    /// How a zone gets its water.
    public struct ZoneWater: Sendable {
        public var valve: OutputIndex
        /// Its further valves.
        public var followers: [OutputIndex]
        public var source: SourceIndex
        public var masterValve: OutputIndex?
        public var pump: OutputIndex?
        public var area: Area?
        public var nominalFlow: Flow?

        public var valves: [OutputIndex] { [valve] + followers }

        public init(valve: OutputIndex, followers: [OutputIndex] = [], source: SourceIndex, masterValve: OutputIndex? = nil,
                    pump: OutputIndex? = nil, area: Area? = nil, nominalFlow: Flow? = nil) {
            self.valve = valve
            self.followers = followers
            self.source = source
            self.area = area
            self.masterValve = masterValve
            self.pump = pump
            self.nominalFlow = nominalFlow
        }
    }

    /// What shows that an output moves water.
    public struct WaterPoints: Sendable {
        public var flow: PointIndex?
        public var pressure: PointIndex?
        /// The contact that says whether the source is empty.
        public var level: PointIndex?

        public init(flow: PointIndex? = nil, pressure: PointIndex? = nil, level: PointIndex? = nil) {
            self.flow = flow
            self.pressure = pressure
            self.level = level
        }
    }

    /// Where an output or input is wired.
    public struct Wiring: Sendable {
        public enum LeaseHolder: String, Sendable { case `guard`, bridge, device, nobody }

        /// As an electrician finds it, such as `R3 gpiochip0:17` or `head relay-1 coil 2`.
        public var place: String
        public var leaseHolder: LeaseHolder
        public var lease: Duration?

        public init(place: String, leaseHolder: LeaseHolder = .nobody, lease: Duration? = nil) {
            self.place = place
            self.leaseHolder = leaseHolder
            self.lease = lease
        }
    }

    /// How a bus is doing.
    public struct BusHealth: Sendable {
        public var tag: String
        /// Devices on it that answer, of all.
        public var answering: Int
        public var devices: Int
        /// Why the port or connection cannot be opened, if it cannot.
        public var problem: String?

        public init(tag: String, answering: Int, devices: Int, problem: String? = nil) {
            self.tag = tag
            self.answering = answering
            self.devices = devices
            self.problem = problem
        }
    }

    /// One planned start of a program.
    public struct PlannedStart: Sendable {
        public var program: ProgramIndex
        public var unixSeconds: Int64
        /// `nil`: computed when it starts; see `Program.gives`.
        public var zones: [(zone: ZoneIndex, amount: Amount?)]

        public init(program: ProgramIndex, unixSeconds: Int64, zones: [(zone: ZoneIndex, amount: Amount?)]) {
            self.program = program
            self.unixSeconds = unixSeconds
            self.zones = zones
        }
    }

    /// One run as it will go if nothing comes in between.
    public struct PlannedRun: Sendable {
        public var zone: ZoneIndex
        public var cause: Cause
        public var planned: Amount
        /// Seconds since 1970 at which it is ordered.
        public var ordered: Int64
        /// Seconds since 1970; `nil`: not within the time looked at.
        public var opens: Int64?
        public var ends: Int64?
        public var outcome: RunOutcome?
        public var watered: Duration
        public var volume: Volume
        public var waitsFor: Cause?
        public var waits: Duration
        /// What its water carries, and the stock that is expected to take, by channel.
        public var recipe: RecipeIndex?
        public var doses: [(channel: ChannelIndex, stock: Volume)]

        public init(zone: ZoneIndex, cause: Cause, planned: Amount, ordered: Int64, opens: Int64?, ends: Int64?, outcome: RunOutcome?,
                    watered: Duration, volume: Volume, waitsFor: Cause?, waits: Duration, recipe: RecipeIndex? = nil,
                    doses: [(channel: ChannelIndex, stock: Volume)] = []) {
            self.zone = zone
            self.cause = cause
            self.planned = planned
            self.ordered = ordered
            self.opens = opens
            self.ends = ends
            self.outcome = outcome
            self.watered = watered
            self.volume = volume
            self.waitsFor = waitsFor
            self.waits = waits
            self.recipe = recipe
            self.doses = doses
        }
    }

    /// A program's rules as people read them.
    public struct Program: Sendable {
        public var starts: Phrase
        /// Days, dates and conditions; `nil`: none.
        public var limits: Phrase?
        public var gives: [(zone: ZoneIndex, text: Phrase)]

        public init(starts: Phrase, limits: Phrase?, gives: [(zone: ZoneIndex, text: Phrase)]) {
            self.starts = starts
            self.limits = limits
            self.gives = gives
        }
    }

    /// By its number as in `SiteTables.quotas`.
    public struct Quota: Sendable {
        /// `nil`: the whole site.
        public var zone: ZoneIndex?
        public var limit: Volume
        /// The first day of the stretch that a day lies in; `nil`: the quota says nothing on that day.
        public var beginning: @Sendable (CivilDate) -> CivilDate?

        public init(zone: ZoneIndex?, limit: Volume, beginning: @escaping @Sendable (CivilDate) -> CivilDate?) {
            self.zone = zone
            self.limit = limit
            self.beginning = beginning
        }
    }

    public var tables: SiteTables
    public var inbox: CommandInbox
    public var journal: Journal
    /// By `ZoneIndex`.
    public var zones: [ZoneWater]
    /// By `OutputIndex`.
    public var outputWiring: [Wiring]
    /// By `SetpointIndex`.
    public var setpointLeases: [Wiring.LeaseHolder]
    /// By `OutputIndex`; empty where nobody knows.
    public var supply: [WaterPoints]
    /// Outputs that are not proven stay at their safe state.
    public var requiresProof: Bool
    /// Points that are lines of the board, in the board's order.
    public var inputWiring: [(point: PointIndex, wiring: Wiring)]
    public var scanPeriod: Duration
    public var scanTimes: ScanTimes
    /// Whether the scan thread has its real-time priority.
    public var isRealtime: Bool
    public var startedAt: WallTime
    public var siteFile: String
    public var version: String
    /// Whether the guard answers: a digital point. `nil` on a site without GPIO lines.
    public var guardOnline: PointIndex?
    /// The monotonic clock the scan turns on.
    public var now: @Sendable () -> Instant
    /// Planned starts in `from ..< to` (seconds since 1970), in order of time.
    public var upcoming: @Sendable (_ from: Int64, _ to: Int64) -> [PlannedStart]
    /// The runs of the coming time, by the controller's own scheduling run ahead; `nil`: the scan does not answer.
    public var planAhead: @Sendable (_ time: Duration) -> [PlannedRun]?
    public var buses: @Sendable () -> [BusHealth]
    /// By `ProgramIndex`; empty where nobody tells.
    public var programs: [Program]
    public var quotas: [Quota]
    /// By `GateIndex`.
    public var gates: [Gate]
    /// By `SourceIndex`: whether a meter counts its water. Empty where nobody tells.
    public var hasMeter: [Bool]
    public var fertigation: Fertigation
    public var feeding: Feeding
    /// `nil`: the site tells nobody.
    public var uplink: @Sendable () -> Uplink?

    public init(
        tables: SiteTables, inbox: CommandInbox, journal: Journal, zones: [ZoneWater], outputWiring: [Wiring],
        setpointLeases: [Wiring.LeaseHolder] = [],
        supply: [WaterPoints] = [], requiresProof: Bool = false, inputWiring: [(point: PointIndex, wiring: Wiring)],
        scanPeriod: Duration, scanTimes: ScanTimes = ScanTimes(),
        isRealtime: Bool, startedAt: WallTime, siteFile: String, version: String,
        guardOnline: PointIndex? = nil, now: @escaping @Sendable () -> Instant,
        upcoming: @escaping @Sendable (_ from: Int64, _ to: Int64) -> [PlannedStart] = { _, _ in [] },
        planAhead: @escaping @Sendable (_ time: Duration) -> [PlannedRun]? = { _ in nil },
        buses: @escaping @Sendable () -> [BusHealth] = { [] }, programs: [Program] = [], quotas: [Quota] = [],
        gates: [Gate] = [], hasMeter: [Bool] = [], fertigation: Fertigation = .none,
        feeding: Feeding = .none, uplink: @escaping @Sendable () -> Uplink? = { nil }
    ) {
        precondition(zones.count == tables.zones.count && gates.count == tables.gates.count && outputWiring.count == tables.outputs.count)
        precondition(fertigation.channels.count == tables.channels.count && fertigation.tanks.count == tables.tanks.count)
        precondition(feeding.cages.count == tables.cages.count && feeding.lines.count == tables.feedLines.count)
        precondition(feeding.silos.count == tables.silos.count)
        precondition(fertigation.units.count == tables.dosingUnits.count && fertigation.recipes.count == tables.recipes.count)
        self.tables = tables
        self.inbox = inbox
        self.journal = journal
        self.zones = zones
        self.outputWiring = outputWiring
        self.setpointLeases = setpointLeases
        self.supply = supply
        self.requiresProof = requiresProof
        self.inputWiring = inputWiring
        self.scanPeriod = scanPeriod
        self.scanTimes = scanTimes
        self.isRealtime = isRealtime
        self.startedAt = startedAt
        self.siteFile = siteFile
        self.version = version
        self.guardOnline = guardOnline
        self.now = now
        self.upcoming = upcoming
        self.planAhead = planAhead
        self.buses = buses
        self.programs = programs
        self.quotas = quotas
        self.gates = gates
        self.hasMeter = hasMeter
        self.fertigation = fertigation
        self.feeding = feeding
        self.uplink = uplink
    }
}
