public import ProcessImage
public import Quantities

/// A well, canal intake or tank, with the pump and master valve between it and the zones.
public struct SourcePlan: Sendable, BitwiseCopyable {
    /// `nil`: water comes by gravity or from the mains.
    public let pump: OutputIndex?
    public let masterValve: OutputIndex?
    /// Time the master valve needs to open.
    public let masterTravel: Duration
    /// The most the source gives; zones wait so that the sum of their flows stays within it. `nil`: one zone at a time.
    public let capacity: Flow?
    /// Measured flow, and the meter's running total, if there is a meter.
    public let flow: PointOf<Flow>?
    public let total: PointOf<Volume>?
    /// Next valve opens this long before the previous one closes, against water hammer. DOMAIN §2.
    public let overlap: Duration
    /// Valves stay open this long after the pump has stopped.
    public let pressureRelief: Duration
    /// Zones that may water together, but for the time one hands over to the next. `nil`: as many as fit.
    public let zonesAtOnce: Int?
    /// What its pump draws from the site's `power`. `nil`: not counted.
    public let power: Power?
    public let recovery: Recovery?
    /// A pump whose speed is set; `nil`: it is on or off.
    public let drive: DrivePlan?
    public let relief: ReliefPlan?
    /// Once started the pump runs at least so long, unless somebody stops it: its last zone stays open for it.
    public let minimumRun: Duration
    /// The master valve closes after the zone valves, so that the main stays full and shows by its pressure whether it leaks.
    public let closesMasterLast: Bool

    public init(pump: OutputIndex?, masterValve: OutputIndex?, masterTravel: Duration = .zero, capacity: Flow?,
                flow: PointOf<Flow>?, total: PointOf<Volume>?, overlap: Duration = .seconds(10),
                pressureRelief: Duration = .seconds(5), zonesAtOnce: Int? = nil, power: Power? = nil,
                recovery: Recovery? = nil, drive: DrivePlan? = nil, relief: ReliefPlan? = nil, minimumRun: Duration = .zero,
                closesMasterLast: Bool = false) {
        self.pump = pump
        self.masterValve = masterValve
        self.masterTravel = masterTravel
        self.capacity = capacity
        self.flow = flow
        self.total = total
        self.overlap = overlap
        self.pressureRelief = pressureRelief
        self.zonesAtOnce = zonesAtOnce
        self.power = power
        self.recovery = recovery
        self.drive = drive
        self.relief = relief
        self.minimumRun = minimumRun
        self.closesMasterLast = closesMasterLast
    }
}

/// A source that has to come back after it has given.
public struct Recovery: Sendable, BitwiseCopyable {
    /// It gives at most this much, and then rests. `nil`: no such limit.
    public let most: Volume?
    /// A rest of this length brings it back whole.
    public let rest: Duration
    /// Water over the intake. Below `stop` the source rests until it has come back to `start`; unknown counts as below.
    public let level: PointOf<Length>?
    public let stop: Length
    public let start: Length

    /// - Precondition: `start` is above `stop`, where there is a level.
    public init(most: Volume? = nil, rest: Duration = .zero, level: PointOf<Length>? = nil, stop: Length = .zero,
                start: Length = .zero) {
        precondition(level == nil || start > stop)
        self.most = most
        self.rest = rest
        self.level = level
        self.stop = stop
        self.start = start
    }
}

/// A filter that washes itself: its elements are flushed one after another while the source gives water. DOMAIN §2.
public struct FilterPlan: Sendable {
    public let source: SourceIndex
    /// A flush valve for each element.
    public let flushValves: [OutputIndex]
    /// On when the pressure difference is too high; or two pressures whose difference is compared with `limit`.
    public let contact: DigitalPoint?
    public let before: PointOf<Pressure>?
    public let after: PointOf<Pressure>?
    public let limit: Pressure
    /// The difference must last this long.
    public let sustained: Duration
    /// Washes after so much running time at the latest, whatever the difference says. `nil`: never by time alone.
    public let every: Duration?
    /// The difference counts only when water has flowed so long.
    public let delay: Duration
    public let flush: Duration
    /// From one element to the next.
    public let dwell: Duration
    /// No wash by difference begins so soon after the last: a contact that is stuck on does not wash for ever.
    public let lockout: Duration
    /// More washes in an hour mean that the filter is fouled.
    public let mostPerHour: Int
    /// What a flush takes, for the books. `nil`: as much as a zone's equal part.
    public let flow: Flow?

    public init(source: SourceIndex, flushValves: [OutputIndex], contact: DigitalPoint? = nil, before: PointOf<Pressure>? = nil,
                after: PointOf<Pressure>? = nil, limit: Pressure = .kilopascals(40), sustained: Duration = .seconds(10),
                every: Duration? = .hours(4), delay: Duration = .seconds(60), flush: Duration = .seconds(90),
                dwell: Duration = .seconds(20), lockout: Duration = .minutes(10), mostPerHour: Int = 3, flow: Flow? = nil) {
        precondition(!flushValves.isEmpty && flushValves.count <= Limits.filterElementsMax)
        self.source = source
        self.flushValves = flushValves
        self.contact = contact
        self.before = before
        self.after = after
        self.limit = limit
        self.sustained = sustained
        self.every = every
        self.delay = delay
        self.flush = flush
        self.dwell = dwell
        self.lockout = lockout
        self.mostPerHour = mostPerHour
        self.flow = flow
    }
}

public struct ZonePlan: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let valve: OutputIndex
    /// Time the valve needs to open or close.
    public let travel: Duration
    /// What the zone takes when all is well; its share when several run together. `nil`: not known, runs alone.
    public let nominalFlow: Flow?
    public let area: Area?
    /// Zones that share a bit never have their valves open together.
    public let exclusion: UInt64
    /// Its own soil probe.
    public let soil: PointOf<Fraction>?

    public init(source: SourceIndex, valve: OutputIndex, travel: Duration, nominalFlow: Flow?, area: Area? = nil,
                exclusion: UInt64 = 0, soil: PointOf<Fraction>? = nil) {
        self.source = source
        self.valve = valve
        self.travel = travel
        self.nominalFlow = nominalFlow
        self.area = area
        self.exclusion = exclusion
        self.soil = soil
    }
}
