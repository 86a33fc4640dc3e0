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
    /// Lower goes first.
    let rank: UInt64
    /// The ledger row that must be on disk before anything moves; 0 for a manual run, which waits for none.
    let row: UInt64
    /// Given up if its row is not on disk by then.
    let rowBy: Instant
    var watered = Duration.zero
    var volume = Volume.zero
    /// Some of the volume is flow × time, because no meter told.
    var isEstimated = false

    var isManual: Bool { cause.isManual }

    /// - Parameter number: of all orders, growing.
    init(_ order: RunOrder, id: RunID, number: UInt64, at now: Instant) {
        self.id = id
        cause = order.cause
        planned = order.amount
        soak = order.soak
        shift = order.shift
        obeysWindows = order.obeysWindows
        rank = Run.rank(order, number)
        row = order.row
        rowBy = now + order.patience
    }

    /// A person before every program, then by priority, then in the order of asking.
    private static func rank(_ order: RunOrder, _ number: UInt64) -> UInt64 {
        let group: UInt64 = order.cause.isManual ? 0 : 10 - UInt64(min(order.priority, 9))
        return group << 56 | number
    }
}

extension Cause {
    var isManual: Bool { if case .manual = self { true } else { false } }
}

/// How a run that is closing its valves came to its end.
struct Ending: BitwiseCopyable {
    let outcome: RunOutcome
    let cause: Cause
    /// A person wants it to end now: it does not wait for the next zone to be open.
    let isPrompt: Bool
}

/// One zone: the run in hand, the one after it, and what has been seen of its water.
///
/// One run in hand and one waiting behind it, no more: a zone asked a third time refuses.
struct ZoneState: BitwiseCopyable {
    var phase = ZonePhase.idle
    var hand: Run?
    var next: Run?
    var ending: Ending?
    /// The run in hand was queued in this scan and nobody has been told yet.
    var isNew = false
    /// The person's command behind the run in hand, until it is answered.
    var unanswered: UInt64?

    /// The trip that keeps the zone, or its source, from watering.
    var trip: TripID?
    /// The valve has been open all the way since; `nil`: it is not.
    var openSince: Instant?
    /// Water has flowed since; `nil`: it does not.
    var waterSince: Instant?
    /// Wanted water since, without getting any.
    var thirstySince = Instant.never
    var progressDue = Instant.never
    var settling = FlowSettling()
    var flow: Flow?

    /// Its valve is open or opening because it wants water.
    var wantsWater: Bool { phase == .starting || phase == .watering }
}

/// Watches the flow of one run until it has come to rest.
struct FlowSettling: BitwiseCopyable {
    private var reference = Flow.zero
    private var since = Instant.never
    private var isTold = false

    private static let band = 0.05
    private static let restFor: Duration = .seconds(10)

    /// - Returns: the flow, once in each run: when it has stayed within 5 % for 10 s.
    mutating func settled(_ flow: Flow, at now: Instant) -> Flow? {
        guard !isTold, flow > .zero else { return nil }
        if abs(flow.base - reference.base) > Self.band * reference.base {
            reference = flow
            since = now
        }
        guard now - since >= Self.restFor else { return nil }
        isTold = true
        return flow
    }
}
