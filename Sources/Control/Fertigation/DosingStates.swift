import ProcessImage
import Quantities

/// What a dosing unit sees of its source in one scan.
struct UnitView: BitwiseCopyable {
    var recipe: RecipeIndex?
    /// A zone of the recipe, for screens.
    var zone: ZoneIndex?
    var inputs: DoseInputs = []
    /// Zones with the recipe, and zones with an open valve.
    var members = 0
    var open = 0
    /// The interlocks have not yet on disk what they book ahead.
    var waitsForRow = false
    /// Through all open zones since the scan before, and what dose water is still to come.
    var water = Volume.zero
    var doseLeft = Volume.zero
    var dose = Volume.zero
    /// Of the phase that is furthest behind, for screens.
    var passed = Volume.zero
    var phaseWater = Volume.zero
    /// Why a member gives no more in its run.
    var stop: DosingReason?
}

struct UnitState: BitwiseCopyable {
    var reason = DosingReason.idle
    /// Found in this scan: why its runs get no more.
    var pending: DosingReason?
    var recipe: RecipeIndex?
    var view = UnitView()
    /// Flow has been proven since; `nil`: it is not.
    var provenSince: Instant?
    var pausedSince = Instant.never
    /// Stock went in since the scan before.
    var gives = false
    /// Clear water since stock went in last, and of which recipe that was.
    var clear = Volume.zero
    var dosedLast: RecipeIndex?
    /// Of the source, as its meter shows it.
    var flow: Flow?
    var ec: LoopState
    var ph: LoopState
    var rawEC: Double?
    var ecProbe: FrozenProbe
    var phProbe: FrozenProbe
    var toldSalty = false
    var isDisabled = false
    var tuning: Tuning?
    var proposed: (loop: DosingLoop, model: LoopModel)?
    var trial: ChannelTrial?
    /// The trial may move its channel in this scan.
    var mayMove = false

    init(_ plan: DosingUnitPlan) {
        ec = LoopState(plan, .ec, plan.ecLoop.model)
        ph = LoopState(plan, .ph, plan.phLoop.model)
        ecProbe = FrozenProbe(resolution: plan.probes.ecResolution.base)
        phProbe = FrozenProbe(resolution: plan.probes.phResolution.base)
    }
}

struct ChannelState: BitwiseCopyable {
    var rate: ChannelRate
    var driver: ChannelDriver
    var isDisabled = false
    /// Given since the scan before, and the moment the stroke or the time on began that was counted last.
    var gave = Volume.zero
    var strokes: UInt64 = 0
    var counted = Instant.never
    var rolling = RollingDose()
    /// Of the present hour by the wall clock, for the ledger.
    var hour = Int64.min
    var inHour = Volume.zero
    /// Its meter: the total, what it counted since the scan before, and what is compared with what was ordered.
    var total: Volume?
    var metered: Volume?
    var checkOrdered = Volume.zero
    var checkMetered = Volume.zero
    var drifts = false
    var ratio = 0.0
    var cylinder: CalibrationRun?

    init(_ plan: ChannelPlan, _ rate: ChannelRate, turn: Double) {
        self.rate = rate
        driver = ChannelDriver(plan.drive, rate, turn: turn)
    }
}

/// What is in a tank.
struct TankBook: BitwiseCopyable {
    /// `nil`: nobody has said.
    var left: Volume?
    var batch: UInt64 = 0
    var isLow = false
    var isTold = false
}

/// What one channel gives to the run of one zone.
struct Dose: BitwiseCopyable {
    var planned = Volume.zero
    /// Ordered to be written, and written.
    var intended = Volume.zero
    var durable = Volume.zero
    var commanded = Volume.zero
    /// `nil`: its meter could not be read all the time.
    var metered: Volume? = .zero
    /// Of the newest intent.
    var row: UInt64 = 0
    var rows = 0
}

/// One zone: how far its dosed run is, and what is owed to its lines.
struct ZoneDosing: BitwiseCopyable {
    enum Stage: UInt8, BitwiseCopyable { case before, dose, after }

    var run = RunID(rawValue: 0)
    var recipe: RecipeIndex?
    var stage = Stage.before
    var stop: DosingReason?
    /// It waters with the recipe of its unit in this scan.
    var isMember = false
    var isOpen = false
    /// Through the zone since the scan before, and what its run had then.
    var passed = Volume.zero
    var volume = Volume.zero
    /// The same of what its meter has counted; what is only reckoned yet is not in it.
    var heard = Volume.zero
    var metered = Volume.zero
    var unheard = Volume.zero
    /// Its part of what was given since the scan before.
    var share = 0.0
    /// Its doses are in the ledger and not closed.
    var isPlanned = false
    /// Any of them has given something.
    var hasGiven = false

    var debt: FlushDebt?
    /// What is left to pay of it.
    var owed = Volume.zero
    var isOwedTold = false
    /// Wanted water does not come.
    var dry = Sustained()
    var isDry = false
    /// A debt stood when the present one came on top of it.
    var owedBefore = false
    /// Clear water is ordered again then at the earliest, after so many times in vain.
    var flushDue = Instant.never
    var attempts = 0

    mutating func begin(_ run: Run) {
        self.run = run.id
        recipe = run.dosing?.recipe
        volume = run.volume
        metered = run.metered
        stage = .before
        stop = nil
        hasGiven = false
    }
}

/// A channel that is moved for a measuring cylinder.
struct ChannelTrial: BitwiseCopyable {
    let channel: ChannelIndex
    let zone: ZoneIndex
    let time: Duration
    let strokes: UInt32
    let command: UInt64
    var on = Duration.zero
    var ordered: UInt32 = 0
    var seen: UInt32 = 0
    var idleSince: Instant
    var isOver = false
}

/// A step test under way.
struct Tuning: BitwiseCopyable {
    let loop: DosingLoop
    let command: UInt64
    var test: StepTest
}
