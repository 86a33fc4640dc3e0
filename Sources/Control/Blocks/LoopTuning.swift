import Quantities

/// A process as a step shows it: gain, lag and dead time (first order with dead time).
struct ProcessModel: Hashable, BitwiseCopyable {
    /// Measured value for each unit of output. Negative where the output lowers it; never 0.
    let gain: Double
    /// τ.
    let lag: Duration
    /// θ.
    let deadTime: Duration

    var action: LoopAction { gain < 0 ? .lowers : .raises }

    /// Lambda tuning (Dahlin 1968): a closed loop that follows as a lag of `lambda`.
    ///
    /// - Parameter lambda: 3 θ by default, which bears a dead time five times as long as believed.
    func lambdaTuning(_ lambda: Duration? = nil) -> PID.Gains { gains(lambda ?? deadTime * 3, integralTime: lag) }

    /// SIMC (Skogestad 2003, J. Process Control 13:291–309): the integral time is cut where the lag is long against the dead
    /// time, so that a disturbance is worked off sooner.
    ///
    /// - Parameter closedLoop: τc, θ by default: the tightest that is still robust.
    func simcTuning(_ closedLoop: Duration? = nil) -> PID.Gains {
        let wanted = closedLoop ?? deadTime
        return gains(wanted, integralTime: min(lag, (wanted + deadTime) * 4))
    }

    /// No gain at all for a process that cannot be told: nothing is steered by it.
    private func gains(_ closedLoop: Duration, integralTime: Duration) -> PID.Gains {
        let slowness = (closedLoop + deadTime).seconds
        let proportional = lag.seconds / (abs(gain) * slowness)
        let integral = integralTime > .zero ? proportional / integralTime.seconds : 1 / (abs(gain) * slowness)
        guard proportional.isFinite, integral.isFinite else { return PID.Gains(proportional: 0, integral: 0) }
        return PID.Gains(proportional: proportional, integral: integral)
    }
}
