public import Quantities

/// Bounds on everything that is counted. One file, so that their relations can be read and are asserted (`LimitsTests`).
public enum Limits {
    /// Points of one site, in and derived: 500 devices of 20 registers, each with its own "online", and room for inputs.
    public static let pointsMax = 12_000
    /// Outputs of one site.
    public static let outputsMax = 512
    /// Set-points of one site.
    public static let setpointsMax = 64
    public static let zonesMax = 256
    /// Valves of one zone.
    public static let valvesOfZoneMax = 16
    public static let programsMax = 128
    public static let sourcesMax = 16
    /// Elements of one filter.
    public static let filterElementsMax = 16
    public static let busesMax = 512
    public static let devicesMax = 1_000
    /// Commands latched in one scan. The rest wait in the inbox for the next.
    public static let commandsPerScanMax = 16
    /// Commands waiting. One more is refused to its sender, never dropped in silence.
    public static let inboxCapacity = 64
    /// Records one scan may leave: a sample of every point, and room for what happened.
    public static let recordsPerScanMax = pointsMax + 2_048
    /// Records waiting for the journal: over two scans in which everything changes. What does not fit is dropped and counted.
    public static let recordRingCapacity = 32_768
    /// Occurrences of one program that are remembered against a second start after the clock was set back.
    public static let occurrencesRemembered = 192
    /// Start times of one program: every quarter of an hour.
    public static let startsPerProgramMax = 96
    /// Of one program, each of those that must hold and those that must not.
    public static let conditionsMax = 4
    public static let quotasMax = 512
    public static let gatesMax = 16
    public static let cagesMax = 64
    public static let feedLinesMax = 16
    /// Of one selector.
    public static let outletsMax = 32
    public static let silosMax = 32
    public static let feedsMax = 64
    /// At most one at each source.
    public static let dosingUnitsMax = sourcesMax
    public static let channelsPerUnitMax = 8
    public static let channelsMax = dosingUnitsMax * channelsPerUnitMax
    public static let tanksMax = 128
    public static let recipesMax = 256
    /// Quanta in which a channel gives a planned dose: each is a ledger row before it is given.
    public static let quantaPerDose = 48
    /// Two probes of one mix may be further apart than they should for so long: stock comes in portions, and no two probes follow
    /// alike.
    public static let probesApartMax: Duration = .seconds(10)
    /// The longest a channel is moved for a measuring cylinder.
    public static let cylinderMax: Duration = .seconds(300)
    public static let cylinderStrokesMax = 1_000
    /// Moves of one gate in a day that can be allowed, and so have to be remembered.
    public static let gateMovesMax = 96
    /// How long a person's set-point of a gate stands when no time is said.
    public static let gateOrderUsual: Duration = .hours(24)
    /// No-water windows of one site: bits of a word.
    public static let windowsMax = 32
    /// Per cent of a program's own water that a person may order.
    public static let adjustRange: ClosedRange<Double> = 10 ... 300
    /// The longest rain delay or pause with an end.
    public static let pauseMax: Duration = .seconds(366 * 86_400)
    /// Starts of one motor in an hour that can be limited, and so have to be remembered.
    public static let startsPerHourMax = 30
    /// How long an output stays on without renewal by the scan.
    public static let leaseDefault: Duration = .milliseconds(800)
    public static let leaseMax: Duration = .seconds(2)
    public static let scanPeriodRange: ClosedRange<Duration> = .milliseconds(1) ... .seconds(1)
    /// The longest an output is on to be looked at.
    public static let proofMax: Duration = .seconds(300)
    public static let manualRunMax: Duration = .seconds(24 * 3600)
    /// What is learned of a zone's flow counts within this band of its nominal flow. Beyond, the zone or the site file is wrong.
    public static let learnedFlowBand: ClosedRange<Double> = 0.7 ... 1.3
    public static let manualVolumeMax = Volume.cubicMeters(10_000)
}
