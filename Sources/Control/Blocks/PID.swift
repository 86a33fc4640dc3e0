import Quantities

/// Why an integrator stands still.
struct IntegratorHold: OptionSet, Hashable, BitwiseCopyable {
    let rawValue: UInt16

    /// The error lies inside the deadband.
    static let deadband = IntegratorHold(rawValue: 1 << 0)
    /// Too little water for the measured value to tell anything.
    static let lowFlow = IntegratorHold(rawValue: 1 << 1)
    /// The probe is bad, or a number that is none came in.
    static let badProbe = IntegratorHold(rawValue: 1 << 2)
    /// The output, or what follows it, can give no more.
    static let atLimit = IntegratorHold(rawValue: 1 << 3)
    /// A filter is being washed.
    static let backwash = IntegratorHold(rawValue: 1 << 4)
    /// What was dosed since the start has not come to the probe yet.
    static let settling = IntegratorHold(rawValue: 1 << 5)
    /// The step before this one is too long ago.
    static let gap = IntegratorHold(rawValue: 1 << 6)
}

/// Which way the measured value goes when the output rises. Fertiliser raises the conductivity; acid lowers the pH.
enum LoopAction: UInt8, BitwiseCopyable {
    case raises, lowers
}

/// A PI or PID controller in position form. The law is that of simple-pid 2.0.1:
///
///     P = Kp e        I += Ki e dt, clamped to the limits of the output
///     D = −Kd dy/dt   u = P + I + D, clamped to the limits
///
/// with e = setpoint − measured, 0 inside the deadband (beyond it the whole error counts), and the opposite sign of both
/// where the output lowers the measured value. It never steers on a number that is none: it holds the output it had, and says
/// so in `held`. Whether a held output may stay on is for whoever calls it, and for the interlocks.
struct PID: BitwiseCopyable {
    /// Output for each unit of error; for each unit of error and second; for each unit of the measured value in a second.
    struct Gains: Hashable, BitwiseCopyable {
        let proportional: Double
        let integral: Double
        var derivative = 0.0
    }

    let gains: Gains
    let action: LoopAction
    let limits: Bounds
    /// In the unit of the measured value.
    let deadband: Double
    /// Most change of the output in a second.
    let mostRate: Double?
    /// A step more than five times as long integrates nothing.
    let nominalStep: Duration

    private(set) var output: Double
    private(set) var integral: Double
    /// Why the integral stood still in the last step; empty: it moved.
    private(set) var held: IntegratorHold = []
    private var lastMeasured: Double?

    /// - Precondition: gains and deadband are finite and not negative, the nominal step is longer than nothing.
    init(_ gains: Gains, _ action: LoopAction = .raises, limits: Bounds, deadband: Double = 0, mostRate: Double? = nil,
         nominalStep: Duration) {
        let numbers = [gains.proportional, gains.integral, gains.derivative, deadband, mostRate ?? 0]
        precondition(numbers.allSatisfy { $0 >= 0 && $0.isFinite })
        precondition(nominalStep > .zero)
        self.gains = gains
        self.action = action
        self.limits = limits
        self.deadband = deadband
        self.mostRate = mostRate
        self.nominalStep = nominalStep
        output = limits.clamp(0)
        integral = limits.clamp(0)
    }

    /// One step in automatic.
    ///
    /// - Parameters:
    ///   - measured: `nil` when there is no usable reading.
    ///   - elapsed: on the monotonic clock, since the step before.
    ///   - hold: what keeps the integrator still beyond what this block sees itself.
    /// - Returns: the output, always within the limits.
    @discardableResult
    mutating func step(setpoint: Double, measured: Double?, over elapsed: Duration, hold: IntegratorHold = []) -> Double {
        guard let measured, let error = error(setpoint, measured) else { return stay(hold.union(.badProbe)) }
        let isGap = elapsed <= .zero || elapsed > nominalStep * 5
        let seconds = isGap ? 0 : elapsed.seconds
        let proportional = gains.proportional * error
        let reasons = hold.union(holds(error, proportional, isGap))
        let next = reasons.isEmpty ? limits.clamp(integral + gains.integral * error * seconds) : integral
        let raw = proportional + next + derivative(measured, seconds)
        guard raw.isFinite else { return stay(hold.union(.badProbe)) }
        held = reasons
        integral = next
        lastMeasured = measured
        output = rated(limits.clamp(raw), over: isGap ? nominalStep : elapsed)
        return output
    }

    /// A step in manual: the integral follows, so that the first step in automatic goes on from this output.
    mutating func follow(_ output: Double, setpoint: Double, measured: Double?) {
        guard output.isFinite else { return }
        self.output = limits.clamp(output)
        lastMeasured = nil
        guard let measured, let error = error(setpoint, measured) else { return }
        let rest = self.output - gains.proportional * error
        if rest.isFinite { integral = limits.clamp(rest) }
    }

    private func error(_ setpoint: Double, _ measured: Double) -> Double? {
        let error = action == .raises ? setpoint - measured : measured - setpoint
        guard error.isFinite else { return nil }
        return abs(error) <= deadband ? 0 : error
    }

    /// What stands against integrating that this block sees by itself.
    private func holds(_ error: Double, _ proportional: Double, _ isGap: Bool) -> IntegratorHold {
        var holds: IntegratorHold = isGap ? .gap : []
        if deadband > 0, error == 0 { holds.insert(.deadband) }
        if (integral >= limits.high && error > 0) || (integral <= limits.low && error < 0) { holds.insert(.atLimit) }
        if let mostRate, isRateBound(error, proportional, mostRate * nominalStep.seconds) { holds.insert(.atLimit) }
        return holds
    }

    /// The output lags behind what it should be already: integrating further the same way would only wind up.
    private func isRateBound(_ error: Double, _ proportional: Double, _ reach: Double) -> Bool {
        let lag = limits.clamp(proportional + integral) - output
        return abs(lag) > reach && (lag > 0) == (error > 0)
    }

    private func derivative(_ measured: Double, _ seconds: Double) -> Double {
        guard let lastMeasured, seconds > 0, gains.derivative > 0 else { return 0 }
        let slope = (measured - lastMeasured) / seconds * gains.derivative
        return action == .raises ? -slope : slope
    }

    private func rated(_ wanted: Double, over elapsed: Duration) -> Double {
        guard let mostRate else { return wanted }
        let reach = mostRate * elapsed.seconds
        return min(max(wanted, output - reach), output + reach)
    }

    private mutating func stay(_ why: IntegratorHold) -> Double {
        held = why
        lastMeasured = nil
        return output
    }
}
