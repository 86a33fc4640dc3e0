/// A thing that can go wrong so that it stays stopped until a person resets it.
public enum TripKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The emergency stop was pressed, or its line cannot be read.
    case emergencyStop = 1
    /// The source has no water: pump without suction.
    case dryRun = 2
    /// A zone was opened and no water came.
    case noFlow = 3
    /// Water flows though every valve is closed.
    case leak = 4
    /// More water than the open zones can take.
    case burst = 5
    /// An output was away from its safe state for longer than it may.
    case maximumOn = 6
    /// An output is not what it was told to be.
    case readback = 7
    /// A zone took less than it should for long, where the site stops it for that.
    case lowFlow = 8
    /// A zone alone took more than it should.
    case highFlow = 9
    /// Water went on after a zone's valve was told to close.
    case stuckValve = 10
    /// The pressure in the main was above what it may bear.
    case overPressure = 11
    /// A motor's protection reports a fault, or it draws no load.
    case motorFault = 12
    /// A safety bridge went to its safe levels for a reason that a person must look at.
    case bridge = 20
    /// The pressure in a main that is shut fell: it leaks.
    case pressureDecay = 65
    /// A gate was driven and its position did not follow.
    case gateStuck = 50
    /// A device does not hold the set-point it was told.
    case setpointReadback = 60
    /// The mix had more or less conductivity, or pH, than it may.
    case doseConductivity = 80
    case doseAcidity = 81
    /// Stock moved through an injector that was closed.
    case injectorLeak = 82
    /// Something lies in the tray under tanks and pumps.
    case leakTray = 83
    /// A channel was pressed for more stock than the water may bear.
    case overdose = 84
    /// Two channels that belong together gave unequally.
    case doseUnbalanced = 85
    /// A probe did not move while stock was dosed.
    case probeFrozen = 86
}

/// What a trip, alarm or event is about.
public enum Subject: Hashable, Sendable, BitwiseCopyable {
    case site
    case zone(ZoneIndex)
    case source(SourceIndex)
    case output(OutputIndex)
    case point(PointIndex)
    case program(ProgramIndex)
    case device(DeviceIndex)
    case gate(GateIndex)
    case dosingUnit(DosingUnitIndex)
    case channel(ChannelIndex)
    case tank(TankIndex)
    case cage(CageIndex)
    case line(FeedLineIndex)
    case silo(SiloIndex)
}

public struct TripID: Hashable, Sendable, BitwiseCopyable {
    public let kind: TripKind
    public let subject: Subject

    public init(_ kind: TripKind, _ subject: Subject) {
        self.kind = kind
        self.subject = subject
    }
}

/// An alarm is an event kind that lasts, about one subject.
public struct AlarmID: Hashable, Sendable, BitwiseCopyable {
    public let kind: EventKind
    public let subject: Subject

    public init(_ kind: EventKind, _ subject: Subject) {
        self.kind = kind
        self.subject = subject
    }
}

/// Alarm states after ISA-18.2. Shelved, suppressed and out of service have no way in yet.
public enum AlarmState: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case normal = 0
    case unacknowledged = 1
    case acknowledged = 2
    case returned = 3
}
