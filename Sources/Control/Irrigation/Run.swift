import ProcessImage
import Quantities

/// One watering of one zone, from its order to its end.
struct Run: BitwiseCopyable {
    let id: RunID
    let cause: Cause
    let planned: Amount
    let soak: SoakRule?
    let shift: UInt16
    let obeysWindows: Bool
    let calibration: CalibrationStage?
    let dosing: RunDosing?
    /// Lower goes first.
    var rank: UInt64
    /// The ledger row that must be on disk before anything moves; 0 for a manual run, which waits for none.
    let row: UInt64
    /// Given up if its row is not on disk by then.
    let rowBy: Instant

    var watered = Duration.zero
    /// What the meter has counted for it, or what was reckoned for good.
    var counted = Volume.zero
    /// What of that the meter itself told; of a source without a running total, what its flow showed.
    var metered = Volume.zero
    /// Reckoned from flow and time since the meter spoke last; it takes the place of this.
    var reckoned = Volume.zero
    /// Water time since the meter spoke last.
    var unheard = Duration.zero
    /// Some of the volume is flow × time, because no meter told.
    var isEstimated = false
    /// It has opened its valve once.
    var hasBegun = false
    /// Rests until then at least: the water of the cycle before soaks in.
    var restUntil = Instant.never
    /// Watered time at which it rests next.
    var cycleEnds = Duration.seconds(Int64.max / 2)
    /// In the queue since, the last time.
    var queuedSince: Instant
    /// Is held back by others since; `nil`: it is not, or waits for something of its own.
    var blockedSince: Instant?

    var volume: Volume { counted + reckoned }
    var isManual: Bool { cause.isManual }

    /// - Parameter number: of all orders, growing.
    init(_ order: RunOrder, id: RunID, number: UInt64, at now: Instant) {
        self.id = id
        cause = order.cause
        planned = order.amount
        soak = order.soak
        shift = order.shift
        obeysWindows = order.obeysWindows
        calibration = order.calibration
        dosing = order.dosing
        queuedSince = now
        rank = Run.rank(order, number)
        row = order.row
        rowBy = now + order.patience
    }

    /// A person before every program, then by priority, then in the order of asking.
    private static func rank(_ order: RunOrder, _ number: UInt64) -> UInt64 {
        let group: UInt64 = order.cause.isManual ? 0 : 11 - UInt64(min(order.priority, 9))
        return group << 56 | number
    }

    /// Goes before every program from now on.
    mutating func promote() { rank = min(rank, 1 << 56 | rank & (1 << 56 - 1)) }
}

extension Cause {
    var isManual: Bool { if case .manual = self { true } else { false } }
}

/// How a run that is closing its valves came to its end, or to a rest.
struct Ending: BitwiseCopyable {
    let outcome: RunOutcome
    let cause: Cause
    /// It has to end now: it does not wait for the next zone to be open.
    let isPrompt: Bool
    /// The run goes back into the queue and goes on later.
    var rests = false

    /// The same end at once; a run that would only have rested ends with the stop.
    func hastened(by stop: Ending) -> Ending {
        rests ? stop : Ending(outcome: outcome, cause: cause, isPrompt: true)
    }
}

/// One zone: the run in hand, the one after it, and what has been seen of its water.
///
/// One run in hand and one waiting behind it, no more: a zone asked a third time refuses.
struct ZoneState: BitwiseCopyable {
    var phase = ZonePhase.idle
    var hand: Run?
    var next: Run?
    /// A run that is over and whose last water the meter has not told yet.
    var tail: Tail?
    var ending: Ending?
    /// The run that ended last, and how.
    var last: (run: RunID, ending: Ending)?
    /// The run in hand was queued in this scan and nobody has been told yet.
    var isNew = false
    /// What the run in hand waits for; `nil`: it does not, or nobody has looked yet.
    var waits: Cause?
    /// The person's command behind the run in hand, until it is answered.
    var unanswered: UInt64?

    /// The trip that keeps the zone, or its source, from watering.
    var trip: TripID?
    /// The valve has been open all the way since; `nil`: it is not.
    var openSince: Instant?
    /// The valve is closed and has travelled.
    var isShut = true
    /// Water has flowed since; `nil`: it does not.
    var waterSince: Instant?
    /// Wanted water since, without getting any.
    var thirstySince = Instant.never
    var settling = FlowSettling()
    var flow: Flow?

    var learned = Learned()
    var lesson = FlowLesson()
    /// What a calibrating run found, until it is accepted or the next one begins.
    var proposed: Learned?
    /// What the run in hand had when it was told to stop.
    var volumeAtStop: Volume?

    /// Its valve is open or opening because it wants water.
    var wantsWater: Bool { phase == .starting || phase == .watering }
}

/// A run that is over, until the meter has told its last water.
struct Tail: BitwiseCopyable {
    let run: RunID
    let watered: Duration
    var counted: Volume
    var reckoned: Volume
    var unheard: Duration
    var isEstimated: Bool

    init(_ run: Run) {
        self.run = run.id
        watered = run.watered
        counted = run.counted
        reckoned = run.reckoned
        unheard = run.unheard
        isEstimated = run.isEstimated
    }
}

/// Watches the flow of one run until it has come to rest.
struct FlowSettling: BitwiseCopyable {
    private var reference = Flow.zero
    /// When it came into the band in which it stays.
    private(set) var since = Instant.never
    private(set) var isSettled = false

    private static let band = 0.05
    private static let restFor: Duration = .seconds(10)

    /// - Returns: the flow, once in each run: when it has stayed within 5 % for 10 s.
    mutating func settled(_ flow: Flow, at now: Instant) -> Flow? {
        guard !isSettled, flow > .zero else { return nil }
        if abs(flow.base - reference.base) > Self.band * reference.base {
            reference = flow
            since = now
        }
        guard now - since >= Self.restFor else { return nil }
        isSettled = true
        return flow
    }
}
