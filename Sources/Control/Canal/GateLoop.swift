import ProcessImage
import Quantities

/// What a gate sees in one scan; SI, levels over the sill.
struct GateSight: BitwiseCopyable {
    let opening: Double
    /// `nil`: not known; downstream also: always free.
    let upstream: Double?
    let downstream: Double?
    /// m3/s; `nil`: no meter, or not known.
    let metered: Double?
}

/// The cascade of one gate: level → flow → opening. The inner half is the gate's equation turned round, so that the PI sees
/// a pool and not a gate. Tuned by SIMC for an integrator with dead time (Skogestad 2003): Kp = A/(2 θ), Ti = 8 θ, with θ the
/// pool's delay and the rest between two moves.
struct GateLoop: BitwiseCopyable {
    private var pid: PID
    private let isFlow: Bool
    private let goal: Double
    /// m/s that the set-point of a level may fall with.
    private let fallRate: Double
    /// The set-point in force; it falls no faster than the level may. `nil`: not begun.
    private(set) var setpoint: Double?
    /// Smoothed against waves.
    private var smooth: Double?

    /// From one look of the loop to the next.
    static let step: Duration = .seconds(10)
    /// The part of what the level may fall that is steered for: what is under way in the pool goes on.
    static let fallShare = 0.7
    /// Waves on a pool.
    private static let smoothing = 60.0
    /// A meter in a canal is not better than this.
    private static let flowDeadband = 0.03

    init(_ plan: GatePlan, _ keeps: GateGoal) {
        let seconds = (plan.pool.delay + plan.manners.rest).seconds
        let limits = Bounds(0, plan.flowMax.cubicMetersPerSecond)
        let isLevel = keeps.isLevel
        isFlow = !isLevel
        goal = switch keeps {
        case .downstream(let level), .upstream(let level): level.meters
        case .flow(let flow): flow.cubicMetersPerSecond
        }
        let proportional = isLevel ? plan.pool.area.squareMeters / (2 * seconds) : 0.3
        let gains = PID.Gains(proportional: proportional, integral: proportional / (isLevel ? 8 * seconds : 2 * plan.manners.rest.seconds))
        pid = PID(gains, plan.raisingLowers ? .lowers : .raises, limits: limits,
                  deadband: isLevel ? plan.manners.deadband.meters : goal * Self.flowDeadband, nominalStep: Self.step)
        fallRate = plan.manners.fallPerHour.meters * Self.fallShare / 3600
    }

    /// The level that is kept, or seen, smoothed. m over the sill.
    mutating func look(at level: Double) -> Double {
        let last = smooth ?? level
        let next = last + (level - last) * min(Self.step.seconds / Self.smoothing, 1)
        smooth = next
        return next
    }

    /// The flow to ask for, m3/s.
    /// - Parameters:
    ///   - measured: level or flow, as the goal has it; `nil`: a flow that nobody meters.
    ///   - floor: the set-point of a level does not go below it.
    mutating func flow(measured: Double?, floor: Double, now: Double, over elapsed: Duration, isBound: Bool) -> Double {
        guard let measured else { return goal }
        let target = nextSetpoint(measured, floor: floor, over: elapsed)
        if setpoint == nil { pid.follow(now, setpoint: target, measured: measured) }
        setpoint = target
        return pid.step(setpoint: target, measured: measured, over: elapsed, hold: isBound ? .atLimit : [])
    }

    /// The gate is held: the loop goes on from what it gives then, and from the level it finds.
    mutating func rest() {
        setpoint = nil
        smooth = nil
    }

    private func nextSetpoint(_ measured: Double, floor: Double, over elapsed: Duration) -> Double {
        if isFlow { return goal }
        let wanted = max(goal, floor)
        // It begins from what is, whatever was before.
        guard let last = setpoint else { return max(wanted, measured) }
        return max(wanted, last - fallRate * elapsed.seconds)
    }
}
