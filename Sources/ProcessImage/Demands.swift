/// Why an output is demanded, permitted or refused. Kept with every decision.
public enum Cause: Hashable, Sendable, BitwiseCopyable {
    /// Nothing asks for it.
    case idle
    case program(ProgramIndex)
    /// A person, by the command's number.
    case manual(UInt64)
    /// Needed by something that runs (the pump for its zone).
    case needed(by: ZoneIndex)
    /// Closing in order after a run: valve kept until the pump has stopped.
    case stopping
    case trip(TripID)
    case interlock(Interlock)
    /// What a decision rested on, with the number of its point, window or quota.
    case matter(Matter, UInt16)
    /// What a canal gate does, or why it holds.
    case gate(GateReason)
    /// What a dosing unit does, or why it does not dose.
    case dosing(DosingReason)
    /// Why a cage is fed or not, or its air is on.
    case feed(FeedReason)
    /// Why a schedule went no further.
    case schedule(ScheduleReason)
}

/// What refuses or stops an output while it is true.
public enum Interlock: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// A pump may run only while a valve downstream is open.
    case deadHead = 1
    /// The source says it is empty, or does not say.
    case suctionLevel = 2
    /// The source gives no more flow than this.
    case capacity = 3
    /// Longest time away from the safe state is used up.
    case maximumOn = 4
    /// A trip stands.
    case tripped = 5
    /// Emergency stop.
    case emergencyStop = 6
    /// Pressure and flow behind a running pump say that it draws no water.
    case noPressure = 7
    /// A running pump draws so little current that it moves no water.
    case underCurrent = 8
    /// A motor rests after its last run.
    case resting = 9
    /// A motor has had its starts of this hour.
    case startsPerHour = 10
    /// The device that carries the output does not answer.
    case unreachable = 11
    /// A motor's protection reports a fault, or cannot be read.
    case motorProtection = 12
    /// Pressure fell while the flow rose.
    case pressureDrop = 13
    /// Nobody has confirmed yet that the output does what its name says.
    case notProven = 14
    /// A volume took longer than its flow allows.
    case volumeGuard = 20
    /// The water of the last cycle has to soak in first.
    case soak = 21
    /// A zone that must not be open together with this one is open.
    case exclusion = 22
    /// As many valves are on as may be.
    case valvesAtOnce = 23
    /// The source has to come back first.
    case recovery = 24
    /// The site's supply does not carry another pump.
    case power = 25
    /// Another shift of the same program waters.
    case shift = 26
    /// The filter is being washed.
    case backwash = 27
    /// The safety bridge that drives it is not armed, or not known to be.
    case bridgeNotArmed = 40
    /// A gate's other drive is on, or was just now.
    case oppositeDrive = 50
    /// A gate is at its end that way, or its limit switch cannot be read.
    case gateLimit = 51
    /// A gate's torque switch has come, or cannot be read.
    case gateTorque = 52
    /// Zones of its source took together what they should not: they water one at a time until each was seen alone.
    case apart = 65
    /// A valve is measured once the zone beside it waters evenly.
    case calibration = 66
    /// No proven air carries what the doser would give.
    case feedAir = 100
    /// The selector's pipe is not still.
    case selectorAir = 101
    /// People are at work in the cage.
    case cageLocked = 102
    /// A cage is at its end that way, or nobody knows its depth.
    case depthLimit = 103
    /// The battery empties: what can be done without is off.
    case batterySaved = 104
    /// Control asked a set-point for what is no number.
    case notANumber = 60
    /// A motor is too hot, or would be.
    case motorHot = 61
    /// A main has more pressure than it may bear.
    case overPressure = 62
    /// No flow is proven in this scan: what was dosed would stand.
    case noProvenFlow = 80
    /// The pressure in the main is outside of what dosing may have, or not known.
    case dosePressure = 81
    /// Clear water has not flowed for long enough.
    case preFlush = 82
    /// The stock tank is empty, or its level is not known.
    case stockEmpty = 83
    /// The water that has passed bears no more stock.
    case doseInWater = 84
    case dosePerRun = 85
    case dosePerHour = 86
    case dosePerDay = 87
    /// The ledger has not booked the next portion yet.
    case doseUnbooked = 88
    /// Two probes in the same water are farther apart than they may be.
    case probesApart = 89
    /// A probe that is steered by has no usable reading.
    case probeUnknown = 90
    /// It must not meet what is dosed, or what is not flushed out yet.
    case incompatible = 91
    /// Its partner can not dose.
    case partnerHeld = 92
    /// On for as long as one pulse may be.
    case longestPulse = 93
    /// A person wants no dosing.
    case dosingDisabled = 94
    /// Something lies in the tray under tanks and pumps, or its contact cannot be read.
    case leakTray = 95
    /// A probe shows what no mix may have.
    case beyondCut = 96
}

/// What control wants of one output.
public struct Demand: Sendable, BitwiseCopyable, Equatable {
    public let level: OutputLevel
    public let cause: Cause

    public init(_ level: OutputLevel, because cause: Cause) {
        self.level = level
        self.cause = cause
    }
}

/// What control wants of every output and set-point. At the start of a scan each is at its safe state: silence is safe.
public struct Demands: ~Copyable {
    public let count: Int
    public let setpointCount: Int
    private let demands: UnsafeMutablePointer<Demand>
    private let safe: UnsafeMutablePointer<Demand>
    private let setpoints: UnsafeMutablePointer<SetpointDemand>
    private let safeSetpoints: UnsafeMutablePointer<SetpointDemand>

    public init(outputs: borrowing [OutputDefinition], setpoints definitions: borrowing [SetpointDefinition] = []) {
        count = outputs.count
        setpointCount = definitions.count
        demands = .allocate(capacity: max(count, 1))
        safe = .allocate(capacity: max(count, 1))
        setpoints = .allocate(capacity: max(setpointCount, 1))
        safeSetpoints = .allocate(capacity: max(setpointCount, 1))
        for (index, output) in outputs.enumerated() {
            (safe + index).initialize(to: Demand(output.safe, because: .idle))
        }
        for (index, setpoint) in definitions.enumerated() {
            (safeSetpoints + index).initialize(to: SetpointDemand(setpoint.safe, because: .idle))
        }
        demands.initialize(from: safe, count: count)
        setpoints.initialize(from: safeSetpoints, count: setpointCount)
    }

    deinit {
        demands.deallocate()
        safe.deallocate()
        setpoints.deallocate()
        safeSetpoints.deallocate()
    }

    /// Every output and set-point back to its safe state, nobody asking.
    public mutating func reset() {
        demands.update(from: safe, count: count)
        setpoints.update(from: safeSetpoints, count: setpointCount)
    }

    public subscript(setpoint: SetpointIndex) -> SetpointDemand {
        get {
            precondition(setpoint.offset < setpointCount)
            return setpoints[setpoint.offset]
        }
        set {
            precondition(setpoint.offset < setpointCount)
            setpoints[setpoint.offset] = newValue
        }
    }

    public subscript(output: OutputIndex) -> Demand {
        get {
            precondition(output.offset < count)
            return demands[output.offset]
        }
        set {
            precondition(output.offset < count)
            demands[output.offset] = newValue
        }
    }
}
