import ProcessImage
import Quantities

/// A meal that is being given, quantum by quantum: each is booked, waits for its row to be on disk, and is given then.
///
///     asking ──row ordered──▶ booked ──row on disk──▶ giving ──quantum given──▶ pausing ──▶ asking … ended
///
/// It ends when the doser has stood for a while: what a weighed doser lets fall after its last turn is in the book.
struct MealRun: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable { case asking, booked, giving, pausing, ended }

    let meal: MealID
    let planned: Mass
    let began: Instant
    private(set) var phase = Phase.asking
    /// Of quanta that are over, as measured.
    private(set) var given = Mass.zero
    /// Given of the quantum under way.
    private(set) var inQuantum = Mass.zero
    private var quantum = Mass.zero
    private var waitsFor: UInt64 = 0
    private var quantumBegan = Instant.never
    private var quantumEnded = Instant.never
    private var pauseUntil = Instant.never
    /// The least that the gates have let through since it began.
    private(set) var share = 1.0
    private(set) var outcome: MealOutcome?

    /// How long pellets may fall from a doser that stands.
    private static let runsOn: Duration = .seconds(3)

    init(_ meal: MealID, planned: Mass, at now: Instant) {
        self.meal = meal
        self.planned = planned
        began = now
    }

    /// What it may come to by now: what was planned, or less where the gates let less through. It never rises again.
    var target: Mass { planned * share }
    var givenSoFar: Mass { given + inQuantum }

    /// One scan.
    /// - Parameters:
    ///   - gave: since the scan before, by weight or by time. Not below nothing.
    ///   - perScan: what the doser gives at most until it stops by itself, if nothing more is heard.
    ///   - share: what the gates let through now; 0 holds the doser.
    ///   - mayDose: the line is ready for it.
    mutating func step(gave: Mass, perScan: Mass, share: Double, mayDose: Bool, durable: UInt64, _ plan: MealPlan,
                       at now: Instant) -> MealStep {
        if share > 0 { self.share = min(self.share, share) }
        // What a weighed doser lets fall while it is told to stand was given as well.
        if phase == .giving { inQuantum += gave } else if phase != .ended { given += gave }
        if phase == .booked, durable >= waitsFor { (phase, quantumBegan) = (.giving, now) }
        if phase == .giving, inQuantum + perScan > quantum { close(plan, at: now) }
        if phase == .pausing, now >= pauseUntil { phase = .asking }
        guard phase != .ended else { return MealStep() }
        if now - began >= plan.lastsAtMost { return end(.short) }
        guard phase == .asking else { return MealStep(dose: phase == .giving && share > 0 && mayDose) }
        return ask(plan, perScan, isOpen: share > 0 && mayDose, at: now)
    }

    /// The row it asked for has this number.
    mutating func booked(as number: UInt64) {
        guard phase == .booked else { return }
        waitsFor = number
    }

    /// Ends it now, by a person's word or a fault.
    mutating func end(_ why: MealOutcome) -> MealStep {
        guard phase != .ended else { return MealStep() }
        given = givenSoFar
        inQuantum = .zero
        phase = .ended
        outcome = why
        return MealStep(row: .ended(meal, why, given: given))
    }

    private mutating func ask(_ plan: MealPlan, _ perScan: Mass, isOpen: Bool, at now: Instant) -> MealStep {
        let left = target - given
        guard left >= perScan, left > .zero else {
            guard quantumEnded == .never || now - quantumEnded >= Self.runsOn else { return MealStep() }
            return end(target < planned ? .short : .completed)
        }
        guard isOpen else { return MealStep() }
        quantum = min(plan.quantum, left)
        phase = .booked
        waitsFor = .max
        return MealStep(row: .quantum(meal, given: given, intent: quantum))
    }

    /// A quantum is over: the next waits so long that the pace is kept.
    private mutating func close(_ plan: MealPlan, at now: Instant) {
        given += inQuantum
        inQuantum = .zero
        phase = .pausing
        quantumEnded = now
        let speed = plan.pace.speed(at: given / planned)
        pauseUntil = now + (now - quantumBegan) * (1 / speed - 1)
    }
}

/// What a meal wants in one scan.
struct MealStep: BitwiseCopyable {
    var dose = false
    /// To be ordered before anything else; its number goes back with `booked(as:)`.
    var row: MealRow?
}
