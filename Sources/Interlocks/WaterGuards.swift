public import ProcessImage
public import Quantities

public struct SourceGuard: Sendable, BitwiseCopyable {
    public let pump: OutputIndex?
    public let masterValve: OutputIndex?
    /// On when the source is empty. Unknown stops the pump as empty does.
    public let dryWhen: DigitalPoint?
    /// Readings of `dryWhen` older than this are not believed.
    public let dryNoOlderThan: Duration
    /// `nil`: a dry run waits for a person.
    public let dryRetry: DryRetry?
    public let flow: PointOf<Flow>?
    /// Flow readings older than this are not believed.
    public let flowNoOlderThan: Duration
    /// How often the meter reports anew; `nil`: not known, and learned.
    public let meterReports: Duration?
    /// With every valve closed more than this for `leakAfter` is a leak.
    public let leakFlow: Flow?
    public let leakAfter: Duration
    /// More than nominal flow of the open zones times this, for `burstAfter`, is a burst. DOMAIN §2: 1.3 for 10 s.
    public let burstFactor: Double?
    public let burstAfter: Duration
    /// Flow that is too much since a valve was told to close is that valve's, after this long. DOMAIN §2: 30 s.
    public let stuckAfter: Duration
    public let pressure: PressureGuard?
    /// A pump that fills its pipes slowly may take this long from its start until water flows as it should.
    public let comesUp: Duration

    public init(pump: OutputIndex?, masterValve: OutputIndex?, dryWhen: DigitalPoint?,
                dryNoOlderThan: Duration = .seconds(10), dryRetry: DryRetry? = nil, flow: PointOf<Flow>?,
                flowNoOlderThan: Duration = .seconds(5), meterReports: Duration? = .zero,
                leakFlow: Flow?, leakAfter: Duration = .seconds(60), burstFactor: Double?,
                burstAfter: Duration = .seconds(10), stuckAfter: Duration = .seconds(30), pressure: PressureGuard? = nil,
                comesUp: Duration = .zero) {
        self.pump = pump
        self.masterValve = masterValve
        self.dryWhen = dryWhen
        self.dryNoOlderThan = dryNoOlderThan
        self.dryRetry = dryRetry
        self.flow = flow
        self.flowNoOlderThan = flowNoOlderThan
        self.meterReports = meterReports
        self.leakFlow = leakFlow
        self.leakAfter = leakAfter
        self.burstFactor = burstFactor
        self.burstAfter = burstAfter
        self.stuckAfter = stuckAfter
        self.pressure = pressure
        self.comesUp = comesUp
    }
}

/// A dry run that clears by itself once there has been water for a while. DOMAIN §2: after 10 min, at most 3 in an hour.
public struct DryRetry: Sendable, BitwiseCopyable {
    public let after: Duration
    /// Range: 1 … `Limits.startsPerHourMax`.
    public let perHour: Int

    public init(after: Duration = .minutes(10), perHour: Int = 3) {
        precondition((1...Limits.startsPerHourMax).contains(perHour))
        self.after = after
        self.perHour = perHour
    }
}

/// What the pressure in a source's main may say.
public struct PressureGuard: Sendable, BitwiseCopyable {
    public let point: PointOf<Pressure>
    public let noOlderThan: Duration
    /// Above this for `maximumFor` the pump stops.
    public let maximum: Pressure?
    public let maximumFor: Duration
    /// A pump that has had `priming` to come up and stays below this, with less flow than the open zones must have, for
    /// `dryAfter`, draws no water. DOMAIN §2: 30 % of the working pressure for 10 s.
    public let dryBelow: Pressure?
    public let dryAfter: Duration
    public let priming: Duration
    /// A burst also is a fall by this part with a flow that has risen by `rise`, both against what had settled.
    public let drop: Double?
    public let rise: Double
    /// `nil`: a main that is shut need not hold its pressure.
    public let decay: PressureDecay?

    public init(point: PointOf<Pressure>, noOlderThan: Duration = .seconds(5), maximum: Pressure? = nil,
                maximumFor: Duration = .seconds(1), dryBelow: Pressure? = nil, dryAfter: Duration = .seconds(10),
                priming: Duration = .seconds(30), drop: Double? = nil, rise: Double = 0.15,
                decay: PressureDecay? = nil) {
        self.point = point
        self.noOlderThan = noOlderThan
        self.maximum = maximum
        self.maximumFor = maximumFor
        self.dryBelow = dryBelow
        self.dryAfter = dryAfter
        self.priming = priming
        self.drop = drop
        self.rise = rise
        self.decay = decay
    }
}

/// What a main behind its master valve must hold once master and zone valves are shut and the pump is off (DOMAIN §2: leak by
/// master-valve pressure decay).
public struct PressureDecay: Sendable, BitwiseCopyable {
    /// A fall by this part …
    public let drop: Double
    /// … within this time is a leak. What falls more slowly is the air's temperature, or joints that weep.
    public let within: Duration
    /// A main that holds less than this says nothing.
    public let from: Pressure

    public init(drop: Double, within: Duration = .minutes(10), from: Pressure = .kilopascals(50)) {
        self.drop = drop
        self.within = within
        self.from = from
    }
}

public struct ZoneGuard: Sendable, BitwiseCopyable {
    public let source: SourceIndex
    public let valve: OutputIndex
    public let nominalFlow: Flow?
    /// Least flow of the source while this zone's valve is open; `nil` when there is no meter to tell.
    public let leastFlow: Flow?
    /// After the valve has opened, flow may take this long to come, and later may be gone for no longer.
    public let flowWithin: Duration
    /// Watched while the zone runs alone. In company the meter cannot tell whose flow it is, and the group is watched.
    public let lowFlow: FlowLimit?
    public let highFlow: FlowLimit?

    public init(source: SourceIndex, valve: OutputIndex, nominalFlow: Flow?, leastFlow: Flow?,
                flowWithin: Duration = .seconds(30), lowFlow: FlowLimit? = nil, highFlow: FlowLimit? = nil) {
        self.source = source
        self.valve = valve
        self.nominalFlow = nominalFlow
        self.leastFlow = leastFlow
        self.flowWithin = flowWithin
        self.lowFlow = lowFlow
        self.highFlow = highFlow
    }
}

/// A part of what a zone takes when all is well, which its flow may not pass for long.
public struct FlowLimit: Sendable, BitwiseCopyable {
    public let part: Double
    public let after: Duration
    /// Whether the zone is closed for it, or people are only told.
    public let stops: Bool

    public init(_ part: Double, after: Duration, stops: Bool) {
        self.part = part
        self.after = after
        self.stops = stops
    }
}
