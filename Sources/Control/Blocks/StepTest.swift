import Quantities

/// Learns gain, lag and dead time of a process by one small step of its output.
///
///     waiting ──rested──▶ stepping ──rested again──▶ done(model)
///        └────────────────────┴──▶ aborted(why): the output is back where it was
///
/// Lag and dead time by the two points of Smith (1972): τ = 1.5 (t63 − t28), θ = t63 − τ. Nothing is steered meanwhile, so a
/// person must have said yes: that is the caller's to see to, and so is what else must hold (flow, no backwash).
struct StepTest: BitwiseCopyable {
    struct Plan: Hashable, BitwiseCopyable {
        /// Output to begin and to end with.
        let base: Double
        /// What is added to it.
        let step: Double
        /// Beyond this measured values end the test.
        let bounds: Bounds
        /// Noise of the measured value: within it, for `rest`, it has come to rest. A response of less than five times as
        /// much is none.
        let band: Double
        /// Longer than the lag.
        let rest: Duration
        /// For all of it.
        let atMost: Duration
    }

    enum Abort: UInt8, BitwiseCopyable {
        case outOfBounds, badProbe, noRest, noResponse
    }

    enum Phase: Hashable, BitwiseCopyable {
        case waiting, stepping
        case done(ProcessModel)
        case aborted(Abort)
    }

    let plan: Plan
    private(set) var phase = Phase.waiting
    private var elapsed = Duration.zero
    private var before = Scatter()
    private var anchor: Double?
    private var restSince = Duration.zero
    private var curve = ResponseCurve()

    /// - Precondition: every number is finite, the step is not 0, the times are longer than nothing.
    init(_ plan: Plan) {
        precondition(plan.base.isFinite && plan.step.isFinite && plan.step != 0 && plan.band > 0 && plan.band.isFinite)
        precondition(plan.rest > .zero && plan.atMost > plan.rest)
        self.plan = plan
    }

    /// What the output must be now.
    var output: Double { phase == .stepping ? plan.base + plan.step : plan.base }

    mutating func step(_ measured: Double?, over passed: Duration) -> Phase {
        guard phase == .waiting || phase == .stepping else { return phase }
        guard let measured, measured.isFinite else { return end(.aborted(.badProbe)) }
        guard plan.bounds.contains(measured) else { return end(.aborted(.outOfBounds)) }
        elapsed += max(passed, .zero)
        guard elapsed <= plan.atMost else { return end(.aborted(phase == .waiting ? .noRest : whyLate(measured))) }
        if phase == .stepping { curve.add(measured, over: passed) }
        if rests(measured) { advance(measured) }
        return phase
    }

    private mutating func advance(_ measured: Double) {
        if phase == .waiting {
            phase = .stepping
            anchor = nil
        } else if abs(measured - before.mean) >= 5 * plan.band {
            let model = curve.model(from: before.mean, step: plan.step, rest: plan.rest)
            phase = model.map { .done($0) } ?? .aborted(.noResponse)
        }
    }

    /// Whether it has stayed within the band for the time of rest.
    private mutating func rests(_ measured: Double) -> Bool {
        if anchor.map({ abs(measured - $0) > plan.band }) ?? true {
            anchor = measured
            restSince = elapsed
            if phase == .waiting { before = Scatter() }
        }
        if phase == .waiting { before.add(measured) }
        return elapsed - restSince >= plan.rest
    }

    private func whyLate(_ measured: Double) -> Abort { abs(measured - before.mean) < 5 * plan.band ? .noResponse : .noRest }

    private mutating func end(_ phase: Phase) -> Phase {
        self.phase = phase
        return phase
    }
}

/// The response to a step in at most 256 samples: when they are full, every second goes and the next come half as often.
struct ResponseCurve: BitwiseCopyable {
    private var values = InlineArray<256, Double>(repeating: 0)
    private var count = 0
    /// Between two samples; set by the first step.
    private var spacing = Duration.zero
    private var sinceSample = Duration.zero

    private static let most = 256

    /// The first sample is taken one spacing after the step.
    mutating func add(_ value: Double, over passed: Duration) {
        guard passed > .zero else { return }
        if spacing == .zero { spacing = passed }
        sinceSample += passed
        guard sinceSample >= spacing else { return }
        sinceSample -= spacing
        if count == Self.most { halve() }
        values[count] = value
        count += 1
    }

    /// - Parameter rest: at the end, over which the final value is the mean.
    /// - Returns: `nil` for a response that has no two points.
    func model(from start: Double, step: Double, rest: Duration) -> ProcessModel? {
        guard spacing > .zero else { return nil }
        let resting = Int(min(max(rest.seconds / spacing.seconds, 1), Double(count)))
        var tail = Scatter()
        for number in (count - resting)..<count { tail.add(values[number]) }
        let change = tail.mean - start
        guard let early = time(of: 0.283, from: start, change),
              let late = time(of: 0.632, from: start, change) else { return nil }
        let lag = max(1.5 * (late - early), 0)
        return ProcessModel(gain: change / step, lag: .seconds(lag), deadTime: .seconds(max(late - lag, 0)))
    }

    /// Seconds until a part of the change is reached, between two samples by a straight line.
    private func time(of part: Double, from start: Double, _ change: Double) -> Double? {
        guard change != 0 else { return nil }
        var before = 0.0
        for number in 0..<count {
            let reached = (values[number] - start) / change
            if reached >= part {
                let share = reached > before ? (part - before) / (reached - before) : 1
                return (Double(number) + share) * spacing.seconds
            }
            before = reached
        }
        return nil
    }

    private mutating func halve() {
        for number in 0..<Self.most / 2 { values[number] = values[2 * number + 1] }
        count = Self.most / 2
        spacing = spacing * 2
    }
}
