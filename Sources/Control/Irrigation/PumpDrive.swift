import ProcessImage
import Quantities

/// A pump on a drive:
///
///     standing → filling → keeping ⇄ stopping → standing
///
/// It fills at a low speed until the pressure says that the pipes are full, or time does; keeps its pressure; and is slowed down
/// before it is switched off. Water that is wanted again while it slows down brings it back from where it is.
struct DriveState: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable { case standing, filling, keeping, stopping }

    var phase = Phase.standing
    /// Part of the greatest speed that is asked for.
    var share = 0.0
    var loop: PID
    /// What the loop is to keep now, on its way from the pressure it found to the plan's.
    var aim: Ramp
    var steppedAt = Instant.never
    /// The pipes are full since; `nil`: they are not.
    var filledSince: Instant?
    /// Pressure, or speed where no pressure is known, has been what it should be since.
    var steadySince: Instant?
    /// No usable pressure: it runs at its fixed speed, and that was told.
    var isBlind = false
    /// A pressure of nearly nothing while the pump runs: a cut cable shows that, and a loop would answer with full speed.
    var nothing = Sustained()
    /// Too much pressure: it goes slower at the rate of its drive, not at the loop's.
    var isEased = false

    init(_ plan: DrivePlan) {
        loop = plan.loop
        aim = Ramp(from: 0, rate: plan.keep.kilopascals / DriveState.aimTime.seconds)
    }

    /// Less of `keep` than this is nothing, when it lasts for `doubtAfter`.
    static let nothingBelow = 0.05
    static let doubtAfter: Duration = .seconds(10)
    /// More than so many times `keep` is not left to the loop.
    static let tooMuch = 1.15

    /// The pressure that is aimed at comes up to the plan's in so long.
    static let aimTime: Duration = .seconds(10)

    mutating func stand(_ plan: DrivePlan) {
        guard phase != .standing else { return }
        self = DriveState(plan)
    }
}

extension DrivePlan {
    /// PI. Head goes with the square of the speed, so about keep a pressure changes by 2 / 0.85 of itself for a whole speed; the
    /// integral alone then closes a gap in `response`. Its time is one second: the proportional part answers first.
    fileprivate var loop: PID {
        let gain = 1 / (2 / 0.85 * keep.kilopascals * response.seconds)
        return PID(PID.Gains(proportional: gain, integral: gain), limits: Bounds(least.base, 1), mostRate: min(rise, fall),
                   nominalStep: .seconds(1))
    }
}

extension IrrigationControl {
    /// Moves the speed of a source's pump by one scan.
    ///
    /// - Parameter cause: why the pump is wanted; `nil`: it is not, and goes down.
    /// - Returns: why the pump is to be on; `nil`: it is to be off.
    mutating func drive(_ source: SourceIndex, _ plan: DrivePlan, pump: OutputIndex, for cause: Cause?, _ image: borrowing InputImage,
                        _ demands: inout Demands, _ records: inout RecordBuffer) -> Cause? {
        guard var state = sources[source].drive else { return cause }
        let elapsed = image.now - state.steppedAt
        state.steppedAt = image.now
        let verdict = image.verdict(of: pump)
        if !verdict.level.isOn {
            state.stand(plan)
            state.steppedAt = image.now
            if cause != nil { state.share = plan.fill.base }
        } else if cause == nil {
            slowDown(&state, plan, over: elapsed)
        } else {
            let pressure = pressure(of: plan, &state, image)
            advance(&state, plan, pressure, on: image.now - verdict.since, over: elapsed)
            state.isEased = sources[source].isOver || pressure.map { $0 > plan.keep * DriveState.tooMuch } ?? false
            if state.phase == .keeping { keep(&state, plan, source, pressure, over: elapsed, image.now, &records) }
        }
        sources[source].drive = state
        let goesOn = verdict.level.isOn && state.phase == .stopping && state.share > 0
        guard let reason = cause ?? (goesOn ? .stopping : nil) else { return nil }
        demands[plan.speed.index] = plan.speed.demand(Fraction(base: state.share), because: reason)
        return reason
    }

    private func pressure(of plan: DrivePlan, _ state: inout DriveState, _ image: borrowing InputImage) -> Pressure? {
        guard let point = plan.pressure, let seen = image.value(of: point, noOlderThan: plan.pressureNoOlderThan).value,
              seen.kilopascals.isFinite else { return nil }
        let isNothing = state.phase == .keeping && seen < plan.keep * DriveState.nothingBelow
        return state.nothing.look(isNothing, for: DriveState.doubtAfter, at: image.now) == nil ? seen : nil
    }

    /// Down to the speed at which it fills, and then off.
    private func slowDown(_ state: inout DriveState, _ plan: DrivePlan, over elapsed: Duration) {
        guard state.phase != .standing else { return state.share = 0 }
        state.phase = .stopping
        state.steadySince = nil
        let share = state.share - plan.fall * elapsed.seconds
        state.share = share > plan.fill.base ? share : 0
    }

    private func advance(_ state: inout DriveState, _ plan: DrivePlan, _ pressure: Pressure?, on time: Duration, over elapsed: Duration) {
        switch state.phase {
        case .standing:
            state.phase = .filling
            state.share = plan.fill.base
        case .filling:
            state.share = plan.fill.base
            let isFull = plan.fillUntil.flatMap { full in pressure.map { $0 >= full } } ?? false
            if isFull || time >= plan.fillFor { state.begin(plan, pressure) }
        case .stopping: state.begin(plan, pressure)
        case .keeping: break
        }
    }

    private func keep(_ state: inout DriveState, _ plan: DrivePlan, _ source: SourceIndex, _ pressure: Pressure?,
                               over elapsed: Duration, _ now: Instant, _ records: inout RecordBuffer) {
        state.filledSince = state.filledSince ?? now
        if state.isEased {
            state.share = max(state.share - plan.fall * elapsed.seconds, plan.least.base)
            state.resume(plan, pressure)
            state.steadySince = nil
        } else if let pressure {
            if state.isBlind {
                state.resume(plan, pressure)
                records.event(Event(.pumpKeepsPressure, .source(source), value: plan.keep.base))
            }
            state.isBlind = false
            let aim = state.aim.step(towards: plan.keep.kilopascals, over: elapsed)
            state.share = state.loop.step(setpoint: aim, measured: pressure.kilopascals, over: elapsed)
            state.note(isSteady: abs(pressure / plan.keep - 1) <= DrivePlan.band, at: now)
        } else {
            if plan.pressure != nil, !state.isBlind {
                records.event(Event(.pumpRunsBlind, .source(source), value: plan.steady.percent))
            }
            state.isBlind = true
            let wanted = plan.steady.base
            state.share = state.share < wanted ? min(state.share + plan.rise * elapsed.seconds, wanted)
                : max(state.share - plan.fall * elapsed.seconds, wanted)
            state.note(isSteady: state.share == wanted, at: now)
        }
    }

    /// Whether the pump gives what it is to give, so that a flow tells something of its zone.
    func isSteady(_ source: SourceIndex, at now: Instant) -> Bool {
        guard let plan = sourcePlans[source].drive, let state = sources[source].drive else { return true }
        return state.steadySince.map { now - $0 >= plan.settle } ?? false
    }
}

extension DriveState {
    fileprivate mutating func begin(_ plan: DrivePlan, _ pressure: Pressure?) {
        phase = .keeping
        resume(plan, pressure)
    }

    /// The loop goes on from the speed and the pressure there are: no step at the change.
    fileprivate mutating func resume(_ plan: DrivePlan, _ pressure: Pressure?) {
        let found = pressure?.kilopascals ?? plan.keep.kilopascals
        aim = Ramp(from: min(found, plan.keep.kilopascals), rate: aim.rate)
        loop.follow(share, setpoint: aim.value, measured: found)
    }

    fileprivate mutating func note(isSteady: Bool, at now: Instant) {
        steadySince = isSteady ? steadySince ?? now : nil
    }
}
